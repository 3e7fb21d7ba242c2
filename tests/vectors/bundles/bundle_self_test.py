"""The verifier's self-test: one good bundle, and what must become of it when it is bent."""

from __future__ import annotations

import copy

from simulator import Actor, b64, good_story, sha256
from synthetic_chain import hexed, keccak256


def build() -> dict:
    """Return the content of `selftest.json`."""
    ledger, bundle, policy = good_story()
    bundle = copy.deepcopy(bundle)
    stranger = Actor("stranger")
    value = "/records/4/credentialSubject/value"
    last = len(bundle["anchor"]["storageProof"]["root"]) - 1
    other_pin = hexed(keccak256(b"another block"))

    def case(name, verdict, *codes, **how):
        return {"name": name, "verdict": verdict, "codes": list(codes), **how}

    def put(pointer, new):
        return [{"pointer": pointer, "set": new}]

    def cut(pointer):
        return [{"pointer": pointer, "remove": True}]

    return {
        "now": ledger.now,
        "policy": policy,
        "bundle": bundle,
        "cases": [
            case("good bundle", "VALID"),
            case("truncated", "UNREADABLE", "bundle.syntax", truncate=1),
            case("unknown version", "UNREADABLE", "bundle.version",
                 edits=put("/format", "suyuan/bundle@v2")),
            case("unknown member", "INVALID", "bundle.shape", edits=put("/extra", 1)),
            case("record left out", "INVALID", "bundle.closure",
                 edits=cut("/records/2") + cut("/log/entries/2")),
            case("one digit changed", "INVALID", "sig.invalid", edits=put(value, "1.150")),
            case("exponent", "INVALID", "record.decimal", edits=put(value, "1e3")),
            case("unknown kind", "INVALID", "record.kind",
                 edits=put("/records/4/type/1", "Rumour")),
            case("another root", "INVALID", "authority.not_root",
                 policyEdits=put("/roots/0/did", stranger.did)),
            case("no root for this place", "UNDECIDED", "policy.root",
                 policyEdits=put("/roots/0/fromIndex", 8)),
            case("another position", "INVALID", "merkle.root",
                 edits=put("/log/entries/4/index", 6)),
            case("another time", "INVALID", "merkle.root",
                 edits=put("/log/entries/4/time", "2026-01-05T08:06:59Z")),
            case("proof hash missing", "INVALID", "merkle.proof_length",
                 edits=cut("/log/proof/0")),
            case("proof hash changed", "INVALID", "merkle.root",
                 edits=put("/log/proof/0", b64(sha256(b"another")))),
            case("log key of a stranger", "INVALID", "note.unverified",
                 policyEdits=put("/log/keys/0/vkey", stranger.vkey())),
            case("checkpoint of a fork", "INVALID", "merkle.root", "anchor.not_covered",
                 edits=put("/log/checkpoint", ledger.checkpoint(root=sha256(b"fork")))),
            case("not anchored", "UNDECIDED", "anchor.absent", edits=cut("/anchor")),
            case("another chain", "INVALID", "anchor.contract",
                 edits=put("/anchor/chainId", 1)),
            case("other code", "INVALID", "anchor.code",
                 policyEdits=put("/contracts/0/codeHash", other_pin)),
            case("state proof cut", "INVALID", "evm.trie_length",
                 edits=cut(f"/anchor/storageProof/root/{last}")),
            case("root not signed by the log", "INVALID", "anchor.not_covered",
                 edits=put("/anchor/root", b64(sha256(b"another")))),
            case("another block pinned", "INVALID", "anchor.block",
                 policyEdits=put("/anchorTrust/pinned/0/hash", other_pin)),
            case("no block pinned", "UNDECIDED", "anchor.block_unknown",
                 policyEdits=put("/anchorTrust/pinned", [])),
            case("no status asked for is at hand", "UNDECIDED", "status.none",
                 policyEdits=put("/requiredSteps", [1, 2, 3, 4, 5, 6, 7, 9, 10])),
        ],
    }  # fmt: skip
