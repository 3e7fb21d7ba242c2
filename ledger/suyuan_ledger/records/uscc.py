"""统一社会信用代码: the 18-character registered id of an organisation in China (GB 32100-2015).

Two characters for the registering department and category, six digits of administrative division,
nine characters of organisation code, one check character: modulo 31 with weights 3^i, over the
alphabet of the standard, which leaves out I, O, S, V and Z.
"""

from __future__ import annotations

import re

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUE = {char: value for value, char in enumerate(ALPHABET)}
_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
_FORM = re.compile(rf"[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{10}}")


def check_character(body: str) -> str:
    """Compute the 18th character from the first 17.

    Raises:
        ValueError: not 17 characters of the alphabet.
    """
    if len(body) != len(_WEIGHTS) or not set(body) <= _VALUE.keys():
        raise ValueError("not 17 characters of GB 32100")
    total = sum(_VALUE[char] * weight for char, weight in zip(body, _WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def is_uscc(text: str) -> bool:
    """Tell whether `text` has the form and the check character of GB 32100."""
    return bool(_FORM.fullmatch(text)) and check_character(text[:17]) == text[17]
