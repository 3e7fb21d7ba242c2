"""What a decision owes beyond its gates: every opinion about its target.

Whoever admits a factor, certifies a footprint or issues a label must not leave out an opinion that
it does not like. A bundle can only show what it carries; here the log is at hand. Source:
docs/spec/workflow.md#admission.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.workflow.entitlement import entitle
from suyuan_ledger.workflow.statements import DECISIONS, link_targets

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
    """Refuse a decision that rests on what is not about its target, or was not reviewed.

    Args:
        record: of a kind of `DECISIONS`.
        reviewed: an admission's `reviewedTreeSize`, else the position that the record will have.
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
                expected=f"an index below {reviewed}",
                found=item.target.index,
            )


def check_complete(
    authority: Authority, record: dict[str, Any], target: Logged, reviewed: int
) -> None:
    """Refuse a decision that leaves out an opinion.

    Opinions count that are about the same target and were logged before `reviewed`, but not those
    that a revocation logged before it made void.

    Args:
        authority: answers for the log before the record.
        record: of a kind of `DECISIONS`.
        target: what it is about.
        reviewed: as in `check_reviewed`.

    Raises:
        RefusedError: `workflow.omitted`.
    """
    kinds = DECISIONS[record["type"][1]]
    named = set(link_targets(record, "basedOn"))
    then = authority.known_before(reviewed)
    for opinion in authority.register.opinions(target.content):
        if opinion.kind not in kinds or opinion.index >= reviewed or opinion.content in named:
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
