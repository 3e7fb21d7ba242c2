"""What a statement rests on, and the part of a rule set by which it is judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.footprint.units import Conversions, read_conversions

Subject = dict[str, Any]
"""A record's `credentialSubject`, or a member of it."""

AT = "/credentialSubject"
"""Where every pointer into a statement begins."""


@dataclass(frozen=True, slots=True)
class Foundations:
    """The records that a statement's line items and links name, by content digest `sha256:...`.

    Attributes:
        factors: by the digest of a FactorAdmission, `credentialSubject` of the FactorSubmission
            that it admits.
        statements: `credentialSubject` of each upstream FootprintStatement.
        method: `credentialSubject` of the MethodReference that the statement is based on, if any.
    """

    factors: Mapping[str, Subject] = field(default_factory=dict)
    statements: Mapping[str, Subject] = field(default_factory=dict)
    method: Subject | None = None

    def factor_of(self, item: Mapping[str, Any], pointer: str) -> Subject:
        """Return the admitted submission that a line item of type activityFactor names.

        Raises:
            RefusedError: `footprint.not_admitted`.
        """
        return _find(self.factors, item["factor"]["admission"], f"{pointer}/factor/admission")

    def statement_of(self, item: Mapping[str, Any], pointer: str) -> Subject:
        """Return the statement that a line item of type upstreamStatement names.

        Raises:
            RefusedError: `footprint.not_admitted`.
        """
        named = item["statement"]["contentDigest"]
        return _find(self.statements, named, f"{pointer}/statement/contentDigest")


@dataclass(frozen=True, slots=True)
class Rules:
    """What a rule set says about footprints.

    Attributes:
        boundaries: by a statement's boundary, those of the factors that it may use.
        factor_age: years that a factor's period may end before the statement's begins.
        electricity: average, generation or transmission, by the code of an official factor.
        scales: places of each formula that is allowed.
        share_scale: places of a computed share.
        conversions: exact conversions of units.
        caps: the rule set's `caps`.
    """

    boundaries: Mapping[str, frozenset[str]]
    factor_age: int
    electricity: Mapping[str, str]
    scales: Mapping[str, int]
    share_scale: int
    conversions: Conversions
    caps: Mapping[str, Any]

    def cap(self, name: str) -> Fraction:
        """Return one of the caps that are shares."""
        return Fraction(self.caps[name])


def read_rules(rule_set: Mapping[str, Any]) -> Rules:
    """Take what concerns footprints out of a RuleSet's `credentialSubject`.

    Raises:
        RefusedError: `footprint.rules`, it says nothing about them.
    """
    given = rule_set.get("footprint")
    if given is None:
        raise RefusedError(
            "footprint.rules",
            pointer="/links",
            expected="a rule set with the member footprint",
            found=f"{rule_set['ruleSetId']} {rule_set['version']}",
        )
    return Rules(
        boundaries={item["statement"]: frozenset(item["factors"]) for item in given["boundaries"]},
        factor_age=given["factorAgeYears"],
        electricity={item["factorCode"]: item["type"] for item in given["electricity"]},
        scales={item["id"]: item["scale"] for item in given["formulas"]},
        share_scale=given["shareScale"],
        conversions=read_conversions(rule_set),
        caps=rule_set["caps"],
    )


def _find(found: Mapping[str, Subject], digest: str, pointer: str) -> Subject:
    record = found.get(digest)
    if record is None:
        raise RefusedError(
            "footprint.not_admitted",
            pointer=pointer,
            expected="a record that is at hand and of the right kind",
            found=digest,
        )
    return record
