"""`fsck` passes what is whole, and names the first thing that is wrong, whatever it is."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing

import pytest
from ledger_world import ORIGIN, Party, World
from suyuan_ledger.errors import ledger_codes
from suyuan_ledger.keys.signer import MemorySigner
from suyuan_ledger.log.checkpoint import sign_checkpoint
from suyuan_ledger.log.entry import build_entry
from suyuan_ledger.log.fsck import fsck
from suyuan_ledger.log.hashing import leaf_hash
from suyuan_ledger.log.note import format_vkey
from suyuan_ledger.log.submission import to_submission
from suyuan_ledger.records.profile import Link, format_digest, parse_record
from suyuan_ledger.records.signing import sign_record
from suyuan_ledger.service import Ledger
from suyuan_ledger.store.engine import Store

SIZE = 300
LOG_KEY = MemorySigner.from_seed(b"\x10" * 32)
WORKS = Party(2)
INTRUDER = MemorySigner.from_seed(b"\x66" * 32)


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """A log of 300 records in several batches, two of them linked; closed."""
    world = World(tmp_path_factory.mktemp("fsck") / "log.sqlite")
    world.enrol(WORKS)
    first = world.ledger.submit(WORKS.factor(0))
    links = [Link("supersedes", format_digest(first.content))]
    world.ledger.submit(WORKS.factor(1, links=links))
    world.clock.now += 60
    list(world.ledger.submit_many([WORKS.factor(i) for i in range(2, SIZE - 2)], batch_size=100))
    world.ledger.close()
    return world.path


@pytest.fixture
def damaged(sound, tmp_path):
    """A copy of the log to damage, as a plain SQLite connection without any protection."""
    path = tmp_path / "log.sqlite"
    shutil.copy(sound, path)
    with closing(sqlite3.connect(path)) as raw:
        yield raw, path


def check(path):
    with Store(path) as store:
        return fsck(store)


def row(raw, index):
    names = "content, envelope, record_id, issuer, kind, body, entry, time"
    found = raw.execute(f'SELECT {names} FROM record WHERE "index" = ?', (index,)).fetchone()  # noqa: S608
    return dict(zip(names.split(", "), found, strict=True))


def put(raw, index, **values):
    for name, value in values.items():
        raw.execute(f'UPDATE record SET {name} = ? WHERE "index" = ?', (value, index))  # noqa: S608


def flip(data, place):
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def forged(raw, index):
    """Another record that the same issuer really signed, with everything that belongs to it."""
    old = row(raw, index)
    draft = json.loads(old["body"])
    del draft["proof"]
    draft["credentialSubject"]["value"] = "0.001"
    record = parse_record(sign_record(draft, WORKS.signer, "2026-02-28T00:00:00Z"))
    time = json.loads(old["entry"])["time"]
    return {
        "content": record.content_digest,
        "envelope": record.envelope_digest,
        "body": record.canonical,
        "entry": build_entry(index, record, time),
    }


def rewrite_body(raw):
    body = row(raw, 150)["body"]
    put(raw, 150, body=body.replace(b'"value":"148.5"', b'"value":"148.6"'))


def rewrite_record(raw):
    put(raw, 150, **forged(raw, 150))


def rewrite_record_and_leaf(raw):
    new = forged(raw, 150)
    put(raw, 150, **new)
    (data,) = raw.execute('SELECT data FROM tile WHERE level = 0 AND "index" = 0').fetchone()
    data = data[: 150 * 32] + leaf_hash(new["entry"]) + data[151 * 32 :]
    raw.execute('UPDATE tile SET data = ? WHERE level = 0 AND "index" = 0', (data,))


def swap_rows(raw):
    for old, new in ((10, -1), (11, 10), (-1, 11)):
        raw.execute('UPDATE record SET "index" = ? WHERE "index" = ?', (new, old))


def swap_bodies(raw):
    ten, eleven = row(raw, 10)["body"], row(raw, 11)["body"]
    put(raw, 10, body=eleven)
    put(raw, 11, body=ten)


def change_tile(level, index):
    def damage(raw):
        where = f'level = {level} AND "index" = {index}'
        (data,) = raw.execute(f"SELECT data FROM tile WHERE {where}").fetchone()  # noqa: S608
        raw.execute(f"UPDATE tile SET data = ? WHERE {where}", (flip(data, 5),))  # noqa: S608

    return damage


def sql(statement, *values):
    def damage(raw):
        assert raw.execute(statement, values).rowcount > 0, "the damage did nothing"

    return damage


def resign(size, key, root=None):
    """Put a checkpoint of another root, or by another key, in the place of one that was signed."""

    def damage(raw):
        (found,) = raw.execute("SELECT root FROM checkpoint WHERE size = ?", (size,)).fetchone()
        new = root or found
        note = sign_checkpoint(ORIGIN, size, new, key)
        raw.execute("UPDATE checkpoint SET root = ?, note = ? WHERE size = ?", (new, note, size))
        raw.execute("UPDATE anchor_outbox SET root = ? WHERE size = ?", (new, size))

    return damage


def roll_head_back(raw):
    raw.execute(
        "UPDATE log_head SET (size, root, note, time) ="
        " (SELECT size, root, note, time FROM checkpoint WHERE size = 204)"
    )


def damage_note(raw):
    (note,) = raw.execute("SELECT note FROM checkpoint WHERE size = 104").fetchone()
    # The last characters of the base64 hold the signature's end; one of them becomes another.
    changed = note[:-6] + (b"A" if note[-6:-5] != b"A" else b"B") + note[-5:]
    raw.execute("UPDATE checkpoint SET note = ? WHERE size = 104", (changed,))


def invent_grant(raw):
    raw.execute("CREATE TEMP TABLE one AS SELECT * FROM enrolment")
    raw.execute('UPDATE one SET "index" = 2')
    raw.execute("INSERT INTO enrolment SELECT * FROM one")


def drop_checkpoint(raw):
    raw.execute("DELETE FROM anchor_outbox WHERE size = 300")
    raw.execute("DELETE FROM checkpoint WHERE size = 300")


DAMAGE = [
    ("a digit of a body", rewrite_body, "fsck.body", "record 150"),
    ("a body that is no JSON", lambda raw: put(raw, 7, body=b"{"), "fsck.body", "record 7"),
    (
        "a body with a blank",
        lambda raw: put(raw, 7, body=b" " + row(raw, 7)["body"]),
        "fsck.body",
        "record 7",
    ),
    ("two bodies swapped", swap_bodies, "fsck.body", "record 10"),
    ("two rows swapped", swap_rows, "fsck.order", "record 10"),
    (
        "an entry",
        lambda raw: put(raw, 9, entry=row(raw, 9)["entry"].replace(b"Factor", b"Fector")),
        "fsck.entry",
        "record 9",
    ),
    ("an entry that is none", lambda raw: put(raw, 9, entry=b"{}"), "fsck.entry", "record 9"),
    ("a row gone", sql('DELETE FROM record WHERE "index" = 42'), "fsck.missing", "record 42"),
    (
        "the last row gone",
        sql('DELETE FROM record WHERE "index" = 299'),
        "fsck.missing",
        "record 299",
    ),
    ("the first row gone", sql('DELETE FROM record WHERE "index" = 0'), "fsck.missing", "record 0"),
    ("a record rewritten by its issuer", rewrite_record, "fsck.tile", "record 150"),
    ("the same, and its leaf", rewrite_record_and_leaf, "fsck.root", "checkpoint 204"),
    (
        "column content",
        lambda raw: put(raw, 5, content=b"\1" * 32),
        "fsck.column",
        "record 5, column content",
    ),
    (
        "column envelope",
        lambda raw: put(raw, 5, envelope=b"\1" * 32),
        "fsck.column",
        "record 5, column envelope",
    ),
    (
        "column record_id",
        lambda raw: put(raw, 5, record_id="urn:uuid:0"),
        "fsck.column",
        "record 5, column record_id",
    ),
    (
        "column issuer",
        lambda raw: put(raw, 5, issuer="did:key:z"),
        "fsck.column",
        "record 5, column issuer",
    ),
    (
        "column kind",
        lambda raw: put(raw, 5, kind="Enrolment"),
        "fsck.column",
        "record 5, column kind",
    ),
    (
        "a record's time",
        lambda raw: put(raw, 50, time=row(raw, 50)["time"] + 1),
        "fsck.time",
        "record 50",
    ),
    ("a tile of leaves", change_tile(0, 0), "fsck.tile", "record 0"),
    ("a partial tile of leaves", change_tile(0, 1), "fsck.tile", "record 256"),
    ("a tile above", change_tile(1, 0), "fsck.tile", "tile/1/000"),
    (
        "a tile gone",
        sql('DELETE FROM tile WHERE level = 0 AND "index" = 1'),
        "fsck.tile",
        "tile/0/001",
    ),
    ("a tile above gone", sql("DELETE FROM tile WHERE level = 1"), "fsck.tile", "tile/1/000"),
    (
        "a tile cut short",
        sql('UPDATE tile SET data = substr(data, 1, 320) WHERE level = 0 AND "index" = 1'),
        "fsck.tile",
        "tile/0/001",
    ),
    (
        "a tile too many",
        sql("INSERT INTO tile VALUES (2, 0, zeroblob(32))"),
        "fsck.extra",
        "tile 2/0",
    ),
    (
        "a checkpoint's root",
        sql("UPDATE checkpoint SET root = zeroblob(32) WHERE size = 104"),
        "fsck.checkpoint",
        "checkpoint 104",
    ),
    ("a checkpoint's signature", damage_note, "fsck.checkpoint", "checkpoint 104"),
    ("a checkpoint by another key", resign(104, INTRUDER), "fsck.checkpoint", "checkpoint 104"),
    (
        "a checkpoint of another root, really signed",
        resign(104, LOG_KEY, b"\1" * 32),
        "fsck.root",
        "checkpoint 104",
    ),
    (
        "a checkpoint's time",
        sql("UPDATE checkpoint SET time = time + 1 WHERE size = 104"),
        "fsck.time",
        "checkpoint 104",
    ),
    (
        "the empty log's checkpoint gone",
        sql("DELETE FROM checkpoint WHERE size = 0"),
        "fsck.checkpoint",
        "checkpoint 0",
    ),
    (
        "a checkpoint gone",
        sql("DELETE FROM checkpoint WHERE size = 104"),
        "fsck.extra",
        "outbox 104",
    ),
    ("the last checkpoint gone", drop_checkpoint, "fsck.head", ""),
    ("the head rolled back", roll_head_back, "fsck.head", ""),
    ("the head's root", sql("UPDATE log_head SET root = zeroblob(32)"), "fsck.head", ""),
    ("the head's note", sql("UPDATE log_head SET note = note || x'0a'"), "fsck.head", ""),
    (
        "an outbox row gone",
        sql("DELETE FROM anchor_outbox WHERE size = 104"),
        "fsck.outbox",
        "outbox 104",
    ),
    (
        "an outbox row's root",
        sql("UPDATE anchor_outbox SET root = zeroblob(32) WHERE size = 104"),
        "fsck.outbox",
        "outbox 104",
    ),
    (
        "an outbox row covered by no anchor",
        sql("UPDATE anchor_outbox SET state = 'covered' WHERE size = 104"),
        "fsck.outbox",
        "outbox 104",
    ),
    (
        "an outbox row too many",
        sql("INSERT INTO anchor_outbox VALUES (299, zeroblob(32), 0, 'pending')"),
        "fsck.extra",
        "outbox 299",
    ),
    ("a link gone", sql("DELETE FROM link"), "fsck.link", "record 1"),
    (
        "a link elsewhere",
        sql("UPDATE link SET target = zeroblob(32) WHERE rel = 'supersedes'"),
        "fsck.link",
        "record 3",
    ),
    (
        "a link too many",
        sql("INSERT INTO link VALUES (9, 'uses', zeroblob(32))"),
        "fsck.link",
        "record 9",
    ),
    (
        "a grant's roles",
        sql("""UPDATE enrolment SET roles = '["authority"]'"""),
        "fsck.enrolment",
        "record 1",
    ),
    (
        "a grant's end",
        sql("UPDATE enrolment SET not_after = '2099-01-01T00:00:00Z'"),
        "fsck.enrolment",
        "record 1",
    ),
    ("a grant gone", sql("DELETE FROM enrolment"), "fsck.enrolment", "record 1"),
    ("a grant from nowhere", invent_grant, "fsck.enrolment", "record 2"),
    (
        "the log's name",
        sql("UPDATE meta SET value = 'other.example' WHERE key = 'origin'"),
        "fsck.meta",
        "",
    ),
    (
        "the log's key",
        sql(
            "UPDATE meta SET value = ? WHERE key = 'vkey'", format_vkey(ORIGIN, INTRUDER.public_key)
        ),
        "fsck.checkpoint",
        "checkpoint 0",
    ),
    (
        "the log's roots",
        sql("UPDATE meta SET value = ? WHERE key = 'roots'", json.dumps([WORKS.did])),
        "fsck.authority",
        "record 1",
    ),
    ("the roots gone", sql("DELETE FROM meta WHERE key = 'roots'"), "fsck.meta", ""),
]


def test_a_sound_log_is_clean(sound):
    report = check(sound)
    assert report.clean, report.problem
    assert (report.size, report.checkpoints) == (SIZE, 8)  # 0, 1, 2, 3, 4, 104, 204, 300


def test_progress_is_told(sound):
    told = []
    with Store(sound) as store:
        fsck(store, lambda done, size: told.append((done, size)))
    assert told == [(256, SIZE), (SIZE, SIZE)]


@pytest.mark.parametrize(
    ("damage", "code", "place"), [case[1:] for case in DAMAGE], ids=[case[0] for case in DAMAGE]
)
def test_damage_is_named_by_kind_and_place(damaged, damage, code, place):
    raw, path = damaged
    damage(raw)
    raw.commit()
    problem = check(path).problem
    assert problem is not None, "the damage was not noticed"
    assert problem.code == code, str(problem)
    assert place in problem.pointer if code == "fsck.tile" else place == problem.pointer
    assert problem.text("zh")
    assert code in ledger_codes()


def test_entries_before_the_damage_count_as_good(damaged):
    raw, path = damaged
    rewrite_body(raw)
    raw.commit()
    report = check(path)
    assert (report.size, report.checkpoints) == (150, 6)


def test_the_first_of_two_is_named(damaged):
    raw, path = damaged
    put(raw, 200, body=b"{")
    put(raw, 100, kind="Enrolment")
    raw.commit()
    assert check(path).problem.pointer == "record 100, column kind"


def test_a_damaged_file_is_named(sound, tmp_path):
    """Every page of the file is overwritten in turn; nothing but a report comes back."""
    data = sound.read_bytes()
    page = 16_384
    codes = set()
    for start in range(page, len(data), page):
        path = tmp_path / "damaged.sqlite"
        path.write_bytes(data[:start] + b"\xa5" * 512 + data[start + 512 :])
        report = check(path)
        assert not report.clean, f"page at {start}"
        codes.add(report.problem.code)
    assert codes <= {"fsck.database", "store.corrupt"}


def test_a_record_with_a_wrong_signature_is_named(tmp_path):
    """The door would refuse it; here the operator let it in past the door, consistently."""
    world = World(tmp_path / "log.sqlite")
    world.enrol(WORKS)
    good, other = (json.loads(WORKS.factor(number)) for number in (1, 2))
    good["proof"]["proofValue"] = other["proof"]["proofValue"]
    record = parse_record(json.dumps(good).encode())
    world.ledger._sequencer.append([to_submission(record)])
    problem = world.ledger.fsck().problem
    assert (problem.code, problem.pointer) == ("fsck.signature", "record 2")


def test_a_record_of_a_stranger_is_named(tmp_path, monkeypatch):
    world = World(tmp_path / "log.sqlite")
    world.enrol(WORKS)
    monkeypatch.setattr("suyuan_ledger.log.sequencer.Door.admit", lambda *_: None)
    world.ledger.submit(Party(9).factor(1))
    monkeypatch.undo()
    problem = world.ledger.fsck().problem
    assert (problem.code, problem.pointer) == ("fsck.authority", "record 2")
    assert problem.found == "authority.not_enrolled /issuer/id"


def test_times_that_fall_are_named(tmp_path, monkeypatch):
    world = World(tmp_path / "log.sqlite")
    world.enrol(WORKS)
    monkeypatch.setattr(world.ledger._sequencer, "_now", lambda head: head.time - 1)
    world.ledger.submit(WORKS.factor(1))
    problem = world.ledger.fsck().problem
    assert (problem.code, problem.pointer) == ("fsck.time", "record 2")


def test_an_empty_database_is_an_error_not_a_report(tmp_path, refuses):
    with refuses("store.open"):
        Ledger.open(tmp_path / "absent.sqlite")
