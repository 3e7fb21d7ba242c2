"""Whether the signer of an opinion is independent of whoever submitted the factor.

`organisation`: another organisation. `group`: besides, no common parent group, and neither is the
other's parent (docs/spec/workflow.md#independence).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from suyuan_ledger.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from suyuan_ledger.workflow.statements import Grant


def groups_of(grants: Iterable[Grant], index: int) -> frozenset[str]:
    """Name an organisation and every parent group that any earlier enrolment of its key states.

    One that says more is believed over one that says less, whichever gives the role.
    """
    earlier = [grant for grant in grants if grant.index < index]
    codes = {grant.registered_id for grant in earlier} | {
        grant.parent_group_id for grant in earlier
    }
    return frozenset(code for code in codes if code)


def check_independence(
    asked: str, signer: Grant, groups: frozenset[str], submitter: Grant, others: frozenset[str]
) -> None:
    """Refuse a signer who is not independent of the submitter.

    Args:
        asked: `none`, `organisation` or `group`.
        signer: a grant of the signer's key.
        groups: the signer's organisation and its groups.
        submitter: a grant of the key that signed what the record is about.
        others: the submitter's organisation and its groups.

    Raises:
        RefusedError: `workflow.independence`.
    """
    problem = None
    if asked == "none":
        return
    if signer.registered_id == submitter.registered_id:
        problem = f"{signer.registered_id} is the organisation of both"
    elif asked == "group" and groups & others:
        problem = f"{min(groups & others)} is the group of both"
    if problem:
        raise RefusedError(
            "workflow.independence",
            pointer="/issuer/id",
            expected=f"independence of the submitter by {asked}",
            found=problem,
        )
