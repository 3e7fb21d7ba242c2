"""Unified social credit identifier (统一社会信用代码, GB 32100-2015).

Eighteen characters: registration department, category, six digits of administrative division,
nine characters of organisation code (GB 11714), one check character computed modulo 31.
"""

from __future__ import annotations

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = tuple(3**position % 31 for position in range(17))


def is_credit_code(code: str) -> bool:
    """Tell whether an 18-character identifier is well formed and its check character is right."""
    if len(code) != 18 or any(symbol not in _ALPHABET for symbol in code):
        return False
    if not code[2:8].isdecimal():
        return False
    total = sum(w * _ALPHABET.index(s) for w, s in zip(_WEIGHTS, code[:17], strict=True))
    return _ALPHABET[-total % 31] == code[17]
