"""Step 9 over one bundle: every footprint recomputed, every displayed figure rounded again.

Nothing is believed because it was signed: a total counts that follows from its lines, a line that
follows from an admitted factor (docs/spec/footprint.md).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from suyuan_verifier.canonical import format_digest
from suyuan_verifier.disclosure import Figures, parse_disclosures
from suyuan_verifier.enrolments import Logged
from suyuan_verifier.errors import MalformedError, ProofError, VerifierError
from suyuan_verifier.events import REVOCATION, Event, bits_of
from suyuan_verifier.footprint.electricity import check_electricity
from suyuan_verifier.footprint.emission import compute_emission
from suyuan_verifier.footprint.exact import brief
from suyuan_verifier.footprint.factors import (
    CBAM,
    Named,
    Resolver,
    check_factor,
    check_upstream,
)
from suyuan_verifier.footprint.lineage import (
    OrganisationOf,
    Standing,
    find_cycles,
    find_reused_certificates,
)
from suyuan_verifier.footprint.rules import FootprintRules, read_rules
from suyuan_verifier.footprint.statement import Line, Statement, read_statement
from suyuan_verifier.footprint.totals import (
    DISPLAYED_DIGITS,
    check_cut_off,
    check_data_status,
    check_shares,
    check_totals,
    is_coarse,
    per_unit,
)
from suyuan_verifier.kinds.terms import AT
from suyuan_verifier.report import Check, Outcome

RuleSetOf = Callable[[Logged], Logged]
"""Returns the rule set in force at a record's place, or raises what step 8 said of it."""

_FIGURES = {"Certificate": "declared", "LabelIssuance": "displayed"}


class Arithmetic:
    """Executes step 9 for one bundle, after step 4 found nothing wrong.

    Args:
        logged: the bundle's records, in log order.
        disclosures: the bundle's `disclosures`, as parsed JSON.
        events: what is known to act on each record, by its content digest.
        rule_set: finds the rule set in force.
        organisation: names the organisation of a record's signer.
        confirmed: digests of the statements that an independent body verified.
        accept_sealed: whether the policy accepts a confirmed statement with sealed lines.
    """

    def __init__(
        self,
        logged: Sequence[Logged],
        disclosures: Sequence[Any],
        *,
        events: Mapping[str, list[Event]],
        rule_set: RuleSetOf,
        organisation: OrganisationOf,
        confirmed: Collection[str],
        accept_sealed: bool,
    ) -> None:
        self._logged = logged
        self._disclosures = disclosures
        self._by_digest = {_digest(item): item for item in logged}
        self._events = events
        self._resolver = Resolver(self._by_digest, events)
        self._rule_set = rule_set
        self._organisation = organisation
        self._confirmed = confirmed
        self._accept_sealed = accept_sealed

    def check(self) -> Iterator[Check]:
        """Yield the checks of step 9."""
        try:
            disclosed = parse_disclosures(self._disclosures)
        except MalformedError as error:
            yield _failed(error, None)
            disclosed = {}
        yield from self._check_matched(disclosed)
        statements = [
            read_statement(item, disclosed)
            for item in self._logged
            if item.record.kind == "FootprintStatement"
        ]
        together: dict[int, list[ProofError]] = {}
        for index, problem in find_cycles(statements, self._organisation).items():
            together.setdefault(index, []).append(problem)
        for index, problem in find_reused_certificates(
            statements, self._organisation, self._certified()
        ):
            together.setdefault(index, []).append(problem)
        for statement in statements:
            yield from self._check_statement(
                statement, together.get(statement.logged.position.index, [])
            )
        yield from self._check_apart()
        figures = [item for item in self._logged if item.record.kind in _FIGURES]
        for item in figures:
            yield from self._check_figure(item)
        if not statements and not figures and not self._disclosures:
            yield Check(9, "arithmetic.nothing", Outcome.NOT_APPLICABLE)

    def _certified(self) -> dict[str, list[Standing]]:
        """Return the certificates about each statement, by the statement's digest."""
        found: dict[str, list[Standing]] = {}
        for item in self._logged:
            if item.record.kind == "Certificate":
                about = next(digest for rel, digest in item.record.links if rel == "about")
                found.setdefault(about, []).append(partial(self._stands, item))
        return found

    def _stands(self, certificate: Logged, item: Logged) -> bool:
        place = item.position
        events = self._events.get(_digest(certificate), ())
        return certificate.position.index < place.index and REVOCATION not in bits_of(
            events, place.index, place.time
        )

    def _check_apart(self) -> Iterator[Check]:
        """CBAM data and footprints do not even take each other's place.

        Other links between them are refused with the kind's links or with the lines.
        """
        for item in self._logged:
            for number, (rel, digest) in enumerate(item.record.links):
                target = self._by_digest.get(digest) if rel == "supersedes" else None
                if target is None or target.record.kind == item.record.kind:
                    continue
                if CBAM in {item.record.kind, target.record.kind}:
                    yield Check(
                        9,
                        "cbam.link",
                        Outcome.FAIL,
                        _digest(item),
                        f"/links/{number}",
                        item.record.kind,
                        target.record.kind,
                    )

    def _check_matched(self, disclosed: Mapping[str, Figures]) -> Iterator[Check]:
        """Each disclosure opens a line of a statement in the bundle."""
        sealed = {
            item["_sd"][0]
            for each in self._logged
            if each.record.kind == "FootprintStatement"
            for item in each.record.subject["lineItems"]
            if "_sd" in item
        }
        for digest in sorted(disclosed.keys() - sealed):
            yield Check(
                9,
                "disclosure.unmatched",
                Outcome.FAIL,
                pointer="/disclosures",
                expected="the salted digest of a sealed line",
                found=digest,
            )

    def _check_statement(self, statement: Statement, together: list[ProofError]) -> Iterator[Check]:
        digest = _digest(statement.logged)
        try:
            rule_set = self._rule_set(statement.logged)
        except VerifierError as error:
            # Step 8 says whether that is wrong; without rules nothing can be recomputed.
            yield Check(9, error.code, Outcome.UNKNOWN, digest)
            return
        rules = read_rules(rule_set.record.subject)
        if rules is None:
            yield Check(
                9,
                "footprint.rules",
                Outcome.FAIL,
                digest,
                "/links",
                "a rule set that provides for footprints",
                _digest(rule_set),
            )
            return
        named, problems = self._resolver.resolve(statement)
        problems += together
        problems += self._problems(statement, named, rules)
        for problem in problems:
            yield _failed(problem, digest)
        if not problems:
            yield self._recomputed(statement, digest)

    def _problems(
        self, statement: Statement, named: Named, rules: FootprintRules
    ) -> Iterator[ProofError]:
        for line in statement.lines:
            name = line.item["id"]
            if name in named.factors:
                yield from check_factor(statement, line, named.factors[name], rules)
            if name in named.statements:
                yield from check_upstream(statement, line, named.statements[name], rules)
            yield from _check_line(line, statement.subject["gwpSet"], rules)
        yield from check_totals(statement)
        yield from check_shares(statement, named, rules)
        yield from check_cut_off(statement, named.method, rules)
        yield from check_data_status(statement, named)
        yield from check_electricity(statement, named, rules)

    def _recomputed(self, statement: Statement, digest: str) -> Check:
        lines = len(statement.lines)
        if not statement.undisclosed:
            return Check(9, "footprint.valid", Outcome.PASS, digest)
        accepted = self._accept_sealed and digest in self._confirmed
        return Check(
            9,
            "footprint.partial",
            Outcome.PASS if accepted else Outcome.UNKNOWN,
            digest,
            f"{AT}/lineItems",
            f"{lines}",
            f"{lines - statement.undisclosed} of {lines}",
        )

    def _check_figure(self, item: Logged) -> Iterator[Check]:
        """A certificate's or label's figure is the total, rounded once to the places it shows."""
        digest = _digest(item)
        statement = self._statement_of(item)
        if statement is None:
            yield Check(9, "authority.target", Outcome.UNKNOWN, digest)
            return
        name = _FIGURES[item.record.kind]
        figure, subject = item.record.subject[name], statement.record.subject
        code = "certificate.value" if item.record.kind == "Certificate" else "label.value"
        at = f"{AT}/{name}"
        unit = figure["unit"].partition("/")[2]
        if unit != subject["declaredUnit"]:
            yield Check(9, code, Outcome.FAIL, digest, f"{at}/unit", subject["declaredUnit"], unit)
            return
        expected = per_unit(subject, figure["unit"], figure["scale"])
        if figure["value"] != expected:
            yield Check(9, code, Outcome.FAIL, digest, f"{at}/value", expected, figure["value"])
        elif is_coarse(subject, figure, DISPLAYED_DIGITS):
            yield Check(
                9,
                code,
                Outcome.FAIL,
                digest,
                f"{at}/scale",
                f"{DISPLAYED_DIGITS} significant digits",
                figure["value"],
            )
        else:
            yield Check(9, "arithmetic.figure", Outcome.PASS, digest)

    def _statement_of(self, item: Logged) -> Logged | None:
        """Return the statement below a certificate or label, None if it is not at hand."""
        while item.record.kind in _FIGURES:
            about = next(digest for rel, digest in item.record.links if rel == "about")
            below = self._by_digest.get(about)
            if below is None:
                return None
            item = below
        return item if item.record.kind == "FootprintStatement" else None


def _check_line(line: Line, gwp_set: str, rules: FootprintRules) -> Iterator[ProofError]:
    try:
        expected = compute_emission(line, gwp_set, rules)
    except ProofError as error:
        yield error
        return
    if line.emission is None:
        return
    if expected is not None and line.emission != expected:
        yield line.problem(
            "footprint.emission", "emission", expected=brief(expected), found=brief(line.emission)
        )
    if line.emission and line.uptake != (line.emission < 0):
        yield line.problem(
            "footprint.sign",
            "emission",
            expected="<= 0" if line.uptake else ">= 0",
            found=brief(line.emission),
        )


def _failed(error: VerifierError, record: str | None) -> Check:
    return Check(9, error.code, Outcome.FAIL, record, error.pointer, error.expected, error.found)


def _digest(item: Logged) -> str:
    return format_digest(item.record.content_digest)
