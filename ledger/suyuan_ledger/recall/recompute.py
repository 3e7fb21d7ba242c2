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
from suyuan_ledger.recall.bases import ENDED, REPLACED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from suyuan_ledger.footprint.foundations import Rules, Subject
    from suyuan_ledger.recall.bases import Base

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
        share_scale: places of a share under the statement's rule set.
    """

    outcome: str
    total: Fraction | None = None
    amount: Fraction = Fraction(1)
    value: str = ""
    unit: str = ""
    share: Fraction | None = None
    share_scale: int = 0

    def displayed(self, unit: str, scale: int) -> str | None:
        """Write the new figure in a unit with exactly `scale` places; None without a new one.

        Raises:
            RefusedError: `footprint.result`, a record has no room for it.
        """
        if self.total is None:
            return None
        return result_text(self.total, self.amount, unit, scale, f"{AT}/result")

    def shown_share(self) -> str | None:
        """Write the share, rounded half to even; None while it is not known."""
        return None if self.share is None else fixed_text(self.share, self.share_scale)


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
        whole, scale = Fraction(1), rules.share_scale
        if base.state == ENDED:
            return Figure(NO_REPLACEMENT, share=whole, share_scale=scale)
        if base.state != REPLACED or replacement is None:
            return Figure(STANDS, share=whole, share_scale=scale)
        if replacement["declaredUnit"] != subject["declaredUnit"]:
            return Figure("footprint.unit", share=whole, share_scale=scale)
        total, amount = number(replacement["total"]), number(replacement["declaredAmount"])
        value, unit = replacement["result"]["value"], replacement["result"]["unit"]
        return Figure(RECOMPUTED, total, amount, value, unit, whole, scale)

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
                    emission = emission_of(new, subject, rules, AT)
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
    ) -> Iterator[tuple[Subject, Fraction | None, Subject | str | None]]:
        """Yield the line items that name a recalled record.

        Yields:
            The item; the part of it that rests on what was recalled, None if nobody knows; and the
            item with the value of the replacement, or why there is none, or None if it stands.
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
    ) -> Subject | str | None:
        if base.state == ENDED:
            return NO_REPLACEMENT
        factor = self._replacements.get(content)
        if base.state != REPLACED or factor is None:
            return None
        try:
            check_fitness(subject, factor, rules, AT)
        except RefusedError as error:
            return error.code
        return {**item, "factor": factor}


def _with_figure(figure: Figure, item: Subject) -> Subject | str | None:
    if figure.outcome == STANDS:
        return None
    if figure.outcome != RECOMPUTED:
        return UPSTREAM
    return {**item, "statement": {"value": figure.value, "valueUnit": figure.unit}}


def _figure(subject: Subject, found: _Sum, rules: Rules) -> Figure:
    total, share = number(subject["total"]), found.resting
    if share is not None:
        share = share / total if total else Fraction(0)
    if found.reasons:
        first = [reason for reason in _FIRST if reason in found.reasons]
        others = sorted(found.reasons - {*_FIRST, SEALED})
        outcome = [*first, *others, SEALED][0]
        return Figure(outcome, share=share, share_scale=rules.share_scale)
    if not found.replaced:
        return Figure(STANDS, share=share, share_scale=rules.share_scale)
    result, moved = subject["result"], total + found.moved
    amount = number(subject["declaredAmount"])
    try:
        value = result_text(moved, amount, result["unit"], result["scale"], f"{AT}/result")
    except RefusedError as error:
        return Figure(error.code, share=share, share_scale=rules.share_scale)
    return Figure(RECOMPUTED, moved, amount, value, result["unit"], share, rules.share_scale)
