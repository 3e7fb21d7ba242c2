"""Many cases from one sound subject: each with one member replaced, added or left out."""

from __future__ import annotations

from collections.abc import Callable, Collection
from copy import deepcopy
from typing import Any

from cases_bytes import refuse
from corpus_base import Case, Value

Make = Callable[[str, Value], str]
"""From a case's name and a subject to the text of a signed record."""
Change = tuple[str, Any]
"""A dotted path into the subject, and what to put there."""
ABSENT = object()


def changed(subject: Value, path: str, value: Any) -> Value:
    """Return a copy with the member at a dotted path replaced, added or left out."""
    copy = deepcopy(subject)
    place: Any = copy
    *steps, last = [int(step) if step.isdecimal() else step for step in path.split(".")]
    for step in steps:
        place = place[step]
    if value is ABSENT:
        del place[last]
    else:
        place[last] = value
    return copy


def cases_of(
    prefix: str, code: str, make: Make, subject: Value, changes: dict[str, Change]
) -> list[Case]:
    """Refuse each change with this code."""
    return [
        refuse(
            f"{prefix}-{name}",
            code,
            f"{path}: {name}",
            make(f"{prefix}-{name}", changed(subject, path, value)),
        )
        for name, (path, value) in changes.items()
    ]


def objects_of(
    prefix: str, make: Make, subject: Value, paths: list[str], optional: Collection[str]
) -> list[Case]:
    """For each object: every member missing that has to be there, and one that is not known."""
    cases = []
    for path in paths:
        place: Any = subject
        for step in path.split(".") if path else []:
            place = place[int(step) if step.isdecimal() else step]
        label = path.replace(".", "-") or "subject"
        at = f"{path}." if path else ""
        changes: dict[str, Change] = {f"unknown-in-{label}": (f"{at}remark", "x")}
        for member in place:
            if member not in optional:
                changes[f"no-{label}-{member}"] = (f"{at}{member}", ABSENT)
        cases += cases_of(prefix, "record.shape", make, subject, changes)
    return cases
