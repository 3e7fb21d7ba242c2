"""The moment of a check: tree size, rule set and admitted factors, read in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.records.drafts import new_record
from suyuan_ledger.records.profile import Link, format_digest
from suyuan_ledger.store import casework, governance, repository
from suyuan_ledger.traceability.admitted import AdmittedFactors
from suyuan_ledger.traceability.assemble import NO_INPUTS, Inputs, check

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.engine import Connection

KIND = "TraceabilityCheck"
MAX_RESPONDS = 4


@dataclass(frozen=True, slots=True)
class Setting:
    """What all checks of one moment have in common.

    Attributes:
        as_of: tree size of the log.
        rule_set: content digest of the rule set in force, `sha256:...`.
        rules: its `credentialSubject`.
        admitted: factors that are admitted at this size.
    """

    as_of: int
    rule_set: str
    rules: dict[str, Any]
    admitted: AdmittedFactors


def read_setting(connection: Connection, *, series: str | None = None) -> Setting:
    """Read the newest moment of a log.

    Args:
        connection: an open transaction, whose snapshot is the moment.
        series: of the only submission to be checked, if it is only one.

    Raises:
        RefusedError: `trace.no_rule_set`.
    """
    size = repository.read_head(connection).size
    in_force = governance.rule_set_in_force(connection, size)
    if in_force is None:
        raise RefusedError("trace.no_rule_set")
    admitted = casework.read_admitted(connection, size, series=series)
    return Setting(size, format_digest(in_force.content), in_force.subject, admitted)


def draft_check(
    setting: Setting,
    record: dict[str, Any],
    content: str,
    issuer: dict[str, str],
    *,
    valid_from: str,
    inputs: Inputs = NO_INPUTS,
    assignments: Sequence[str] = (),
) -> dict[str, Any]:
    """Execute all rules over a logged submission and make the record that says so, unsigned.

    Args:
        setting: the moment.
        record: the FactorSubmission.
        content: its content digest, `sha256:...`.
        issuer: `{"id", "name", "nameZh"}` of the checker.
        valid_from: `YYYY-MM-DDThh:mm:ssZ`.
        inputs: files and figures of other systems.
        assignments: content digests of the Assignments that it answers; the newest four are named.

    Raises:
        RefusedError: see `check`.
    """
    subject = check(
        record,
        content,
        setting.rules,
        admitted=setting.admitted,
        as_of=setting.as_of,
        inputs=inputs,
    )
    links = [Link("about", content), Link("underRule", setting.rule_set)]
    links += [Link("responds", digest) for digest in assignments[-MAX_RESPONDS:]]
    return new_record(KIND, issuer, subject, valid_from=valid_from, links=links)
