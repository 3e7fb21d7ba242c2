"""A zip archive in the one layout that a view has (docs/spec/views.md#openlca).

Entries are stored, not compressed, and everything in the headers is fixed, so that equal contents
are equal bytes. Reading follows that layout only: nothing is ever inflated.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping

from suyuan_verifier.views.tokens import unknown

MAX_ENTRIES = 0xFFFF
_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_VERSION, _MADE_BY, _DATE, _ATTRIBUTES = 20, 0x0314, 0x0021, 0x81A40000


def format_archive(entries: Mapping[str, bytes]) -> bytes:
    """Write entries, strictly ascending by name.

    Args:
        entries: contents by name; at most 65,535.
    """
    body, directory = bytearray(), bytearray()
    for name in sorted(entries):
        raw, content = name.encode("utf-8"), entries[name]
        sizes = (zlib.crc32(content), len(content), len(content), len(raw), 0)
        central = _CENTRAL.pack(
            b"PK\x01\x02",
            _MADE_BY,
            _VERSION,
            0,
            0,
            0,
            _DATE,
            *sizes,
            0,
            0,
            0,
            _ATTRIBUTES,
            len(body),
        )
        directory += central + raw
        body += _LOCAL.pack(b"PK\x03\x04", _VERSION, 0, 0, 0, _DATE, *sizes) + raw + content
    count = len(entries)
    end = _END.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), len(body), 0)
    return bytes(body + directory + end)


def read_archive(data: bytes) -> dict[str, bytes]:
    """Read the entries of an archive by its local headers.

    Raises:
        MalformedError: `view.unknown`, unless each entry is stored and follows the one before.
    """
    entries: dict[str, bytes] = {}
    at = 0
    while data.startswith(b"PK\x03\x04", at):
        if len(data) < at + _LOCAL.size:
            raise unknown("a whole archive")
        fields = _LOCAL.unpack_from(data, at)
        _, _, flags, method, _, _, _, size, inflated, name_length, extra = fields
        start = at + _LOCAL.size + name_length + extra
        if flags or method or size != inflated or start + size > len(data):
            raise unknown("entries that are stored whole, without compression")
        raw = data[at + _LOCAL.size : at + _LOCAL.size + name_length]
        name = raw.decode("ascii", "backslashreplace")
        if len(entries) == MAX_ENTRIES:
            raise unknown(f"<= {MAX_ENTRIES} entries")
        if name in entries:
            raise unknown("each entry once", name)
        entries[name] = data[start : start + size]
        at = start + size
    return entries
