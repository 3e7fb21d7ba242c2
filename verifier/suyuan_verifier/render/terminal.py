"""Text for a terminal: hostile bytes never reach it raw, and columns fit Chinese too."""

from __future__ import annotations


def printable(text: object) -> str:
    """Escape control and bidirectional characters, so that a report cannot be made to lie."""
    return "".join(
        symbol if symbol.isprintable() else symbol.encode("unicode_escape").decode("ascii")
        for symbol in str(text)
    )


def pad(text: str, width: int) -> str:
    """Pad to a terminal width in which a Chinese character takes two columns."""
    columns = sum(1 if symbol.isascii() else 2 for symbol in text)
    return text + " " * max(1, width - columns)
