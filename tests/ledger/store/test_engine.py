"""Committed means on the disk, readers see one snapshot, and one writer writes at a time."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from suyuan_ledger.errors import StorageError, ledger_codes
from suyuan_ledger.store import engine
from suyuan_ledger.store.engine import Store, storage_error

EXPECTED = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "page_size": engine.PAGE_SIZE,
    "trusted_schema": 0,
}


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "log.sqlite") as store:
        with store.write() as connection:
            connection.execute(text("CREATE TABLE t (x INTEGER)"))
        yield store


def count(store):
    with store.read() as connection:
        return connection.execute(text("SELECT count(*) FROM t")).scalar_one()


class Interrupted(Exception):  # noqa: N818 - an interruption is not an error of ours
    """Something went wrong between two statements."""


def run_and_fail(store, statement):
    with pytest.raises(Interrupted), store.write() as connection:  # noqa: PT012 - the write fails
        connection.execute(text(statement))
        raise Interrupted


def test_every_connection_is_durable(store):
    """FULL (2) syncs the WAL at every commit; NORMAL (1) may lose the last ones with the power."""
    with store.write() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in EXPECTED
        }
    assert found == EXPECTED


def test_an_error_rolls_everything_back(store):
    run_and_fail(store, "INSERT INTO t VALUES (1)")
    assert count(store) == 0


def test_schema_changes_are_part_of_the_transaction(store):
    run_and_fail(store, "CREATE TABLE u (x INTEGER)")
    with pytest.raises(StorageError), store.read() as connection:
        connection.execute(text("SELECT * FROM u"))


def test_a_reader_sees_one_snapshot(store):
    with store.read() as reading:
        query = text("SELECT count(*) FROM t")
        assert reading.execute(query).scalar_one() == 0
        with store.write() as writing:
            writing.execute(text("INSERT INTO t VALUES (1)"))
        assert reading.execute(query).scalar_one() == 0
    assert count(store) == 1


def test_a_second_writer_waits_and_then_is_told(store, monkeypatch, refuses):
    monkeypatch.setattr(engine, "BUSY_TIMEOUT_MS", 50)
    with (
        Store(store.url.database) as other,
        store.write(),
        refuses("store.busy", StorageError),
        other.write(),
    ):
        pytest.fail("two writers at once")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("database or disk is full", "store.full"),
        ("disk I/O error", "store.io"),
        ("attempt to write a readonly database", "store.readonly"),
        ("database is locked", "store.busy"),
        ("database table is locked", "store.busy"),
        ("database disk image is malformed", "store.corrupt"),
        ("file is not a database", "store.corrupt"),
        ("unable to open database file", "store.open"),
        ("something new", "store.failed"),
    ],
)
def test_what_the_database_says_gets_a_code(said, code):
    error = storage_error(OperationalError("statement", None, sqlite3.OperationalError(said)))
    assert error.code == code
    assert said in str(error)
    assert code in ledger_codes()
