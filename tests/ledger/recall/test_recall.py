"""A recall lists everything that rests on a record, or says that the log is not what was signed."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path

import pytest
from governance_story import reviewed_story
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_world import World
from signed_records import jcs
from suyuan_ledger.errors import LedgerError
from suyuan_ledger.keys.signer import MemorySigner
from suyuan_ledger.log.checkpoint import open_checkpoint
from suyuan_ledger.log.note import parse_vkey
from suyuan_ledger.log.public_log import DatabaseLog, MirrorLog
from suyuan_ledger.recall.graph import Start, recall
from suyuan_ledger.recall.report import path_of, to_json, to_text
from suyuan_ledger.records.profile import Link, format_digest
from synthetic_log import KEY, ORIGIN, content, entry, write_log

CLOSED = ["about", "basedOn", "uses", "underRule"]
OTHER = ["supersedes", "corrects", "withdraws", "responds"]


def run(folder, *indexes, key=KEY):
    log = MirrorLog(folder)
    return recall(log, open_checkpoint(log.note(), key), Start(indexes=frozenset(indexes)))


def indexes(records):
    return [record.index for record in records]


def recall_number(folder, number):
    log = MirrorLog(folder)
    return recall(log, open_checkpoint(log.note(), KEY), Start(registry_number=number))


@st.composite
def graphs(draw):
    """Logs of up to 30 records that link anywhere, also forwards and to nothing."""
    size = draw(st.integers(1, 30))
    link = st.tuples(st.sampled_from(CLOSED + OTHER), st.integers(0, size + 1))
    links = draw(st.lists(st.sets(link, max_size=3), min_size=size, max_size=size))
    # a record cannot hold its own digest
    return [{pair for pair in chosen if pair[1] != at} for at, chosen in enumerate(links)]


def naive(graph, start):
    """Everything from which a walk along closed links ends at the start."""
    found, grew = {start}, True
    while grew:
        before = len(found)
        found |= {
            source
            for source, links in enumerate(graph)
            if any(rel in CLOSED and target in found for rel, target in links)
        }
        grew = len(found) > before
    return sorted(found - {start})


@settings(max_examples=60, deadline=None)
@given(graph=graphs(), data=st.data())
def test_any_graph_gives_what_a_walk_over_all_records_gives(graph, data):
    """Forward links, cycles and links to nothing included."""
    start = data.draw(st.integers(0, len(graph) - 1))
    with tempfile.TemporaryDirectory() as place:
        folder = write_log(
            Path(place), [entry(at, "ExpertReview", links) for at, links in enumerate(graph)]
        )
        result = run(folder, start)

    assert indexes(result.reached) == naive(graph, start)
    forward = any(
        rel in CLOSED and at < target < len(graph)
        for at, links in enumerate(graph)
        for rel, target in links
    )
    assert result.forward == forward
    places = {record.index: record for record in result.reached}
    for record in result.reached:
        assert (record.rel, record.through) in graph[record.index]
        steps = path_of(record, places)
        assert steps[-1][1] == start or len(steps) > 8


def test_corrections_and_replacements_do_not_rest_on_what_they_replace(tmp_path):
    folder = write_log(tmp_path, [entry(0), *(entry(1 + n, links=[(OTHER[n], 0)]) for n in (0, 1))])

    assert run(folder, 0).reached == []


@pytest.mark.parametrize(
    ("kind", "rel"),
    [
        ("FactorWithdrawal", "withdraws"),
        ("FactorSupersession", "supersedes"),
        ("FactorErratum", "corrects"),
        ("StatusChange", "about"),
    ],
)
def test_of_an_event_what_it_acts_on_is_asked_for_too(tmp_path, kind, rel):
    """Whoever recalls a withdrawal wants to know who used what was withdrawn."""
    entries = [
        entry(0),
        entry(1, "FactorAdmission", [("about", 0)]),
        entry(2, "FootprintStatement", [("uses", 1)]),
        entry(3, kind, [(rel, 1)]),
    ]
    result = run(write_log(tmp_path, entries), 3)

    assert set(indexes(result.starts)) == {1, 3}
    assert 2 in indexes(result.reached)
    assert [event.index for event in result.events] == [3]


def test_a_statement_that_supersedes_another_is_asked_for_alone(tmp_path):
    entries = [
        entry(0, "FootprintStatement"),
        entry(1, "FootprintStatement", [("supersedes", 0)]),
        entry(2, "Certificate", [("about", 0)]),
    ]
    result = run(write_log(tmp_path, entries), 1)

    assert (indexes(result.starts), indexes(result.reached)) == ([1], [])


def test_events_of_a_log_with_forward_links_are_all_found(tmp_path):
    """The correction comes before the admission, and that before its submission."""
    entries = [
        entry(0, "FactorErratum", [("corrects", 1), ("basedOn", 3)]),
        entry(1, "FactorAdmission", [("about", 2)]),
        entry(2),
        entry(3, "FactorAdmission"),
        entry(4, "FactorWithdrawal", [("withdraws", 3)]),
    ]
    result = run(write_log(tmp_path, entries), 2)

    assert (indexes(result.reached), result.forward) == ([1], True)
    assert [(event.index, event.replacement) for event in result.events] == [(0, content(3))]


def test_more_than_one_bundle_is_read(tmp_path):
    """700 entries: two full bundles and a partial one, each entry resting on the one before."""
    links = [[]] + [[("uses", at)] for at in range(699)]
    folder = write_log(tmp_path, [entry(at, links=links[at]) for at in range(700)])

    assert indexes(run(folder, 100).reached) == list(range(101, 700))


def bent_time(folder):
    path = next(folder.glob("tile/entries/000.p/*"))
    path.write_bytes(path.read_bytes().replace(b"2026-03-01", b"2026-03-02"))


def bent_link(folder):
    path = next(folder.glob("tile/entries/000.p/*"))
    path.write_bytes(path.read_bytes().replace(b'"rel":"about"', b'"rel":"abuot"'))


def dropped_entry(folder):
    """The last bundle one entry short, under the name that the checkpoint's size asks for."""
    entries = [entry(at, links=[("about", 0)] if at else []) for at in range(4)]
    path = folder / "tile/entries/000.p/5"
    path.write_bytes(b"".join(len(e).to_bytes(2, "big") + e for e in entries))


def exchanged_entries(folder):
    entries = [entry(at, links=[("about", 0)] if at else []) for at in (0, 1, 3, 2, 4)]
    path = folder / "tile/entries/000.p/5"
    path.write_bytes(b"".join(len(e).to_bytes(2, "big") + e for e in entries))


def other_key(folder):
    stranger = MemorySigner.from_seed(b"\x77" * 32)
    write_log(folder, [entry(at) for at in range(5)], signer=stranger)


@pytest.mark.parametrize(
    ("bend", "code"),
    [
        (bent_time, "public.root"),
        (bent_link, "public.entry"),
        (dropped_entry, "log.entry_bundle"),
        (exchanged_entries, "public.entry"),
        (other_key, "note.unverified"),
        (lambda folder: (folder / "tile/entries/000.p/5").unlink(), "public.absent"),
        (lambda folder: (folder / "checkpoint").unlink(), "public.absent"),
        (
            lambda folder: (folder / "checkpoint").write_bytes(b"x" * 100_000),
            "public.too_large",
        ),
    ],
)
def test_a_mirror_that_was_tampered_with_gives_no_list(tmp_path, refuses, bend, code):
    """Links, entries, order, checkpoint, files: the list is complete or there is none."""
    folder = write_log(tmp_path, [entry(at, links=[("about", 0)] if at else []) for at in range(5)])
    assert indexes(run(folder, 0).reached) == [1, 2, 3, 4]
    bend(folder)

    with refuses(code):
        run(folder, 0)


@settings(max_examples=60, deadline=None)
@given(place=st.integers(0, 10**6), flip=st.integers(1, 255), data=st.data())
def test_no_changed_byte_of_a_mirror_gives_a_list(place, flip, data):
    """Wherever it is: entries, lengths, checkpoint, signature."""
    with tempfile.TemporaryDirectory() as folder:
        log = write_log(
            Path(folder), [entry(at, links=[("about", 0)] if at else []) for at in range(5)]
        )
        path = data.draw(st.sampled_from([log / "checkpoint", log / "tile/entries/000.p/5"]))
        raw = bytearray(path.read_bytes())
        raw[place % len(raw)] ^= flip
        path.write_bytes(raw)
        with pytest.raises(LedgerError):
            run(log, 0)


@pytest.mark.parametrize(
    "raw",
    [
        entry(1, links=[("about", 0)]).replace(b'"about"', b"7"),
        entry(1).replace(b'"index":1', b'"index":2'),
        entry(1) + b" ",
        b"null",
        b"[]",
        b"{}",
        entry(1).replace(b'"kind"', b'"links":[{"rel":"about"}],"kind"'),
    ],
)
def test_a_log_that_signs_what_is_no_entry_gives_no_list(tmp_path, raw):
    """A link that was hidden in a malformed entry would make the list incomplete."""
    folder = write_log(tmp_path, [entry(0), raw])

    with pytest.raises(LedgerError) as caught:
        run(folder, 0)
    assert caught.value.code in ("public.entry", "log.entry")


def test_one_content_twice_hides_nothing_between_the_two(tmp_path):
    """The door lets a content in once; who asks for its second place gets what rests on it."""
    folder = write_log(
        tmp_path, [entry(0), entry(1, links=[("uses", 0)]), entry(2, content=content(0))]
    )

    result = run(folder, 2)
    assert (indexes(result.reached), result.forward) == ([1], True)


def test_a_content_whose_second_entry_has_the_links_hides_nothing(tmp_path):
    """Entry 1 says nothing of what entry 3, the same record, rests on."""
    third = entry(3, links=[("uses", 0)], content=content(1))
    folder = write_log(tmp_path, [entry(0), entry(1), entry(2, links=[("about", 1)]), third])

    assert indexes(run(folder, 0).reached) == [2, 3]


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"credentialSubject":7}', b"[" * 5000])
def test_a_registry_number_that_no_body_tells_gives_no_list(tmp_path, refuses, body):
    """The entry commits to a body that is no admission: whose number it is nobody knows."""
    digest = hashlib.sha256(body).hexdigest()
    admission = entry(1, "FactorAdmission", [("about", 0)], envelope=f"sha256:{digest}")
    folder = write_log(tmp_path, [entry(0), admission])
    (folder / "record").mkdir()
    (folder / "record" / f"{digest}.json").write_bytes(body)

    with refuses("public.body"):
        recall_number(folder, "EX-1")


def test_a_registry_number_from_the_body_of_another_record_gives_no_list(tmp_path, refuses):
    """A sound admission, served for an entry of another content."""
    body = jcs(reviewed_story().admit().record("admission"))
    digest = hashlib.sha256(body).hexdigest()
    admission = entry(1, "FactorAdmission", [("about", 0)], envelope=f"sha256:{digest}")
    folder = write_log(tmp_path, [entry(0), admission])
    (folder / "record").mkdir()
    (folder / "record" / f"{digest}.json").write_bytes(body)

    with refuses("public.body"):
        recall_number(folder, "EX-1")


def test_a_pipe_in_the_place_of_a_file_does_not_wait(tmp_path, refuses):
    """Nobody would ever write into it."""
    folder = write_log(tmp_path, [entry(0)])
    (folder / "checkpoint").unlink()
    os.mkfifo(folder / "checkpoint")

    with refuses("public.absent"):
        run(folder, 0)


def test_a_record_that_the_log_does_not_have(tmp_path, refuses):
    folder = write_log(tmp_path, [entry(0)])

    with refuses("recall.unknown"):
        run(folder, 1)


def test_a_mirror_that_went_on_serves_the_older_checkpoint_too(tmp_path):
    """The partial bundle was replaced by the full one, which begins with the same entries."""
    entries = [entry(at, links=[("uses", 0)] if at else []) for at in range(256)]
    folder = write_log(tmp_path, entries[:10])
    note = (folder / "checkpoint").read_bytes()
    (folder / "tile/entries/000.p/10").unlink()
    (folder / "tile/entries/000.p").rmdir()
    write_log(folder, entries)
    (folder / "checkpoint").write_bytes(note)

    result = run(folder, 0)
    assert (result.size, len(result.reached)) == (10, 9)


def test_the_database_and_its_mirror_give_the_same_list(tmp_path):
    """The operator and an auditor who has only the public files."""
    world = World(tmp_path / "log.sqlite")
    enrolled = world.enrol()
    factor = world.ledger.submit(world.works.factor(1))
    world.ledger.mirror(tmp_path / "mirror")
    key = parse_vkey(world.ledger.vkey)
    request = world.ledger.record_at(enrolled.index - 1)
    start = Start(contents=frozenset({request.content}))
    with world.ledger.store.read() as connection:
        log = DatabaseLog(connection)
        ours = recall(log, open_checkpoint(log.note(), key), start)
    theirs_log = MirrorLog(tmp_path / "mirror")
    theirs = recall(theirs_log, open_checkpoint(theirs_log.note(), key), start)
    world.ledger.close()

    assert ours == theirs
    assert indexes(ours.reached) == [enrolled.index]
    assert factor.index not in indexes(ours.reached)


def test_the_report_says_what_it_proves_in_both_languages(tmp_path):
    folder = write_log(tmp_path, [entry(0), entry(1, "ExpertReview", [("about", 0)])])
    result = run(folder, 0)
    report = to_json(result, ORIGIN, "0")

    assert report["restOnIt"][0] | {"rel": "about", "through": 0} == report["restOnIt"][0]
    assert report["records"][0]["content"] == content(0)
    assert report["checkpoint"] == {"size": 2, "root": result.root.hex()}
    assert json.loads(json.dumps(report)) == report
    english, chinese = "\n".join(to_text(result, "en")), "\n".join(to_text(result, "zh"))
    assert "1 record rests on it" in english
    assert "-about-> 0" in english
    assert "1 条记录依据它" in chinese
    assert "专家评审意见" in chinese
    assert "-关于-> 0" in chinese


def test_link_and_digest_of_the_world_are_those_of_the_records():
    """`synthetic_log` writes digests as records do."""
    assert Link("about", content(0)).content_digest == format_digest(bytes.fromhex(content(0)[7:]))
