"""Evidence files that the checker was given, against the digests in the submission."""

from __future__ import annotations

import base64
import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.records.factor_rows import ascii_safe
from suyuan_ledger.traceability.outcome import NOT_APPLICABLE, PASS, Finding, fail, unknown

MAX_FILES = 63
"""A check names up to 64 inputs; one of them may be a table of other systems."""

_MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file that went into a check.

    Attributes:
        name: without its folder.
        digest: `sha256-` and base64, as records write it.
        size: bytes.
    """

    name: str
    digest: str
    size: int

    def as_member(self) -> dict[str, str]:
        """Return the item of `inputs`."""
        return {"name": self.name, "digestSRI": self.digest}


def read_evidence(folder: Path) -> list[InputFile]:
    """Digest the files of a folder, by name; hidden files and folders inside are passed over.

    Raises:
        RefusedError: `file.read`, or `trace.inputs` for more files than a check can name.
    """
    try:
        paths = sorted(
            path for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")
        )
        if len(paths) > MAX_FILES:
            raise RefusedError(
                "trace.inputs", pointer=str(folder), expected=f"<= {MAX_FILES}", found=len(paths)
            )
        return [_digest_file(path) for path in paths]
    except OSError as error:
        place = str(error.filename or folder)
        raise RefusedError("file.read", pointer=place, found=error.strerror) from None


def digest_bytes(name: str, data: bytes) -> InputFile:
    """Digest an input that is in memory already."""
    return InputFile(_shown(name), _sri(hashlib.sha256(data).digest()), len(data))


def check_files(subject: dict[str, Any], files: Sequence[InputFile] | None) -> Finding:
    """evidence.files: each item's digest and size are those of a file that was given.

    Args:
        subject: of the submission.
        files: None if the checker was given none.
    """
    items = subject.get("evidence")
    if items is None:
        return NOT_APPLICABLE
    if files is None:
        return unknown("no files given")
    sizes = {file.digest: file.size for file in files}
    missing = 0
    for place, item in enumerate(items):
        size = sizes.get(item["digestSRI"])
        if size is None:
            missing += 1
        elif size != item["size"]:
            return fail(f"{size} bytes", f"/evidence/{place}/size {item['size']}")
    if not missing:
        return PASS
    digests = {item["digestSRI"] for item in items}
    strangers = sum(file.digest not in digests for file in files)
    if strangers:
        # What was given in the place of a missing item is another file, or was changed.
        return fail(
            f"{strangers} files that the submission does not name",
            f"files of the {missing} items that have none",
        )
    return unknown(f"{missing} of {len(items)} items have no file")


def _digest_file(path: Path) -> InputFile:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").digest()
        return InputFile(_shown(path.name), _sri(digest), stream.tell())


def _sri(digest: bytes) -> str:
    return "sha256-" + base64.b64encode(digest).decode()


def _shown(name: str) -> str:
    """Make a file name fit for a record: what cannot stand there is escaped."""
    return unicodedata.normalize("NFC", ascii_safe(name))[:_MAX_NAME]
