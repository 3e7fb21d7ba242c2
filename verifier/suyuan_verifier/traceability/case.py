"""What the rules of one check read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Case:
    """What the rules read.

    Attributes:
        subject: the submission's `credentialSubject`.
        day: the day of its `validFrom`.
        plausible: interval in kg per declared unit, as stated.
        conversions: exact factor from one unit to another, as stated.
    """

    subject: Mapping[str, Any]
    day: str
    plausible: Mapping[str, tuple[str, str]]
    conversions: Mapping[tuple[str, str], str]
