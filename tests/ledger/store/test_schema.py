"""The schema moves by migrations only, and no program writes into a schema it does not know."""

from __future__ import annotations

import sqlite3

import pytest
from ledger_world import ORIGIN, Party, World, credit_code
from sqlalchemy import inspect, select
from suyuan_ledger.errors import StorageError
from suyuan_ledger.log.fsck.derived import DERIVED_TABLES
from suyuan_ledger.service import Ledger
from suyuan_ledger.store import schema
from suyuan_ledger.store.engine import Store
from suyuan_ledger.store.tables import Table


@pytest.fixture
def path(tmp_path):
    return tmp_path / "log.sqlite"


def tables(path):
    with Store(path) as store, store.read() as connection:
        return set(inspect(connection).get_table_names())


def test_migrations_lead_to_the_tables_of_the_program_and_back(path):
    schema.upgrade(path)
    schema.check(path)  # raises if a migration is missing
    assert tables(path) == {*Table.metadata.tables, "alembic_version"}
    schema.downgrade(path, "base")
    assert tables(path) == {"alembic_version"}
    schema.upgrade(path)
    schema.check(path)


def test_a_log_of_the_first_version_gets_its_cases_and_groups(tmp_path):
    """What 0002 reads from the bodies is what the ledger writes; `fsck` compares every row."""
    world = World(tmp_path / "log.sqlite")
    daughter = Party(7)
    daughter.organisation["parentGroupId"] = credit_code(8)
    world.enrol()
    world.enrol(daughter)
    factors = [party.factor(number) for number in range(3) for party in (world.works, daughter)]
    list(world.ledger.submit_many(factors))
    before = derived(world.path)
    world.ledger.close()
    schema.downgrade(world.path, "0001")
    assert "factor_case" not in tables(world.path)
    with pytest.raises(StorageError, match=r"store\.outdated"):
        world.open()
    schema.upgrade(world.path)
    schema.check(world.path)
    assert derived(world.path) == before
    assert len(before["factor_case"]) == len(factors)
    again = world.open()
    assert again.fsck().clean
    again.close()


def derived(path):
    """The rows of the tables that follow from records."""
    with Store(path) as store, store.read() as connection:
        return {
            name: [tuple(row) for row in connection.execute(select(table.__table__))]
            for name, table in DERIVED_TABLES.items()
        }


def test_a_table_that_a_migration_forgot_is_noticed(path):
    """`check` can fail: a column that only the database has is a difference."""
    schema.upgrade(path)
    with sqlite3.connect(path) as raw:
        raw.execute("ALTER TABLE meta ADD COLUMN forgotten TEXT")
    with pytest.raises(Exception, match="forgotten"):
        schema.check(path)


def test_upgrading_twice_changes_nothing(path):
    schema.upgrade(path)
    before = tables(path)
    schema.upgrade(path)
    assert tables(path) == before


@pytest.mark.parametrize("act", ["open", "upgrade", "downgrade"])
def test_a_newer_schema_is_refused(tmp_path, refuses, act):
    world = World(tmp_path / "log.sqlite")
    world.ledger.close()
    with sqlite3.connect(world.path) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    with refuses("store.version", StorageError) as caught:
        {
            "open": world.open,
            "upgrade": lambda: schema.upgrade(world.path),
            "downgrade": lambda: schema.downgrade(world.path, "base"),
        }[act]()
    assert "9999" in str(caught.value)
    assert "newer version" in str(caught.value)


def test_an_older_schema_is_upgraded_on_purpose_only(path, refuses):
    schema.upgrade(path)
    schema.downgrade(path, "base")
    with refuses("store.empty", StorageError):
        Ledger.open(path)
    schema.upgrade(path)
    with sqlite3.connect(path) as raw:
        raw.execute("DELETE FROM alembic_version")
    with refuses("store.foreign", StorageError):
        Ledger.open(path)


def test_somebody_elses_database_is_left_alone(path, refuses):
    with sqlite3.connect(path) as raw:
        raw.execute("CREATE TABLE theirs (id INTEGER)")
    party = Party(1)
    with refuses("store.foreign", StorageError):
        Ledger.create(path, origin=ORIGIN, signer=party.signer, roots=[party.did])
    with sqlite3.connect(path) as raw:
        found = raw.execute("SELECT name FROM sqlite_master").fetchall()
    assert found == [("theirs",)]


def test_a_log_is_created_once(tmp_path, refuses):
    world = World(tmp_path / "log.sqlite")
    with refuses("store.exists", StorageError):
        World(world.path)


def test_opening_a_file_that_is_absent_leaves_none_behind(path, refuses):
    with refuses("store.open", StorageError):
        Ledger.open(path)
    assert not path.exists()


def test_a_file_that_is_no_database_is_named_so(path, refuses):
    path.write_bytes(b"not a database" * 1000)
    with refuses("store.corrupt", StorageError):
        Ledger.open(path)
