"""Requests to enrol, and Enrolments: who may give what to which key.

- An `EnrolmentRequest` proves possession of its key and entitles to nothing: anybody may submit,
  as long as its issuer states the names of the organisation that it asks for.
- An `Enrolment` is given by a root authority, or by a registrar that a root enrolled, to the very
  key, organisation and person of the request it is about, with no role that was not asked for. A
  registrar never grants the roles that only a root grants, nor a scope wider than its own. A key
  belongs to one organisation for ever.
- Beyond what a verifier asks: two enrolments of one key do not give one role for one time
  (`enrol.overlap`), so that whoever revokes one of them ends what the key may do. Give the new one
  from the day on which the old one ends, or revoke the old one first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.workflow.statements import link_targets

if TYPE_CHECKING:
    from suyuan_ledger.log.submission import Submission
    from suyuan_ledger.workflow.authority import Authority

_SUBJECT = "/credentialSubject"


def check_request(record: Submission) -> None:
    """Refuse a request whose issuer states other names than its organisation's.

    Raises:
        RefusedError: `authority.names`.
    """
    organisation = record.value["credentialSubject"]["organisation"]
    issuer = record.value["issuer"]
    if (issuer["name"], issuer["nameZh"]) != (organisation["name"], organisation["nameZh"]):
        raise RefusedError(
            "authority.names",
            pointer="/issuer",
            expected=f"{organisation['name']} / {organisation['nameZh']}",
            found=f"{issuer['name']} / {issuer['nameZh']}",
        )


def check_enrolment(authority: Authority, record: Submission, index: int, time: str) -> None:
    """Refuse an Enrolment that its issuer may not give, or not like this.

    Args:
        authority: answers for the log before the record.
        record: the Enrolment.
        index: the position that it will have.
        time: the time that its entry will carry.

    Raises:
        RefusedError: as `Authority.check_registrar` says, `authority.request`,
            `authority.two_organisations`, `authority.two_persons`,
            `enrol.overlap`.
    """
    given = record.value["credentialSubject"]
    if record.issuer not in authority.roots:
        authority.check_registrar(record.value, given, index, time)
    _check_answers(authority, record, given)
    for earlier in authority.register.grants(given["id"]):
        if earlier.registered_id != given["organisation"]["registeredId"]:
            raise RefusedError(
                "authority.two_organisations",
                pointer=f"{_SUBJECT}/organisation/registeredId",
                expected=earlier.registered_id,
                found=given["organisation"]["registeredId"],
            )
        if earlier.person_id != given.get("personId"):
            raise RefusedError(
                "authority.two_persons",
                pointer=f"{_SUBJECT}/personId",
                expected=earlier.person_id or "no personId",
                found=given.get("personId") or "absent",
            )
    _check_overlap(authority, given, index)


def _check_answers(authority: Authority, record: Submission, given: dict[str, Any]) -> None:
    """Hold an Enrolment against the request that it is about."""
    request = authority.register.find(link_targets(record.value, "about")[0])
    if request is None or request.kind != "EnrolmentRequest":
        raise RefusedError(
            "authority.request",
            pointer="/links/0",
            expected="an EnrolmentRequest that is in the log",
            found="none",
        )
    asked = request.subject
    for pointer, expected, found in (
        ("/id", request.issuer, given["id"]),
        ("/organisation", asked["organisation"], given["organisation"]),
        ("/personId", asked.get("personId"), given.get("personId")),
    ):
        if expected != found:
            raise RefusedError(
                "authority.request", pointer=f"{_SUBJECT}{pointer}", expected=expected, found=found
            )
    unasked = sorted(set(given["roles"]) - set(asked["roles"]))
    if unasked:
        raise RefusedError(
            "authority.request",
            pointer=f"{_SUBJECT}/roles",
            expected="only roles that were asked for",
            found=", ".join(unasked),
        )


def _check_overlap(authority: Authority, given: dict[str, Any], index: int) -> None:
    """Refuse to give a role for a time for which the key has it already."""
    for earlier in authority.register.grants(given["id"]):
        shared = earlier.roles.intersection(given["roles"])
        if (
            shared
            and given["notBefore"] <= earlier.not_after
            and earlier.not_before <= given["notAfter"]
            and authority.stands(earlier, index)
        ):
            raise RefusedError(
                "enrol.overlap",
                pointer=_SUBJECT,
                expected=f"no time from {earlier.not_before} to {earlier.not_after}, "
                f"or the enrolment at index {earlier.index} revoked",
                found=f"{', '.join(sorted(shared))} from {given['notBefore']} "
                f"to {given['notAfter']}",
            )
