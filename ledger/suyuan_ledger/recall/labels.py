"""Every footprint, certificate and label that a recall reaches, with its figure calculated again.

One pass in log order: a statement comes after those that it uses, a certificate after its
statement, a label after its certificate. What is kept of a statement is its figure, not its body,
so that a hundred thousand footprints fit into memory (benchmarks/recall_labels.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.footprint.emission import emission_of
from suyuan_ledger.footprint.figures import number
from suyuan_ledger.footprint.foundations import AT, Rules, read_rules
from suyuan_ledger.footprint.sealing import unseal
from suyuan_ledger.recall.archive import link_of
from suyuan_ledger.recall.bases import ADMISSION, STATEMENT, Base, bases_of
from suyuan_ledger.recall.graph import collector_paused
from suyuan_ledger.recall.recompute import STANDS, UNREADABLE, Figure, Recomputation
from suyuan_ledger.records.profile import format_digest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from suyuan_ledger.recall.archive import Archive, Value
    from suyuan_ledger.recall.graph import Reached, Recall

    Subject = dict[str, Any]

CERTIFICATE, LABEL = "Certificate", "LabelIssuance"
FIGURE_KINDS = (STATEMENT, CERTIFICATE, LABEL)
_SUBMISSION, _RULES = "FactorSubmission", "RuleSet"
# The member that is displayed, and the one with the number, by kind.
_SHOWN = {STATEMENT: "result", CERTIFICATE: "declared", LABEL: "displayed"}
_NUMBER = {CERTIFICATE: "certificateNumber", LABEL: "labelNumber"}


@dataclass(frozen=True, slots=True)
class Row:
    """What becomes of one displayed figure.

    Attributes:
        record: the statement, certificate or label.
        number: its certificate or label number; empty for a statement.
        product: the product's name in Chinese and English.
        unit: of both figures.
        stated: the figure as it is displayed now.
        outcome: `recomputed`, `stands`, or why it cannot be recomputed.
        recomputed: the new figure, rounded as the old one; None unless it was recomputed.
        share: of the footprint, what rests on what was recalled; None while it is sealed.
    """

    record: Reached
    number: str
    product: tuple[str, str]
    unit: str
    stated: str
    outcome: str
    recomputed: str | None
    share: str | None

    @property
    def changes(self) -> bool | None:
        """Whether what is displayed changes; None if it cannot be recomputed."""
        if self.outcome == STANDS:
            return False
        return None if self.recomputed is None else self.recomputed != self.stated


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures that a recall reaches.

    Attributes:
        bases: what was recalled, and what takes its place.
        values: by content digest of a replacement, its number, value and unit.
        rows: the figures, by log index.
    """

    bases: list[Base]
    values: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)


def list_figures(
    archive: Archive,
    result: Recall,
    replacement: str | None = None,
    disclosures: Mapping[str, Sequence[str]] | None = None,
) -> Figures:
    """List every footprint, certificate and label that a recall reaches.

    Args:
        archive: the bodies.
        result: the recall.
        replacement: content digest, `sha256:...`, of what takes the place of what was recalled; the
            log says it if absent.
        disclosures: of sealed line items, by content digest of their statement.

    Raises:
        RefusedError: `recall.replacement` if a replacement is not logged or of another kind;
            `disclosures.other` for a statement that is not reached; `disclosure.*`.
    """
    return _Listing(archive, result, replacement, disclosures or {}).list()


class _Listing:
    def __init__(
        self,
        archive: Archive,
        result: Recall,
        replacement: str | None,
        disclosures: Mapping[str, Sequence[str]],
    ) -> None:
        self._archive = archive
        self._disclosures = disclosures
        self._figures = Figures(bases_of(result, replacement))
        bases = {format_digest(base.record.content): base for base in self._figures.bases}
        self._sums = Recomputation(bases, self._replacements(bases))
        self._records = sorted(
            (record for record in (*result.starts, *result.reached) if record.kind in FIGURE_KINDS),
            key=lambda record: record.index,
        )
        self._certified: dict[str, Figure] = {}
        self._rules: dict[str, Rules | str] = {}
        self._products: dict[tuple[str, str], tuple[str, str]] = {}

    def list(self) -> Figures:
        """Calculate every figure."""
        unused = set(self._disclosures)
        with collector_paused():
            self._list(unused)
        if unused:
            raise RefusedError(
                "disclosures.other", expected="a statement of this recall", found=min(unused)
            )
        return self._figures

    def _list(self, unused: set[str]) -> None:
        for record, value in self._archive.read(self._records):
            content = format_digest(record.content)
            if record.kind == STATEMENT:
                unused.discard(content)
            self._figures.rows.append(self._row(record, content, value))

    def _replacements(self, bases: Mapping[str, Base]) -> dict[str, Subject]:
        """Read what takes the place of each base, by the base's digest."""
        found: dict[str, Subject] = {}
        for content, base in bases.items():
            if base.replacement is None:
                continue
            value = self._archive.get(base.replacement, (base.record.kind,))
            subject: Subject = value["credentialSubject"]
            shown = ("", "", "")
            if base.record.kind == ADMISSION:
                number_ = subject["registryNumber"]
                submission = link_of(value, "about") or ""
                subject = self._archive.get(submission, (_SUBMISSION,))["credentialSubject"]
                shown = (number_, subject["value"], subject["valueUnit"])
            else:
                shown = ("", subject["result"]["value"], subject["result"]["unit"])
            self._figures.values[base.replacement] = shown
            found[content] = subject
        return found

    def _row(self, record: Reached, content: str, value: Value | None) -> Row:
        try:
            if value is not None:
                return self._read(record, content, value)
        except (KeyError, TypeError, ValueError, AttributeError, ZeroDivisionError):
            # No such record comes in by the door; a log that holds one is for an audit.
            pass
        self._sums.unknown(content, UNREADABLE)
        return Row(record, "", ("", ""), "", "", UNREADABLE, None, None)

    def _read(self, record: Reached, content: str, value: Value) -> Row:
        subject = value["credentialSubject"]
        shown = subject[_SHOWN[record.kind]]
        figure = self._figure(record.kind, content, value)
        outcome, recomputed = figure.outcome, None
        try:
            recomputed = figure.displayed(shown["unit"], shown["scale"])
        except RefusedError as error:
            outcome = error.code
        return Row(
            record,
            subject[_NUMBER[record.kind]] if record.kind in _NUMBER else "",
            self._product(subject["product"]["name"]),
            shown["unit"],
            shown["value"],
            outcome,
            recomputed,
            figure.share_text,
        )

    def _figure(self, kind: str, content: str, value: Value) -> Figure:
        """Return the figure of a statement, or of the one at the end of a chain of `about`."""
        if kind == STATEMENT:
            return self._statement(content, value)
        about = link_of(value, "about") or ""
        if kind == CERTIFICATE:
            figure = self._sums.figure(about) or Figure(STANDS)
            self._certified[content] = figure
            return figure
        return self._certified.get(about) or Figure(STANDS)

    def _statement(self, content: str, value: Value) -> Figure:
        subject = value["credentialSubject"]
        rules = self._rules_of(value)
        if isinstance(rules, str):
            return self._sums.unknown(content, rules)
        disclosed = self._disclosures.get(content)
        if disclosed:
            subject = unseal(subject, disclosed)
        try:
            if disclosed:
                _check_emissions(subject, rules)
            return self._sums.calculate(content, subject, rules)
        except RefusedError as error:
            return self._sums.unknown(content, error.code)

    def _rules_of(self, value: Value) -> Rules | str:
        """Read the rule set of a statement, once each; a code if it cannot be used."""
        content = link_of(value, "underRule") or ""
        if content not in self._rules:
            try:
                rule_set = self._archive.get(content, (_RULES,))
                self._rules[content] = read_rules(rule_set["credentialSubject"])
            except RefusedError:
                self._rules[content] = "footprint.rules"
        return self._rules[content]

    def _product(self, name: Subject) -> tuple[str, str]:
        """Keep one copy of each name: certificate and label repeat their statement's."""
        names = (name["zh"], name["en"])
        return self._products.setdefault(names, names)


def _check_emissions(subject: Subject, rules: Rules) -> None:
    """Hold disclosed emissions against their quantities; the door never saw them.

    Raises:
        RefusedError: `footprint.emission`.
    """
    for place, item in enumerate(subject["lineItems"]):
        if "emission" not in item:
            continue
        pointer = f"{AT}/lineItems/{place}"
        expected = emission_of(item, subject, rules, pointer)
        if number(item["emission"], pointer) != expected:
            raise RefusedError("footprint.emission", pointer=pointer, found=item["emission"])
