"""A statement out of a table and a header, with everything that is wrong said at its cell.

Factors are looked up, emissions calculated, all of it is held to the rules of the arithmetic. What
the door would refuse in a line is found here for every line at once; the door judges again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.footprint.arithmetic import calculate, check
from suyuan_ledger.footprint.claims import check_claims
from suyuan_ledger.footprint.emission import emission_of
from suyuan_ledger.footprint.foundations import Foundations, read_rules
from suyuan_ledger.footprint_desk.item_columns import (
    COLUMNS,
    FACTOR_CODE,
    FACTOR_VERSION,
    REGISTRY_NUMBER,
    TYPES,
    UPSTREAM,
)
from suyuan_ledger.footprint_desk.lookup import AdmittedFactor, FactorName, Lookup
from suyuan_ledger.records.canonical import check_values
from suyuan_ledger.records.profile import format_digest
from suyuan_ledger.records.rules import check_kind
from suyuan_ledger.records.shape import subject_errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from suyuan_ledger.desk.standing import Desk
    from suyuan_ledger.footprint_desk.header import Header
    from suyuan_ledger.footprint_desk.item_table import ItemRow, ItemTable
    from suyuan_ledger.records.factor_columns import Column
    from suyuan_ledger.records.factor_rows import RowProblem
    from suyuan_ledger.workflow.statements import Logged

KIND = "FootprintStatement"
_ITEMS = "/credentialSubject/lineItems"
_KEYS = (REGISTRY_NUMBER, FACTOR_CODE, FACTOR_VERSION)
_FIGURELESS: dict[str, Any] = {
    "total": "0",
    "byStage": [{"stage": "production", "emission": "0"}],
    "byCategory": [{"category": "fossil", "emission": "0"}],
    "primaryDataShare": {"activity": "0", "factor": "0", "both": "0"},
    "dataStatus": "illustrative",
}
"""In the place of what is calculated, so that the shape of the rest is judged before."""


@dataclass(slots=True)
class Drafted:
    """What became of a table and a header.

    Attributes:
        subject: the calculated `credentialSubject`; empty if anything is wrong.
        uses: content digests of the admissions and statements that the lines name.
        method: the MethodReference that the header names.
        problems: what is wrong in the table, as a person reads it.
        errors: what is wrong beside the table: in the header, or of the statement as a whole.
    """

    subject: dict[str, Any] = field(default_factory=dict)
    uses: tuple[str, ...] = ()
    method: Logged | None = None
    problems: tuple[RowProblem, ...] = ()
    errors: tuple[RefusedError, ...] = ()


def draft_statement(desk: Desk, table: ItemTable, header: Header) -> Drafted:
    """Put a statement together and calculate it, or say everything that is wrong.

    Args:
        desk: one reading of the log.
        table: its lines.
        header: what it says beside them.

    Raises:
        RefusedError: `workflow.rule_set`, `footprint.rules`: there is nothing to judge it by.
    """
    rules = desk.register.rule_set()
    if rules is None:
        raise RefusedError("workflow.rule_set", expected="a RuleSet in the log", found="none")
    read_rules(rules.subject)
    return _Drafting(desk, table, header, rules.subject).finish()


class _Drafting:
    """One attempt; what is wrong is gathered in it."""

    def __init__(
        self, desk: Desk, table: ItemTable, header: Header, rule_set: dict[str, Any]
    ) -> None:
        self._rows = table.rows
        self._header = header
        self._rule_set = rule_set
        self._lookup = Lookup(desk, set(_names(table.rows)))
        self._factors: dict[str, AdmittedFactor] = {}
        self._statements: dict[str, Logged] = {}
        self._problems = list(table.problems)
        self._errors: list[RefusedError] = []
        self._bad: set[str] = set()

    def finish(self) -> Drafted:
        """Go through all of it as far as it goes."""
        method = self._method()
        draft = {
            **self._header.members,
            "lineItems": [self._complete(row) for row in self._rows],
        }
        self._check_shape(draft)
        foundations = Foundations(
            {digest: factor.submission.subject for digest, factor in self._factors.items()},
            {digest: one.subject for digest, one in self._statements.items()},
            None if method is None else method.subject,
        )
        self._check_lines(draft, foundations)
        subject = self._calculated(draft, foundations)
        if not subject:
            return self._refused()
        uses = tuple(sorted({*self._factors, *self._statements}))
        return Drafted(subject, uses, method)

    def _refused(self) -> Drafted:
        problems = sorted(dict.fromkeys(self._problems), key=_reading_order)
        return Drafted(problems=tuple(problems), errors=tuple(self._errors))

    def _method(self) -> Logged | None:
        if self._header.method is None:
            return None
        try:
            return self._lookup.method(self._header.method)
        except RefusedError as error:
            self._errors.append(_moved(error, "method"))
            return None

    def _complete(self, row: ItemRow) -> dict[str, Any]:
        """Add to a line what its cells only name, and what the header says about it."""
        item = dict(row.item)
        for type_, columns, add in (
            ("activityFactor", _KEYS, self._add_factor),
            ("upstreamStatement", (UPSTREAM,), self._add_statement),
        ):
            named = [column for column in columns if row.cell(column)]
            wanted = item["type"] == type_
            if wanted != bool(named):
                expected = "named here" if wanted else f"empty for {item['type']}"
                error = RefusedError("statement.named", expected=expected)
                self._problem(row, (named or columns)[0], error)
                item |= _UNFOUND.get(item["type"], {})
            elif wanted:
                try:
                    add(row, item)
                except RefusedError as refused:
                    self._problem(row, named[0], refused)
                    item |= _UNFOUND[type_]
        further = self._header.items.get(row.id, {})
        if further:
            try:
                item = _merged(item, further, f"items.{row.id}")
            except RefusedError as refused:
                self._errors.append(refused)
        return item

    def _add_factor(self, row: ItemRow, item: dict[str, Any]) -> None:
        number = row.cell(REGISTRY_NUMBER)
        name = (row.cell(FACTOR_CODE), row.cell(FACTOR_VERSION))
        found = self._lookup.by_number(number) if number else self._lookup.by_name(name)
        stated = found.submission.subject
        for column, text in ((FACTOR_CODE, name[0]), (FACTOR_VERSION, name[1])):
            if text and text != stated[column.name]:
                self._problem(
                    row,
                    column,
                    RefusedError("footprint.factor", expected=stated[column.name], found=text),
                )
        self._factors[found.digest] = found
        copied = ("factorCode", "factorVersion", "value", "valueUnit")
        item["factor"] = {"admission": found.digest} | {name: stated[name] for name in copied}

    def _add_statement(self, row: ItemRow, item: dict[str, Any]) -> None:
        found = self._lookup.statement(row.cell(UPSTREAM))
        digest = format_digest(found.content)
        self._statements[digest] = found
        result = found.subject["result"]
        item["statement"] = {
            "contentDigest": digest,
            "value": result["value"],
            "valueUnit": result["unit"],
        }

    def _check_shape(self, draft: dict[str, Any]) -> None:
        unknown = self._header.items.keys() - {row.id for row in self._rows}
        if unknown:
            found = ", ".join(sorted(unknown))
            self._errors.append(
                RefusedError("statement.header", pointer="items", expected="a line", found=found)
            )
        items = [{**item, "emission": "0"} for item in draft["lineItems"]]
        result = {**draft["result"], "value": "0"}
        whole = {**draft, **_FIGURELESS, "lineItems": items, "result": result}
        try:
            check_values(whole)
            errors = subject_errors(KIND, whole)
            if not errors:
                check_kind(KIND, whole)
        except RefusedError as refused:
            errors = [refused]
        # What a line of no known type should hold cannot be said.
        strange = {
            f"{_ITEMS}/{place}/" for place, item in enumerate(items) if item["type"] not in TYPES
        }
        for error in errors:
            line = "/".join(error.pointer.split("/")[:4]) + "/"
            if line not in strange or error.pointer.endswith("/type"):
                self._place(error)

    def _check_lines(self, draft: dict[str, Any], foundations: Foundations) -> None:
        """Hold every line whose shape holds to the rules of the arithmetic, by itself."""
        if self._errors:
            return
        rules = read_rules(self._rule_set)
        for place, item in enumerate(draft["lineItems"]):
            pointer = f"{_ITEMS}/{place}"
            if item["id"] in self._bad:
                continue
            try:
                # The reason first: a factor of the wrong series has the wrong unit as well.
                check_claims(draft, item, foundations, rules, pointer)
                emission_of(item, draft, rules, pointer)
            except RefusedError as error:
                self._place(error)

    def _calculated(self, draft: dict[str, Any], foundations: Foundations) -> dict[str, Any]:
        """Calculate, and hold the whole to the rules; nothing if anything is wrong."""
        if self._problems or self._errors:
            return {}
        try:
            subject = calculate(draft, foundations, self._rule_set)
            check(subject, foundations, self._rule_set)
        except RefusedError as error:
            self._place(error)
            return {}
        return subject

    def _place(self, error: RefusedError) -> None:
        """Put an error about a member at its cell, or beside the table if it has none."""
        path = error.pointer.removeprefix(_ITEMS).split("/")[1:]
        if not error.pointer.startswith(f"{_ITEMS}/") or not path[0].isdecimal():
            self._errors.append(error)
            return
        row = self._rows[int(path[0])]
        members = list(path[1:])
        if error.found == "absent" and error.expected is not None:
            members.append(error.expected)
        if members and members[0] in _NAMED_BY:
            self._problem(row, _first_filled(row, _NAMED_BY[members[0]]), error)
        else:
            self._bad.add(row.id)
            self._problems.append(row.placed(error, tuple(members)))

    def _problem(self, row: ItemRow, column: Column, error: RefusedError) -> None:
        self._bad.add(row.id)
        self._problems.append(row.line.problem(column, error.code, error.expected, error.found))


_VALUELESS = {"value": "0", "valueUnit": "kgCO2e/KGM"}
_UNFOUND: dict[str, dict[str, Any]] = {
    "activityFactor": {
        "factor": {
            "admission": f"sha256:{'0' * 64}",
            "factorCode": "X",
            "factorVersion": "1",
            **_VALUELESS,
        }
    },
    "upstreamStatement": {"statement": {"contentDigest": f"sha256:{'0' * 64}", **_VALUELESS}},
}
"""In the place of what was not found, so that the shape of the rest is judged all the same."""
_PLACES = {column.name: place for place, column in enumerate(COLUMNS)}
_NAMED_BY: dict[str, tuple[Column, ...]] = {"factor": _KEYS, "statement": (UPSTREAM,)}
"""Members that the ledger fills in, and the cells that name what it takes them from."""


def _names(rows: Iterable[ItemRow]) -> Iterator[FactorName]:
    for row in rows:
        if not row.cell(REGISTRY_NUMBER):
            yield row.cell(FACTOR_CODE), row.cell(FACTOR_VERSION)


def _reading_order(problem: RowProblem) -> tuple[int, int]:
    return problem.row, _PLACES.get(problem.column, -1)


def _first_filled(row: ItemRow, columns: Sequence[Column]) -> Column:
    return next((column for column in columns if row.cell(column)), columns[0])


def _moved(error: RefusedError, pointer: str) -> RefusedError:
    return RefusedError(error.code, pointer=pointer, expected=error.expected, found=error.found)


def _merged(stated: dict[str, Any], further: dict[str, Any], place: str) -> dict[str, Any]:
    """Add members to a line; what a cell says is not said again.

    Raises:
        RefusedError: `statement.header`.
    """
    whole = dict(stated)
    for name, member in further.items():
        before = whole.get(name)
        if before is None:
            whole[name] = member
        elif isinstance(before, dict) and isinstance(member, dict):
            whole[name] = _merged(before, member, f"{place}.{name}")
        else:
            raise RefusedError(
                "statement.header", pointer=f"{place}.{name}", expected="said once", found=member
            )
    return whole
