"""What a rule set says of footprints (docs/spec/kinds.md#ruleset, `footprint`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from suyuan_verifier.footprint.exact import ONE


@dataclass(frozen=True, slots=True)
class FootprintRules:
    """The figures by which footprints are judged.

    Attributes:
        boundaries: factor boundaries that a statement of each boundary may use.
        factor_age_years: how long before the statement's period a factor's may have ended.
        electricity: type of each official electricity factor, by factor code.
        formulas: places to which each formula's result is rounded.
        share_scale: places of the primary data shares.
        conversions: exact factors between units, by (from, to).
        cut_off_single: largest share that one neglected item may have.
        cut_off_total: largest share of all of them.
        external_share: largest share of items from databases outside.
        certificate_months: longest validity of a certificate.
    """

    boundaries: Mapping[str, frozenset[str]]
    factor_age_years: int
    electricity: Mapping[str, str]
    formulas: Mapping[str, int]
    share_scale: int
    conversions: Mapping[tuple[str, str], Decimal]
    cut_off_single: Decimal
    cut_off_total: Decimal
    external_share: Decimal
    certificate_months: int

    def conversion(self, unit: str, to: str) -> Decimal | None:
        """Return how many `to` one `unit` is, None if the rule set does not say it exactly."""
        return ONE if unit == to else self.conversions.get((unit, to))


def read_rules(rule_set: dict[str, Any]) -> FootprintRules | None:
    """Read the rules of a rule set; None if it says nothing of footprints.

    Args:
        rule_set: `credentialSubject` of a RuleSet whose shape holds.
    """
    own = rule_set.get("footprint")
    if own is None:
        return None
    caps = rule_set["caps"]
    return FootprintRules(
        boundaries={row["statement"]: frozenset(row["factors"]) for row in own["boundaries"]},
        factor_age_years=own["factorAgeYears"],
        electricity={row["factorCode"]: row["type"] for row in own["electricity"]},
        formulas={row["id"]: row["scale"] for row in own["formulas"]},
        share_scale=own["shareScale"],
        conversions=read_conversions(rule_set),
        cut_off_single=Decimal(caps["cutOffSingle"]),
        cut_off_total=Decimal(caps["cutOffTotal"]),
        external_share=Decimal(caps["externalShare"]),
        certificate_months=caps["certificateMonths"],
    )


def read_conversions(rule_set: dict[str, Any]) -> dict[tuple[str, str], Decimal]:
    """Return the exact conversions of a rule set, by (from, to)."""
    return {(row["from"], row["to"]): Decimal(row["factor"]) for row in rule_set["conversions"]}
