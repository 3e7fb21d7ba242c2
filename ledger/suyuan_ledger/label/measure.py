"""How wide a text is at most, where it may break, and which size fits.

The artwork names fonts and carries none, so that it cannot know how wide its text will be. It
reckons with a wide one: DejaVu Sans Bold, whose letters are wider than those of Arial, Helvetica,
Noto Sans or Source Han Sans. Chinese characters are one em wide in every font.

Lengths are whole micrometres, widths of characters whole thousandths of an em.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

EM = 1000

# Advance widths of DejaVu Sans Bold, rounded up, U+0020 to U+007E.
_ASCII = (
    349, 457, 521, 838, 696, 1002, 873, 307, 458, 458, 523, 838, 380, 416, 380, 366,
    696, 696, 696, 696, 696, 696, 696, 696, 696, 696, 400, 400, 838, 838, 838, 581,
    1000, 774, 763, 734, 831, 684, 684, 821, 837, 373, 373, 775, 638, 996, 837, 851,
    733, 851, 771, 721, 683, 813, 774, 1104, 771, 725, 726, 458, 366, 458, 838, 500,
    500, 675, 716, 593, 716, 679, 436, 716, 712, 343, 343, 666, 343, 1042, 712, 688,
    716, 716, 494, 596, 479, 712, 652, 924, 646, 652, 583, 712, 366, 712, 838,
)  # fmt: skip
_LETTER = re.compile(
    "[\u00a1-\u00ac\u00ae-\u01c3\u01c5-\u01f0\u01f2-\u02ff\u0370-\u0482\u048a-\u052f"
    "\u2010-\u2026\u2080-\u209c]"
)
_LETTER_WIDTH = 1500
"""Bound on Latin, Greek and Cyrillic letters, dashes and subscripts; a test measures them."""
_SQUARE = re.compile(
    "[\u2e80-\u2fdf\u3000-\u3029\u3030\u3036-\u3098\u309b-\u30f6\u30fb-\u3130\u3190-\u4dbf"
    "\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff60\uffe0-\uffe6\U00020000-\U0003ffff]"
)
_CLOSING = frozenset("、。，．；：！？）》〉」』】〕”’…,.;:!?)]}%")
_OPENING = frozenset("（《〈「『【〔“‘([{")


@dataclass(frozen=True, slots=True)
class Fitted:
    """A text in lines, at a size.

    Attributes:
        size: font size in micrometres.
        lines: none is wider than what was asked for.
    """

    size: int
    lines: tuple[str, ...]


def width(text: str) -> int:
    """Return the width that a text has at most, in thousandths of an em.

    Where `is_reckoned` is false it is a guess, and the artwork makes the text keep to it.
    """
    return sum(map(_width, text))


def is_reckoned(text: str) -> bool:
    """Tell whether the widths of all characters are known: scripts of other peoples are not."""
    return all(_is_known(symbol) for symbol in text)


def fit(text: str, room: int, sizes: Sequence[int], lines: int) -> Fitted:
    """Choose the largest size at which a text takes no more than some lines.

    Nothing is ever cut off: at the smallest size the text takes as many lines as it needs.

    Args:
        text: what to set; white space of any kind separates words.
        room: width of a line in micrometres.
        sizes: font sizes in micrometres, the largest first.
        lines: how many lines it should take at most.
    """
    fitted = Fitted(sizes[0], wrap(text, room, sizes[0]))
    for size in sizes[1:]:
        if len(fitted.lines) <= lines:
            break
        fitted = Fitted(size, wrap(text, room, size))
    return fitted


def wrap(text: str, room: int, size: int) -> tuple[str, ...]:
    """Break a text into lines that fit.

    Args:
        text: what to set.
        room: width of a line in micrometres, at least one em.
        size: font size in micrometres.
    """
    limit = room * EM // size
    lines: list[str] = []
    line = ""
    for gap, piece in pieces(text):
        longer = f"{line}{gap}{piece}" if line else piece
        if width(longer) > limit:
            if line:
                lines.append(line)
            *full, longer = cut(piece, limit)
            lines += full
        line = longer
    return (*lines, line) if line else tuple(lines)


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """Split a text where a line may end.

    A line may end at white space and beside a Chinese character, but not before a mark that closes
    nor behind one that opens.

    Returns:
        Pairs of what separates the piece from the one before it, a blank or nothing, and itself.
    """
    for word in text.split():
        gap, piece = " ", ""
        for symbol in word:
            if piece and _may_part(piece[-1], symbol):
                yield gap, piece
                gap, piece = "", ""
            piece += symbol
        yield gap, piece


def _may_part(left: str, right: str) -> bool:
    if right in _CLOSING or left in _OPENING:
        return False
    return bool(_SQUARE.match(left) or _SQUARE.match(right))


def cut(piece: str, limit: int) -> list[str]:
    """Cut a piece that is wider than a line, wherever a line is full.

    Args:
        piece: what to cut.
        limit: width of a line in thousandths of an em.
    """
    parts = [""]
    for symbol in piece:
        if parts[-1] and width(parts[-1] + symbol) > limit:
            parts.append("")
        parts[-1] += symbol
    return parts


def _width(symbol: str) -> int:
    if " " <= symbol <= "~":
        return _ASCII[ord(symbol) - ord(" ")]
    return _LETTER_WIDTH if _LETTER.match(symbol) else EM


def _is_known(symbol: str) -> bool:
    return " " <= symbol <= "~" or bool(_LETTER.match(symbol) or _SQUARE.match(symbol))
