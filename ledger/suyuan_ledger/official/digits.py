"""Holds transcriptions of published figures to the published digits.

A spreadsheet turns 0.9240 into 0.924 without asking. The number is the same, the figure is not:
the last place says how exactly it was published, and rounding tolerances are taken from it.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from suyuan_ledger.official.table import official_factors


class DigitsProblem(NamedTuple):
    """Why a transcribed value is not the published one."""

    code: str
    expected: str


def official_problem(subject: dict[str, Any]) -> DigitsProblem | None:
    """Compare one transcription with the official table.

    A factor under one of our official codes must carry exactly the published figure. Under any
    other code, a transcription from a published series must have that series' number of decimals.

    Args:
        subject: a `credentialSubject` whose shape holds.

    Returns:
        `csv.official_digits` (same number, other digits), `csv.official_value` (another number),
        or None.
    """
    if subject["dataStatus"] != "officialTranscribed":
        return None
    by_code, places = _published()
    value: str = subject["value"]
    published = by_code.get(subject["factorCode"])
    if published is not None:
        if value == published:
            return None
        same = Decimal(value) == Decimal(published)
        return DigitsProblem("csv.official_digits" if same else "csv.official_value", published)
    expected = places.get(_series(subject))
    if expected is not None and _places(value) != expected:
        return DigitsProblem("csv.official_digits", f"{expected} digits after the point")
    return None


@cache
def _published() -> tuple[dict[str, str], dict[tuple[str, str, str], int]]:
    factors = official_factors()
    by_code = {factor["factorCode"]: factor["value"] for factor in factors}
    return by_code, {_series(factor): _places(factor["value"]) for factor in factors}


def _series(subject: dict[str, Any]) -> tuple[str, str, str]:
    period = subject["referencePeriod"]
    return subject["seriesType"], period["start"], period["end"]


def _places(value: str) -> int:
    return len(value.partition(".")[2])
