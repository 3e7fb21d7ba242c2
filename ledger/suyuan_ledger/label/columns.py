"""The columns of a certificate, and how words that are wider than one break in it.

The widths are those of `certificate.typ`, less what stays empty between two columns.
"""

from __future__ import annotations

import itertools
import re

from suyuan_ledger.label.measure import EM, cut, pieces, width
from suyuan_ledger.label.wording import Text

SIZE = 9
"""Font size of the certificate in points; some columns have a smaller one and more room."""
HEAD, FACT = 380, 345
"""Points that a word has in the heading, and beside the caption of a fact."""
NUMBER, ISSUER = 85, 120
"""The same in the columns of the signed records."""
ID, ACTIVITY, QUANTITY, BASIS = 52, 150, 66, 114
"""The same in the columns of the line items; an emission has as much as a quantity."""
REGISTRY, NAME, VALUE = 98, 260, 86
"""The same in the columns of factors and upstream statements."""

_ZERO_WIDTH_SPACE = "\u200b"
_PARTS = re.compile(r"[^-/]*[-/]|[^-/]+")
Row = tuple[Text, list[Text | str]]
"""A caption, and paragraphs of what it stands for."""


def breakable(text: str, room: int, size: int = SIZE) -> str:
    """Let a word that may be wider than its column break; every other text stays as it is.

    It breaks behind hyphens and slashes and, where they are too far apart, anywhere. The marks are
    zero-width spaces, which are copied with the text: hence none where none is needed.

    Args:
        text: what is printed; white space of any kind becomes one blank.
        room: width of its column in points.
        size: font size in points.
    """
    limit = room * EM // size
    words = ""
    for gap, piece in pieces(text):
        whole = piece
        if width(piece) > limit:
            parts = (cut(part, limit) for part in _PARTS.findall(piece))
            whole = _ZERO_WIDTH_SPACE.join(itertools.chain.from_iterable(parts))
        words += (gap if words else "") + whole
    return words


def set_text(text: Text, room: int, size: int = SIZE) -> Text:
    """Let the long words of a text in both languages break."""
    return {lang: breakable(words, room, size) for lang, words in text.items()}


def set_paragraphs(paragraphs: list[Text | str]) -> list[Text | str]:
    """Let the long words of what stands beside a caption break."""
    return [
        breakable(each, FACT) if isinstance(each, str) else set_text(each, FACT)
        for each in paragraphs
    ]
