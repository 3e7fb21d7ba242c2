"""Files and streams of the command line; nothing else in this package reads or writes."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from suyuan_verifier.render.terminal import printable


class UsageError(Exception):
    """The command line or a file it names cannot be used; exit code 2."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def read_file(path: Path, limit: int) -> bytes:
    """Read at most one byte more than the bound: the parser then refuses by size.

    Raises:
        UsageError: if the file cannot be read.
    """
    try:
        with path.open("rb") as stream:
            return stream.read(limit + 1)
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from None


def write_file(path: Path, data: bytes) -> None:
    """Write a file, over what was there.

    Raises:
        UsageError: if it cannot be written.
    """
    try:
        path.write_bytes(data)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from None


def base_name(name: str) -> str:
    """Return a file's name as valid Unicode: names on disk are bytes and may be no UTF-8."""
    return os.fsencode(Path(name).name).decode("utf-8", "backslashreplace")


def write_out(text: str) -> None:
    """Write UTF-8 whatever the locale says, so that Chinese text survives any terminal setting.

    A reader that goes away early, `| head`, changes nothing about the verdict or the exit code; a
    disk that is full does.

    Raises:
        UsageError: if standard output is closed or cannot be written.
    """
    if sys.stdout is None:
        raise UsageError("cannot write to standard output: it is closed")
    try:
        sys.stdout.buffer.write(text.encode("utf-8"))
        sys.stdout.buffer.flush()
    except OSError as error:
        # What is still buffered would fail again when the interpreter closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            raise UsageError(f"cannot write to standard output: {error.strerror}") from None


def complain(message: str, hint: str = "") -> None:
    """Write to standard error; where that is impossible, the exit code still says what happened."""
    if sys.stderr is None:
        return
    lines = f"suyuan-verify: error: {printable(message)}\n"
    if hint:
        lines += f"suyuan-verify: hint: {printable(hint)}\n"
    try:
        sys.stderr.write(lines)
        sys.stderr.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
