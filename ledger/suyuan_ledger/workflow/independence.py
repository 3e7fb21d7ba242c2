"""Whether the signer of an opinion is independent of whoever submitted the factor.

`organisation`: another organisation. `group`: besides, no common parent group, and neither is the
other's parent (docs/spec/record.md#workflow).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from suyuan_ledger.errors import RefusedError

if TYPE_CHECKING:
    from suyuan_ledger.workflow.statements import Grant


def check_independence(asked: str, signer: Grant, submitter: Grant) -> None:
    """Refuse a signer who is not independent of the submitter.

    Args:
        asked: `none`, `organisation` or `group`.
        signer: the grant under which the record is signed.
        submitter: the grant under which what it is about was signed.

    Raises:
        RefusedError: `workflow.independence`.
    """
    if asked == "none":
        return
    problem = None
    if signer.registered_id == submitter.registered_id:
        problem = f"{signer.registered_id} is the organisation of both"
    elif asked == "group":
        ours = {signer.registered_id, signer.parent_group_id} - {None}
        theirs = {submitter.registered_id, submitter.parent_group_id} - {None}
        shared = sorted(map(str, ours & theirs))
        if shared:
            problem = f"{shared[0]} is the group of both"
    if problem:
        raise RefusedError(
            "workflow.independence",
            pointer="/issuer/id",
            expected=f"independence of the submitter by {asked}",
            found=problem,
        )
