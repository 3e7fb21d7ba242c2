"""Log entries: what the public log holds of a record, which is never its body.

    {"content":"sha256:...","envelope":"sha256:...","id":"urn:uuid:...","index":12,
     "issuer":"did:key:...","kind":"FactorSubmission","links":[...],
     "time":"2026-11-22T08:00:00Z","type":"suyuan/entry@v1"}

in canonical JSON (RFC 8785) on one line. `links` is copied from the record and absent where it has
none. `effect` stands only in entries of status kinds. `index` binds the leaf to its position: the
same record elsewhere is another leaf. docs/spec/log.md#entry; why the body stays out:
docs/adr/0002.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

import orjson

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.log.bundles import MAX_ENTRY_BYTES

if TYPE_CHECKING:
    from collections.abc import Mapping

ENTRY_TYPE = "suyuan/entry@v1"
EFFECT_MEMBERS = frozenset({"action", "impact", "effectiveFrom", "fromIndex"})

# A number above 2^53-1 does not survive every JSON parser (RFC 8785 section 3.1).
_MAX_INDEX = (1 << 53) - 1
_TIME = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})Z", re.ASCII)
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}", re.ASCII)
_TEXT_MEMBERS = ("type", "kind", "id", "issuer", "time", "content", "envelope")
_REQUIRED = frozenset({*_TEXT_MEMBERS, "index"})
_OPTIONAL = frozenset({"links", "effect"})


class ParsedRecord(Protocol):
    """What an entry needs of a record whose profile holds (`suyuan_ledger.records.profile`)."""

    @property
    def value(self) -> dict[str, Any]:
        """The record as JSON, `links` in it as signed."""
        ...

    @property
    def kind(self) -> str:
        """Second member of `type`."""
        ...

    @property
    def id(self) -> str:
        """The record's `urn:uuid:`."""
        ...

    @property
    def issuer(self) -> str:
        """The signer's did:key."""
        ...

    @property
    def content_digest(self) -> bytes:
        """SHA-256 of the canonical record without its proof."""
        ...

    @property
    def envelope_digest(self) -> bytes:
        """SHA-256 of the canonical record with its proof."""
        ...


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry read back from the log.

    Attributes:
        index: position in the log.
        kind: the record's kind.
        id: the record's `urn:uuid:`.
        issuer: the signer's did:key.
        content: content digest, 32 bytes.
        envelope: envelope digest, 32 bytes.
        time: when the log says that it integrated the record.
        links: (rel, content digest) pairs as in the record.
        effect: the public part of a status event, empty for other kinds.
    """

    index: int
    kind: str
    id: str
    issuer: str
    content: bytes
    envelope: bytes
    time: str
    links: tuple[tuple[str, bytes], ...]
    effect: dict[str, Any]


def build_entry(
    index: int, record: ParsedRecord, time: str, effect: Mapping[str, Any] | None = None
) -> bytes:
    """Write the entry of a record.

    Args:
        index: the position that it gets in the log.
        record: the record, its profile checked.
        time: the log's time of integration, `YYYY-MM-DDThh:mm:ssZ`.
        effect: for status kinds the members that the body makes public (action, impact,
            effectiveFrom, fromIndex), else None.

    Raises:
        RefusedError: `log.entry` for the index or the effect, `log.time`, `log.entry_size`.
    """
    if not 0 <= index <= _MAX_INDEX:
        raise RefusedError("log.entry", pointer="/index", expected="0 to 2^53-1", found=index)
    check_time(time)
    entry: dict[str, Any] = {
        "type": ENTRY_TYPE,
        "index": index,
        "kind": record.kind,
        "id": record.id,
        "issuer": record.issuer,
        "content": f"sha256:{record.content_digest.hex()}",
        "envelope": f"sha256:{record.envelope_digest.hex()}",
        "time": time,
    }
    links = record.value.get("links")
    if links:
        entry["links"] = links
    if effect is not None:
        _check_effect(effect)
        entry["effect"] = dict(effect)
    # The profile leaves only ASCII names, text and small integers, where sorted orjson is RFC 8785.
    raw = orjson.dumps(entry, option=orjson.OPT_SORT_KEYS)
    if len(raw) > MAX_ENTRY_BYTES:
        raise RefusedError("log.entry_size", expected=f"<= {MAX_ENTRY_BYTES} bytes", found=len(raw))
    return raw


def parse_entry(raw: bytes) -> Entry:
    """Read an entry; only the bytes that `build_entry` writes are accepted.

    Raises:
        RefusedError: `log.entry`, `log.entry_size`, `log.time`.
    """
    if len(raw) > MAX_ENTRY_BYTES:
        raise RefusedError("log.entry_size", expected=f"<= {MAX_ENTRY_BYTES} bytes", found=len(raw))
    try:
        value = orjson.loads(raw)
        canonical = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        raise RefusedError("log.entry", expected="canonical JSON") from None
    # Equality also rules out duplicate names, white space and other spellings of numbers.
    if canonical != raw or not isinstance(value, dict):
        raise RefusedError("log.entry", expected="an object in canonical JSON")
    names = value.keys()
    if not names >= _REQUIRED or not names <= _REQUIRED | _OPTIONAL:
        wrong = sorted(names ^ _REQUIRED - _OPTIONAL)
        raise RefusedError("log.entry", expected="the members of an entry", found=ascii(wrong))
    for name in _TEXT_MEMBERS:
        if not isinstance(value[name], str):
            raise RefusedError("log.entry", pointer=f"/{name}", expected="text")
    if value["type"] != ENTRY_TYPE:
        raise RefusedError(
            "log.entry", pointer="/type", expected=ENTRY_TYPE, found=ascii(value["type"])
        )
    index = value["index"]
    if type(index) is not int or not 0 <= index <= _MAX_INDEX:
        raise RefusedError("log.entry", pointer="/index", expected="0 to 2^53-1", found=index)
    check_time(value["time"])
    effect = value.get("effect", {})
    if "effect" in value:
        _check_effect(effect)
    return Entry(
        index=index,
        kind=value["kind"],
        id=value["id"],
        issuer=value["issuer"],
        content=_digest(value["content"], "/content"),
        envelope=_digest(value["envelope"], "/envelope"),
        time=value["time"],
        links=_links(value["links"]) if "links" in value else (),
        effect=effect,
    )


@lru_cache(maxsize=16)
def check_time(time: str) -> None:
    """Refuse anything but a real UTC time to the second; a batch asks again for the same one.

    Raises:
        RefusedError: `log.time`.
    """
    match = _TIME.fullmatch(time)
    if match:
        year, month, day, hour, minute, second = map(int, match.groups())
        try:
            # The constructor knows the calendar, and neither 24:00 nor a leap second.
            datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        except ValueError:
            pass
        else:
            return
    raise RefusedError("log.time", expected="YYYY-MM-DDThh:mm:ssZ", found=ascii(time))


def _check_effect(effect: object) -> None:
    if (
        not isinstance(effect, dict)
        or not effect
        or not effect.keys() <= EFFECT_MEMBERS
        or not all(
            type(item) is int and 0 <= item <= _MAX_INDEX
            if name == "fromIndex"
            else isinstance(item, str)
            for name, item in effect.items()
        )
    ):
        raise RefusedError(
            "log.entry", pointer="/effect", expected=f"some of {sorted(EFFECT_MEMBERS)}"
        )


def _links(links: object) -> tuple[tuple[str, bytes], ...]:
    if not isinstance(links, list) or not links:
        raise RefusedError("log.entry", pointer="/links", expected="a list, absent if empty")
    pairs: list[tuple[str, bytes]] = []
    for place, link in enumerate(links):
        pointer = f"/links/{place}"
        if (
            not isinstance(link, dict)
            or link.keys() != {"rel", "contentDigest"}
            or not isinstance(link["rel"], str)
        ):
            raise RefusedError("log.entry", pointer=pointer, expected="rel and contentDigest")
        pairs.append((link["rel"], _digest(link["contentDigest"], f"{pointer}/contentDigest")))
    return tuple(pairs)


def _digest(text: object, pointer: str) -> bytes:
    if not isinstance(text, str) or not _DIGEST.fullmatch(text):
        raise RefusedError(
            "log.entry", pointer=pointer, expected="sha256: and 64 hex digits", found=ascii(text)
        )
    return bytes.fromhex(text.removeprefix("sha256:"))
