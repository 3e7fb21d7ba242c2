"""The shape of a kind, case by case, from tables: a dotted path and what may not stand there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from cases_changed import Change, Make, cases_of, objects_of
from corpus_base import Case, Value


@dataclass(frozen=True)
class Tables:
    """What is wrong with one kind.

    Attributes:
        objects: paths of the objects inside the subject.
        optional: members that may be absent, or whose absence breaks a rule of another code.
        lists: path -> fewest items, most (0: none is told), and the member by which they differ.
        integers: path -> lowest and highest.
        texts: path -> longest, in characters; none of these may be empty.
        words: paths of enumerated words.
        decimals: path -> a text that is no such quantity.
        times: path -> a text that is no such date or time.
        forms: name -> path and value, refused as `record.shape`.
        rules: code -> name -> path and value.
    """

    objects: list[str] = field(default_factory=list)
    optional: Collection[str] = ()
    lists: dict[str, tuple[int, int, str]] = field(default_factory=dict)
    integers: dict[str, tuple[int, int]] = field(default_factory=dict)
    texts: dict[str, int] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    decimals: dict[str, str] = field(default_factory=dict)
    times: dict[str, str] = field(default_factory=dict)
    forms: dict[str, Change] = field(default_factory=dict)
    rules: dict[str, dict[str, Change]] = field(default_factory=dict)


def shape_cases(kind: str, make: Make, subject: Value, tables: Tables) -> list[Case]:
    """Return a case for each thing that the tables name.

    Args:
        kind: how the cases are called, and what they are records of.
        make: signs a subject as a record of the kind.
        subject: a sound one, with every member.
        tables: what is wrong with it.
    """
    cases = objects_of(kind, make, subject, ["", *tables.objects], tables.optional)
    changes = {
        **numbers(tables.integers),
        **_lists(subject, tables.lists),
        **_texts(subject, tables.texts),
        **_words(subject, tables.words),
        **tables.forms,
    }
    cases += cases_of(kind, "record.shape", make, subject, changes)
    for code, table in (("record.decimal", tables.decimals), ("record.time", tables.times)):
        wrong: dict[str, Change] = {f"{path}-form": (path, value) for path, value in table.items()}
        wrong |= {f"{path}-number": (path, 1) for path in table}
        cases += cases_of(kind, code, make, subject, wrong)
    for code, changes in tables.rules.items():
        cases += cases_of(kind, code, make, subject, changes)
    return cases


def _at(subject: Any, path: str) -> Any:
    for step in path.split("."):
        subject = subject[int(step) if step.isdecimal() else step]
    return subject


def numbers(table: dict[str, tuple[int, int]]) -> dict[str, Change]:
    """Change each number at a path into another type, and one beyond its bounds."""
    changes: dict[str, Change] = {}
    for path, (low, high) in table.items():
        changes[f"{path}-string"] = (path, "1")
        changes[f"{path}-boolean"] = (path, True)
        changes[f"{path}-below"] = (path, low - 1)
        if high < 2**53 - 1:
            changes[f"{path}-above"] = (path, high + 1)
    return changes


def _lists(subject: Any, table: dict[str, tuple[int, int, str]]) -> dict[str, Change]:
    changes: dict[str, Change] = {}
    for path, (low, high, key) in table.items():
        changes[f"{path}-object"] = (path, {})
        if low:
            changes[f"{path}-empty"] = (path, [])
        if high:
            first = _at(subject, path)[0]
            changes[f"{path}-{high + 1}"] = (
                path,
                [
                    {**first, key: _numbered(first[key], n)} if key else first
                    for n in range(high + 1)
                ],
            )
    return changes


def _numbered(name: str, number: int) -> str:
    """Make a name that is one of a row, as long as it was and in ascending order."""
    return f"{name[:-3]}{number:03}"


def _texts(subject: Any, table: dict[str, int]) -> dict[str, Change]:
    changes: dict[str, Change] = {}
    for path, most in table.items():
        changes[f"{path}-empty"] = (path, "")
        # The letter it begins with, so that it stays where it was in an order.
        changes[f"{path}-{most + 1}"] = (path, _at(subject, path)[0] * (most + 1))
        changes[f"{path}-number"] = (path, 1)
    return changes


def _words(subject: Any, paths: list[str]) -> dict[str, Change]:
    """Words cut to a letter: none of them is known, and they stay in their order."""
    return {f"{path}-unknown": (path, _at(subject, path)[0]) for path in paths}
