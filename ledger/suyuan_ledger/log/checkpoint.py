"""Checkpoints: what the log says of itself, signed (C2SP tlog-checkpoint v1.0.0).

    origin LF            the log's name, and the name of the key that signs
    size LF              number of entries, ASCII decimal
    base64(root) LF      root of the tree of that size

The ledger writes these three lines and no extension lines, and reads back nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.log.encodings import format_base64, parse_base64, parse_decimal
from suyuan_ledger.log.hashing import EMPTY_ROOT, HASH_SIZE
from suyuan_ledger.log.note import LogKey, open_note, sign_note

if TYPE_CHECKING:
    from suyuan_ledger.log.note import NoteSigner

# A witness that cosigns with ML-DSA-44 gives the origin's length in one byte (tlog-cosignature).
MAX_ORIGIN_BYTES = 255
_LINES = 3


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log's claim about one moment of its life.

    Attributes:
        origin: the log's name.
        size: number of entries.
        root: root of the tree over them, 32 bytes.
    """

    origin: str
    size: int
    root: bytes


def format_checkpoint(origin: str, size: int, root: bytes) -> str:
    """Write the text of a checkpoint.

    Raises:
        RefusedError: a `checkpoint.*` code, a value cannot stand in a checkpoint.
    """
    text = f"{origin}\n{size}\n{format_base64(root)}\n"
    parse_checkpoint(text)
    return text


def parse_checkpoint(text: str) -> Checkpoint:
    """Read the text of a checkpoint.

    Raises:
        RefusedError: `checkpoint.lines`, `checkpoint.origin_length`, `checkpoint.size`,
            `checkpoint.root`, `checkpoint.empty_root`.
    """
    lines = text.split("\n")
    if len(lines) != _LINES + 1 or lines.pop() or not all(lines):
        raise RefusedError("checkpoint.lines", expected="three lines, each ending in LF")
    origin, size_text, root_text = lines
    length = len(origin.encode("utf-8", "surrogatepass"))
    if length > MAX_ORIGIN_BYTES:
        raise RefusedError(
            "checkpoint.origin_length", expected=f"<= {MAX_ORIGIN_BYTES} bytes", found=length
        )
    size = parse_decimal(size_text, "checkpoint.size")
    root = parse_base64(root_text, "checkpoint.root", size=HASH_SIZE)
    if size == 0 and root != EMPTY_ROOT:
        raise RefusedError("checkpoint.empty_root", expected=EMPTY_ROOT.hex(), found=root.hex())
    return Checkpoint(origin, size, root)


def sign_checkpoint(origin: str, size: int, root: bytes, signer: NoteSigner) -> bytes:
    """Sign a checkpoint under the log's name.

    Raises:
        RefusedError: a `checkpoint.*` or `note.*` code.
        KeyAccessError: `log.signer`.
    """
    return sign_note(format_checkpoint(origin, size, root), [(origin, signer)])


def open_checkpoint(raw: bytes, key: LogKey) -> Checkpoint:
    """Verify and read a signed checkpoint of this log.

    Raises:
        RefusedError: a `note.*` or `checkpoint.*` code; `checkpoint.origin` for another log's.
    """
    checkpoint = parse_checkpoint(open_note(raw, key))
    if checkpoint.origin != key.name:
        raise RefusedError("checkpoint.origin", expected=key.name, found=ascii(checkpoint.origin))
    return checkpoint
