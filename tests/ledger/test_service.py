"""The use cases: create, submit, read, prove; and what each refuses."""

from __future__ import annotations

import json
import sqlite3

import pytest
from ledger_world import NOT_AFTER, ORIGIN, START, Clock, Party, World
from suyuan_ledger.errors import (
    ConflictError,
    KeyAccessError,
    LedgerError,
    RefusedError,
    StorageError,
)
from suyuan_ledger.keys.signer import MemorySigner
from suyuan_ledger.log.clock import CLOCK_TOLERANCE
from suyuan_ledger.records.did import format_did_key
from suyuan_ledger.records.profile import Link, format_digest, parse_record
from suyuan_ledger.service import Ledger
from suyuan_ledger.store import repository
from suyuan_verifier.checkpoint import verify_checkpoint
from suyuan_verifier.entry import entry_bytes
from suyuan_verifier.merkle import (
    check_batch_inclusion,
    check_consistency,
    check_inclusion,
    leaf_hash,
)
from suyuan_verifier.note import parse_vkey
from suyuan_verifier.record import parse_record as verifier_parse


def test_an_empty_log_has_a_signed_checkpoint(tmp_path):
    world = World(tmp_path / "log.sqlite")
    head = world.ledger.checkpoint()
    found = verify_checkpoint(head.note, ORIGIN, [parse_vkey(world.ledger.vkey)])
    assert (found.size, found.root) == (0, head.root)
    assert world.ledger.fsck().clean


def test_a_receipt_convinces_the_verifier(world):
    """All that the receipt says is checked by the other implementation, from the record's bytes."""
    raw = world.works.factor(1)
    receipt = world.ledger.submit(raw)
    assert not receipt.duplicate
    assert receipt.body == raw
    entry = entry_bytes(verifier_parse(raw), receipt.index, receipt.time)
    assert world.ledger.entries(receipt.index, receipt.index + 1) == [entry]
    found = verify_checkpoint(receipt.checkpoint, ORIGIN, [parse_vkey(world.ledger.vkey)])
    assert found.size == receipt.size == receipt.index + 1
    check_inclusion(
        leaf_hash(entry), receipt.index, found.size, receipt.inclusion_proof, found.root
    )


def test_old_receipts_stay_provable_while_the_log_grows(world):
    first = world.ledger.submit(world.works.factor(1))
    proof = first.inclusion_proof
    list(world.ledger.submit_many(world.works.factor(i) for i in range(2, 40)))
    assert first.inclusion_proof == proof


def test_proofs_between_sizes_and_of_many_records(world):
    receipts = list(world.ledger.submit_many([world.works.factor(i) for i in range(20)]))
    ledger, size = world.ledger, world.ledger.checkpoint().size
    for old in range(1, size + 1):
        proof = ledger.consistency_proof(old, size)
        check_consistency(old, size, ledger.root(old), ledger.root(size), proof)
    chosen = receipts[3::5]
    leaves = [(r.index, leaf_hash(ledger.entries(r.index, r.index + 1)[0])) for r in chosen]
    proof = ledger.batch_proof([r.index for r in chosen], size)
    check_batch_inclusion(leaves, size, proof, ledger.root(size))


def test_nothing_is_proven_beyond_the_log(world, refuses):
    size = world.ledger.checkpoint().size
    for wrong in (-1, size + 1):
        with refuses("merkle.size", RefusedError):
            world.ledger.root(wrong)
        with refuses("merkle.size", RefusedError):
            world.ledger.inclusion_proof(0, wrong)
    with refuses("merkle.index", RefusedError):
        world.ledger.inclusion_proof(size, size)


def test_a_record_is_found_by_content_and_by_index(world):
    receipt = world.ledger.submit(world.works.factor(1))
    by_content = world.ledger.record(receipt.content)
    assert by_content == world.ledger.record_at(receipt.index)
    assert by_content.body == receipt.body
    assert world.ledger.record(b"\0" * 32) is None
    assert world.ledger.record_at(receipt.index + 1) is None
    assert [r.index for r in world.ledger.records()] == list(range(receipt.index + 1))


def test_input_need_not_be_canonical_but_what_is_stored_is(world):
    raw = world.works.factor(1)
    loose = json.dumps(json.loads(raw), indent=2).encode()
    assert loose != raw
    assert world.ledger.submit(loose).body == raw


def test_the_same_content_again_returns_the_first_index_and_bytes(world):
    draft = world.works.factor_draft(1)
    first = world.ledger.submit(world.works.sign(draft))
    world.clock.now += 60
    again = world.ledger.submit(world.works.sign(draft))
    other_proof = world.works.sign(draft, created="2026-02-28T01:00:00Z")
    assert other_proof != first.body
    resigned = world.ledger.submit(other_proof)
    for later in (again, resigned):
        assert later.duplicate
        assert (later.index, later.body, later.envelope, later.time) == (
            first.index,
            first.body,
            first.envelope,
            first.time,
        )
    assert world.ledger.checkpoint().size == first.index + 1


def test_a_duplicate_is_answered_even_after_its_enrolment_ended(world):
    raw = world.works.factor(1)
    first = world.ledger.submit(raw)
    world.clock.now += 3 * 365 * 86400
    again = world.ledger.submit(raw)
    assert (again.duplicate, again.index) == (True, first.index)


def test_the_same_id_with_other_content_is_a_conflict(world, refuses):
    draft = world.works.factor_draft(1)
    first = world.ledger.submit(world.works.sign(draft))
    draft["credentialSubject"]["value"] = "2"
    with refuses("submit.conflict", ConflictError) as caught:
        world.ledger.submit(world.works.sign(draft))
    assert f"sha256:{first.content.hex()}, logged at index {first.index}" in str(caught.value)
    assert world.ledger.checkpoint().size == first.index + 1


def test_two_issuers_may_use_one_id(world):
    """The id belongs to its issuer; nobody can block another's id by taking it first."""
    other = Party(3)
    world.enrol(other)
    mine, theirs = world.works.factor_draft(1), other.factor_draft(2)
    theirs["id"] = mine["id"]
    first = world.ledger.submit(world.works.sign(mine))
    second = world.ledger.submit(other.sign(theirs))
    assert (first.duplicate, second.duplicate) == (False, False)
    assert second.index == first.index + 1


def test_good_records_go_on_past_bad_ones(world):
    draft = world.works.factor_draft(7)
    changed = json.loads(world.works.sign(draft))
    changed["credentialSubject"]["value"] = "8"
    conflicting = {**draft, "credentialSubject": {**draft["credentialSubject"], "value": "9"}}
    raws = [
        world.works.factor(1),
        b"{",
        world.works.sign(draft),
        json.dumps(changed).encode(),
        Party(9).factor(1),
        world.works.sign(conflicting),
        world.works.sign(draft),
        world.works.factor(2),
    ]
    size = world.ledger.checkpoint().size
    results = list(world.ledger.submit_many(raws, batch_size=3))
    codes = [
        r.code if isinstance(r, LedgerError) else (r.index - size, r.duplicate) for r in results
    ]
    assert codes == [
        (0, False),
        "record.syntax",
        (1, False),
        "sig.invalid",
        "authority.not_enrolled",
        "submit.conflict",
        (1, True),
        (2, False),
    ]
    assert world.ledger.fsck().clean


def test_an_import_is_lazy_and_yields_only_what_is_durable(world):
    taken = []

    def source():
        for number in range(5):
            taken.append(number)
            yield world.works.factor(number)

    results = world.ledger.submit_many(source(), batch_size=2)
    first = next(results)
    assert len(taken) == 2
    with world.open() as other:
        assert other.record(first.content).index == first.index
    assert len(list(results)) == 4


@pytest.mark.parametrize("size", [0, -1, 2001])
def test_a_batch_size_out_of_range_is_refused(world, refuses, size):
    with refuses("ledger.batch", RefusedError):
        list(world.ledger.submit_many([world.works.factor(1)], batch_size=size))


def test_no_records_no_checkpoint(world):
    head = world.ledger.checkpoint()
    assert list(world.ledger.submit_many([])) == []
    assert world.ledger.checkpoint() == head


def test_entry_times_never_fall(world):
    """A clock that was set back a little repeats the last time."""
    first = world.ledger.submit(world.works.factor(1))
    world.clock.now -= CLOCK_TOLERANCE
    second = world.ledger.submit(world.works.factor(2))
    assert second.time == first.time
    assert world.ledger.fsck().clean


def test_a_clock_far_behind_the_log_is_refused(world, refuses):
    world.ledger.submit(world.works.factor(1))
    world.clock.now -= CLOCK_TOLERANCE + 1
    with refuses("log.clock", StorageError):
        world.ledger.submit(world.works.factor(2))
    world.clock.now = START
    world.ledger.submit(world.works.factor(2))


def test_without_the_logs_key_a_log_is_read_only(world, refuses):
    with Ledger.open(world.path) as reader:
        assert reader.fsck().clean
        with refuses("log.no_key", KeyAccessError):
            reader.submit(world.works.factor(1))
        with refuses("log.no_key", KeyAccessError):
            list(reader.submit_many([world.works.factor(1)]))


def test_another_key_cannot_open_the_log_for_writing(world, refuses):
    with refuses("log.key", KeyAccessError):
        Ledger.open(world.path, signer=MemorySigner.from_seed(b"\x11" * 32))


@pytest.mark.parametrize(
    "roots",
    [
        [],
        ["did:web:example"],
        # The small-order point y = 1: a signature that fits every message exists for it.
        [format_did_key(bytes([1, *[0] * 31]))],
    ],
)
def test_a_log_needs_a_sound_root(tmp_path, refuses, roots):
    with refuses("ledger.roots", RefusedError):
        Ledger.create(
            tmp_path / "log.sqlite",
            origin=ORIGIN,
            signer=MemorySigner.from_seed(b"\x10" * 32),
            roots=roots,
        )
    assert not (tmp_path / "log.sqlite").exists()


def test_an_origin_that_cannot_stand_in_a_checkpoint_is_refused(tmp_path):
    party = Party(1)
    with pytest.raises(RefusedError):
        Ledger.create(
            tmp_path / "log.sqlite", origin="two\nlines", signer=party.signer, roots=[party.did]
        )
    assert not (tmp_path / "log.sqlite").exists()


def test_a_ledger_survives_being_reopened(world):
    receipts = [world.ledger.submit(world.works.factor(i)) for i in range(3)]
    world.ledger.close()
    with world.open() as again:
        assert again.roots == (world.root.did,)
        assert again.checkpoint().size == receipts[-1].index + 1
        assert again.submit(world.works.factor(9)).index == receipts[-1].index + 1
        assert again.submit(receipts[0].body).duplicate
        assert again.fsck().clean


def test_a_key_that_signs_wrongly_stores_nothing(world, refuses):
    """A broken device must not put a checkpoint into the world that nobody can verify."""

    class Broken(MemorySigner):
        def sign(self, message):
            return super().sign(message + b"!")

    size = world.ledger.checkpoint().size
    world.ledger._sequencer._signer = Broken.from_seed(b"\x10" * 32)
    with refuses("log.signer", KeyAccessError):
        world.ledger.submit(world.works.factor(1))
    assert world.ledger.checkpoint().size == size
    world.ledger._sequencer._signer = world.log_key
    assert world.ledger.submit(world.works.factor(1)).index == size


def test_the_date_in_an_entry_is_the_logs_clock(tmp_path):
    world = World(tmp_path / "log.sqlite", Clock(START + 5))
    assert world.enrol().time == "2026-03-01T08:00:05Z"
    assert NOT_AFTER > "2026-03-01T08:00:05Z"


def test_links_are_found_backwards(world):
    first = world.ledger.submit(world.works.factor(1))
    link = Link("supersedes", format_digest(first.content))
    second = world.ledger.submit(world.works.factor(2, links=[link]))
    with world.ledger.store.read() as connection:
        assert repository.find_sources(connection, first.content) == [(second.index, "supersedes")]
    assert parse_record(second.body).links == (link,)


@pytest.mark.parametrize("value", [None, "[", "{}x"])
def test_broken_facts_about_the_log_are_named_when_it_is_opened(world, refuses, value):
    """`meta` without its roots, or with roots that are not JSON, is an error and no traceback."""
    path = world.ledger.store.url.database
    world.ledger.close()
    with sqlite3.connect(path) as database:
        if value is None:
            database.execute("DELETE FROM meta WHERE key = 'roots'")
        else:
            database.execute("UPDATE meta SET value = ? WHERE key = 'roots'", (value,))
    with refuses("fsck.meta", StorageError):
        Ledger.open(path)


def test_fsck_names_a_scope_that_is_not_json(world):
    """A damaged grant is a finding and no traceback."""
    with sqlite3.connect(world.ledger.store.url.database) as database:
        database.execute("UPDATE enrolment SET scope = '{'")

    assert world.ledger.fsck().problem.code == "fsck.enrolment"
