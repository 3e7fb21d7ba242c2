"""The enrolments of one key, indexed, so that hostile bundles cannot make scopes expensive.

A bundle may hold thousands of enrolments of one key and thousands of records signed with it, each
scope with dozens of rules. Compared pair by pair that is hours of work in one file. Here a set of
enrolments is an integer, bit i for the i-th in log order, and every question about a record is a
few look-ups for all enrolments at once (docs/spec/authority.md).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Any

from suyuan_verifier.bundle import Position
from suyuan_verifier.record import Record

_ANY = None
"""Key of the enrolments whose scope leaves out a dimension, and so does not restrict it."""

_COUNTER_DIGITS = 7
"""Binary digits of a number of schemes: a scope has at most 64 rules."""


@dataclass(frozen=True, slots=True)
class Logged:
    """A record together with its claimed place in the log (step 5 proves the place)."""

    record: Record
    position: Position


class KeyEnrolments:
    """Enrolments of one key.

    Args:
        items: in log order, at least one.

    Attributes:
        by_names: the set that names an organisation so, by (name, nameZh).
        by_role: the set that grants a role.
        organisation: `registeredId` of the oldest, which all must share.
        second_organisation: index of the first enrolment that names another organisation than the
            oldest does; infinite if none.
        second_person: index of the first that names another person, likewise.
    """

    def __init__(self, items: list[Logged]) -> None:
        self._items = items
        self._indexes = [item.position.index for item in items]
        self.by_names: dict[tuple[str, str], int] = {}
        self.by_role: dict[str, int] = {}
        self._series: dict[Hashable, int] = {}
        self._geography: dict[Hashable, int] = {}
        self._classification: dict[Hashable, int] = {}
        self._schemes: dict[str, int] = {}
        self._named_schemes = [0] * _COUNTER_DIGITS
        self.organisation: str = items[0].record.subject["organisation"]["registeredId"]
        self.second_organisation: float = float("inf")
        self.second_person: float = float("inf")
        person = items[0].record.subject.get("personId")
        for place, item in enumerate(items):
            self._add(item.record.subject, 1 << place)
            if item.record.subject["organisation"]["registeredId"] != self.organisation:
                self.second_organisation = min(self.second_organisation, item.position.index)
            if item.record.subject.get("personId") != person:
                self.second_person = min(self.second_person, item.position.index)

    def before(self, index: int) -> int:
        """Return the set of those that were logged before an index."""
        return (1 << bisect_left(self._indexes, index)) - 1

    def members(self, chosen: int) -> Iterator[Logged]:
        """Yield the enrolments of a set, the oldest first."""
        while chosen:
            lowest = chosen & -chosen
            yield self._items[lowest.bit_length() - 1]
            chosen ^= lowest

    def first(self, chosen: int) -> Logged:
        """Return the oldest enrolment of a set that is not empty."""
        return next(self.members(chosen))

    def covering(self, factor: dict[str, Any]) -> int:
        """Return the set whose scope a factor lies in."""
        return (
            _union(self._series, [factor["seriesType"]])
            & _union(self._geography, _places_around(factor["geography"]))
            & self._classified(factor.get("classification", []))
        )

    def containing(self, scope: dict[str, Any]) -> int:
        """Return the set whose scope allows everything that another scope allows.

        A scheme that only the wider scope names would restrict what the narrower one does not.
        """
        rules = scope.get("classification", [])
        return (
            _common(self._series, [[series] for series in scope.get("series", [])])
            & _common(self._geography, [_wider(code) for code in scope.get("geography", [])])
            & _common(self._classification, [_prefixes([rule], "prefix") for rule in rules])
            & self._naming_only({rule["scheme"] for rule in rules})
        )

    def _classified(self, codes: list[dict[str, Any]]) -> int:
        """Return the set that does not restrict classification, or whose rules fit all codes.

        At least one code lies inside, and none outside in a scheme that the scope names: else a
        provider would reach any product by adding one code that it may use.
        """
        inside, outside = 0, 0
        for code in codes:
            covering = 0
            for rule in _prefixes([code], "code"):
                covering |= self._classification.get(rule, 0)
            inside |= covering
            outside |= self._schemes.get(code["scheme"], 0) & ~covering
        return self._classification.get(_ANY, 0) | inside & ~outside

    def _naming_only(self, schemes: set[str]) -> int:
        """Return the set that names no scheme but these.

        It names as many of these as it names in all. Counted for all enrolments at once: place i
        of the counters are the i-th binary digits, and adding is what a chain of half adders does.
        """
        counters = [0] * _COUNTER_DIGITS
        for scheme in schemes:
            carry = self._schemes.get(scheme, 0)
            for digit in range(_COUNTER_DIGITS):
                counters[digit], carry = counters[digit] ^ carry, counters[digit] & carry
        others = 0
        for counted, named in zip(counters, self._named_schemes, strict=True):
            others |= counted ^ named
        return ~others

    def _add(self, subject: dict[str, Any], bit: int) -> None:
        organisation, scope = subject["organisation"], subject["scope"]
        _enter(self.by_names, [(organisation["name"], organisation["nameZh"])], bit)
        _enter(self.by_role, subject["roles"], bit)
        _enter(self._series, scope.get("series", [_ANY]), bit)
        _enter(self._geography, scope.get("geography", [_ANY]), bit)
        rules = scope.get("classification")
        pairs = [_ANY] if rules is None else [(rule["scheme"], rule["prefix"]) for rule in rules]
        _enter(self._classification, pairs, bit)
        schemes = {rule["scheme"] for rule in rules or ()}
        _enter(self._schemes, schemes, bit)
        for digit in range(_COUNTER_DIGITS):
            if len(schemes) >> digit & 1:
                self._named_schemes[digit] |= bit


def _enter(table: dict[Any, int], keys: Iterable[Hashable], bit: int) -> None:
    for key in keys:
        table[key] = table.get(key, 0) | bit


def _union(table: dict[Hashable, int], keys: Iterable[Hashable]) -> int:
    """Return the set that has no rule of this dimension, or one of these."""
    chosen = table.get(_ANY, 0)
    for key in keys:
        chosen |= table.get(key, 0)
    return chosen


def _common(table: dict[Hashable, int], rules: list[Iterable[Hashable]]) -> int:
    """Return the set that allows every rule; without rules, the set that restricts nothing."""
    if not rules:
        return table.get(_ANY, 0)
    return reduce(and_, (_union(table, keys) for keys in rules))


def _places_around(geography: dict[str, str]) -> Iterable[str]:
    """Name the codes of a scope that cover a factor's place; CN covers every grid region."""
    code = geography["code"]
    return ("CN", code) if geography["scheme"] == "CN-GRID" else _wider(code)


def _wider(code: str) -> list[str]:
    """Name the codes that cover a code: itself, and what it continues after a hyphen."""
    return [code, *(code[:at] for at, symbol in enumerate(code) if symbol == "-")]


def _prefixes(items: list[dict[str, Any]], member: str) -> Iterator[tuple[str, str]]:
    """Name the classification rules that cover one of these codes."""
    for item in items:
        for end in range(1, len(item[member]) + 1):
            yield item["scheme"], item[member][:end]
