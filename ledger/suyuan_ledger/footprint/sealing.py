"""Trade secrets of line items: figures that travel apart, under a salted digest.

The construction is that of SD-JWT (RFC 9901 section 4.2): a disclosure is base64url of the JSON
array [salt, "figures", {"emission", "quantity"}]; the item keeps its SHA-256 in `_sd`. The signed
statement commits to the figures, and its holder shows them to whom it likes.
Source: docs/spec/footprint.md#sealed.
"""

from __future__ import annotations

import binascii
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Collection, Iterable
from copy import deepcopy
from hashlib import sha256
from typing import Any

from suyuan_ledger.errors import LedgerError, RefusedError
from suyuan_ledger.footprint.figures import number
from suyuan_ledger.footprint.foundations import AT, Subject
from suyuan_ledger.records.canonical import parse_strict, write_canonical
from suyuan_ledger.records.rules.footprint import check_sealed

SALT_BYTES = 16
MAX_DISCLOSURE = 1024
DISCLOSURES_FORMAT = "suyuan/disclosures@v1"
_CLAIM = "figures"
_FIGURES = ("emission", "quantity")
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)

RandomBytes = Callable[[int], bytes]


def seal(
    subject: Subject, ids: Collection[str], random: RandomBytes
) -> tuple[Subject, list[dict[str, str]]]:
    """Take the figures of some line items out of a calculated statement.

    Args:
        subject: `credentialSubject` of a FootprintStatement, as `calculate` returned it.
        ids: the line items whose figures are to be sealed.
        random: returns so many random bytes, for example `secrets.token_bytes`.

    Returns:
        The subject to be signed, and `{"item", "disclosure"}` for each sealed item, which its
        holder must keep: nobody can find the figures again.

    Raises:
        RefusedError: `record.sealed` for an item that is not there or may not be sealed, or that
            a subtotal or another item would give away.
    """
    sealed = deepcopy(subject)
    _check_at_hand(sealed["lineItems"], frozenset(ids))
    disclosures = []
    for item in sealed["lineItems"]:
        if item["id"] not in ids:
            continue
        figures = {name: item.pop(name) for name in _FIGURES}
        disclosure = make_disclosure(figures, random(SALT_BYTES))
        item["_sd"] = [disclosure_digest(disclosure)]
        disclosures.append({"item": item["id"], "disclosure": disclosure})
    check_sealed(sealed["lineItems"], f"{AT}/lineItems")
    return sealed, disclosures


def make_disclosure(figures: dict[str, str], salt: bytes) -> str:
    """Write a disclosure of quantity and emission."""
    return _base64url(write_canonical([_base64url(salt), _CLAIM, figures]))


def disclosure_digest(disclosure: str) -> str:
    """Return what `_sd` holds for a disclosure: base64url of its SHA-256."""
    return _base64url(sha256(disclosure.encode("ascii")).digest())


def unseal(subject: Subject, disclosures: Iterable[str]) -> Subject:
    """Put disclosed figures back into their line items, in place of `_sd`.

    Args:
        subject: `credentialSubject` of a FootprintStatement.
        disclosures: of some or all of its sealed items, in any order.

    Raises:
        RefusedError: `disclosure.shape`, `disclosure.twice`, `disclosure.unmatched`.
    """
    opened = deepcopy(subject)
    sealed = {item["_sd"][0]: item for item in opened["lineItems"] if "_sd" in item}
    seen: set[str] = set()
    for place, disclosure in enumerate(disclosures):
        pointer = f"/disclosures/{place}"
        figures = read_disclosure(disclosure, pointer)
        digest = disclosure_digest(disclosure)
        if digest in seen:
            raise RefusedError("disclosure.twice", pointer=pointer, found=digest)
        seen.add(digest)
        item = sealed.get(digest)
        if item is None:
            raise RefusedError(
                "disclosure.unmatched",
                pointer=pointer,
                expected="a digest of the statement",
                found=digest,
            )
        del item["_sd"]
        item.update(figures)
    return opened


def read_disclosure(disclosure: str, pointer: str = "") -> dict[str, str]:
    """Read the figures of a disclosure, which has one spelling only.

    Args:
        disclosure: base64url without padding, at most 1,024 characters.
        pointer: where it stands, for the error.

    Raises:
        RefusedError: `disclosure.shape`.
    """
    try:
        raw = _decode(disclosure)
        salt, claim, figures = parse_strict(raw)
        if (
            write_canonical([salt, claim, figures]) == raw
            and claim == _CLAIM
            and len(_decode(salt)) == SALT_BYTES
            and tuple(sorted(figures)) == _FIGURES
        ):
            number(figures["emission"])
            if number(figures["quantity"]) >= 0:
                found: dict[str, str] = figures
                return found
    except (ValueError, TypeError, LedgerError):
        pass
    raise RefusedError(
        "disclosure.shape",
        pointer=pointer,
        expected='base64url of [salt, "figures", {"emission", "quantity"}]',
        found=disclosure,
    )


def _check_at_hand(items: list[dict[str, Any]], ids: frozenset[str]) -> None:
    """Refuse to seal what is not there, or is sealed already."""
    missing = ids - {item["id"] for item in items if all(name in item for name in _FIGURES)}
    if missing:
        raise RefusedError(
            "record.sealed",
            pointer=f"{AT}/lineItems",
            expected="line items of the statement with their figures",
            found=", ".join(sorted(missing)),
        )


def _base64url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _decode(text: str) -> bytes:
    """Read base64url in its canonical form.

    Raises:
        ValueError: it is not.
    """
    if len(text) > MAX_DISCLOSURE or not _BASE64URL.fullmatch(text):
        raise ValueError(text[:MAX_DISCLOSURE])
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as error:
        raise ValueError(text) from error
    # Unused bits of the last character must be zero.
    if _base64url(raw) != text:
        raise ValueError(text)
    return raw
