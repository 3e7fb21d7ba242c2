"""A whole traceability check: the `credentialSubject` that a checker signs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from suyuan_ledger import __version__
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.traceability.admitted import AdmittedFactors
from suyuan_ledger.traceability.catalogue import RULES
from suyuan_ledger.traceability.evidence import InputFile, check_files
from suyuan_ledger.traceability.outcome import Result, verdict_of
from suyuan_ledger.traceability.record_rules import execute
from suyuan_ledger.traceability.set_rules import execute_set_rules
from suyuan_ledger.traceability.systems import cross_check
from suyuan_ledger.traceability.systems_table import SystemsTable

ENGINE = {"name": "suyuan-ledger", "version": __version__}
FILES_RULE = "evidence.files"
SYSTEMS_RULE = "systems.cross-check"


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a checker was given beside the log.

    Attributes:
        files: evidence files, None if none were given.
        systems: an export of other systems, None if none was given.
    """

    files: Sequence[InputFile] | None = None
    systems: SystemsTable | None = None


NO_INPUTS = Inputs()


def check(
    record: dict[str, Any],
    content: str,
    rules: dict[str, Any],
    *,
    admitted: AdmittedFactors,
    as_of: int,
    inputs: Inputs = NO_INPUTS,
) -> dict[str, Any]:
    """Execute every rule that a rule set names over one submission.

    Args:
        record: a FactorSubmission whose shape holds.
        content: its content digest, `sha256:...`.
        rules: the `credentialSubject` of the RuleSet in force.
        admitted: the factors admitted before `as_of`.
        as_of: tree size of the log that `admitted` was read from.
        inputs: files and figures of other systems.

    Returns:
        The complete `credentialSubject` of a TraceabilityCheck, verdict included.

    Raises:
        RefusedError: `trace.rule`, the rule set names a rule that this version does not know, or
            gives no place to figures that were given; `csv.*`, see `systems.cross_check`.
    """
    named = {rule["ruleId"]: rule["severity"] for rule in rules["traceability"]["rules"]}
    strange = sorted(named.keys() - RULES.keys())
    if strange:
        raise RefusedError("trace.rule", found=", ".join(strange))
    if inputs.systems is not None and SYSTEMS_RULE not in named:
        raise RefusedError("trace.rule", expected=SYSTEMS_RULE, found="not in the rule set")
    subject = record["credentialSubject"]
    results = execute(record, rules)
    of_set = execute_set_rules(record, content, rules, admitted)
    results += of_set.results
    if FILES_RULE in named:
        found = check_files(subject, inputs.files)
        results.append(Result(FILES_RULE, "files", named[FILES_RULE], *found))
    compared: tuple[dict[str, Any], ...] = ()
    if SYSTEMS_RULE in named:
        rows = None if inputs.systems is None else inputs.systems.rows
        crossed = cross_check(subject, rules, rows)
        compared = crossed.members
        results.append(Result(SYSTEMS_RULE, "systems", named[SYSTEMS_RULE], *crossed.finding))
    results.sort(key=lambda result: result.rule_id)
    checked: dict[str, Any] = {
        "asOfTreeSize": as_of,
        "results": [result.as_member() for result in results],
        "engine": dict(ENGINE),
        "verdict": verdict_of(results),
    }
    if compared:
        checked["crossChecks"] = list(compared)
    if of_set.statistics is not None:
        checked["statistics"] = of_set.statistics
    used = list(inputs.files or ())
    if inputs.systems is not None:
        used.append(inputs.systems.file)
    if used:
        checked["inputs"] = [file.as_member() for file in used]
    return checked
