"""Revocations: from which log index an enrolment does not count any more, and who may say so.

A revocation cuts an enrolment off at a log index, whenever it was logged itself: that is how the
records of a compromised key become void (docs/spec/authority.md#revocation).

A registrar's own enrolment comes from a root, which only a root or the key itself can revoke: so
no question here leads back to itself, whatever a hostile bundle says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from suyuan_verifier.canonical import format_digest
from suyuan_verifier.enrolments import Logged
from suyuan_verifier.errors import ProofError
from suyuan_verifier.policy import TrustPolicy

NEVER = float("inf")

Judge = Callable[[Logged], None]
"""Raises what is wrong with a record, if anything is."""


class Revocations:
    """The revocations of one bundle.

    Args:
        items: EnrolmentRevocations.
        by_digest: the bundle's records by content digest.
        policy: names the root authorities.
        check_own_names: whether a key states the names of its enrolment.
        check_registrar: whether the signer has a registrar's enrolment at the record's place.
    """

    def __init__(
        self,
        items: Iterable[Logged],
        by_digest: dict[str, Logged],
        policy: TrustPolicy,
        *,
        check_own_names: Judge,
        check_registrar: Judge,
    ) -> None:
        self._by_digest = by_digest
        self._policy = policy
        self._check_own_names = check_own_names
        self._check_registrar = check_registrar
        self._registrars: dict[int, ProofError | None] = {}
        self._cuts: dict[int, float] = {}
        self._of: dict[str, list[Logged]] = {}
        for item in items:
            for _, digest in item.record.links:
                self._of.setdefault(digest, []).append(item)

    def cut(self, enrolment: Logged) -> float:
        """Return the log index from which an enrolment does not count any more."""
        index = enrolment.position.index
        if index not in self._cuts:
            digest = format_digest(enrolment.record.content_digest)
            self._cuts[index] = min(
                (
                    revocation.record.subject["fromIndex"]
                    for revocation in self._of.get(digest, ())
                    if self._may(revocation, enrolment)
                ),
                default=NEVER,
            )
        return self._cuts[index]

    def check(self, revocation: Logged) -> None:
        """Check that whoever signed a revocation may end each enrolment that it names.

        Raises:
            ProofError: `authority.may_not_revoke`, `authority.reaches_back`, `policy.root`, or
                what the registrar's own enrolment lacks.
        """
        for number, (_, digest) in enumerate(revocation.record.links):
            self._judge(revocation, self._by_digest[digest], f"/links/{number}")

    def _may(self, revocation: Logged, enrolment: Logged) -> bool:
        try:
            self._judge(revocation, enrolment, "/links")
        except ProofError:
            return False
        return True

    def _judge(self, revocation: Logged, enrolment: Logged, pointer: str) -> None:
        record, index = revocation.record, revocation.position.index
        if not self._policy.has_root(index):
            raise ProofError("policy.root", found=f"index {index}")
        subject = record.subject
        if (
            enrolment.record.kind != "Enrolment"
            or enrolment.record.subject["id"] != subject["id"]
            or enrolment.position.index >= index
        ):
            raise ProofError(
                "authority.may_not_revoke",
                pointer=pointer,
                expected=f"an enrolment of {subject['id']} before index {index}",
                found=enrolment.record.kind,
            )
        own = record.issuer == subject["id"]
        if own:
            self._check_own_names(revocation)
        elif not self._policy.is_root(record.issuer, index):
            # What a root gave is no registrar's to end, even if the giver is a root no more.
            given_as_root = self._policy.is_root(record.issuer, enrolment.position.index)
            if enrolment.record.issuer != record.issuer or given_as_root:
                raise ProofError(
                    "authority.may_not_revoke",
                    pointer="/issuer/id",
                    expected="a root authority, the registrar that enrolled the key, or the key",
                    found=record.issuer,
                )
            problem = self._registrar_problem(revocation)
            if problem is not None:
                raise problem
        if subject["fromIndex"] < index and (own or subject["reason"] != "compromised"):
            raise ProofError(
                "authority.reaches_back",
                pointer="/credentialSubject/fromIndex",
                expected=f">= {index}, unless a root or registrar reports a compromised key",
                found=subject["fromIndex"],
            )

    def _registrar_problem(self, revocation: Logged) -> ProofError | None:
        """Say why a revocation's signer is no registrar at its place; each link asks."""
        index = revocation.position.index
        if index not in self._registrars:
            try:
                self._check_registrar(revocation)
            except ProofError as error:
                self._registrars[index] = error
            else:
                self._registrars[index] = None
        return self._registrars[index]
