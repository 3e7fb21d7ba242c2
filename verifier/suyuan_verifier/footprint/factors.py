"""What the lines of a statement name: admitted factors, other statements, a method.

See docs/spec/footprint.md#links.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from suyuan_verifier.canonical import format_digest
from suyuan_verifier.enrolments import Logged
from suyuan_verifier.errors import ProofError
from suyuan_verifier.events import Event, find_end, is_over
from suyuan_verifier.footprint.rules import FootprintRules
from suyuan_verifier.footprint.statement import Line, Statement

CBAM = "CbamInstallationData"
_KINDS = {"activityFactor": "FactorAdmission", "upstreamStatement": "FootprintStatement"}
_CLAIMED = ("factorCode", "factorVersion", "value", "valueUnit")


@dataclass(frozen=True, slots=True)
class Named:
    """What the lines of one statement rest on.

    Attributes:
        factors: subject of the admitted submission, by line id.
        statements: the upstream statement, by line id.
        method: subject of the MethodReference, None if the statement names none.
    """

    factors: Mapping[str, dict[str, Any]]
    statements: Mapping[str, Logged]
    method: dict[str, Any] | None


class Resolver:
    """Finds what statements name among the records of a bundle.

    Args:
        by_digest: the bundle's records by content digest.
        events: what is known to act on each record, by its content digest.
    """

    def __init__(self, by_digest: Mapping[str, Logged], events: Mapping[str, list[Event]]) -> None:
        self._by_digest = by_digest
        self._events = events

    def resolve(self, statement: Statement) -> tuple[Named, list[ProofError]]:
        """Return what a statement's lines rest on, and what is wrong with it."""
        problems = list(self._unnamed(statement))
        used = {digest for rel, digest in statement.logged.record.links if rel == "uses"}
        factors: dict[str, dict[str, Any]] = {}
        statements: dict[str, Logged] = {}
        for line in statement.lines:
            kind = _KINDS.get(line.item["type"])
            if kind is None:
                continue
            try:
                target = self._target(statement, line, kind, used)
                if kind == "FactorAdmission":
                    submission = self._submission(target)
                    self._in_force(statement, line, target, submission)
                    factors[line.item["id"]] = submission.record.subject
                else:
                    self._in_force(statement, line, target)
                    statements[line.item["id"]] = target
            except ProofError as error:
                problems.append(error)
        method = None
        for number, (rel, digest) in enumerate(statement.logged.record.links):
            if rel == "basedOn":
                try:
                    method = self._method(statement, number, digest)
                except ProofError as error:
                    problems.append(error)
        return Named(factors, statements, method), problems

    def _unnamed(self, statement: Statement) -> Iterator[ProofError]:
        """Every record that is used stands in a line: else a link would say more than the lines."""
        named = {digest for line in statement.lines if (digest := _digest_of(line))}
        for number, (rel, digest) in enumerate(statement.logged.record.links):
            if rel == "uses" and digest not in named:
                cbam = self._by_digest[digest].record.kind == CBAM
                yield ProofError(
                    "cbam.link" if cbam else "footprint.link",
                    pointer=f"/links/{number}",
                    expected="a record that a line item names",
                    found=CBAM if cbam else digest,
                )

    def _target(self, statement: Statement, line: Line, kind: str, used: set[str]) -> Logged:
        digest = _digest_of(line)
        if digest is None or digest not in used:
            raise line.problem("footprint.link", expected="a link `uses` to it", found=digest)
        target = self._by_digest[digest]  # step 1 found the bundle closed under `uses`
        _require_kind(target, kind, line.pointer)
        _require_before(statement, target, line.pointer)
        return target

    def _submission(self, admission: Logged) -> Logged:
        about = next(digest for rel, digest in admission.record.links if rel == "about")
        submission = self._by_digest[about]
        _require_kind(submission, "FactorSubmission", "/links")
        return submission

    def _method(self, statement: Statement, number: int, digest: str) -> dict[str, Any]:
        target = self._by_digest[digest]
        _require_kind(target, "MethodReference", f"/links/{number}")
        _require_before(statement, target, f"/links/{number}")
        return target.record.subject

    def _in_force(self, statement: Statement, line: Line, *targets: Logged) -> None:
        """Nothing that is used was ended or suspended where and when it was used."""
        place = statement.logged.position
        for target in targets:
            events = self._events.get(format_digest(target.record.content_digest), ())
            ended = find_end(events, place.index, place.time)
            if ended is not None:
                raise line.problem(
                    "footprint.not_in_force",
                    expected=f"{target.record.kind} in force at index {place.index}",
                    found=f"{ended.item.record.kind} at index {ended.item.position.index}",
                )
            if is_over(target, place.time):
                raise line.problem(
                    "footprint.not_in_force",
                    expected=f"{target.record.kind} valid at {place.time}",
                    found=target.record.value["validUntil"],
                )


def check_factor(
    statement: Statement, line: Line, factor: dict[str, Any], rules: FootprintRules
) -> Iterator[ProofError]:
    """Compare what a line says of its factor with the admitted submission, and both with the rules.

    Args:
        statement: the statement.
        line: one of its lines, of type activityFactor.
        factor: `credentialSubject` of the submission that was admitted.
        rules: of the rule set in force at the statement's place.
    """
    claimed = line.item["factor"]
    for name in _CLAIMED:
        # Text by text: official digits are part of what was admitted.
        if claimed[name] != factor[name]:
            yield line.problem(
                "footprint.factor", f"factor/{name}", expected=factor[name], found=claimed[name]
            )
    subject = statement.subject
    if factor["seriesType"] == "GRID_CO2_ORG":
        yield line.problem(
            "footprint.series", "factor", expected="a life-cycle series", found="GRID_CO2_ORG"
        )
        return
    yield from _check_boundary(statement, line, factor, rules, "factor")
    yield from _check_period(statement, line, factor, rules, "factor")
    if factor["gwpSet"] not in (subject["gwpSet"], "notStated"):
        yield line.problem(
            "footprint.gwp_set", "factor", expected=subject["gwpSet"], found=factor["gwpSet"]
        )


def check_upstream(
    statement: Statement, line: Line, upstream: Logged, rules: FootprintRules
) -> Iterator[ProofError]:
    """Compare what a line says of another statement with that statement, and both with the rules.

    The same rules as of a factor: else one statement in between would wash them off.
    """
    claimed, stated = line.item["statement"], upstream.record.subject
    result = stated["result"]
    for name, value in (("value", result["value"]), ("valueUnit", result["unit"])):
        if claimed[name] != value:
            yield line.problem(
                "footprint.upstream", f"statement/{name}", expected=value, found=claimed[name]
            )
    if stated["gwpSet"] != statement.subject["gwpSet"]:
        yield line.problem(
            "footprint.upstream",
            "statement",
            expected=statement.subject["gwpSet"],
            found=stated["gwpSet"],
        )
    yield from _check_boundary(statement, line, stated, rules, "statement")
    yield from _check_period(statement, line, stated, rules, "statement")


def _check_boundary(
    statement: Statement, line: Line, used: dict[str, Any], rules: FootprintRules, member: str
) -> Iterator[ProofError]:
    boundary = statement.subject["systemBoundary"]
    allowed = rules.boundaries.get(boundary, frozenset())
    if used["systemBoundary"] not in allowed:
        yield line.problem(
            "footprint.boundary",
            member,
            expected=" | ".join(sorted(allowed)) or f"no {boundary} statement",
            found=used["systemBoundary"],
        )


def _check_period(
    statement: Statement, line: Line, used: dict[str, Any], rules: FootprintRules, member: str
) -> Iterator[ProofError]:
    own, period = statement.subject["referencePeriod"], used["referencePeriod"]
    # Dates compare as text; only the year of the bound is moved, so 29 February needs no care.
    oldest = f"{int(own['start'][:4]) - rules.factor_age_years:04}{own['start'][4:]}"
    if period["end"] < oldest or period["start"] > own["end"]:
        yield line.problem(
            "footprint.period",
            member,
            expected=f"a period that ends after {oldest} and starts before {own['end']}",
            found=f"{period['start']} to {period['end']}",
        )


def _digest_of(line: Line) -> str | None:
    """Return the digest of what a line names, None for types that name no record."""
    kind = line.item["type"]
    digest: str | None = None
    if kind == "activityFactor":
        digest = line.item["factor"]["admission"]
    elif kind == "upstreamStatement":
        digest = line.item["statement"]["contentDigest"]
    return digest


def _require_kind(target: Logged, kind: str, pointer: str) -> None:
    if target.record.kind == kind:
        return
    code = "cbam.link" if target.record.kind == CBAM else "footprint.not_admitted"
    raise ProofError(code, pointer=pointer, expected=kind, found=target.record.kind)


def _require_before(statement: Statement, target: Logged, pointer: str) -> None:
    if target.position.index >= statement.logged.position.index:
        raise ProofError(
            "footprint.before",
            pointer=pointer,
            expected=f"< {statement.logged.position.index}",
            found=target.position.index,
        )
