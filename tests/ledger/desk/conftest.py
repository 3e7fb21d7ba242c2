"""A governed log, and its desk."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from ledger_world import GovernedWorld
from suyuan_ledger.desk.standing import Desk


@pytest.fixture
def governed(tmp_path):
    """A log with a rule set in force and somebody for every role."""
    world = GovernedWorld(tmp_path / "log.sqlite").begin()
    yield world
    world.ledger.close()


@pytest.fixture
def desk_of():
    """Open the desk of a world."""

    @contextmanager
    def opened(world):
        with world.ledger.store.read() as connection:
            yield Desk(connection, world.ledger.roots, world.clock())

    return opened
