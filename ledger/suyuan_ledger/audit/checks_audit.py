"""Every TraceabilityCheck executed again, over what was admitted at its own moment.

This needs the bodies of submissions and checks, so it runs on the ledger's own machine; what was
admitted comes from the database's tables, which `fsck` holds against the records.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import orjson

from suyuan_ledger.audit.findings import AuditReport
from suyuan_ledger.records.profile import format_digest
from suyuan_ledger.store import casework, repository
from suyuan_ledger.store.by_role import iterate_by_role
from suyuan_ledger.traceability import execute, replay_set_rules, result_of, verdict_of
from suyuan_ledger.workflow.statements import link_targets

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from suyuan_ledger.log.checkpoint import Checkpoint
    from suyuan_ledger.store.repository import StoredRecord
    from suyuan_ledger.traceability import AdmittedFactors

_KIND = "TraceabilityCheck"
_ROLE = "checker"
# Checks of one moment share what was admitted; a batch of checks is of one moment.
_MOMENTS = 4


def audit_checks(connection: Connection, checkpoint: Checkpoint) -> AuditReport:
    """Execute the rules of every check of a log again.

    Args:
        connection: an open transaction.
        checkpoint: the log's newest.
    """
    report = AuditReport("checks", checkpoint.size, checkpoint.root)
    report.counts = {"checks": 0}

    @lru_cache(maxsize=_MOMENTS)
    def admitted(size: int, series: str) -> AdmittedFactors:
        return casework.read_admitted(connection, size, series=series)

    for check in iterate_by_role(connection, _ROLE, _KIND):
        report.count("checks")
        value = orjson.loads(check.body)
        submission = _target(connection, value, "about")
        rule_set = _target(connection, value, "underRule")
        if submission is None or rule_set is None:
            report.fail("audit.target", check.index, "a submission and a rule set", "none")
            continue
        stated = value["credentialSubject"]
        size: int = stated["asOfTreeSize"]
        if size > check.index:
            report.fail("audit.check", check.index, f"asOfTreeSize <= {check.index}", size)
            continue
        record = orjson.loads(submission.body)
        rules = orjson.loads(rule_set.body)["credentialSubject"]
        content = format_digest(submission.content)
        _compare_record_rules(report, check.index, stated, execute(record, rules))
        series: str = record["credentialSubject"]["seriesType"]
        for difference in replay_set_rules(stated, record, content, rules, admitted(size, series)):
            report.fail(
                "audit.check",
                check.index,
                f"{difference.pointer} {difference.expected or 'nothing'}",
                difference.found or "nothing",
            )
        _compare_verdict(report, check.index, stated)
    return report


def _target(connection: Connection, value: dict[str, Any], rel: str) -> StoredRecord | None:
    targets = link_targets(value, rel)
    return repository.find_contents(connection, targets).get(targets[0]) if targets else None


def _compare_record_rules(
    report: AuditReport, index: int, stated: dict[str, Any], again: Any
) -> None:
    """Compare what rules over the submission alone give."""
    results = [result_of(member) for member in stated["results"]]
    theirs = {r.rule_id: f"{r.severity} {r.outcome}" for r in results if r.scope == "record"}
    ours = {result.rule_id: f"{result.severity} {result.outcome}" for result in again}
    for rule_id in sorted(theirs.keys() | ours.keys()):
        if theirs.get(rule_id) != ours.get(rule_id):
            report.fail(
                "audit.check",
                index,
                f"{rule_id} {ours.get(rule_id, 'nothing')}",
                theirs.get(rule_id, "nothing"),
            )
    elsewhere = sorted(
        r.rule_id
        for r in results
        if r.scope in ("files", "systems") and r.outcome in ("pass", "fail")
    )
    if elsewhere:
        report.doubt("audit.check_unknown", index, found=", ".join(elsewhere))


def _compare_verdict(report: AuditReport, index: int, stated: dict[str, Any]) -> None:
    verdict = verdict_of(result_of(member) for member in stated["results"])
    if verdict != stated["verdict"]:
        report.fail("audit.check", index, f"verdict {verdict}", stated["verdict"])
