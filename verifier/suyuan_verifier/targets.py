"""What a record acts on, and the factor or footprint at the end of that chain.

A check, a review or an admission is about a submission; a withdrawal takes back an admission; a
label is about a certificate, and that about a footprint. The scope of whoever signs is asked of
what all of this is about in the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from suyuan_verifier.canonical import format_digest
from suyuan_verifier.enrolments import Logged
from suyuan_verifier.errors import ProofError
from suyuan_verifier.record import Record

_FACTOR = ("FactorSubmission",)
_ADMISSION = ("FactorAdmission",)
_STATEMENT = ("FootprintStatement",)
_CERTIFICATE = ("Certificate",)
_CERTIFYING = ("FootprintVerification", "Certificate", "Filing", "LabelIssuance", "Surveillance")

# Kind -> (rel of the link that names the target, kinds it may be; none named: any).
TARGETS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "TraceabilityCheck": ("about", _FACTOR),
    "ExpertReview": ("about", _FACTOR),
    "AuthorityVerification": ("about", _FACTOR),
    "Assignment": ("about", _FACTOR),
    "Return": ("about", _FACTOR),
    "Objection": ("about", ()),
    "FactorAdmission": ("about", _FACTOR),
    "FactorSupersession": ("supersedes", _ADMISSION),
    "FactorWithdrawal": ("withdraws", _ADMISSION),
    "FactorErratum": ("corrects", _ADMISSION),
    "FootprintVerification": ("about", _STATEMENT),
    "Certificate": ("about", _STATEMENT),
    "Filing": ("about", _CERTIFICATE),
    "LabelIssuance": ("about", _CERTIFICATE),
    "Surveillance": ("about", (*_CERTIFICATE, "LabelIssuance")),
    "StatusChange": (
        "about",
        (*_FACTOR, *_ADMISSION, *_STATEMENT, *_CERTIFYING, "CbamInstallationData"),
    ),
}


def target_digest(record: Record) -> str | None:
    """Return the digest of the one record that `record` acts on, None if its kind has none."""
    if record.kind not in TARGETS:
        return None
    rel = TARGETS[record.kind][0]
    return next(digest for name, digest in record.links if name == rel)


class Targets:
    """Finds targets among the records of a bundle.

    Args:
        by_digest: the bundle's records by content digest.
    """

    def __init__(self, by_digest: Mapping[str, Logged]) -> None:
        self._by_digest = by_digest
        self._factors: dict[str, dict[str, Any] | None] = {}

    def of(self, record: Record) -> Logged | None:
        """Return what a record acts on, None if its kind acts on nothing.

        Raises:
            ProofError: `authority.target` if it is not in the bundle, which says nothing against
                the record; `authority.target_kind` if it is of a kind that cannot be meant.
        """
        digest = target_digest(record)
        if digest is None:
            return None
        target = self._by_digest.get(digest)
        if target is None:
            raise ProofError("authority.target", pointer="/links", found=digest)
        kinds = TARGETS[record.kind][1]
        if kinds and target.record.kind not in kinds:
            raise ProofError(
                "authority.target_kind",
                pointer="/links",
                expected=" | ".join(kinds),
                found=target.record.kind,
            )
        return target

    def factor(self, record: Record) -> dict[str, Any] | None:
        """Return what scopes are asked of at the end of the chain, None if there is nothing.

        That is a submission's `seriesType`, `geography` and `classification`; a footprint's as of
        a product, and a CBAM installation's, which no scope that names series covers.

        Raises:
            ProofError: as `of`, for any record of the chain.
        """
        # Walked with a loop and remembered: objections to objections may form a long chain.
        chain: list[str] = []
        while (target := self.of(record)) is not None:
            digest = format_digest(target.record.content_digest)
            if digest in self._factors:
                factor = self._factors[digest]
                break
            chain.append(digest)
            record = target.record
        else:
            factor = _scoped(record)
        for digest in chain:
            self._factors[digest] = factor
        return factor


def _scoped(record: Record) -> dict[str, Any] | None:
    subject = record.subject
    if record.kind == "FactorSubmission":
        return subject
    if record.kind == "FootprintStatement":
        return {**subject, "seriesType": "PRODUCT_FOOTPRINT"}
    if record.kind == "CbamInstallationData":
        return {
            "seriesType": "CBAM",
            "geography": {"scheme": "ISO3166", "code": subject["installation"]["country"]},
            "classification": [{"scheme": "CN", "code": subject["cnCode"]}],
        }
    return None
