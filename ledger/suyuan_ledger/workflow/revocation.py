"""Who may end an enrolment, and from which index on.

- The key itself, from the revocation's own index at the earliest: it cannot unsay what it signed.
- A root authority, any enrolment.
- A registrar, the Enrolments that this very key signed, while its own enrolment is good.

Only a compromise reaches back: `fromIndex` may lie before the revocation's own index if the reason
is `compromised`, and what the key signed from there on is void. Source:
docs/spec/authority.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.workflow.statements import link_targets

if TYPE_CHECKING:
    from suyuan_ledger.log.submission import Submission
    from suyuan_ledger.workflow.authority import Authority
    from suyuan_ledger.workflow.statements import Logged


def check_revocation(authority: Authority, record: Submission, index: int, time: str) -> None:
    """Refuse a revocation that its issuer may not make, or that reaches back too far.

    Args:
        authority: answers for the log before the record.
        record: the EnrolmentRevocation.
        index: the position that it will have.
        time: the time that its entry will carry.

    Raises:
        RefusedError: `authority.may_not_revoke`, `authority.reaches_back`, `authority.names`, or
            what the enrolment of a registrar lacks.
    """
    subject = record.value["credentialSubject"]
    ended = _ended(authority, record)
    by_itself = record.issuer == subject["id"]
    if record.issuer in authority.roots:
        pass
    elif by_itself:
        _check_names(record, ended)
    else:
        _check_registrar(authority, record, ended, index, time)
    from_index = subject["fromIndex"]
    reaches_back = subject["reason"] == "compromised" and (
        record.issuer in authority.roots or not by_itself
    )
    if from_index < index and not reaches_back:
        raise RefusedError(
            "authority.reaches_back",
            pointer="/credentialSubject/fromIndex",
            expected=f"{index} or later",
            found=from_index,
        )


def _ended(authority: Authority, record: Submission) -> list[Logged]:
    """Return the Enrolments that a revocation ends, all of the key that it names."""
    did = record.value["credentialSubject"]["id"]
    ended: list[Logged] = []
    for content in link_targets(record.value, "about"):
        target = authority.register.find(content)
        if target is None or target.kind != "Enrolment" or target.subject["id"] != did:
            raise RefusedError(
                "authority.may_not_revoke",
                pointer="/links",
                expected=f"Enrolments of {did}",
                found=f"sha256:{content.hex()}",
            )
        ended.append(target)
    return ended


def _check_names(record: Submission, ended: list[Logged]) -> None:
    """A key ends its own enrolments under the names that they give it, whatever their dates."""
    issuer = record.value["issuer"]
    for target in ended:
        organisation = target.subject["organisation"]
        if (issuer["name"], issuer["nameZh"]) != (organisation["name"], organisation["nameZh"]):
            raise RefusedError(
                "authority.names",
                pointer="/issuer",
                expected=f"{organisation['name']} / {organisation['nameZh']}",
                found=f"{issuer['name']} / {issuer['nameZh']}",
            )


def _check_registrar(
    authority: Authority, record: Submission, ended: list[Logged], index: int, time: str
) -> None:
    for target in ended:
        if target.issuer != record.issuer:
            raise RefusedError(
                "authority.may_not_revoke",
                pointer="/issuer/id",
                expected=f"a root authority, {target.issuer} or the key itself",
                found=record.issuer,
            )
    authority.require(record.value, index, time, frozenset({"registrar"}))
