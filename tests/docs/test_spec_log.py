"""Every worked example of docs/spec/log.md, recomputed from its sentence and then verified."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from suyuan_ledger.log import tiles
from suyuan_verifier.checkpoint import count_witnesses, verify_checkpoint
from suyuan_verifier.errors import VerifierError
from suyuan_verifier.merkle import (
    check_batch_inclusion,
    check_consistency,
    check_inclusion,
    leaf_hash,
)
from suyuan_verifier.multibase import format_did_key
from suyuan_verifier.note import parse_note, parse_vkey

PAGE = (Path(__file__).resolve().parents[2] / "docs/spec/log.md").read_text(encoding="utf-8")
ENTRIES = [b"one", b"two", b"three", b"four", b"five"]
ORIGIN, WITNESS, WITNESS_TIME = "log.example/suyuan", "witness.example/w1", 1795000000


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


EXAMPLES = {
    name.strip(): value.strip()
    for block in blocks("example")
    for name, value in (line.split("=", 1) for line in block.splitlines())
}
(ENTRY,) = (block.rstrip("\n") for block in blocks("entry"))
(CHECKPOINT,) = blocks("checkpoint")
(COSIGNATURE,) = blocks("cosignature")


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def tree(first: int, last: int) -> bytes:
    """The page's definition, literally."""
    if first == last:
        return sha256(b"")
    if last - first == 1:
        return sha256(b"\x00" + ENTRIES[first])
    k = 1
    while 2 * k < last - first:
        k *= 2
    return sha256(b"\x01" + tree(first, first + k) + tree(first + k, last))


def resolve(names: str) -> list[bytes]:
    """A list of hashes that the page writes by name."""
    return [bytes.fromhex(EXAMPLES[name]) for name in names.split()]


def key(seed: int) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes(range(seed, seed + 32)))


def vkey(name: str, kind: int, private: Ed25519PrivateKey) -> str:
    blob = bytes([kind]) + private.public_key().public_bytes_raw()
    key_id = sha256(name.encode() + b"\n" + blob)[:4]
    return f"{name}+{key_id.hex()}+{base64.b64encode(blob).decode()}"


def computed() -> dict[str, str]:
    """Every example, computed anew where it is not a proof."""
    public = key(0).public_key().public_bytes_raw()
    framed = b"".join(len(entry).to_bytes(2, "big") + entry for entry in ENTRIES[:2])
    values = {
        **{f"leaf({entry.decode()})": sha256(b"\x00" + entry).hex() for entry in ENTRIES},
        **{f"tree({a},{b})": tree(a, b).hex() for a, b in ((0, 2), (2, 4), (0, 3), (0, 4))},
        "tree(0,5)": tree(0, 5).hex(),
        "tree(0,0)": tree(0, 0).hex(),
        "entry bytes": str(len(ENTRY.encode())),
        "leaf(entry)": sha256(b"\x00" + ENTRY.encode()).hex(),
        "bundle(one two)": framed.hex(),
        "public key": public.hex(),
        "key id": sha256(ORIGIN.encode() + b"\n\x01" + public)[:4].hex(),
        "vkey": vkey(ORIGIN, 1, key(0)),
        "witness vkey": vkey(WITNESS, 4, key(32)),
    }
    for level, index, width in (
        *((0, 0, 256), (0, 1234067, 256), (0, 273, 112), (1, 1, 17), (2, 0, 1)),
    ):
        values[f"path({level},{index},{width})"] = tiles.tile_path(level, index, width)
    values["entries(0,2)"] = tiles.entries_path(0, 2)
    return values


PROOFS = {name for name in EXAMPLES if name.startswith(("inclusion(", "consistency(", "batch("))}


@pytest.mark.parametrize(("name", "value"), computed().items())
def test_an_example_is_what_its_sentence_gives(name, value):
    assert EXAMPLES[name] == value


def test_no_example_is_left_unchecked():
    assert set(EXAMPLES) == set(computed()) | PROOFS
    assert len(PROOFS) == 6


@pytest.mark.parametrize("name", sorted(PROOFS))
def test_a_proof_of_the_page_verifies(name):
    kind, arguments = name.rstrip(")").split("(")
    first, size = arguments.split(",")
    proof, root = resolve(EXAMPLES[name]), tree(0, int(size))
    if kind == "inclusion":
        check_inclusion(leaf_hash(ENTRIES[int(first)]), int(first), int(size), proof, root)
    elif kind == "consistency":
        check_consistency(int(first), int(size), tree(0, int(first)), root, proof)
    else:
        leaves = [(int(index), leaf_hash(ENTRIES[int(index)])) for index in first.split()]
        check_batch_inclusion(leaves, int(size), proof, root)


def test_what_the_page_says_about_unbound_sizes_is_so():
    check_inclusion(leaf_hash(b"three"), 2, 3, [tree(0, 2)], tree(0, 3))
    check_inclusion(leaf_hash(b"three"), 1, 2, [tree(0, 2)], tree(0, 3))


def test_the_entry_is_canonical_and_says_what_the_page_says():
    value = json.loads(ENTRY)
    canonical = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert canonical == ENTRY
    digests = [value["content"], value["envelope"], value["links"][0]["contentDigest"]]
    words = (b"content", b"envelope", b"earlier")
    assert digests == [f"sha256:{sha256(word).hex()}" for word in words]
    assert value["issuer"] == format_did_key(key(0).public_key().public_bytes_raw())


def test_partial_tiles_of_70000_entries():
    widths = [(70_000 // 256**level) // 256 for level in range(3)]
    rest = [(70_000 // 256**level) % 256 for level in range(3)]
    assert list(zip(widths, rest, strict=True)) == [(273, 112), (1, 17), (0, 1)]


def test_the_checkpoint_and_the_cosignature_verify():
    text, line = CHECKPOINT.split("\n\n")
    blob = bytes.fromhex(EXAMPLES["key id"]) + key(0).sign(f"{text}\n".encode())
    assert line == f"— {ORIGIN} {base64.b64encode(blob).decode()}\n"
    checkpoint = verify_checkpoint(CHECKPOINT.encode(), ORIGIN, [parse_vkey(EXAMPLES["vkey"])])
    assert (checkpoint.size, checkpoint.root) == (5, tree(0, 5))
    note = parse_note((CHECKPOINT + COSIGNATURE).encode())
    (only,) = count_witnesses(note, [parse_vkey(EXAMPLES["witness vkey"])]).verified
    assert only.timestamp == WITNESS_TIME


def test_the_examples_can_fail():
    bent = CHECKPOINT.replace("\n5\n", "\n6\n")
    with pytest.raises(VerifierError):
        verify_checkpoint(bent.encode(), ORIGIN, [parse_vkey(EXAMPLES["vkey"])])
