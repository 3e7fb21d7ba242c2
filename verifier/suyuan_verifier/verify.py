"""The numbered verification steps: bytes and a policy in, a report out.

No network, no file and no clock in here. The steps carry the same numbers in
docs/spec/verification.md, in the report and on the command line:

    1 format      the bundle parses, bounds hold, it is closed
    2 records     profile and the kind's shape; digests recomputed
    3 signatures  each proof verifies under its issuer's key
    4 authority   each issuer's key was enrolled for what it signed, at that place in the log
    5 inclusion   each entry is in the checkpoint's tree
    6 checkpoint  the log signed (size, root); witness quorum if the policy asks for one
    7 anchor      (size, root) is in the contract's storage at a trusted block
    8 workflow    the rule set in force at that place is satisfied
    9 arithmetic  every footprint follows from its lines, and those from admitted factors
    10 status     it still stands, as far as the newest status list says
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from suyuan_verifier.anchoring import ChainView
from suyuan_verifier.authority import UNDECIDED, Authority
from suyuan_verifier.canonical import format_digest
from suyuan_verifier.enrolments import Logged
from suyuan_verifier.errors import ProofError
from suyuan_verifier.events import read_events
from suyuan_verifier.footprint.arithmetic import Arithmetic
from suyuan_verifier.foundations import Foundations, lay_foundations
from suyuan_verifier.policy import TrustPolicy
from suyuan_verifier.report import Check, Outcome, Report, Verdict, decide
from suyuan_verifier.status import Status
from suyuan_verifier.summary import summarise
from suyuan_verifier.workflow import Workflow

_BASIC_STEPS = range(1, 8)


def verify(
    data: bytes,
    policy: TrustPolicy,
    *,
    now: datetime,
    chain: ChainView | None = None,
    status: bytes | None = None,
) -> Report:
    """Verify one bundle.

    Args:
        data: the bundle file as received.
        policy: what the verifying party relies on.
        now: time of the verification, with a time zone.
        chain: the `online` trust basis, asked only if the policy accepts it; None stays offline.
        status: a fresher status for an archived bundle: a bundle of the same log whose subject is
            a status list (docs/spec/status.md#fresher-status).

    Returns:
        A report; nothing about a bad bundle is raised.
    """
    now = now.astimezone(UTC)
    main = lay_foundations(data, policy, now, chain)
    if not main.readable:
        return _report(list(main.checks), main, policy, None, verdict=Verdict.UNREADABLE)
    fresher = None if status is None else lay_foundations(status, policy, now, chain)
    checks = list(main.checks)
    subject = next((item for item in main.logged if _digest(item) == main.subject), None)
    if main.signed:
        checks += _judge(main, fresher, policy, now, subject)
    else:
        checks += [Check(step, "step.not_run", Outcome.NOT_RUN) for step in (4, 8, 9, 10)]
    return _report(checks, main, policy, subject)


def _judge(
    main: Foundations,
    fresher: Foundations | None,
    policy: TrustPolicy,
    now: datetime,
    subject: Logged | None,
) -> Iterator[Check]:
    """Execute steps 4, 8, 9 and 10: what the records say of each other."""
    others, lists = [], main.status_lists
    if fresher is not None:
        problem = _unsound(main, fresher, policy)
        if problem is None:
            known = {item.position.index for item in main.logged}
            others = [item for item in fresher.logged if item.position.index not in known]
            # Of both: an older file must not hide what the bundle's own list says.
            lists = tuple({*main.status_lists, *fresher.status_lists})
        else:
            yield problem
    if others:
        everybody = Authority([*main.logged, *others], policy)
        others = [item for item in others if everybody.is_heard(item)]
    authority = Authority([*main.logged, *others], policy)
    entitled: list[Logged] = []
    sound = True
    for item in main.logged:
        check = _check_authority(authority, item)
        yield check
        if check.outcome is Outcome.PASS:
            entitled.append(item)
        sound = sound and check.outcome is not Outcome.FAIL
    # Records of the status file that nobody was entitled to sign have no effect.
    entitled += [
        item for item in others if _check_authority(authority, item).outcome is Outcome.PASS
    ]
    if not sound:
        yield from (Check(step, "step.not_run", Outcome.NOT_RUN) for step in (8, 9, 10))
        return
    logged, events = list(main.logged), read_events(entitled)
    workflow = Workflow(logged, entitled, events=events, policy=policy, authority=authority)
    yield from workflow.check(subject)
    yield from Arithmetic(
        logged,
        main.disclosures,
        events=events,
        rule_set=workflow.rule_set,
        organisation=authority.organisation,
        confirmed=workflow.confirmed,
        accept_sealed=policy.accept_sealed == "verified",
    ).check()
    yield from Status(logged, entitled, lists, events=events, policy=policy, now=now).check(subject)


def _check_authority(authority: Authority, item: Logged) -> Check:
    try:
        authority.check(item)
    except ProofError as error:
        unknown = error.code in UNDECIDED
        return Check(
            4,
            error.code,
            Outcome.UNKNOWN if unknown else Outcome.FAIL,
            _digest(item),
            "" if unknown else error.pointer,
            None if unknown else error.expected,
            error.found,
        )
    return Check(4, "authority.valid", Outcome.PASS, _digest(item))


def _unsound(main: Foundations, fresher: Foundations, policy: TrustPolicy) -> Check | None:
    """Say why a status file cannot be relied on: the same steps must hold as for a bundle."""
    required = tuple(step for step in policy.required_steps if step in _BASIC_STEPS and step != 4)
    if not fresher.signed or decide(list(fresher.checks), required) is not Verdict.VALID:
        bad = next(
            (check for check in fresher.checks if check.outcome is not Outcome.PASS),
            Check(1, "step.not_run", Outcome.NOT_RUN),
        )
        failed = any(check.outcome is Outcome.FAIL for check in fresher.checks)
        outcome = Outcome.FAIL if failed else Outcome.UNKNOWN
        return Check(10, "status.file", outcome, found=bad.code)
    ours, theirs = main.checkpoint, fresher.checkpoint
    if ours and theirs and ours.size == theirs.size and ours.root != theirs.root:
        return Check(
            10,
            "status.fork",
            Outcome.FAIL,
            pointer="/log/checkpoint",
            expected=f"{ours.size}: {ours.root.hex()}",
            found=theirs.root.hex(),
        )
    places = {item.position.index: _digest(item) for item in fresher.logged}
    indexes = {digest: index for index, digest in places.items()}
    for item in main.logged:
        index, digest = item.position.index, _digest(item)
        if places.get(index, digest) != digest or indexes.get(digest, index) != index:
            return Check(
                10,
                "status.fork",
                Outcome.FAIL,
                digest,
                expected=f"the same record at index {index}",
                found=places.get(index) or f"index {indexes[digest]}",
            )
    return None


def _report(
    checks: list[Check],
    main: Foundations,
    policy: TrustPolicy,
    subject: Logged | None,
    verdict: Verdict | None = None,
) -> Report:
    required = policy.required_steps
    if verdict is None:
        verdict = decide(checks, required)
    return Report(
        verdict=verdict,
        checks=tuple(sorted(checks, key=Check.order)),
        record=(
            summarise(subject, main.logged, main.disclosures) if main.signed and subject else None
        ),
        trust_basis=main.trust_basis,
        required_steps=required,
    )


def _digest(item: Logged) -> str:
    return format_digest(item.record.content_digest)
