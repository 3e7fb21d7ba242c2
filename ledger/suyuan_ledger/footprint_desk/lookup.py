"""Finds in the log what a line of a table names: an admitted factor, a statement, a method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from sqlalchemy import select

from suyuan_ledger.desk.drafts import find_record
from suyuan_ledger.desk.standing import REVOKED, SUSPENDED
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.records.profile import format_digest
from suyuan_ledger.store import governance, governance_tables, repository, tables
from suyuan_ledger.store.register import to_logged

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy import Table

    from suyuan_ledger.desk.standing import Desk
    from suyuan_ledger.workflow.statements import Logged

_CASE = cast("Table", governance_tables.FactorCase.__table__)  # type: ignore[attr-defined]
_RECORD = cast("Table", tables.Record.__table__)  # type: ignore[attr-defined]

FactorName = tuple[str, str]
"""A factor's code and version."""


@dataclass(frozen=True, slots=True)
class AdmittedFactor:
    """A factor of the registry.

    Attributes:
        admission: its FactorAdmission.
        submission: what that admits.
    """

    admission: Logged
    submission: Logged

    @property
    def digest(self) -> str:
        """Content digest of the admission, `sha256:...`."""
        return format_digest(self.admission.content)


class Lookup:
    """Reads what lines name, in one snapshot of the log.

    Args:
        desk: one reading of the log.
        names: every factor that lines name by code and version; they are found together, because
            no index leads to a code.
    """

    def __init__(self, desk: Desk, names: Collection[FactorName] = ()) -> None:
        self._desk = desk
        self._named = _read_named(desk, names)

    def by_number(self, registry_number: str) -> AdmittedFactor:
        """Return the factor with a registry number.

        Raises:
            RefusedError: `record.unknown`, `footprint.not_in_force`.
        """
        index = self._desk.register.numbered(registry_number)
        if index is None:
            raise RefusedError("record.unknown", found=registry_number)
        return self._in_force(self._admitted(index))

    def by_name(self, name: FactorName) -> AdmittedFactor:
        """Return the factor with a code and version; a statement names no other by them.

        Raises:
            RefusedError: `statement.factor_unknown`, `statement.factor_ambiguous`,
                `footprint.not_in_force`.
        """
        found = [self._admitted(index) for index in self._named.get(name, ())]
        if not found:
            raise RefusedError("statement.factor_unknown", found=" ".join(name))
        standing = [factor for factor in found if self._why_not(factor.admission) is None]
        standing = [factor for factor in standing if self._why_not(factor.submission) is None]
        if len(standing) > 1:
            numbers = ", ".join(str(one.admission.subject["registryNumber"]) for one in standing)
            raise RefusedError("statement.factor_ambiguous", expected="one", found=numbers)
        return standing[0] if standing else self._in_force(found[-1])

    def statement(self, which: str) -> Logged:
        """Return an upstream FootprintStatement by content digest or log index.

        Raises:
            RefusedError: `record.unknown`, `record.digest`, `desk.kind`, `footprint.not_in_force`.
        """
        found = self._of_kind(which, "FootprintStatement")
        self._refuse(found)
        return found

    def method(self, which: str) -> Logged:
        """Return a MethodReference by standard number, content digest or log index.

        Raises:
            RefusedError: `record.unknown`, `record.digest`, `desk.kind`.
        """
        # Root authorities sign few records, and nobody else signs methods.
        query = (
            select(_RECORD.c.index)
            .where(
                _RECORD.c.issuer.in_(self._desk.authority.roots),
                _RECORD.c.kind == "MethodReference",
            )
            .order_by(_RECORD.c.index.desc())
        )
        for (index,) in self._desk.connection.execute(query):
            record = self._record(index)
            if record.subject["standardNumber"] == which:
                return record
        return self._of_kind(which, "MethodReference")

    def _of_kind(self, which: str, kind: str) -> Logged:
        found = find_record(self._desk, which, (kind,))
        if found.kind != kind:
            raise RefusedError("desk.kind", pointer=which, expected=kind, found=found.kind)
        return found

    def _admitted(self, index: int) -> AdmittedFactor:
        admission = self._record(index)
        submission = self._desk.register.find(admission.targets("about")[0])
        if submission is None:
            raise RefusedError("record.unknown", found=admission.subject["registryNumber"])
        return AdmittedFactor(admission, submission)

    def _record(self, index: int) -> Logged:
        stored = repository.find_record(self._desk.connection, index)
        if stored is None:
            raise RefusedError("record.unknown", found=index)
        return to_logged(stored)

    def _in_force(self, factor: AdmittedFactor) -> AdmittedFactor:
        self._refuse(factor.admission)
        self._refuse(factor.submission)
        return factor

    def _refuse(self, record: Logged) -> None:
        why = self._why_not(record)
        if why is not None:
            raise RefusedError(
                "footprint.not_in_force", expected="in force", found=f"#{record.index} {why}"
            )

    def _why_not(self, record: Logged) -> str | None:
        state = self._desk.states([record.index])[record.index]
        if state in (REVOKED, SUSPENDED):
            return state
        return "void" if self._desk.void(record.issuer, record.index) else None


def _read_named(desk: Desk, names: Iterable[FactorName]) -> dict[FactorName, list[int]]:
    """Return the admissions of factors by code and version, in log order."""
    wanted = set(names)
    if not wanted:
        return {}
    columns = _CASE.c
    query = select(columns.index, columns.factor_code, columns.factor_version).where(
        columns.state == "admitted", columns.factor_code.in_({code for code, _ in wanted})
    )
    cases = {
        index: (code, version)
        for index, code, version in desk.connection.execute(query)
        if (code, version) in wanted
    }
    found: dict[FactorName, list[int]] = {}
    for admission in governance.read_admissions(desk.connection, list(cases)):
        found.setdefault(cases[admission.submission_index], []).append(admission.index)
    return found
