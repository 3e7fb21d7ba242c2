"""The parts of an XLSX file (ECMA-376 part 2), opened within bounds that are fixed beforehand.

A workbook comes from a stranger's computer. Before anything is parsed, the number of entries and
the sizes that the archive states are held to bounds; while a part is inflated, what really comes
out is counted again. A part is read as a stream of events by expat, and a document type
declaration, where entities would be declared, ends the reading.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Protocol
from xml.parsers import expat

from suyuan_ledger.errors import RefusedError

MAX_FILE_BYTES = 16 * 1024 * 1024
MAX_ENTRIES = 512
MAX_INFLATED_BYTES = 128 * 1024 * 1024
MAX_TOKEN_BYTES = 1024 * 1024
"""A tag or comment that spans several chunks is read again with each: time grows as its square."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_WORKBOOK = "xl/workbook.xml"
_RELATIONSHIPS = "xl/_rels/workbook.xml.rels"
_ENCRYPTED = 0x1
_CHUNK = 64 * 1024
# What ECMA-376 part 2 allows; expat asks Python for any other, and one name may be two alphabets.
_ENCODINGS = ("utf-8", "utf-16")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

Attributes = dict[str, str]


class Handler(Protocol):
    """What receives the events of one part; names come without their namespace."""

    def start(self, name: str, attributes: Attributes) -> None:
        """Begin an element."""

    def end(self, name: str) -> None:
        """End an element."""

    def text(self, data: str) -> None:
        """Take a piece of text."""


def is_spreadsheet(data: bytes) -> bool:
    """Tell whether a file is a spreadsheet of any format, by its first bytes."""
    return data.startswith((_OLE, _ZIP))


class Package:
    """The opened archive of one workbook.

    Args:
        data: the file.

    Raises:
        RefusedError: `xlsx.old_format`, `xlsx.too_large`, `xlsx.zip`, `xlsx.not_workbook`.
    """

    def __init__(self, data: bytes) -> None:
        if data.startswith(_OLE):
            raise RefusedError("xlsx.old_format")
        _bound("bytes", len(data), MAX_FILE_BYTES)
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError) as error:
            raise RefusedError("xlsx.zip", found=error) from None
        entries = self._archive.infolist()
        _bound("entries", len(entries), MAX_ENTRIES)
        _bound("inflated bytes", sum(entry.file_size for entry in entries), MAX_INFLATED_BYTES)
        names = {entry.filename for entry in entries}
        # Names of parts do not tell upper from lower case (ECMA-376 part 2): one reader would open
        # this part, another one that.
        if len({name.lower() for name in names}) != len(entries):
            raise RefusedError("xlsx.zip", expected="each name once", found="a name twice")
        for entry in entries:
            if entry.flag_bits & _ENCRYPTED or entry.compress_type not in _METHODS:
                raise RefusedError("xlsx.zip", pointer=entry.filename, expected="plain deflate")
        if not {_WORKBOOK, _RELATIONSHIPS} <= names:
            raise RefusedError("xlsx.not_workbook", expected=_WORKBOOK, found="absent")
        self._names = names
        self._left = MAX_INFLATED_BYTES

    def read(self, part: str, handler: Handler) -> None:
        """Send the events of one part to a handler.

        Raises:
            RefusedError: `xlsx.xml`, `xlsx.zip`, `xlsx.too_large`, or what the handler raises.
        """
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = lambda name, attributes: handler.start(
            _local(name), {_local(key): value for key, value in attributes.items()}
        )
        parser.EndElementHandler = lambda name: handler.end(_local(name))
        parser.CharacterDataHandler = handler.text
        parser.StartDoctypeDeclHandler = _refuse_declaration(part)
        parser.XmlDeclHandler = _refuse_encoding(part)
        given = 0
        try:
            for chunk in self._chunks(part):
                given += len(chunk)
                parser.Parse(chunk)
                _bound("bytes of a tag", given - parser.CurrentByteIndex, MAX_TOKEN_BYTES)
            parser.Parse(b"", True)  # noqa: FBT003 - the end, by position alone
        except expat.ExpatError as error:
            raise RefusedError("xlsx.xml", pointer=part, found=error) from None

    def relationships(self) -> dict[str, tuple[str, str]]:
        """Return (last word of the type, part) by id, of the workbook's relationships."""
        found = _Relationships()
        self.read(_RELATIONSHIPS, found)
        return found.by_id

    def has(self, part: str) -> bool:
        """Tell whether a part is there."""
        return part in self._names

    def _chunks(self, part: str) -> Iterator[bytes]:
        if part not in self._names:
            raise RefusedError("xlsx.xml", pointer=part, expected="a part", found="absent")
        try:
            with self._archive.open(part) as stream:
                while chunk := stream.read(_CHUNK):
                    self._left -= len(chunk)
                    if self._left < 0:
                        _bound("inflated bytes", "more", MAX_INFLATED_BYTES)
                    yield chunk
        # NotImplementedError: a method of another program; RuntimeError: an encrypted entry.
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError) as error:
            raise RefusedError("xlsx.zip", pointer=part, found=error) from None


class _Relationships:
    """Handler of the workbook's relationships; targets become names of parts."""

    def __init__(self) -> None:
        self.by_id: dict[str, tuple[str, str]] = {}

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/xl", attributes.get("Target", "")))
            kind = attributes.get("Type", "").rpartition("/")[2]
            self.by_id[attributes.get("Id", "")] = (kind, target.lstrip("/"))

    def end(self, name: str) -> None:
        """Nothing ends here."""

    def text(self, data: str) -> None:
        """There is no text."""


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _refuse_declaration(part: str) -> Callable[..., None]:
    def refuse(*_: object) -> None:
        raise RefusedError("xlsx.xml", pointer=part, expected="no document type", found="<!DOCTYPE")

    return refuse


def _refuse_encoding(part: str) -> Callable[[str, str | None, int], None]:
    def refuse(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in _ENCODINGS:
            expected = " or ".join(_ENCODINGS)
            raise RefusedError("xlsx.xml", pointer=part, expected=expected, found=ascii(encoding))

    return refuse


def _bound(what: str, found: object, bound: int) -> None:
    if not isinstance(found, int) or found > bound:
        raise RefusedError("xlsx.too_large", pointer=what, expected=f"<= {bound}", found=found)
