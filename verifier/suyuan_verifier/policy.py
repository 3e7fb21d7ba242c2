"""The trust policy: what the verifying party, and nobody else, decides to rely on.

Always given explicitly, never taken from a bundle, no defaults: every member is required
(docs/spec/trust-policy.md). Ranges are half-open: `from` belongs to the range, `until` does not,
null means no end. A position that no range covers is unknown, not trusted.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeVar

from suyuan_verifier.canonical import MAX_SAFE_INTEGER, canonical, is_digest, parse_json, sha256
from suyuan_verifier.errors import MalformedError, PolicyError, VerifierError
from suyuan_verifier.multibase import parse_did_key
from suyuan_verifier.note import (
    COSIGNATURE_ED25519,
    COSIGNATURE_ML_DSA_44,
    ED25519,
    VerificationKey,
    parse_vkey,
)
from suyuan_verifier.signature import check_public_key

FORMAT = "suyuan/trust@v1"
MAX_POLICY_BYTES = 1024 * 1024
MAX_ITEMS = 1024
STEPS = tuple(range(1, 11))
TRUST_BASES = ("pinned", "validators", "online")

_ADDRESS = re.compile(r"0x[0-9a-f]{40}")
_HASH = re.compile(r"0x[0-9a-f]{64}")

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Root:
    """A root authority's key and the log indexes for which it decides."""

    did: str
    from_index: int
    until_index: int | None


@dataclass(frozen=True, slots=True)
class LogKey:
    """A log key and the tree sizes for which it signs checkpoints."""

    key: VerificationKey
    from_size: int
    until_size: int | None


@dataclass(frozen=True, slots=True)
class Contract:
    """An anchor contract: chain, address, code, and the last anchor index that still counts."""

    chain_id: int
    address: bytes
    code_hash: bytes
    last_index: int | None


@dataclass(frozen=True, slots=True)
class PinnedBlock:
    """A block whose hash the verifying party obtained and compared by itself."""

    chain_id: int
    number: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class RuleSetRange:
    """A rule set by content digest and the log indexes that it governs."""

    content_digest: str
    from_index: int
    until_index: int | None


@dataclass(frozen=True, slots=True)
class TrustPolicy:
    """Everything that a verification relies on; see the module docstring.

    Attributes:
        digest: SHA-256 of the policy's canonical JSON, printed in every report.
        max_anchor_age: seconds between the anchor's block time and `now`, None for no bound.
        max_status_age: seconds, judged by step 10.
        accept_sealed: `never` or `verified`, judged by step 9.
        required_steps: the steps that must pass for VALID.
    """

    digest: bytes
    roots: tuple[Root, ...]
    rule_sets: tuple[RuleSetRange, ...]
    origin: str
    log_keys: tuple[LogKey, ...]
    witnesses: tuple[VerificationKey, ...]
    quorum: int
    contracts: tuple[Contract, ...]
    trust_bases: frozenset[str]
    pinned: tuple[PinnedBlock, ...]
    max_status_age: int
    max_anchor_age: int | None
    accept_sealed: str
    required_steps: tuple[int, ...]

    def is_root(self, did: str, index: int) -> bool:
        """Tell whether `did` is a root authority at log index `index`."""
        return any(
            root.did == did and covers(root.from_index, root.until_index, index)
            for root in self.roots
        )

    def has_root(self, index: int) -> bool:
        """Tell whether the policy names any root authority for log index `index`."""
        return any(covers(root.from_index, root.until_index, index) for root in self.roots)

    def keys_for_size(self, size: int) -> tuple[VerificationKey, ...]:
        """Return the log keys that may sign a checkpoint of `size` leaves."""
        return tuple(
            item.key for item in self.log_keys if covers(item.from_size, item.until_size, size)
        )


def covers(start: int, until: int | None, position: int) -> bool:
    """Tell whether `position` lies in the half-open range [start, until)."""
    return start <= position and (until is None or position < until)


def parse_policy(data: bytes) -> TrustPolicy:
    """Parse a trust policy.

    Raises:
        PolicyError: `policy.*`, with a JSON Pointer; nothing is guessed or filled in.
    """
    try:
        value = parse_json(data, prefix="policy", max_bytes=MAX_POLICY_BYTES, max_depth=8)
    except MalformedError as error:
        raise PolicyError(
            error.code, pointer=error.pointer, expected=error.expected, found=error.found
        ) from None
    top = _members(
        value,
        "",
        "format roots ruleSets log contracts anchorTrust maxStatusAge maxAnchorAge acceptSealed "
        "requiredSteps",
    )
    if top["format"] != FORMAT:
        raise PolicyError("policy.version", pointer="/format", expected=FORMAT, found=top["format"])
    log = _members(top["log"], "/log", "origin keys witnesses quorum")
    origin = _text(log["origin"], "/log/origin")
    witnesses = _list(log["witnesses"], "/log/witnesses", _witness)
    if len({key.public_key for key in witnesses}) != len(witnesses):
        raise _bad("/log/witnesses", "each key once", "a key twice")
    quorum = _integer(log["quorum"], "/log/quorum")
    names = {key.name for key in witnesses}
    if quorum > len(names):
        raise _bad("/log/quorum", f"<= {len(names)} witnesses", quorum)
    trust = _members(top["anchorTrust"], "/anchorTrust", "accept pinned validatorSets")
    accept = _list(trust["accept"], "/anchorTrust/accept", _one_of(*TRUST_BASES))
    if trust["validatorSets"] != []:
        raise PolicyError(
            "policy.validators",
            pointer="/anchorTrust/validatorSets",
            expected="[] (this version does not check committed seals)",
        )
    return TrustPolicy(
        digest=sha256(canonical(value)),
        roots=_list(top["roots"], "/roots", _root, low=1),
        rule_sets=_ranges(_list(top["ruleSets"], "/ruleSets", _rule_set)),
        origin=origin,
        log_keys=_list(log["keys"], "/log/keys", _log_key(origin), low=1),
        witnesses=witnesses,
        quorum=quorum,
        contracts=_unique_contracts(_list(top["contracts"], "/contracts", _contract)),
        trust_bases=frozenset(accept),
        pinned=_unique_blocks(_list(trust["pinned"], "/anchorTrust/pinned", _pinned)),
        max_status_age=_integer(top["maxStatusAge"], "/maxStatusAge"),
        max_anchor_age=_optional_integer(top["maxAnchorAge"], "/maxAnchorAge"),
        accept_sealed=_one_of("never", "verified")(top["acceptSealed"], "/acceptSealed"),
        required_steps=_steps(top["requiredSteps"]),
    )


def _root(value: Any, at: str) -> Root:
    row = _members(value, at, "did fromIndex untilIndex")
    did = _text(row["did"], f"{at}/did")
    try:
        check_public_key(parse_did_key(did))
    except VerifierError as error:
        raise _bad(f"{at}/did", "an Ed25519 did:key", f"{did} ({error.code})") from None
    return Root(did, *_range(row["fromIndex"], row["untilIndex"], at))


def _rule_set(value: Any, at: str) -> RuleSetRange:
    row = _members(value, at, "contentDigest fromIndex untilIndex")
    if not is_digest(row["contentDigest"]):
        raise _bad(f"{at}/contentDigest", "sha256: and 64 hex digits", row["contentDigest"])
    return RuleSetRange(row["contentDigest"], *_range(row["fromIndex"], row["untilIndex"], at))


def _ranges(rows: tuple[RuleSetRange, ...]) -> tuple[RuleSetRange, ...]:
    """One rule set at a time: ranges ascend and do not overlap."""
    for first, second in pairwise(rows):
        if first.until_index is None or first.until_index > second.from_index:
            raise _bad("/ruleSets", "ranges that ascend without overlap", second.from_index)
    return rows


def _log_key(origin: str) -> Callable[[Any, str], LogKey]:
    def read(value: Any, at: str) -> LogKey:
        row = _members(value, at, "vkey fromSize untilSize")
        key = _vkey(row["vkey"], f"{at}/vkey")
        if key.name != origin or key.kind != ED25519:
            raise _bad(f"{at}/vkey", f"an Ed25519 (0x01) key named {origin}", row["vkey"])
        return LogKey(key, *_range(row["fromSize"], row["untilSize"], at))

    return read


def _contract(value: Any, at: str) -> Contract:
    row = _members(value, at, "chainId address codeHash lastIndex")
    return Contract(
        chain_id=_integer(row["chainId"], f"{at}/chainId"),
        address=_hex(row["address"], f"{at}/address", _ADDRESS),
        code_hash=_hex(row["codeHash"], f"{at}/codeHash", _HASH),
        last_index=_optional_integer(row["lastIndex"], f"{at}/lastIndex"),
    )


def _unique_contracts(rows: tuple[Contract, ...]) -> tuple[Contract, ...]:
    if len({(row.chain_id, row.address) for row in rows}) != len(rows):
        raise _bad("/contracts", "each contract once", "a contract twice")
    return rows


def _pinned(value: Any, at: str) -> PinnedBlock:
    row = _members(value, at, "chainId number hash")
    return PinnedBlock(
        chain_id=_integer(row["chainId"], f"{at}/chainId"),
        number=_integer(row["number"], f"{at}/number"),
        hash=_hex(row["hash"], f"{at}/hash", _HASH),
    )


def _unique_blocks(rows: tuple[PinnedBlock, ...]) -> tuple[PinnedBlock, ...]:
    if len({(row.chain_id, row.number) for row in rows}) != len(rows):
        raise _bad("/anchorTrust/pinned", "one hash for each block", "a block twice")
    return rows


def _steps(value: Any) -> tuple[int, ...]:
    steps = _list(value, "/requiredSteps", _integer, low=1)
    if list(steps) != sorted(set(steps)) or not set(steps) <= set(STEPS):
        raise _bad("/requiredSteps", "ascending step numbers from 1 to 10", list(steps))
    return steps


def _members(value: Any, at: str, names: str) -> dict[str, Any]:
    expected = names.split()
    if not isinstance(value, dict):
        raise _bad(at, "an object", type(value).__name__)
    for name in expected:
        if name not in value:
            raise _bad(f"{at}/{name}", "a required member", "absent")
    for name in value:
        if name not in expected:
            raise _bad(at, "no such member", name.encode("unicode_escape").decode("ascii"))
    return value


def _list(value: Any, at: str, read: Callable[[Any, str], Item], low: int = 0) -> tuple[Item, ...]:
    if not isinstance(value, list) or not low <= len(value) <= MAX_ITEMS:
        raise _bad(at, f"a list of {low} to {MAX_ITEMS}", type(value).__name__)
    return tuple(read(item, f"{at}/{number}") for number, item in enumerate(value))


def _range(start: Any, until: Any, at: str) -> tuple[int, int | None]:
    first, end = _integer(start, at), _optional_integer(until, at)
    if end is not None and end <= first:
        raise _bad(at, "from < until", f"{first}, {end}")
    return first, end


def _integer(value: Any, at: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_SAFE_INTEGER:
        raise _bad(at, "an integer from 0 to 2^53-1", value)
    return value


def _optional_integer(value: Any, at: str) -> int | None:
    return None if value is None else _integer(value, at)


def _text(value: Any, at: str) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= 255:
        raise _bad(at, "a string of 1 to 255 characters", value)
    return value


def _one_of(*choices: str) -> Callable[[Any, str], str]:
    def read(value: Any, at: str) -> str:
        if not isinstance(value, str) or value not in choices:
            raise _bad(at, " | ".join(choices), value)
        return value

    return read


def _hex(value: Any, at: str, pattern: re.Pattern[str]) -> bytes:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise _bad(at, pattern.pattern, value)
    return bytes.fromhex(value[2:])


def _witness(value: Any, at: str) -> VerificationKey:
    key = _vkey(value, at)
    if key.kind not in (COSIGNATURE_ED25519, COSIGNATURE_ML_DSA_44):
        raise _bad(at, "a cosignature key (0x04 or 0x06)", f"type {key.kind:#04x}")
    return key


def _vkey(value: Any, at: str) -> VerificationKey:
    if not isinstance(value, str):
        raise _bad(at, "a C2SP verifier key", type(value).__name__)
    try:
        return parse_vkey(value)
    except VerifierError as error:
        raise _bad(at, "a C2SP verifier key", f"{value} ({error.code})") from None


def _bad(pointer: str, expected: object, found: object) -> PolicyError:
    return PolicyError("policy.shape", pointer=pointer, expected=expected, found=found)
