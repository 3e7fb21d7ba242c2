"""A stolen key below a label: what a revocation makes void reaches the footprint and the label."""

from __future__ import annotations

from contextlib import closing

import pytest
from footprint_story import certified_story, stated_story
from signed_records import Actor
from story_door import StoryLedger
from suyuan_ledger.audit.log_audit import audit_log
from suyuan_ledger.log.checkpoint import open_checkpoint
from suyuan_ledger.log.note import parse_vkey
from suyuan_ledger.log.public_log import DatabaseLog, MirrorLog
from suyuan_ledger.recall.graph import Start, recall
from suyuan_ledger.recall.void import recall_void
from suyuan_ledger.status.void import factor_of, read_pending, read_void
from suyuan_ledger.store.engine import Store

SIGNED = {
    "provider": "widget",
    "registry": "widget.admission",
    "producer": "statement",
    "verifier": "verification",
    "certifier": "certificate",
    "office": "filing",
}
"""A record that each of them signed on the way to the label."""
WAY = ("statement", "verification", "certificate", "filing", "label", "surveillance")


def theft(who, label):
    """A label; then it turns out that a key on the way to it had been stolen."""
    story = certified_story("producer2").issue().surveil()
    # Another maker's footprint has nothing to do with it.
    story.state("other", by="producer2", productIds=["urn:example:other"])
    start = story.at[label]
    return story.revoke(who, by="root", from_index=start, reason="compromised")


def void_of(story, told):
    with told.ledger.store.read() as connection:
        return read_void(connection, [story.ledger.root.did], len(story.ledger.records))


@pytest.mark.parametrize("who", SIGNED)
def test_what_a_thief_signed_is_void_and_so_is_what_rests_on_it(tmp_path, who):
    story = theft(who, SIGNED[who])
    with closing(StoryLedger(story, tmp_path / "log.sqlite")) as told:
        assert told.log() == {}
        found = void_of(story, told)
    labels = {index: label for label, index in story.at.items()}
    fallen = {labels[index] for index in found}
    # A verification or filing that is sound falls only if what it is about does.
    below = {
        "provider": {*WAY},
        "registry": {*WAY},
        "producer": {*WAY},
        "verifier": {"verification", "certificate", "filing", "label", "surveillance"},
        "certifier": {"certificate", "filing", "label", "surveillance"},
        "office": {"filing", "label", "surveillance"},
    }
    assert fallen & {*WAY, "other"} == below[who]
    assert {cause.revocation for cause in found.values()} == {story.at["revocation"]}


CLASS = {"classification": [{"scheme": "EXAMPLE", "prefix": "00"}]}
OTHER = {"classification": [{"scheme": "EXAMPLE", "prefix": "9"}]}


@pytest.mark.parametrize(("scope", "falls"), [(CLASS, False), (OTHER, True)])
def test_another_enrolment_keeps_a_record_good_where_its_scope_covers_it(tmp_path, scope, falls):
    """The key verifies as a verification body and as a certifier; the first enrolment is void."""
    story = stated_story("verifier")
    story.actors["again"] = story.actors["verifier"]
    story.enrol("again", ["certifier"], scope=scope).state().verify_footprint()
    start = story.at["verification"]
    story.revoke("verifier", by="root", from_index=start, reason="compromised")
    with closing(StoryLedger(story, tmp_path / "log.sqlite")) as told:
        assert told.log() == {}
        assert (start in void_of(story, told)) is falls


@pytest.mark.parametrize("source", ["database", "mirror"])
def test_a_recall_of_the_revocation_names_them(tmp_path, source):
    story = theft("producer", "statement")
    with closing(StoryLedger(story, tmp_path / "log.sqlite")) as told:
        told.log()
        ledger = told.ledger
        ledger.mirror(tmp_path / "mirror")
        with ledger.store.read() as connection:
            at_home = source == "database"
            log = DatabaseLog(connection) if at_home else MirrorLog(tmp_path / "mirror")
            checkpoint = open_checkpoint(log.note(), parse_vkey(ledger.vkey))
            chosen = Start(indexes=frozenset({story.at["revocation"]}))
            result = recall_void(
                log,
                checkpoint,
                recall(log, checkpoint, chosen),
                ledger.roots,
                (lambda record: factor_of(connection, record)) if at_home else (lambda _: None),
            )
    assert [(one.kind, one.index) for one in result.void] == [
        ("FootprintStatement", story.at["statement"])
    ]
    reached = {one.index for one in result.reached}
    assert {story.at[label] for label in WAY[1:]} <= reached
    assert story.at["other"] not in reached
    assert result.undecided == []


def audit_notes(story, path):
    with closing(StoryLedger(story, path)) as told:
        assert told.log() == {}
        with told.ledger.store.read() as connection:
            log = DatabaseLog(connection)
            checkpoint = open_checkpoint(log.note(), parse_vkey(told.ledger.vkey))
            report = audit_log(log, checkpoint, [(story.ledger.root.did, 0, None)])
    assert report.clean
    return [note.index for note in report.notes if note.code == "audit.void"]


def test_an_audit_notes_certificates_and_labels_that_wait(tmp_path):
    story = theft("verifier", "verification")
    found = audit_notes(story, tmp_path / "log.sqlite")
    assert found == [story.at["certificate"], story.at["label"]]


def test_and_those_that_somebody_ended_no_more(tmp_path):
    story = theft("verifier", "verification")
    story.change_status("ended", "revoked", of="label", by="certifier")
    assert audit_notes(story, tmp_path / "log.sqlite") == [story.at["certificate"]]


def test_an_admission_that_a_supervisor_cancelled_waits_no_more(tmp_path):
    """The change of status is about what fell, and stands all the same."""
    story = certified_story("supervisor")
    start = story.at["widget"]
    story.revoke("provider", by="root", from_index=start, reason="compromised")
    story.change_status("ended", "cancelled", of="widget.admission")
    path = tmp_path / "log.sqlite"
    assert audit_notes(story, path) == [story.at["certificate"]]
    with Store(path) as store, store.read() as connection:
        size = len(story.ledger.records)
        void = read_void(connection, [story.ledger.root.did], size)
        assert read_pending(connection, void, size) == []


def test_a_thief_ends_nothing(tmp_path):
    """A revocation that is void itself leaves the certificate waiting."""
    story = stated_story("verifier", "certifier", "office")
    thief = Actor("thief", story.actors["certifier"].serial)
    story.actors["thief"] = thief
    story.enrol("thief", ["certifier"]).state().verify_footprint().certify()
    start = story.ledger.size
    story.change_status("ended", "revoked", of="certificate", by="thief")
    story.revoke("thief", "stolen", by="root", from_index=start, reason="compromised")
    story.revoke("verifier", by="root", from_index=story.at["verification"], reason="compromised")
    assert story.at["certificate"] in audit_notes(story, tmp_path / "log.sqlite")
