"""What the rules over one record look at."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from suyuan_ledger.traceability.emission_unit import EmissionUnit, read_unit


@dataclass(frozen=True, slots=True)
class RuleFigures:
    """The figures of a rule set that record rules use.

    Attributes:
        plausible: (low, high) by declared unit, as stated, in kilograms per one unit.
        conversions: exact factor by (from, to), as stated.
    """

    plausible: dict[str, tuple[str, str]]
    conversions: dict[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class Submission:
    """One FactorSubmission, its value parsed once.

    Attributes:
        subject: `credentialSubject`.
        day: the day of `validFrom`.
        value: as a number.
        unit: of the value.
        figures: of the rule set.
    """

    subject: dict[str, Any]
    day: str
    value: Decimal
    unit: EmissionUnit
    figures: RuleFigures


def figures_of(rules: dict[str, Any]) -> RuleFigures:
    """Take the figures out of a RuleSet's `credentialSubject`."""
    return RuleFigures(
        {band["unit"]: (band["low"], band["high"]) for band in rules["traceability"]["plausible"]},
        {(item["from"], item["to"]): item["factor"] for item in rules["conversions"]},
    )


def read_submission(record: dict[str, Any], figures: RuleFigures) -> Submission:
    """Prepare a FactorSubmission whose shape holds."""
    subject = record["credentialSubject"]
    return Submission(
        subject,
        record["validFrom"][:10],
        Decimal(subject["value"]),
        read_unit(subject["valueUnit"]),
        figures,
    )
