"""A revocation that reaches back: what is void, what rests on it, and who is told."""

from __future__ import annotations

from hashlib import sha256

import pytest
from ledger_world import GovernedWorld, Party
from suyuan_ledger.audit.log_audit import audit_log
from suyuan_ledger.desk.inbox import item_json, read_inbox
from suyuan_ledger.desk.standing import Desk
from suyuan_ledger.log.checkpoint import open_checkpoint
from suyuan_ledger.log.note import parse_vkey
from suyuan_ledger.log.public_log import DatabaseLog, MirrorLog
from suyuan_ledger.recall.graph import Start, recall
from suyuan_ledger.recall.report import to_json, to_text
from suyuan_ledger.recall.void import names_revocations, recall_void
from suyuan_ledger.status.void import factor_of, read_pending, read_void

ON = "2030-01-01T00:00:00Z"


def enrolment_of(world, party):
    """The first Enrolment of a party's key."""
    return next(
        record
        for record in world.ledger.records()
        if record.kind == "Enrolment" and party.did.encode() in record.body
    )


def index_of(world, content):
    return world.ledger.record(content).index


def states(world, size=None):
    found = world.ledger.admitted(ON, world.size if size is None else size)
    return {row.registry_number: row.to_row()["state"] for row in found}


class Theft:
    """Two admitted factors; then a key turns out stolen before the second was judged."""

    def __init__(self, path, who):
        self.world = world = GovernedWorld(path)
        world.begin()
        self.first = world.admit(1)
        self.stolen = self.world.size
        self.second = world.admit(2)
        self.before = world.size
        self.party = who(world)
        self.enrolment = enrolment_of(world, self.party)
        raw = world.revocation(self.enrolment, reason="compromised", from_index=self.stolen)
        self.revocation = world.ledger.submit(raw).index

    def recall(self, log, connection=None, index=None):
        """Recall a revocation from a source; factors are at hand with the database."""
        checkpoint = open_checkpoint(log.note(), parse_vkey(self.world.ledger.vkey))
        chosen = self.revocation if index is None else index
        found = recall(log, checkpoint, Start(indexes=frozenset({chosen})))
        assert names_revocations(found)
        factor = (lambda record: factor_of(connection, record)) if connection else (lambda _: None)
        return recall_void(log, checkpoint, found, self.world.ledger.roots, factor)

    def both_ways(self, folder, index=None):
        """Recall a revocation from the database and from a mirror."""
        self.world.ledger.mirror(folder)
        with self.world.ledger.store.read() as connection:
            home = self.recall(DatabaseLog(connection), connection, index)
        return home, self.recall(MirrorLog(folder), None, index)

    def audit(self):
        """Audit the whole log."""
        with self.world.ledger.store.read() as connection:
            log = DatabaseLog(connection)
            checkpoint = open_checkpoint(log.note(), parse_vkey(self.world.ledger.vkey))
            roots = [(did, 0, None) for did in self.world.ledger.roots]
            return audit_log(log, checkpoint, roots)

    def inbox(self, party):
        """What waits for somebody."""
        with self.world.ledger.store.read() as connection:
            desk = Desk(connection, self.world.ledger.roots, self.world.clock())
            return [item_json(item) for item in read_inbox(desk, party.did).items]


@pytest.fixture
def theft(tmp_path):
    """The key of the first expert was stolen."""
    return Theft(tmp_path / "log.sqlite", lambda world: world.experts[0])


def test_a_recall_of_a_revocation_lists_what_is_void_and_what_rests_on_it(theft, tmp_path):
    """The expert's second review and the admission on it, and nothing of the first factor."""
    admission = index_of(theft.world, theft.second[1])
    for result in theft.both_ways(tmp_path / "mirror"):
        assert [(one.kind, one.issuer) for one in result.void] == [
            ("ExpertReview", theft.party.did)
        ]
        assert result.void[0].index >= theft.stolen
        assert admission in [one.index for one in result.reached]
        assert index_of(theft.world, theft.first[1]) not in [one.index for one in result.reached]
        assert result.undecided == []
        report = to_json(result, "log.example", str(theft.revocation))
        assert report["admissions"] == [admission]
        assert [row["index"] for row in report["void"]] == [result.void[0].index]
        for lang, word in (
            ("en", "admissions that are void with it: 1"),
            ("zh", "因此失效的入库：1 条"),
        ):
            lines = list(to_text(result, lang))
            assert lines[1] == word  # admissions first
            assert str(admission) in lines[2]


def test_an_ordinary_revocation_makes_nothing_void(theft, tmp_path):
    """From its own index on there is no record of the key."""
    world = theft.world
    raw = world.revocation(enrolment_of(world, world.experts[1]), reason="superseded")
    index = world.ledger.submit(raw).index
    for result in theft.both_ways(tmp_path / "mirror", index):
        assert result.void == result.reached == result.undecided == []


def test_another_enrolment_keeps_a_record_good(tmp_path):
    """A key with two enrolments for the role is void only where neither counts."""
    world = GovernedWorld(tmp_path / "log.sqlite")
    world.begin()
    expert = world.experts[0]
    first = enrolment_of(world, expert)
    world.ledger.submit(world.revocation(first))
    world.enrol(expert, ("expert",), person="person-0000")
    about, admission = world.admit(1)
    del about
    raw = world.revocation(first, reason="compromised", from_index=0)
    world.ledger.submit(raw)
    assert states(world) == {"EX-0001": "valid"}
    with world.ledger.store.read() as connection:
        assert index_of(world, admission) not in read_void(
            connection, world.ledger.roots, world.size
        )


@pytest.mark.parametrize(
    "who", ["works", "checker", "authority", "admitter"], ids=lambda name: f"{name} was robbed"
)
def test_whoever_was_robbed_the_admission_falls(tmp_path, who):
    """Submitter, checker, authority and the admitter itself."""
    theft = Theft(tmp_path / "log.sqlite", lambda world: getattr(world, who))
    assert states(theft.world) == {"EX-0001": "valid", "EX-0002": "void"}
    (finding,) = [note for note in theft.audit().notes if note.code == "audit.void"]
    assert finding.index == index_of(theft.world, theft.second[1])
    for result in theft.both_ways(tmp_path / "mirror"):
        fallen = to_json(result, "log.example", "")["admissions"]
        assert fallen == [finding.index]


def test_an_admission_on_a_void_record_is_never_valid_but_was_known_as_such_before(theft):
    """The revocation counts from the checkpoint that has it, and the reason is told."""
    world = theft.world
    assert states(world) == {"EX-0001": "valid", "EX-0002": "void"}
    assert states(world, theft.before) == {"EX-0001": "valid", "EX-0002": "valid"}
    (row,) = [row for row in world.ledger.admitted(ON, world.size) if row.void]
    shown = row.to_row()
    assert not row.in_force
    assert shown["voidRecordKind"] == "ExpertReview"
    assert shown["voidRecord"] >= theft.stolen
    assert shown["revocation"] == theft.revocation


def test_the_audit_notes_it_until_somebody_acts_and_the_log_is_sound_all_the_same(theft):
    """A theft that was answered is nobody's fault: exit code 0, and a thing to do."""
    report = theft.audit()
    assert report.clean
    (note,) = report.notes
    assert note.code == "audit.void"
    assert note.index == index_of(theft.world, theft.second[1])
    assert "audit.void" in " ".join(report.to_text("zh"))
    assert [row["code"] for row in report.to_json()["notes"]] == ["audit.void"]

    theft.world.ledger.submit(theft.world.event("FactorWithdrawal", theft.second[1]))
    assert theft.audit().notes == []


def test_the_admitter_is_told_until_it_withdraws_or_admits_anew(theft):
    """The inbox names the admission; a withdrawal takes it out."""
    world = theft.world
    (item,) = theft.inbox(world.admitter)
    assert item["task"] == "withdraw"
    assert item["index"] == index_of(world, theft.second[0])
    assert theft.inbox(world.checker) == []

    world.ledger.submit(world.event("FactorWithdrawal", theft.second[1]))
    assert theft.inbox(world.admitter) == []
    assert states(world)["EX-0002"] == "withdrawn"


def test_a_new_admission_without_the_void_review_is_the_other_way_out(theft):
    """The old number stays void, the new one is valid, and nothing waits any more."""
    world = theft.world
    about = theft.second[0]
    expert = Party(31, "Example Institute", "示例研究院", "institute")
    world.enrol(expert, ("expert",))
    fresh = world.ledger.submit(world.review(about, expert)).content
    with world.ledger.store.read() as connection:
        void = read_void(connection, world.ledger.roots, world.size)
    kept = [
        opinion.content
        for opinion in world.ledger.records()
        if opinion.kind in ("TraceabilityCheck", "ExpertReview", "AuthorityVerification")
        and about.hex().encode() in opinion.body
        and opinion.index not in void
        and opinion.content != fresh
    ]
    world.ledger.submit(world.admission(about, [*kept, fresh], number="EX-0003"))
    assert states(world) == {"EX-0001": "valid", "EX-0002": "void", "EX-0003": "valid"}
    assert theft.audit().notes == []
    assert theft.inbox(world.admitter) == []


def test_a_void_withdrawal_ends_nothing(theft):
    """What a thief with the admitter's key withdrew still waits for somebody who may."""
    world = theft.world
    start = world.size
    world.ledger.submit(world.event("FactorWithdrawal", theft.second[1]))
    other = Party(32, "Example Registry", "示例因子库", "authority")
    world.enrol(other, ("admitter",))
    raw = world.revocation(
        enrolment_of(world, world.admitter), reason="compromised", from_index=start
    )
    world.ledger.submit(raw)
    with world.ledger.store.read() as connection:
        void = read_void(connection, world.ledger.roots, world.size)
        ((admission, cause),) = read_pending(connection, void, world.size)
    assert admission.index == index_of(world, theft.second[1])
    assert cause.revocation == theft.revocation
    assert [note.index for note in theft.audit().notes] == [admission.index]
    assert [item["task"] for item in theft.inbox(other)] == ["withdraw"]


def test_what_a_stolen_registrar_gave_is_void_and_so_is_what_was_signed_with_it(tmp_path):
    """The registrar's enrolments are void, and the records of the keys that it enrolled."""
    world = GovernedWorld(tmp_path / "log.sqlite")
    world.begin()
    registrar = Party(33, "Example Registrar", "示例登记机构", "authority")
    world.enrol(registrar, ("registrar",))
    start = world.size
    party = Party(34, "Example Works", "示例厂")
    request = party.request(["submitter"])
    world.ledger.submit(request)
    world.ledger.submit(registrar.enrol(request))
    submission = world.ledger.submit(party.factor(7)).index
    raw = world.revocation(enrolment_of(world, registrar), reason="compromised", from_index=start)
    revocation = world.ledger.submit(raw).index
    with world.ledger.store.read() as connection:
        void = read_void(connection, world.ledger.roots, world.size)
    assert void[submission].revocation == revocation
    kinds = {world.ledger.record_at(index).kind for index in void}
    assert {"Enrolment", "FactorSubmission"} <= kinds


def test_where_a_confidential_body_decides_a_mirror_says_so_and_the_ledger_knows(tmp_path):
    """The key has a second enrolment, of a narrow scope: did it cover what was checked?"""
    theft = Theft(tmp_path / "log.sqlite", lambda world: world.checker)
    world = theft.world
    world.enrol(world.checker, ["checker"], scope={"geography": ["CN-YN"]})
    about = world.submission(3)
    index = world.ledger.submit(world.check(about)).index

    home, mirror = theft.both_ways(tmp_path / "mirror")
    assert index not in [one.index for one in home.void]
    assert index not in [one.index for one in mirror.void]
    assert home.undecided == []
    assert [one.index for one in mirror.undecided] == [index]
    for lang, words in (("en", "not known without"), ("zh", "无法判定：1 条")):
        assert any(words in line for line in to_text(mirror, lang))
    # what is certain is the same from both
    assert [one.index for one in home.void] == [one.index for one in mirror.void]


def test_a_mirror_without_the_body_of_an_enrolment_gives_no_list(theft, tmp_path, refuses):
    """Who holds which key would not be known, and the list might be too short."""
    folder = tmp_path / "mirror"
    theft.world.ledger.mirror(folder)
    raw = theft.world.ledger.record_at(theft.enrolment.index).body
    (folder / "record" / f"{sha256(raw).hexdigest()}.json").unlink()
    with refuses("public.body"):
        theft.recall(MirrorLog(folder))


def test_an_audit_without_bodies_leaves_open_what_they_decide(tmp_path):
    """From a mirror, a record under a second and narrow enrolment is not judged."""
    theft = Theft(tmp_path / "log.sqlite", lambda world: world.checker)
    world = theft.world
    world.enrol(world.checker, ["checker"], scope={"geography": ["CN-YN"]})
    world.ledger.submit(world.check(world.submission(3)))
    world.ledger.mirror(tmp_path / "mirror")
    log = MirrorLog(tmp_path / "mirror")
    checkpoint = open_checkpoint(log.note(), parse_vkey(world.ledger.vkey))
    roots = [(did, 0, None) for did in world.ledger.roots]
    assert "audit.void_unknown" in [one.code for one in audit_log(log, checkpoint, roots).unknown]
    assert "audit.void_unknown" not in [one.code for one in theft.audit().unknown]


def test_a_registrars_void_enrolments_are_listed_from_the_public_log_too(tmp_path):
    """From home and mirror: the Enrolment that it gave, and what was signed with it."""
    theft = Theft(tmp_path / "log.sqlite", lambda world: world.works)
    world = theft.world
    registrar = Party(35, "Example Registrar", "示例登记机构", "authority")
    world.enrol(registrar, ["registrar"])
    start = world.size
    party = Party(36, "Example Works", "示例厂")
    request = party.request(["submitter"])
    world.ledger.submit(request)
    enrolment = world.ledger.submit(registrar.enrol(request)).index
    submission = world.ledger.submit(party.factor(7)).index
    raw = world.revocation(enrolment_of(world, registrar), reason="compromised", from_index=start)
    index = world.ledger.submit(raw).index
    for result in theft.both_ways(tmp_path / "mirror", index):
        assert [one.index for one in result.void] == [enrolment, submission]
