"""What was admitted on a date, as the ledger knew it then: two times, kept apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_world import GovernedWorld
from suyuan_ledger.status.admitted import state_of
from suyuan_ledger.workflow.statements import StatusEvent

JANUARY, FEBRUARY, MARCH, APRIL, MAY = (f"2026-{month:02}-15T00:00:00Z" for month in range(1, 6))


@pytest.fixture
def world(tmp_path):
    world = GovernedWorld(tmp_path / "log.sqlite").begin()
    yield world
    world.ledger.close()


def admit(world, number, effective_from):
    about = world.submission(number)
    based_on = world.opinions(about)
    record = world.admission(
        about, based_on, number=f"EX-{number:04}", effectiveFrom=effective_from
    )
    return world.ledger.submit(record)


def answer(world, on, size=None):
    rows = world.ledger.admitted(on, world.size if size is None else size)
    return {row.registry_number: row.state for row in rows}


def test_an_admission_with_effect_from_before_it_was_logged(world):
    """On February it was admitted, but nobody knew it as of a checkpoint before."""
    before = world.size
    admit(world, 1, FEBRUARY)

    assert answer(world, FEBRUARY) == {"EX-0001": "valid"}
    assert answer(world, JANUARY) == {}
    assert answer(world, FEBRUARY, before) == {}


def test_a_withdrawal_counts_from_its_date_and_from_when_it_was_known(world):
    admission = admit(world, 1, JANUARY)
    before = world.size
    world.ledger.submit(world.event("FactorWithdrawal", admission.content, effective_from=APRIL))

    assert answer(world, MARCH) == {"EX-0001": "valid"}
    assert answer(world, APRIL) == {"EX-0001": "withdrawn"}
    assert answer(world, MAY, before) == {"EX-0001": "valid"}


def test_an_answer_stays_the_same_whatever_is_logged_later(world):
    """The same question about the same checkpoint."""
    first = admit(world, 1, JANUARY)
    second = admit(world, 2, FEBRUARY)
    size = world.size
    answers = [answer(world, on, size) for on in (JANUARY, MARCH, MAY)]
    world.ledger.submit(world.status_change(first.content, "suspended", effective_from=MARCH))
    world.ledger.submit(world.event("FactorSupersession", first.content, basedOn=second.content))

    assert [answer(world, on, size) for on in (JANUARY, MARCH, MAY)] == answers
    assert answer(world, MAY) == {"EX-0001": "superseded", "EX-0002": "valid"}


def test_a_row_carries_the_factor_and_its_events(world):
    admission = admit(world, 7, JANUARY)
    erratum = world.ledger.submit(world.event("FactorErratum", admission.content))
    (row,) = world.ledger.admitted(MAY, world.size)

    assert row.in_force
    shown = row.to_row()
    assert shown | {"factorCode": "EXAMPLE-7", "state": "corrected", "value": "7.5"} == shown
    assert shown["events"] == str(erratum.index)


def test_a_suspended_submission_suspends_its_admission(world):
    """Nobody should use the factor while its data are in doubt."""
    admission = admit(world, 1, JANUARY)
    about = world.ledger.record_at(
        next(iter(world.ledger.admitted(MAY, world.size))).submission_index
    )
    world.ledger.submit(world.status_change(about.content, "suspended"))

    assert answer(world, MAY) == {"EX-0001": "suspended"}
    assert admission.index


def test_a_size_that_the_log_does_not_have_is_refused(world, refuses):
    with refuses("merkle.size"):
        list(world.ledger.admitted(MAY, world.size + 1))


ACTIONS = ["withdraw", "supersede", "correct", "suspend", "activate", "revoke", "cancel"]


@given(actions=st.lists(st.sampled_from(ACTIONS), max_size=6))
def test_the_state_is_the_gravest_that_holds(actions):
    """Ended before superseded, superseded before suspended, suspended before corrected."""
    events = [
        StatusEvent(10 + place, 5, action, None, JANUARY, None)
        for place, action in enumerate(actions)
    ]
    ended = {"withdraw", "revoke", "cancel"}.intersection(actions)
    changes = [action for action in actions if action in ("suspend", "activate")]
    expected = "valid"
    if "correct" in actions:
        expected = "corrected"
    if changes and changes[-1] == "suspend":
        expected = "suspended"
    if "supersede" in actions:
        expected = "superseded"
    if ended:
        expected = "withdrawn"

    assert state_of(events, 4, 100, MAY) == expected
