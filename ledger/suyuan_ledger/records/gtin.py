"""GTIN: the number of a trade item (GS1 General Specifications section 7.9, check digits).

Eight, twelve, thirteen or fourteen digits. Counted from the right, the last digit has weight 1, the
one before it 3, then 1 again; with these weights the digits make a multiple of ten.
"""

from __future__ import annotations

import re

_FORM = re.compile(r"[0-9]{8}|[0-9]{12,14}")


def check_digit(body: str) -> str:
    """Compute the last digit of a GTIN from those before it.

    Raises:
        ValueError: not 7, 11, 12 or 13 digits.
    """
    if not _FORM.fullmatch(body + "0"):
        raise ValueError("not 7, 11, 12 or 13 digits")
    total = sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(reversed(body)))
    return str(-total % 10)


def is_gtin(text: str) -> bool:
    """Tell whether `text` has the form and the check digit of a GTIN."""
    return bool(_FORM.fullmatch(text)) and check_digit(text[:-1]) == text[-1]
