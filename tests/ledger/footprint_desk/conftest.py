"""A governed home with factors that footprints can use, read once for the whole folder."""

from __future__ import annotations

import pytest
from footprint_home import make_footprint_home
from suyuan_ledger.desk.standing import Desk
from suyuan_ledger.log.clock import system_clock


@pytest.fixture(scope="session")
def footprint_world(tmp_path_factory):
    """Admitted factors and everybody enrolled; tests only read it."""
    world = make_footprint_home(tmp_path_factory.mktemp("footprint"))
    yield world
    world.ledger.close()


@pytest.fixture
def desk(footprint_world):
    """One reading of its log."""
    ledger = footprint_world.ledger
    with ledger.store.read() as connection:
        yield Desk(connection, ledger.roots, system_clock())
