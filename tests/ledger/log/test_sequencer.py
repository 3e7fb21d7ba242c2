"""One writer's view: places, times and roots of batches; two writers never fork a log."""

from __future__ import annotations

import os
import threading

import pytest
from ledger_world import Party
from suyuan_ledger.errors import ConflictError, StorageError
from suyuan_ledger.log import group_commit, sequencer
from suyuan_ledger.log.submission import to_submission
from suyuan_ledger.records.profile import parse_record
from suyuan_ledger.store import repository
from suyuan_ledger.store.repository import Head


def submissions(world, count, start=0):
    return [to_submission(parse_record(world.works.factor(start + i))) for i in range(count)]


def indexes(results):
    return [result.index for result in results]


def test_a_batch_is_one_checkpoint_and_one_outbox_row(world):
    before = world.ledger.checkpoint()
    results = world.ledger._sequencer.append(submissions(world, 300))
    size = before.size + 300
    assert indexes(results) == list(range(before.size, size))
    assert {result.checkpoint for result in results} == {world.ledger.checkpoint().note}
    with world.ledger.store.read() as connection:
        assert repository.read_checkpoint(connection, size) == world.ledger.checkpoint()
        for between in range(before.size + 1, size):
            assert repository.read_checkpoint(connection, between) is None


def test_a_repetition_inside_a_batch_gets_the_first_place(world):
    one, two = submissions(world, 2)
    start = world.ledger.checkpoint().size
    results = world.ledger._sequencer.append([one, two, one])
    assert indexes(results) == [start, start + 1, start]
    assert [result.duplicate for result in results] == [False, False, True]


def test_requests_enrolments_and_factors_in_one_batch(world):
    other = Party(3)
    request = other.request(["submitter"])
    batch = [request, world.root.enrol(request), other.factor(1)]
    results = world.ledger._sequencer.append([to_submission(parse_record(raw)) for raw in batch])
    assert [type(result).__name__ for result in results] == ["Receipt"] * 3
    assert world.ledger.fsck().clean


def test_the_verifiers_code_judges_a_tree_before_it_is_signed(world, monkeypatch, refuses):
    size = world.ledger.checkpoint().size
    monkeypatch.setattr(sequencer, "leaf_hashes", lambda entries: [b"\0" * 32 for _ in entries])
    edge = sequencer.Edge
    monkeypatch.setattr(edge, "root", lambda _self: b"\1" * 32)
    with refuses("log.self_check", StorageError):
        world.ledger._sequencer.append(submissions(world, 2))
    monkeypatch.undo()
    assert world.ledger.checkpoint().size == size
    assert world.ledger.fsck().clean


def test_tiles_that_do_not_lead_to_the_head_stop_the_writer(world, refuses):
    with world.ledger.store.write() as connection:
        connection.exec_driver_sql("UPDATE tile SET data = zeroblob(length(data))")
    with world.open() as other, refuses("log.root", StorageError):
        other.submit(world.works.factor(1))


def test_two_writers_take_turns(world):
    """Each reads the head under the write lock, so each sees what the other wrote."""
    with world.open() as other:
        writers = [world.ledger, other]
        receipts = [writers[i % 2].submit(world.works.factor(i)) for i in range(10)]
        start = receipts[0].index
        assert indexes(receipts) == list(range(start, start + 10))
        again = other.submit(receipts[0].body)
        assert (again.duplicate, again.index) == (True, start)
        report = other.fsck()
        assert (report.clean, report.size) == (True, start + 10)


def test_a_writer_forgets_grants_that_another_writer_replaced(world):
    newcomer = Party(3)
    with world.open() as other:
        world.ledger.submit(world.works.factor(1))
        request = newcomer.request(["submitter"])
        other.submit(request)
        other.submit(world.root.enrol(request))
        assert not world.ledger.submit(newcomer.factor(1)).duplicate


def test_a_new_grant_counts_at_once(world):
    """The writer remembers a key's grants between batches, but not past a new Enrolment."""
    world.ledger.submit(world.works.factor(1))
    world.enrol(roles=["transcriber"])
    official = world.works.factor(2, dataStatus="officialTranscribed")
    assert not world.ledger.submit(official).duplicate


def test_a_duplicate_beside_a_new_record_is_known_though_its_key_ended(world):
    """What the door would refuse today may be in the log already; the batch is looked up then."""
    short = Party(3)
    world.enrol(short, notAfter="2026-03-01T09:00:00Z")
    first = world.ledger.submit(short.factor(1))
    world.clock.now += 7200
    batch = [first.body, world.works.factor(1), short.factor(2)]
    old, new, late = world.ledger.submit_many(batch)
    assert (old.duplicate, old.index) == (True, first.index)
    assert (new.duplicate, new.index) == (False, first.index + 1)
    assert late.code == "authority.dates"


def test_two_processes_at_once_never_fork_the_log(world):
    """Both import an overlapping set; the log holds each record once, in one order."""
    shared = [world.works.factor(i) for i in range(60)]
    size = world.ledger.checkpoint().size
    world.ledger.close()
    children = []
    for part in (shared[:40], shared[20:]):
        child = os.fork()
        if child == 0:
            code = 1
            try:
                with world.open() as ledger:
                    results = list(ledger.submit_many(part, batch_size=3))
                    code = 0 if all(hasattr(result, "index") for result in results) else 2
            finally:
                os._exit(code)
        children.append(child)
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0, 0]
    with world.open() as ledger:
        report = ledger.fsck()
        assert (report.clean, report.size) == (True, size + 60), report.problem
        assert {stored.body for stored in ledger.records(size)} == set(shared)


def test_the_head_moves_only_from_the_size_that_was_read(world, refuses):
    """The last line of defence, if the write lock should ever fail: compare-and-swap."""
    head = world.ledger.checkpoint()
    stale = Head(head.size + 1, b"\2" * 32, b"note", head.time)
    with refuses("log.writer", ConflictError), world.ledger.store.write() as connection:
        repository.advance_head(connection, head.size - 1, stale)
    assert world.ledger.checkpoint() == head


def test_a_writer_with_a_stale_head_stores_nothing(world, monkeypatch):
    stale = world.ledger.checkpoint()
    world.ledger.submit(world.works.factor(1))
    with world.open() as other:
        monkeypatch.setattr(repository, "read_head", lambda _connection: stale)
        # Two tiles of this small log are unfinished; the stale tree is rebuilt from them.
        with pytest.raises(StorageError):
            other._sequencer.append(submissions(world, 1, 5))
        monkeypatch.undo()
        assert other.fsck().clean


def test_single_submissions_of_many_threads_share_commits(world):
    """Whoever waits while a commit is under way goes into the next one together."""
    ledger, threads, results = world.ledger, [], []
    raws = [world.works.factor(i) for i in range(12)]
    before = ledger.checkpoint().size

    def submit(raw):
        results.append(ledger.submit(raw))

    with ledger._sequencer._lock:
        threads = [threading.Thread(target=submit, args=(raw,)) for raw in raws]
        for thread in threads:
            thread.start()
        while len(ledger._group._waiting) < len(raws) - 1:
            pass
    for thread in threads:
        thread.join()
    assert sorted(indexes(results)) == list(range(before, before + 12))
    assert {receipt.body for receipt in results} == set(raws)
    report = ledger.fsck()
    assert (report.clean, report.checkpoints) == (True, 5)  # sizes 0, 1, 2, 3 and 14


def test_a_failed_batch_tells_everyone_who_waited(world, monkeypatch):
    ledger, found = world.ledger, []
    raws = [world.works.factor(i) for i in range(4)]

    def submit(raw):
        try:
            ledger.submit(raw)
        except StorageError as error:
            found.append(error)

    monkeypatch.setattr(ledger._sequencer, "_clock", lambda: 0)
    threads = [threading.Thread(target=submit, args=(raw,)) for raw in raws]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [error.code for error in found] == ["log.clock"] * 4
    assert len({id(error) for error in found}) == 4


def test_an_interrupted_leader_leaves_nobody_waiting(world, monkeypatch):
    group = world.ledger._group
    (leader, follower) = submissions(world, 2)
    ticket = group_commit._Ticket(follower)
    group._waiting.append(ticket)

    def interrupted(_records):
        raise KeyboardInterrupt

    monkeypatch.setattr(group._sequencer, "append", interrupted)
    with pytest.raises(KeyboardInterrupt):
        group.submit(leader)
    assert ticket.outcome.code == "log.interrupted"
    monkeypatch.undo()
    assert not group.submit(leader).duplicate
