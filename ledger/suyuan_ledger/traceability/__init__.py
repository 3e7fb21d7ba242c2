"""Traceability checks of submissions (数据溯源性校验), on the side of the ledger.

    results = execute(record, rules)                    # record rules, as the verifier repeats them
    subject = check(record, content, rules, ...)        # all of them: what a checker signs
    differences = replay_set_rules(subject, ...)        # what `suyuan audit` executes again

What each rule asks is written in docs/spec/traceability.md. The verifier has its own code for the
record rules; a property test holds the two together.
"""

from __future__ import annotations

from suyuan_ledger.traceability.admitted import AdmittedFactor, AdmittedFactors, traits_of
from suyuan_ledger.traceability.assemble import Inputs, check
from suyuan_ledger.traceability.catalogue import RECORD_RULES, RULES
from suyuan_ledger.traceability.outcome import Result, result_of, verdict_of
from suyuan_ledger.traceability.record_rules import execute
from suyuan_ledger.traceability.replay import Difference, replay_set_rules

__all__ = [
    "RECORD_RULES",
    "RULES",
    "AdmittedFactor",
    "AdmittedFactors",
    "Difference",
    "Inputs",
    "Result",
    "check",
    "execute",
    "replay_set_rules",
    "result_of",
    "traits_of",
    "verdict_of",
]
