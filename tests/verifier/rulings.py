"""What one step of the verification says of one record of a story, to the letter."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from governance_story import Story
from simulator import START, content_digest, stamp
from suyuan_verifier import Outcome, Report
from suyuan_verifier.report import ASSERTED, Check
from verdicts import report_on

Ruling = tuple[str, str, str | None, str | None]
"""(code, pointer, expected, found)."""


def judged(story: Story, subject: str, *, now: str = "", **export) -> Report:
    """Export a bundle of everything about `subject` and verify it; see `Story.export`."""
    bundle, policy = story.export(subject, **export)
    return report_on(story.ledger, bundle, policy, now=now)


def ruling(story: Story, subject: str, step: int, *, of: str = "", **export) -> Ruling:
    """The one thing that a step says of a record, by default of the subject: notes left out."""
    (check,) = rulings(judged(story, subject, **export), story, step, of or subject)
    return check


def rulings(report: Report, story: Story, step: int, of: str) -> list[Ruling]:
    """What a step says of a record, notes and what is asserted left out."""
    noted = {check.code for check in report.checks if check.outcome is Outcome.PASS}
    noted = {code for code in noted if not code.endswith(".valid")} | ASSERTED
    digest = content_digest(story.record(of))
    return [
        told(check)
        for check in report.checks
        if check.step == step and check.record == digest and check.code not in noted
    ]


def notes(report: Report, *codes: str) -> list[tuple[str | None, Ruling]]:
    """The checks with these codes, each with the record that it is about."""
    return [(check.record, told(check)) for check in report.checks if check.code in codes]


def told(check: Check) -> Ruling:
    """The words of a check."""
    return check.code, check.pointer, check.expected, check.found


def codes(report: Report, step: int, story: Story, labels: Iterable[str]) -> dict[str, str]:
    """The code that a step gives to each of some records."""
    return {label: rulings(report, story, step, label)[0][0] for label in labels}


def said(story: Story, subject: str = "admission", of: str = "", **export) -> list[Ruling]:
    """Everything that step 10 says of a record, in the order of the report."""
    digest = content_digest(story.record(of or subject))
    report = judged(story, subject, **export)
    return [told(check) for check in report.checks if check.step == 10 and check.record == digest]


def by(story: Story, label: str, kind: str) -> str:
    """How a report names an event: kind, place, signer."""
    signer = story.record(label)["issuer"]["name"]
    return f"{kind} at index {story.at[label]}, {signer}"


def time_of(index: int) -> str:
    """When the simulator logs an entry."""
    return stamp(START + timedelta(minutes=index))
