"""Text for a terminal: hostile bytes never reach it raw, and columns fit Chinese too."""

from __future__ import annotations

import re

_BLANKS = re.compile(r"[ \u3000]{3,}")
_INVISIBLE = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Printable by their category, and yet nothing is to be seen."""


def printable(text: object) -> str:
    """Escape what is not seen, so that a report cannot be made to lie.

    Control and bidirectional characters, and those that print as nothing, are escaped; a run of
    blanks becomes two, or a name could fill its line and begin the next one with a verdict.
    """
    return "".join(
        symbol
        if symbol.isprintable() and symbol not in _INVISIBLE
        else symbol.encode("unicode_escape").decode("ascii")
        for symbol in _BLANKS.sub("  ", str(text))
    )


def pad(text: str, width: int) -> str:
    """Pad to a terminal width in which a Chinese character takes two columns."""
    columns = sum(1 if symbol.isascii() else 2 for symbol in text)
    return text + " " * max(1, width - columns)
