"""What the tests of the ledger share: a log with a root authority and an enrolled submitter."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from suyuan_ledger.errors import LedgerError, ledger_codes

# The suite imports test modules by path, so that a folder's own modules have to be made known.
sys.path.insert(0, str(Path(__file__).parent))
from ledger_world import GovernedWorld, World


@pytest.fixture
def world(tmp_path):
    """A log in which `world.works` may submit."""
    world = World(tmp_path / "log.sqlite")
    world.enrol()
    yield world
    world.ledger.close()


@pytest.fixture(scope="session")
def governed_template(tmp_path_factory):
    """A governed world whose ledger is closed, to be copied."""
    world = GovernedWorld(tmp_path_factory.mktemp("governed") / "log.sqlite").begin()
    world.ledger.close()
    return world


@pytest.fixture
def governed(governed_template, tmp_path):
    """A log with a rule set in force and somebody for every role of the workflow."""
    world = governed_template.copy(tmp_path / "governed.sqlite")
    yield world
    world.ledger.close()


@pytest.fixture
def refuses():
    """Expect an error of the ledger with exactly this code, whose row is in the table."""

    @contextmanager
    def expect(code, kind=LedgerError):
        with pytest.raises(kind) as caught:
            yield caught
        assert caught.value.code == code, str(caught.value)
        assert code in ledger_codes()

    return expect
