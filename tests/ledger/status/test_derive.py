"""The derived list equals a naive model on any history, and each clause of the rule matters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from suyuan_ledger.status.derive import derive_marks, derive_segments
from suyuan_ledger.status.encode import SEGMENT_BITS, unpack_bits
from suyuan_ledger.workflow.statements import StatusEvent

DAYS = [f"2026-01-{day:02}T00:00:00Z" for day in range(1, 10)]
IMPACTS = {"supersede", "withdraw", "correct"}


@st.composite
def histories(draw):
    """Up to twelve events on three records, in two segments."""
    size = draw(st.integers(0, 12))
    events = []
    for index in range(size):
        action = draw(
            st.sampled_from(
                ["supersede", "withdraw", "correct", "activate", "suspend", "revoke", "cancel"]
            )
        )
        events.append(
            StatusEvent(
                index=SEGMENT_BITS + 10 + index,
                target_index=draw(st.sampled_from([0, 1, SEGMENT_BITS + 3])),
                action=action,
                impact="informOnly" if action in IMPACTS else None,
                effective_from=draw(st.sampled_from([*DAYS, None])),
                from_index=None,
            )
        )
    return draw(st.permutations(events))


def naive(events, as_of, time):
    """One record at a time: replay its own events and keep its state."""
    marks = set()
    for target in {event.target_index for event in events}:
        state = "active"
        for event in sorted(events, key=lambda event: event.index):
            if event.target_index != target or event.index >= as_of:
                continue
            if event.effective_from is not None and event.effective_from > time:
                continue
            if event.action == "withdraw":
                marks.add(("revocation", target))
            elif event.action in ("supersede", "correct"):
                marks.add(("refresh", target))
            elif state not in ("revoke", "cancel"):
                state = event.action
        if state in ("revoke", "cancel"):
            marks.add(("revocation", target))
        if state == "suspend":
            marks.add(("suspension", target))
    return marks


@given(events=histories(), step=st.integers(0, 14), time=st.sampled_from(DAYS))
def test_any_history_gives_what_the_naive_model_says(events, step, time):
    as_of = SEGMENT_BITS + 8 + step

    assert derive_marks(events, as_of, time) == naive(events, as_of, time)


@given(events=histories(), time=st.sampled_from(DAYS))
def test_segments_hold_exactly_the_marks_and_none_is_empty(events, time):
    as_of = 2 * SEGMENT_BITS
    segments = derive_segments(events, as_of, time)
    marks = {
        (purpose, segment * SEGMENT_BITS + bit)
        for (purpose, segment), data in segments.items()
        for bit in unpack_bits(data)
    }

    assert marks == derive_marks(events, as_of, time)
    assert all(any(data) for data in segments.values())
    assert list(segments) == sorted(segments)


def event(index, action, when=DAYS[0], target=1):
    return StatusEvent(index, target, action, None, when, None)


@pytest.mark.parametrize(
    ("events", "as_of", "time", "marks"),
    [
        ([event(5, "withdraw")], 6, DAYS[0], {("revocation", 1)}),
        # an event at the size itself is not in the tree of that size
        ([event(5, "withdraw")], 5, DAYS[0], set()),
        ([event(5, "withdraw", DAYS[2])], 6, DAYS[1], set()),
        ([event(5, "supersede")], 6, DAYS[0], {("refresh", 1)}),
        ([event(5, "suspend"), event(6, "activate")], 7, DAYS[0], set()),
        # order of the log, not of the dates
        ([event(5, "suspend", DAYS[1]), event(6, "activate", DAYS[0])], 7, DAYS[1], set()),
        ([event(5, "suspend"), event(6, "cancel")], 7, DAYS[0], {("revocation", 1)}),
        ([event(5, "revoke"), event(6, "activate")], 7, DAYS[0], {("revocation", 1)}),
        ([event(5, "revoke"), event(6, "suspend")], 7, DAYS[0], {("revocation", 1)}),
        # a withdrawal is of the factor, and no change of a state
        ([event(5, "withdraw"), event(6, "activate")], 7, DAYS[0], {("revocation", 1)}),
        # an EnrolmentRevocation names an index and acts at once
        ([event(5, "revoke", None)], 6, "0001-01-01T00:00:00Z", {("revocation", 1)}),
    ],
)
def test_each_clause_of_the_rule(events, as_of, time, marks):
    assert derive_marks(events, as_of, time) == marks
