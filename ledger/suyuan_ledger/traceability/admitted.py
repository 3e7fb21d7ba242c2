"""The factors that were admitted when a check was made: what set rules compare with.

Only what the comparison needs is kept of each: a few short texts and one number. Groups and their
statistics are built once and shared by all checks of the same moment.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from suyuan_ledger.traceability.emission_unit import read_unit
from suyuan_ledger.traceability.exact import exactly

Key = tuple[str, ...]
_VARIANTS = ("variant", "technologyRoute")
_SPACES = str.maketrans("", "", " \t\n\u00a0\u3000")


class Traits(NamedTuple):
    """What set rules ask of a factor.

    Attributes:
        identities: two factors with one of these in common are the same factor.
        products: two factors with one of these in common are of the same product, series and unit.
        amount: kilograms per base unit.
    """

    identities: frozenset[Key]
    products: frozenset[Key]
    amount: Decimal


@dataclass(frozen=True, slots=True)
class AdmittedFactor:
    """One admitted factor.

    Attributes:
        index: of the FactorAdmission in the log.
        registry_number: as admitted.
        content: content digest of the submission, `sha256:...`.
        admission: content digest of the FactorAdmission.
        traits: of the submission.
    """

    index: int
    registry_number: str
    content: str
    admission: str
    traits: Traits


@dataclass(frozen=True, slots=True)
class Statistics:
    """Robust statistics of a sample, exact, in kilograms per base unit.

    Attributes:
        sample: number of factors, at least 1.
        median: of their amounts.
        deviation: median absolute deviation from it.
    """

    sample: int
    median: Decimal
    deviation: Decimal


def traits_of(record: dict[str, Any]) -> Traits:
    """Take from a FactorSubmission what set rules ask.

    Whose factor it is: the data set's owner if stated; nobody's if it is an official figure, which
    is the same whoever copies it; else the issuer's.
    """
    subject = record["credentialSubject"]
    unit = read_unit(subject["valueUnit"])
    series = subject["seriesType"]
    name = _fold(subject["productName"]["zh"])
    if "dataSetOwner" in subject:
        owner = _fold(subject["dataSetOwner"]["zh"])
    else:
        official = subject["dataStatus"] == "officialTranscribed"
        owner = "" if official else _fold(record["issuer"]["nameZh"])
    period, geography = subject["referencePeriod"], subject["geography"]
    described: Key = (
        *("described", owner, series, name),
        *(_fold(subject[member]["zh"]) if member in subject else "" for member in _VARIANTS),
        *(subject["systemBoundary"], unit.base, geography["scheme"], geography["code"]),
        *(period["start"], period["end"]),
    )
    coded: Key = ("coded", owner, series, subject["factorCode"], subject["factorVersion"])
    products: set[Key] = {(series, unit.base, "name", name)}
    for item in subject.get("classification", ()):
        products.add((series, unit.base, item["scheme"], item["code"]))
    with exactly():
        amount = Decimal(subject["value"]) * unit.to_base
    return Traits(frozenset((described, coded)), frozenset(products), amount)


class AdmittedFactors:
    """An index over admitted factors. Not changed after it is built; caches its statistics.

    Args:
        factors: in any order.

    Attributes:
        factors: in the order of their admission.
    """

    def __init__(self, factors: Iterable[AdmittedFactor]) -> None:
        self.factors = tuple(sorted(factors, key=lambda factor: factor.index))
        self._by_identity: dict[Key, list[AdmittedFactor]] = defaultdict(list)
        self._by_product: dict[Key, list[AdmittedFactor]] = defaultdict(list)
        for factor in self.factors:
            for identity in factor.traits.identities:
                self._by_identity[identity].append(factor)
            for product in factor.traits.products:
                self._by_product[product].append(factor)
        self._contents = frozenset(factor.content for factor in self.factors)
        self._statistics: dict[frozenset[Key], Statistics | None] = {}

    def same_factor(self, traits: Traits) -> list[AdmittedFactor]:
        """Return the admitted factors that are the same factor, in the order of admission."""
        found = {
            factor.index: factor
            for identity in traits.identities
            for factor in self._by_identity.get(identity, ())
        }
        return [found[index] for index in sorted(found)]

    def peers(self, products: frozenset[Key]) -> list[AdmittedFactor]:
        """Return the admitted factors of the same product, in the order of admission."""
        found = {
            factor.index: factor
            for product in products
            for factor in self._by_product.get(product, ())
        }
        return [found[index] for index in sorted(found)]

    def statistics(self, products: frozenset[Key], *, without: str) -> Statistics | None:
        """Return the statistics of a product's factors, None if there are none.

        Args:
            products: the keys of the product.
            without: content digest of the submission in hand, which is no peer of its own.
        """
        if without in self._contents:
            others = [factor for factor in self.peers(products) if factor.content != without]
            return _statistics(others)
        if products not in self._statistics:
            self._statistics[products] = _statistics(self.peers(products))
        return self._statistics[products]


def _fold(text: str) -> str:
    """Compare names without blanks and without regard to case."""
    return text.translate(_SPACES).casefold()


def _statistics(factors: list[AdmittedFactor]) -> Statistics | None:
    if not factors:
        return None
    amounts = [factor.traits.amount for factor in factors]
    with exactly():
        median = _median(amounts)
        deviation = _median([abs(amount - median) for amount in amounts])
    return Statistics(len(amounts), median, deviation)


def _median(numbers: list[Decimal]) -> Decimal:
    ordered = sorted(numbers)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) * Decimal("0.5")
