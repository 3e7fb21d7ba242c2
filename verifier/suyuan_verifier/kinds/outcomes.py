"""Kinds that a rule set governs, and the words in which some of them say how they ended."""

from __future__ import annotations

OUTCOMES = {
    "TraceabilityCheck": ("verdict", ("pass", "conditional", "fail")),
    "ExpertReview": ("recommendation", ("accept", "acceptWithChanges", "reject", "abstain")),
    "AuthorityVerification": ("result", ("verified", "refused")),
    "FootprintVerification": ("result", ("verified", "refused")),
    "Filing": ("decision", ("filed", "refused")),
    "Surveillance": ("result", ("conforming", "nonconforming")),
}
"""Kind -> the member that holds its outcome, and the words it may hold."""
OUTCOME_MEMBER = {kind: member for kind, (member, _) in OUTCOMES.items()}

GOVERNED_KINDS = (
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
)
"""Kinds of which a rule set says who may sign them after what (step 8)."""
GATE_KINDS = ("FactorSubmission", *GOVERNED_KINDS)
"""Kinds that a rule set may ask for before another."""
