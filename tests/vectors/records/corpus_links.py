"""Which links each kind carries, and records that carry them."""

from __future__ import annotations

from corpus_base import Value, canonical, envelope, link, sign

SIGNER = "institute"

Limits = dict[str, tuple[int, int]]
_RULED: Limits = {"underRule": (1, 1)}
_ABOUT: Limits = {"about": (1, 1), "underRule": (1, 1)}
LIMITS: dict[str, Limits] = {
    "Enrolment": {"about": (1, 1)},
    "EnrolmentRevocation": {"about": (1, 64)},
    "RuleSet": {"supersedes": (0, 1)},
    "MethodReference": {"supersedes": (0, 1)},
    "FactorSubmission": {"underRule": (0, 1), "responds": (0, 4), "supersedes": (0, 1)},
    "TraceabilityCheck": {**_ABOUT, "responds": (0, 4)},
    "ExpertReview": {**_ABOUT, "basedOn": (0, 16), "responds": (0, 4)},
    "AuthorityVerification": {**_ABOUT, "basedOn": (0, 64)},
    "Assignment": _ABOUT,
    "Return": {**_ABOUT, "basedOn": (0, 16)},
    "Objection": _ABOUT,
    "FactorAdmission": {**_ABOUT, "basedOn": (1, 480), "supersedes": (0, 1)},
    "FactorSupersession": {"supersedes": (1, 1), "basedOn": (1, 1), **_RULED},
    "FactorWithdrawal": {"withdraws": (1, 1), "basedOn": (0, 16), **_RULED},
    "FactorErratum": {"corrects": (1, 1), "basedOn": (0, 1), **_RULED},
    "FootprintStatement": {
        **_RULED,
        "uses": (0, 480),
        "basedOn": (0, 1),
        "supersedes": (0, 1),
    },
    "FootprintVerification": {**_ABOUT, "responds": (0, 4)},
    "Certificate": {**_ABOUT, "basedOn": (1, 16), "supersedes": (0, 1)},
    "Filing": _ABOUT,
    "LabelIssuance": {**_ABOUT, "basedOn": (1, 4)},
    "Surveillance": _ABOUT,
    "CbamInstallationData": {**_RULED, "supersedes": (0, 1)},
    "StatusChange": {"about": (1, 1)},
    "StatusList": {"supersedes": (0, 1)},
}
"""Fewest and most links of each relation; EnrolmentRequest is free."""


def links_of(counts: dict[str, int]) -> list[Value]:
    """Return so many links of each relation, in order."""
    made = [link(rel, f"{rel}-{n}") for rel, count in counts.items() for n in range(count)]
    return sorted(made, key=lambda item: (item["rel"], item["contentDigest"]))


def fewest(kind: str) -> dict[str, int]:
    """Return how many links of each relation a kind needs."""
    return {rel: low for rel, (low, _) in LIMITS.get(kind, {}).items()}


def unsigned(kind: str, name: str, subject: Value, counts: dict[str, int] | None = None) -> Value:
    """Make a record with these links, else with those that its kind needs."""
    record = envelope(kind, SIGNER, subject, name)
    made = links_of(fewest(kind) if counts is None else counts)
    return {**record, "links": made} if made else record


def signed_text(kind: str, name: str, subject: Value, counts: dict[str, int] | None = None) -> str:
    """Return the text of such a record, signed."""
    return canonical(sign(unsigned(kind, name, subject, counts), SIGNER))
