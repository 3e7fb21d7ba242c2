"""StatusList: one bit per record of the log, compressed (docs/spec/kinds.md#statuslist).

The encoding is that of W3C Bitstring Status List 1.0, with one length and no slack: a list can be
read in bounded memory, and nothing hides behind the compressed bits.
"""

from __future__ import annotations

import base64
import zlib

from suyuan_verifier.kinds.terms import AT, Subject, check_ascending
from suyuan_verifier.shape import array, fail, integer, obj, one_of, text

SEGMENT_BYTES = 16_384
SEGMENT_BITS = SEGMENT_BYTES * 8
"""Records per segment: 131,072."""
MAX_ENCODED = 32_768
"""Characters of one encoded segment."""

_GZIP_WINDOW = 31  # zlib: 15 bits of window, and 16 for "gzip header and trailer, nothing else"
_LIST = obj(
    {
        "asOfTreeSize": integer(1, 2**53 - 1),
        "segments": array(
            obj(
                {
                    "purpose": one_of("refresh", "revocation", "suspension"),
                    "segment": integer(0, 2**36),
                    "encodedList": text(MAX_ENCODED, least=0),
                }
            ),
            0,
            256,
        ),
    }
)


def check_status_list(subject: Subject) -> None:
    """状态列表: which records were refreshed, revoked or suspended when the log had this size."""
    _LIST(subject, AT)
    segments = subject["segments"]
    check_ascending(
        segments,
        lambda item: (item["purpose"], item["segment"]),
        f"{AT}/segments",
        "purpose, segment",
    )
    for position, item in enumerate(segments):
        pointer = f"{AT}/segments/{position}/encodedList"
        bits = decode_segment(item["encodedList"], pointer)
        last = item["segment"] * SEGMENT_BITS + _last_bit(bits)
        if last >= subject["asOfTreeSize"]:
            raise fail(
                pointer, f"bits below {subject['asOfTreeSize']}", last, "record.status_beyond"
            )


def decode_segment(encoded: str, pointer: str = "") -> bytes:
    """Inflate one segment to its 16,384 bytes; the first bit is the highest of the first byte.

    Inflating stops one byte beyond that length, whatever the text claims to hold.

    Raises:
        MalformedError: `record.status_encoding`, `record.status_gzip`, `record.status_bomb`,
            `record.status_length`, `record.status_empty`.
    """
    packed = _decode_base64url(encoded, pointer)
    inflater = zlib.decompressobj(wbits=_GZIP_WINDOW)
    try:
        bits = inflater.decompress(packed, SEGMENT_BYTES + 1)
    except zlib.error:
        raise _broken(pointer, "no gzip data") from None
    if len(bits) > SEGMENT_BYTES:
        raise fail(pointer, f"{SEGMENT_BYTES} bytes", "more", "record.status_bomb")
    if not inflater.eof:
        raise _broken(pointer, "cut off")
    if inflater.unused_data:
        raise _broken(pointer, f"{len(inflater.unused_data)} bytes after it")
    if len(bits) < SEGMENT_BYTES:
        raise fail(pointer, f"{SEGMENT_BYTES} bytes", len(bits), "record.status_length")
    if not any(bits):
        raise fail(pointer, "at least one bit set", "none", "record.status_empty")
    return bits


def _decode_base64url(encoded: str, pointer: str) -> bytes:
    """Decode multibase `u`: base64url without padding, unused bits of the last symbol zero."""
    symbols = encoded[1:]
    try:
        data = base64.b64decode(
            symbols.encode("ascii") + b"=" * (-len(symbols) % 4), altchars=b"-_", validate=True
        )
    except ValueError:
        data = b""
    written = base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
    if not data or encoded != "u" + written:
        raise fail(
            pointer, "u and base64url without padding", encoded[:16], "record.status_encoding"
        )
    return data


def _broken(pointer: str, found: str) -> Exception:
    return fail(pointer, "exactly one gzip member", found, "record.status_gzip")


def _last_bit(bits: bytes) -> int:
    """Return the position of the last bit that is set; at least one is."""
    number = int.from_bytes(bits, "big")
    trailing_zeros = (number & -number).bit_length() - 1
    return SEGMENT_BITS - 1 - trailing_zeros
