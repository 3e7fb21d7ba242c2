"""Single inclusion proofs as files that other software reads too (C2SP tlog-proof).

    c2sp.org/tlog-proof@v1
    extra <base64>          optional; not covered by any signature
    index <decimal>
    <base64 hash>           none to 63, the leaf's sibling first
    <empty line>
    <the signed checkpoint, byte for byte>

The file's name ends in `.tlog-proof`. Size and root are those of the checkpoint, once its signature
is verified; the file itself proves nothing (docs/spec/log.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.log.encodings import format_base64, parse_base64, parse_decimal
from suyuan_ledger.log.hashing import HASH_SIZE
from suyuan_ledger.log.note import MAX_NOTE_BYTES, parse_note

if TYPE_CHECKING:
    from collections.abc import Sequence

HEADER = "c2sp.org/tlog-proof@v1"
MAX_HASHES = 63
MAX_EXTRA_BYTES = 65_536
# Header, extra data in base64, index, hashes of 45 bytes a line, and a note.
MAX_FILE_BYTES = 64 + MAX_EXTRA_BYTES * 4 // 3 + 64 + MAX_HASHES * 45 + MAX_NOTE_BYTES

_CODE = "log.proof_file"


@dataclass(frozen=True, slots=True)
class ProofFile:
    """What a proof file says, none of it verified.

    Attributes:
        index: position of the entry in the log.
        hashes: inclusion proof, the leaf's sibling first.
        checkpoint: the signed note as received.
        extra: data for the application, None if the line is absent.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None


def format_proof_file(
    index: int, hashes: Sequence[bytes], checkpoint: bytes, extra: bytes | None = None
) -> bytes:
    """Write a proof file.

    Raises:
        RefusedError: `log.proof_file`, or a `note.*` code for the checkpoint.
    """
    for place, value in enumerate(hashes):
        # An empty hash would be an empty line, which ends the proof.
        if len(value) != HASH_SIZE:
            raise RefusedError(
                _CODE, pointer=f"/hashes/{place}", expected=f"{HASH_SIZE} bytes", found=len(value)
            )
    lines = [HEADER]
    if extra is not None:
        lines.append(f"extra {format_base64(extra)}")
    lines.append(f"index {index}")
    lines += map(format_base64, hashes)
    raw = "\n".join([*lines, "", ""]).encode() + checkpoint
    parse_proof_file(raw)
    return raw


def parse_proof_file(raw: bytes) -> ProofFile:
    """Read a proof file.

    Raises:
        RefusedError: `log.proof_file`, or a `note.*` code for the checkpoint.
    """
    if len(raw) > MAX_FILE_BYTES:
        raise RefusedError(_CODE, expected=f"<= {MAX_FILE_BYTES} bytes", found=len(raw))
    head, separator, checkpoint = raw.partition(b"\n\n")
    if not separator:
        raise RefusedError(_CODE, expected="an empty line before the checkpoint")
    lines = head.decode("ascii", "replace").split("\n")
    if lines[0] != HEADER:
        raise RefusedError(_CODE, pointer="line 1", expected=HEADER, found=ascii(lines[0]))
    at = 1
    extra = None
    if lines[at:] and lines[at].startswith("extra "):
        extra = parse_base64(lines[at][len("extra ") :], _CODE, pointer="line 2")
        if len(extra) > MAX_EXTRA_BYTES:
            raise RefusedError(
                _CODE, pointer="line 2", expected=f"<= {MAX_EXTRA_BYTES} bytes", found=len(extra)
            )
        at += 1
    if not lines[at:] or not lines[at].startswith("index "):
        raise RefusedError(_CODE, pointer=f"line {at + 1}", expected="index <decimal>")
    index = parse_decimal(lines[at][len("index ") :], _CODE, pointer=f"line {at + 1}")
    encoded = lines[at + 1 :]
    if len(encoded) > MAX_HASHES:
        raise RefusedError(_CODE, expected=f"<= {MAX_HASHES} hashes", found=len(encoded))
    hashes = tuple(
        parse_base64(line, _CODE, pointer=f"line {number}", size=HASH_SIZE)
        for number, line in enumerate(encoded, at + 2)
    )
    parse_note(checkpoint)
    return ProofFile(index, hashes, checkpoint, extra)
