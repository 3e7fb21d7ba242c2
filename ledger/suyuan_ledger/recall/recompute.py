"""A footprint calculated again with another factor (docs/spec/recall.md#figures).

The door held every emission and every total to the line items, so what a recall changes is the
difference: the line items that name what was replaced are multiplied anew, and the total moves by
what they moved. All in fractions, as at the door; rounded once, where a figure is displayed.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.footprint.claims import check_fitness
from suyuan_ledger.footprint.emission import emission_of
from suyuan_ledger.footprint.figures import fixed_text, number
from suyuan_ledger.footprint.foundations import AT
from suyuan_ledger.footprint.totals import UPTAKE, result_text
from suyuan_ledger.footprint.units import read_emission_unit
from suyuan_ledger.recall.bases import ENDED, REPLACED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from suyuan_ledger.footprint.foundations import Rules, Subject
    from suyuan_ledger.recall.bases import Base

    # What changes in a line item: its value and unit, or how much more its factor says than
    # before; or why nothing can be put in its place; or nothing.
    _Change = Subject | Fraction | str | None

RECOMPUTED, STANDS = "recomputed", "stands"
NO_REPLACEMENT, UPSTREAM, SEALED, UNREADABLE = "noReplacement", "upstream", "sealed", "unreadable"
"""What came of a figure. Whatever is neither of the first two says why it cannot be recomputed:
one of these, or the code with which the door would refuse the replacement."""

_FIRST = (NO_REPLACEMENT, UPSTREAM)
_MEMBERS = {"activityFactor": "factor", "upstreamStatement": "statement"}


@dataclass(frozen=True, slots=True)
class Figure:
    """A statement's figure after a recall.

    Attributes:
        outcome: `RECOMPUTED`, `STANDS`, or why it cannot be recomputed.
        total: the new total in kilograms of CO2e; None unless it was recomputed.
        amount: declared units that it is for.
        value: the new result as a record would write it.
        unit: of the result.
        share: of the stated footprint, what rests on what was recalled; None while it is sealed.
        share_text: the same, rounded half to even as the rule set has it.
        scale: places of the result.
    """

    outcome: str
    total: Fraction | None = None
    amount: Fraction = Fraction(1)
    value: str = ""
    unit: str = ""
    share: Fraction | None = None
    share_text: str | None = None
    scale: int = -1

    def displayed(self, unit: str, scale: int) -> str | None:
        """Write the new figure in a unit with exactly `scale` places; None without a new one.

        Raises:
            RefusedError: `footprint.result`, a record has no room for it.
        """
        if self.total is None:
            return None
        if (unit, scale) == (self.unit, self.scale):
            return self.value
        return result_text(self.total, self.amount, unit, scale, f"{AT}/result")


@dataclass(slots=True)
class _Sum:
    """What the line items of one statement come to."""

    moved: Fraction = Fraction(0)
    resting: Fraction | None = Fraction(0)
    reasons: frozenset[str] = frozenset()
    replaced: bool = False


class Recomputation:
    """Calculates statements in log order, each after those that it uses.

    Args:
        bases: what was recalled, by content digest `sha256:...`.
        replacements: by the same digest, what takes its place: `credentialSubject` of the
            FactorSubmission that was admitted, or of the FootprintStatement.
    """

    def __init__(self, bases: Mapping[str, Base], replacements: Mapping[str, Subject]) -> None:
        self._bases = bases
        self._replacements = replacements
        self._figures: dict[str, Figure] = {}
        self._ratios: dict[tuple[str, str, str], Fraction | None] = {}

    def figure(self, content: str) -> Figure | None:
        """Return what became of a statement that was calculated before."""
        return self._figures.get(content)

    def unknown(self, content: str, outcome: str) -> Figure:
        """Note that a statement's figure cannot be told."""
        figure = self._figures[content] = Figure(outcome)
        return figure

    def calculate(self, content: str, subject: Subject, rules: Rules) -> Figure:
        """Calculate one statement again.

        Args:
            content: its content digest, `sha256:...`.
            subject: its `credentialSubject`, with whatever figures were disclosed.
            rules: of the rule set that it stands under.

        Raises:
            RefusedError: the figures that it states are none.
        """
        base = self._bases.get(content)
        if base is not None:
            figure = self._of_base(base, subject, self._replacements.get(content), rules)
        else:
            figure = _figure(subject, self._add_up(subject, rules), rules)
        self._figures[content] = figure
        return figure

    def _of_base(
        self, base: Base, subject: Subject, replacement: Subject | None, rules: Rules
    ) -> Figure:
        """Say what becomes of a statement that was itself recalled."""
        share, text = Fraction(1), fixed_text(Fraction(1), rules.share_scale)
        if base.state == ENDED:
            return Figure(NO_REPLACEMENT, share=share, share_text=text)
        if base.state != REPLACED or replacement is None:
            return Figure(STANDS, share=share, share_text=text)
        if replacement["declaredUnit"] != subject["declaredUnit"]:
            return Figure("footprint.unit", share=share, share_text=text)
        total, amount = number(replacement["total"]), number(replacement["declaredAmount"])
        new = replacement["result"]
        return Figure(
            RECOMPUTED, total, amount, new["value"], new["unit"], share, text, new["scale"]
        )

    def _add_up(self, subject: Subject, rules: Rules) -> _Sum:
        """Multiply anew what names a recalled record."""
        found = _Sum()
        reasons = set()
        for item, part, new in self._resting(subject, rules):
            sealed = "emission" not in item
            if sealed or part is None:
                found.resting = None
            counts = item["category"] != UPTAKE
            stated = Fraction(0) if sealed else number(item["emission"])
            if counts and found.resting is not None and part is not None:
                found.resting += stated * part
            if isinstance(new, str):
                reasons.add(new)
            elif new is not None:
                found.replaced = True
                if sealed:
                    reasons.add(SEALED)
                    continue
                try:
                    emission = (
                        stated * new
                        if isinstance(new, Fraction)
                        else emission_of(new, subject, rules, AT)
                    )
                except RefusedError as error:
                    reasons.add(error.code)
                    continue
                if (emission < 0) if counts else (emission > 0):
                    reasons.add("footprint.sign")
                elif counts:
                    found.moved += emission - stated
        found.reasons = frozenset(reasons)
        return found

    def _resting(
        self, subject: Subject, rules: Rules
    ) -> Iterator[tuple[Subject, Fraction | None, _Change]]:
        """Yield the line items that name a recalled record.

        Yields:
            The item; the part of it that rests on what was recalled, None if nobody knows; and
            what changes in it.
        """
        for item in subject["lineItems"]:
            member = _MEMBERS.get(item["type"])
            if member == "factor":
                content = item[member]["admission"]
                base = self._bases.get(content)
                if base is not None:
                    yield item, Fraction(1), self._with_factor(base, content, item, subject, rules)
            elif member == "statement":
                figure = self._figures.get(item[member]["contentDigest"])
                if figure is not None:
                    yield item, figure.share, _with_figure(figure, item)

    def _with_factor(
        self, base: Base, content: str, item: Subject, subject: Subject, rules: Rules
    ) -> _Change:
        if base.state == ENDED:
            return NO_REPLACEMENT
        factor = self._replacements.get(content)
        if base.state != REPLACED or factor is None:
            return None
        try:
            check_fitness(subject, factor, rules, AT)
        except RefusedError as error:
            return error.code
        stated = item["factor"]
        key = (content, stated["value"], stated["valueUnit"])
        if key not in self._ratios:
            self._ratios[key] = _ratio(stated, factor)
        return self._ratios[key] or {**item, "factor": factor}


def _ratio(old: Subject, new: Subject) -> Fraction | None:
    """Return how much more a factor says than another; None if they are per different units.

    An emission is proportional to its factor, so that no quantity has to be looked at again.
    """
    before, after = read_emission_unit(old["valueUnit"]), read_emission_unit(new["valueUnit"])
    value = number(old["value"])
    if before.per != after.per or not value:
        return None
    return number(new["value"]) * after.kilograms / (value * before.kilograms)


def _with_figure(figure: Figure, item: Subject) -> _Change:
    if figure.outcome == STANDS:
        return None
    if figure.outcome != RECOMPUTED:
        return UPSTREAM
    return {**item, "statement": {"value": figure.value, "valueUnit": figure.unit}}


def _figure(subject: Subject, found: _Sum, rules: Rules) -> Figure:
    total, share, text = number(subject["total"]), found.resting, None
    if share is not None:
        share = share / total if total else Fraction(0)
        text = fixed_text(share, rules.share_scale)
    if found.reasons:
        first = [reason for reason in _FIRST if reason in found.reasons]
        others = sorted(found.reasons - {*_FIRST, SEALED})
        return Figure([*first, *others, SEALED][0], share=share, share_text=text)
    if not found.replaced:
        return Figure(STANDS, share=share, share_text=text)
    unit, scale = subject["result"]["unit"], subject["result"]["scale"]
    moved, amount = total + found.moved, number(subject["declaredAmount"])
    try:
        value = result_text(moved, amount, unit, scale, f"{AT}/result")
    except RefusedError as error:
        return Figure(error.code, share=share, share_text=text)
    return Figure(RECOMPUTED, moved, amount, value, unit, share, text, scale)
