"""A full disk and a killed process lose nothing that was acknowledged, and double nothing.

The disk is really full: SQLite's page limit, and the operating system's file size limit in a
process of its own. The process is really killed, with SIGKILL, at many moments of an import.
"""

from __future__ import annotations

import os
import random
import resource
import signal
import time

import pytest
from ledger_world import Party, World
from sqlalchemy import event
from suyuan_ledger.errors import LedgerError, StorageError

FULL = {"store.full", "store.io"}


def limit_pages(ledger, pages):
    """Let the database grow no further than `pages`, on every connection from now on."""

    def limit(connection, _record):
        connection.execute(f"PRAGMA max_page_count = {pages}")

    ledger.store.engine.dispose()
    event.listen(ledger.store.engine, "connect", limit)
    return lambda: (
        event.remove(ledger.store.engine, "connect", limit),
        ledger.store.engine.dispose(),
    )


def test_a_full_database_takes_nothing_of_a_batch_and_goes_on_afterwards(world, refuses):
    ledger = world.ledger
    raws = [world.works.factor(i) for i in range(400)]
    before = list(ledger.submit_many(raws[:50]))
    head = ledger.checkpoint()
    with ledger.store.read() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    lift = limit_pages(ledger, pages + 4)

    stored = []
    with refuses("store.full", StorageError) as caught:
        stored.extend(ledger.submit_many(raws[50:], batch_size=10))
    assert "nothing of this batch was stored" in str(caught.value)
    assert "free space" in caught.value.hint()
    full = ledger.checkpoint()
    assert full.size == head.size + len(stored)
    with refuses("store.full", StorageError):
        list(ledger.submit_many(raws[50 + len(stored) :]))
    assert ledger.checkpoint() == full
    assert ledger.fsck().clean

    lift()
    results = list(ledger.submit_many(raws))
    assert [result.index for result in results[:50]] == [result.index for result in before]
    assert [result.duplicate for result in results].count(True) == 50 + len(stored)
    report = ledger.fsck()
    assert (report.clean, report.size) == (True, head.size + 350)


def in_a_child(work):
    """Run `work` in a process of its own and return its exit code; 0 if it returned True."""
    child = os.fork()
    if child == 0:
        code = 70
        try:
            code = 0 if work() else 1
        except BaseException as error:  # noqa: BLE001 - the child must end here
            os.write(2, f"{type(error).__name__}: {error}\n".encode())
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_a_file_size_limit_is_a_storage_error_and_the_writer_lives_on(world):
    """RLIMIT_FSIZE makes the kernel refuse the write itself (EFBIG), in the middle of a commit."""
    raws = [world.works.factor(i) for i in range(300)]
    size = world.ledger.checkpoint().size
    world.ledger.close()

    def work():
        with world.open() as ledger:
            wal = world.path.with_name(world.path.name + "-wal")
            used = max(world.path.stat().st_size, wal.stat().st_size if wal.exists() else 0)
            hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
            resource.setrlimit(resource.RLIMIT_FSIZE, (used + 400_000, hard))
            stored, codes = 0, set()
            for raw in raws:
                try:
                    ledger.submit(raw)
                    stored += 1
                except StorageError as error:
                    codes.add(error.code)
                    break
            refused = bool(codes) and codes <= FULL and stored < len(raws)
            resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
            results = list(ledger.submit_many(raws))
            places = [result.index for result in results] == list(range(size, size + len(raws)))
            seen = [result.duplicate for result in results].count(True)
            return refused and places and seen >= stored and ledger.fsck().clean

    assert in_a_child(work) == 0


def test_a_restart_on_a_full_disk_still_reads(world):
    """With no room for a single byte the log can be opened, read and checked."""
    receipt = world.ledger.submit(world.works.factor(1))
    world.ledger.close()

    def work():
        with world.open() as ledger:
            ledger.checkpoint()
            hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
            found = ledger.record_at(receipt.index).body == receipt.body
            return found and ledger.fsck().clean

    assert in_a_child(work) == 0


def import_until_killed(world, raws, batch_size, wait):
    """Import in a child, kill it after `wait` seconds; return the acknowledged (index, place)."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            with world.open() as ledger:
                os.write(writing, b"begin\n")
                for place, result in enumerate(ledger.submit_many(raws, batch_size=batch_size)):
                    if isinstance(result, LedgerError):
                        os.write(writing, f"error {result.code}\n".encode())
                    os.write(writing, f"{result.index} {place}\n".encode())
            os.write(writing, b"done\n")
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as lines:
        assert lines.readline() == "begin\n"
        time.sleep(wait)
        os.kill(child, signal.SIGKILL)
        rest = [line.split() for line in lines if line.endswith("\n")]
    os.waitpid(child, 0)
    assert not [line for line in rest if line[0] == "error"]
    done = rest[-1:] == [["done"]]
    return [(int(line[0]), int(line[1])) for line in rest if len(line) == 2], done


@pytest.mark.parametrize("batch_size", [1, 7, 50])
def test_a_killed_import_loses_nothing_acknowledged_and_doubles_nothing(tmp_path, batch_size):
    world = World(tmp_path / "log.sqlite")
    works = Party(2)
    world.enrol(works)
    world.ledger.close()
    raws = [works.factor(i) for i in range(600)]
    chance = random.Random(batch_size)  # noqa: S311 - moments, not secrets
    places, kills, done = {}, 0, False
    while not done:
        # Every attempt begins at the first record again, so each is given a little longer.
        wait = chance.uniform(0, 0.02 * (kills + 1))
        acknowledged, done = import_until_killed(world, raws, batch_size, wait)
        kills += not done
        with world.open() as ledger:
            report = ledger.fsck()
            assert report.clean, report.problem
            for index, place in acknowledged:
                assert places.setdefault(place, index) == index, "a record changed its index"
            for place, index in places.items():
                assert ledger.record_at(index).body == raws[place]
            stored = [record.content for record in ledger.records()]
            assert len(set(stored)) == len(stored)
            # The log may hold one batch more than it could acknowledge, never less.
            assert report.size - 2 >= len(places)
    assert kills >= 3, "the import was too quick to be killed; use more records"
    with world.open() as ledger:
        assert ledger.checkpoint().size == 2 + len(raws)
        assert [record.body for record in ledger.records(2)] == raws
