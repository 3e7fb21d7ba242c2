"""What a record of each kind asks of its signer's enrolment: a role, and the matter in its scope.

A record of the workflow acts on another one, and what it concerns is at the end of that chain: a
FactorErratum corrects a FactorAdmission, which is about a FactorSubmission; a LabelIssuance is
about a Certificate, and that about a FootprintStatement. Source: docs/spec/authority.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.workflow.authority import within_scope
from suyuan_ledger.workflow.statements import link_targets

if TYPE_CHECKING:
    from suyuan_ledger.workflow.authority import Authority
    from suyuan_ledger.workflow.register import Register
    from suyuan_ledger.workflow.statements import Grant, Logged

_SUBMITTER, _TRANSCRIBER = frozenset({"submitter"}), frozenset({"transcriber"})
_ADMITTER = frozenset({"admitter"})
_PRODUCER, _CERTIFIER = frozenset({"producer"}), frozenset({"certifier"})

# None: any role will do.
ROLES: dict[str, frozenset[str] | None] = {
    "TraceabilityCheck": frozenset({"checker"}),
    "ExpertReview": frozenset({"expert"}),
    "AuthorityVerification": frozenset({"authority"}),
    "Assignment": _ADMITTER,
    "Return": frozenset({"admitter", "authority", "checker"}),
    "Objection": None,
    "FactorAdmission": _ADMITTER,
    "FactorSupersession": _ADMITTER,
    "FactorWithdrawal": _ADMITTER,
    "FactorErratum": _ADMITTER,
    "FootprintStatement": _PRODUCER,
    "FootprintVerification": frozenset({"certifier", "verificationBody"}),
    "Certificate": _CERTIFIER,
    "Filing": frozenset({"filingOffice"}),
    "LabelIssuance": _CERTIFIER,
    "Surveillance": frozenset({"certifier", "supervisor"}),
    "CbamInstallationData": _PRODUCER,
}
"""Kinds that need a role with the matter in scope; submissions choose theirs by their data."""

STATUS_PUBLISHER = frozenset({"statusPublisher"})

ACTS_BY = {
    "FactorSupersession": "supersedes",
    "FactorWithdrawal": "withdraws",
    "FactorErratum": "corrects",
}
"""The link by which a record acts on another one, where it is not `about`."""

FIRST_KINDS = frozenset({"FactorSubmission", "FootprintStatement", "CbamInstallationData"})
"""Kinds at the end of every chain: they act on nothing, and say themselves what they concern."""

_SUBMISSION = frozenset({"FactorSubmission"})
_ADMISSION = frozenset({"FactorAdmission"})
_STATEMENT = frozenset({"FootprintStatement"})
_CERTIFICATE = frozenset({"Certificate"})
TARGET_KINDS = {
    "TraceabilityCheck": _SUBMISSION,
    "ExpertReview": _SUBMISSION,
    "AuthorityVerification": _SUBMISSION,
    "Assignment": _SUBMISSION,
    "Return": _SUBMISSION,
    "FactorAdmission": _SUBMISSION,
    "FactorSupersession": _ADMISSION,
    "FactorWithdrawal": _ADMISSION,
    "FactorErratum": _ADMISSION,
    "FootprintVerification": _STATEMENT,
    "Certificate": _STATEMENT,
    "Filing": _CERTIFICATE,
    "LabelIssuance": _CERTIFICATE,
    "Surveillance": _CERTIFICATE | {"LabelIssuance"},
    "StatusChange": FIRST_KINDS
    | _ADMISSION
    | _CERTIFICATE
    | {"FootprintVerification", "Filing", "LabelIssuance", "Surveillance"},
}
"""What records of a kind may act on. Objections are missing: they may be raised against whatever
concerns a factor or a footprint."""


def entitle(
    authority: Authority, kind: str, record: dict[str, Any], index: int, time: str
) -> Grant:
    """Return the grant that entitles a record's issuer to it.

    Args:
        authority: answers for the log before the record.
        kind: a kind of `ROLES`, FactorSubmission or StatusList.
        record: the record.
        index: its position, or the one that it would have.
        time: its entry's time.

    Raises:
        RefusedError: an `authority.*` code.
    """
    if kind == "FactorSubmission":
        return entitle_submission(authority, record, index, time)
    if kind == "StatusList":
        return authority.require(record, index, time, STATUS_PUBLISHER)
    if kind in FIRST_KINDS:
        matter = own_matter(kind, record["credentialSubject"])
    else:
        matter = find_matter(authority.register, find_target(authority.register, kind, record))
    return authority.require(record, index, time, ROLES[kind], within_scope(matter))


def entitle_submission(
    authority: Authority, record: dict[str, Any], index: int, time: str
) -> Grant:
    """Return the grant for a FactorSubmission; arguments as `entitle`."""
    subject = record["credentialSubject"]
    return authority.require(record, index, time, submission_roles(subject), within_scope(subject))


def submission_roles(subject: dict[str, Any]) -> frozenset[str]:
    """Official figures are a transcriber's, all others a submitter's."""
    return _TRANSCRIBER if subject["dataStatus"] == "officialTranscribed" else _SUBMITTER


def find_target(register: Register, kind: str, record: dict[str, Any]) -> Logged:
    """Return the record that a record acts on.

    Raises:
        RefusedError: `authority.target` if it is not logged, `authority.target_kind`.
    """
    rel = ACTS_BY.get(kind, "about")
    content = link_targets(record, rel)[0]
    target = register.find(content)
    if target is None:
        raise RefusedError(
            "authority.target",
            pointer="/links",
            expected=f"a record that is in the log, linked by {rel}",
            found=f"sha256:{content.hex()}",
        )
    allowed = TARGET_KINDS.get(kind)
    if allowed is not None and target.kind not in allowed:
        raise _wrong_kind(" | ".join(sorted(allowed)), target)
    return target


def find_matter(register: Register, target: Logged) -> dict[str, Any]:
    """Follow a record to what it concerns in the end, and return what scopes ask of that.

    Returns:
        As `own_matter`.

    Raises:
        RefusedError: `authority.target_kind`, there is nothing at the end.
    """
    at = target
    while at.kind not in FIRST_KINDS:
        # What is logged went through this door, so its own target is logged as well.
        found = at.targets(ACTS_BY.get(at.kind, "about")) if at.kind in TARGET_KINDS else []
        following = register.find(found[0]) if found else None
        if following is None:
            raise _wrong_kind("a record that concerns a factor or a footprint", target)
        at = following
    return own_matter(at.kind, at.subject)


def own_matter(kind: str, subject: dict[str, Any]) -> dict[str, Any]:
    """Return what scopes ask of a record that acts on nothing.

    Args:
        kind: one of `FIRST_KINDS`.
        subject: its `credentialSubject`.

    Returns:
        `seriesType`, `geography` and `classification`, if stated. A footprint counts as a factor
        of its product; CBAM data are of a series of their own, which no scope that names series
        covers.
    """
    if kind == "FootprintStatement":
        return {**subject, "seriesType": "PRODUCT_FOOTPRINT"}
    if kind == "CbamInstallationData":
        return {
            "seriesType": "CBAM",
            "geography": {"scheme": "ISO3166", "code": subject["installation"]["country"]},
            "classification": [{"scheme": "CN", "code": subject["cnCode"]}],
        }
    return subject


def _wrong_kind(expected: str, target: Logged) -> RefusedError:
    return RefusedError(
        "authority.target_kind",
        pointer="/links",
        expected=expected,
        found=f"{target.kind} sha256:{target.content.hex()}",
    )
