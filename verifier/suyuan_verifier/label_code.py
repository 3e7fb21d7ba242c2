"""The signed label record that a QR code carries (docs/spec/label.md#label-code).

    SUYUAN1:<base45(zlib(JCS(record)))>

Whoever scans it has the record's very bytes without a network: its profile, its shape and its
signature are checked here, and nothing else is. Whose key it is, whether the label was logged and
filed, whether it still stands: only a bundle tells, so that no code is ever VALID.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any

from suyuan_verifier.canonical import canonical, format_digest, parse_json
from suyuan_verifier.errors import MalformedError, VerifierError
from suyuan_verifier.record import MAX_RECORD_DEPTH, Record, read_record
from suyuan_verifier.report import Verdict
from suyuan_verifier.signature import verify_proof

PREFIX = "SUYUAN1:"
MAX_CHARACTERS = 4296
"""Alphanumeric characters of the largest QR symbol, 40-L (ISO/IEC 18004, table 7)."""
MAX_RECORD_BYTES = 64 * 1024
KIND = "LabelIssuance"
SIGNATURE_ONLY = "code.signature_only"
"""What is said of a code whose signature verifies."""

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_DIGITS = {symbol: value for value, symbol in enumerate(_ALPHABET)}
_GROUP = 3
_BYTE = 2**8
_PAIR = 2**16
_UNREADABLE = frozenset(
    {"code.prefix", "code.too_long", "code.base45", "code.compression", "code.too_large"}
)


@dataclass(frozen=True, slots=True)
class CodeResult:
    """What a label code says, and how far that is proven.

    Attributes:
        code: row of `codes.json`: `code.signature_only` if the signature verifies, else what is
            wrong.
        problem: what is wrong, None if nothing is.
        claim: what the label says; None unless the signature verifies.
    """

    code: str
    problem: VerifierError | None = None
    claim: dict[str, Any] | None = None

    @property
    def verdict(self) -> Verdict:
        """UNDECIDED at best: a signature alone proves neither who signed nor that it stands."""
        if self.problem is None:
            return Verdict.UNDECIDED
        return Verdict.UNREADABLE if self.code in _UNREADABLE else Verdict.INVALID


def check_code(text: str) -> CodeResult:
    """Check the profile, the kind and the signature of the label record in a code.

    Args:
        text: as scanned; one line end behind it, as editors leave it, is not part of it.

    Returns:
        A result; nothing about a bad code is raised.
    """
    try:
        record = decode_code(text.removesuffix("\n").removesuffix("\r"))
        verify_proof(record.value, record.content_digest)
    except VerifierError as error:
        return CodeResult(error.code, error)
    return CodeResult(SIGNATURE_ONLY, None, _claim(record))


def decode_code(text: str) -> Record:
    """Read the label record out of a code; its signature is not checked.

    Raises:
        MalformedError: `code.prefix`, `code.too_long`, `code.base45`, `code.compression`,
            `code.too_large`, `code.canonical`, `code.kind` or a `record.*` code.
    """
    if not text.startswith(PREFIX):
        raise MalformedError("code.prefix", expected=PREFIX, found=ascii(text[: len(PREFIX)]))
    if len(text) > MAX_CHARACTERS:
        raise MalformedError(
            "code.too_long",
            expected=f"<= {MAX_CHARACTERS} characters",
            found=f"{len(text)} characters",
        )
    data = _inflate(decode_base45(text[len(PREFIX) :]))
    value = parse_json(
        data, prefix="record", max_bytes=MAX_RECORD_BYTES, max_depth=MAX_RECORD_DEPTH
    )
    if canonical(value) != data:
        raise MalformedError("code.canonical", expected="RFC 8785")
    record = read_record(value, parsed=True)
    if record.kind != KIND:
        raise MalformedError("code.kind", pointer="/type/1", expected=KIND, found=record.kind)
    return record


def decode_base45(text: str) -> bytes:
    """Decode base45 (RFC 9285): three symbols are two bytes, two at the end are one.

    Every text that is accepted is the only spelling of its bytes.

    Raises:
        MalformedError: `code.base45`, for another symbol, a group whose value is too large, or a
            single symbol at the end.
    """
    data = bytearray()
    for start in range(0, len(text), _GROUP):
        group = text[start : start + _GROUP]
        number = 0
        for symbol in reversed(group):
            if symbol not in _DIGITS:
                raise MalformedError("code.base45", expected="a base45 symbol", found=ascii(symbol))
            number = number * 45 + _DIGITS[symbol]
        width = len(group) - 1
        if not width or number >= (_PAIR if width > 1 else _BYTE):
            raise MalformedError("code.base45", expected="the spelling of bytes", found=group)
        data += number.to_bytes(width, "big")
    return bytes(data)


def _inflate(data: bytes) -> bytes:
    """Inflate one zlib stream (RFC 1950), no dictionary, nothing behind it, bounded first."""
    stream = zlib.decompressobj()
    try:
        inflated = stream.decompress(data, MAX_RECORD_BYTES + 1)
    except zlib.error:
        raise MalformedError("code.compression", expected="a zlib stream") from None
    if len(inflated) > MAX_RECORD_BYTES:
        raise MalformedError(
            "code.too_large", expected=f"<= {MAX_RECORD_BYTES} bytes", found="more"
        )
    if not stream.eof:
        raise MalformedError("code.compression", expected="a whole stream", found="cut off")
    if stream.unused_data:
        raise MalformedError(
            "code.compression",
            expected="nothing behind the stream",
            found=f"{len(stream.unused_data)} bytes",
        )
    return inflated


def _claim(record: Record) -> dict[str, Any]:
    subject, value = record.subject, record.value
    claim: dict[str, Any] = {
        "contentDigest": format_digest(record.content_digest),
        "issuer": value["issuer"],
        "labelNumber": subject["labelNumber"],
        "product": subject["product"],
        "productIds": subject["productIds"],
        "value": subject["displayed"]["value"],
        "unit": subject["displayed"]["unit"],
        "systemBoundary": subject["systemBoundary"],
        "dataStatus": subject["dataStatus"],
        "validFrom": value["validFrom"],
        "qr": subject["qr"],
    }
    if "validUntil" in value:
        claim["validUntil"] = value["validUntil"]
    return claim
