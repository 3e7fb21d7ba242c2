"""The rule set in force, and what it says about a kind.

A RuleSet is in force from the index after its own to that of its successor. A governed record has
to name it: a signer must know by which rules the signature will be judged
(docs/spec/workflow.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.workflow.statements import link_targets

if TYPE_CHECKING:
    from suyuan_ledger.workflow.register import Register
    from suyuan_ledger.workflow.statements import StoredRuleSet

GOVERNED_KINDS = frozenset(
    {
        "TraceabilityCheck",
        "ExpertReview",
        "AuthorityVerification",
        "Assignment",
        "Return",
        "Objection",
        "FactorAdmission",
        "FactorSupersession",
        "FactorWithdrawal",
        "FactorErratum",
        "FootprintStatement",
        "FootprintVerification",
        "Certificate",
        "Filing",
        "LabelIssuance",
        "Surveillance",
        "CbamInstallationData",
    }
)


def rules_in_force(register: Register, record: dict[str, Any]) -> StoredRuleSet:
    """Return the rule set that a governed record stands under.

    Raises:
        RefusedError: `workflow.rule_set` if there is none, or the record names another one.
    """
    rules = register.rule_set()
    named = link_targets(record, "underRule")
    if rules is None or named != [rules.content]:
        raise RefusedError(
            "workflow.rule_set",
            pointer="/links",
            expected="no rule set is in force"
            if rules is None
            else f"sha256:{rules.content.hex()}",
            found=", ".join(f"sha256:{content.hex()}" for content in named),
        )
    return rules


def rules_for_kind(rules: StoredRuleSet, kind: str) -> dict[str, Any]:
    """Return the `workflow` entry of a kind.

    Raises:
        RefusedError: `workflow.kind`, the rule set does not provide for it.
    """
    for entry in rules.subject["workflow"]:
        if entry["kind"] == kind:
            found: dict[str, Any] = entry
            return found
    raise RefusedError(
        "workflow.kind",
        pointer="/type/1",
        expected=", ".join(entry["kind"] for entry in rules.subject["workflow"]),
        found=kind,
    )
