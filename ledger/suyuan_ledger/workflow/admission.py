"""What an admission owes beyond its gates: everything about the submission, and a free number.

An admitter must not leave out an opinion that it does not like. A bundle can only show what it
carries; here the log is at hand. Source: docs/spec/workflow.md#admission.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.workflow.entitlement import entitle
from suyuan_ledger.workflow.statements import link_targets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from suyuan_ledger.workflow.authority import Authority
    from suyuan_ledger.workflow.gates import Linked
    from suyuan_ledger.workflow.statements import Logged

_AT = "/credentialSubject"


def check_horizon(record: dict[str, Any], index: int) -> int:
    """Return an admission's `reviewedTreeSize`, which must not lie ahead of it.

    Args:
        record: the FactorAdmission.
        index: the position that it will have.

    Raises:
        RefusedError: `workflow.reviewed`.
    """
    reviewed: int = record["credentialSubject"]["reviewedTreeSize"]
    if reviewed > index:
        raise RefusedError(
            "workflow.reviewed",
            pointer=f"{_AT}/reviewedTreeSize",
            expected=f"at most {index}, the admission's own index",
            found=reviewed,
        )
    return reviewed


def check_reviewed(record: dict[str, Any], reviewed: int, linked: Sequence[Linked]) -> None:
    """Refuse an admission that rests on what is not about its submission, or was not reviewed.

    Args:
        record: the FactorAdmission.
        reviewed: its `reviewedTreeSize`.
        linked: the links that its gates ask about.

    Raises:
        RefusedError: `workflow.about`, `workflow.reviewed`.
    """
    about = link_targets(record, "about")
    for item in linked:
        if item.rel != "basedOn":
            continue
        pointer = f"/links/{item.place}"
        if item.target.targets("about") != about:
            raise RefusedError(
                "workflow.about",
                pointer=pointer,
                expected=f"an opinion about sha256:{about[0].hex()}",
                found=f"{item.target.kind} about something else",
            )
        if item.target.index >= reviewed:
            raise RefusedError(
                "workflow.reviewed",
                pointer=pointer,
                expected=f"an index below reviewedTreeSize {reviewed}",
                found=item.target.index,
            )


def check_complete(authority: Authority, record: dict[str, Any], submission: Logged) -> None:
    """Refuse an admission that leaves out an opinion, or takes a number that is in use.

    Opinions count that are about the submission and were logged before `reviewedTreeSize`, but not
    those that a revocation logged before it made void.

    Raises:
        RefusedError: `workflow.omitted`, `admission.registry_number`.
    """
    subject = record["credentialSubject"]
    reviewed = subject["reviewedTreeSize"]
    named = set(link_targets(record, "basedOn"))
    then = authority.known_before(reviewed)
    for opinion in authority.register.opinions(submission.content):
        if opinion.index >= reviewed or opinion.content in named:
            continue
        try:
            entitle(then, opinion.kind, opinion.value, opinion.index, opinion.time)
        except RefusedError:
            continue
        raise RefusedError(
            "workflow.omitted",
            pointer="/links",
            expected=f"{opinion.kind} sha256:{opinion.content.hex()} at index {opinion.index}",
            found="not among basedOn",
        )
    number = subject["registryNumber"]
    taken = authority.register.numbered(number)
    if taken is not None:
        raise RefusedError(
            "admission.registry_number",
            pointer=f"{_AT}/registryNumber",
            expected="a number that is not in use",
            found=f"{number}, used by the admission at index {taken}",
        )
