"""What waits after a statement: for whom, and for whom not."""

from __future__ import annotations

import pytest
from desk_home import copy_home
from footprint_home import make_footprint_home
from footprint_tables import CARBON, GAS, HEADER, csv_table
from ledger_world import Party
from sqlalchemy import event
from suyuan_ledger.desk.standing import Desk
from suyuan_ledger.footprint_desk import worklist
from suyuan_ledger.footprint_desk.drafts import FootprintDrafter
from suyuan_ledger.footprint_desk.header import read_header
from suyuan_ledger.footprint_desk.item_table import read_items
from suyuan_ledger.footprint_desk.statement import draft_statement
from suyuan_ledger.log.clock import system_clock
from suyuan_ledger.records.drafts import new_record
from suyuan_ledger.records.profile import format_digest, parse_record
from suyuan_ledger.store import following

FROM = "2026-03-01T08:00:00Z"
OPINION = {
    "result": "verified",
    "level": "limited",
    "standard": "notStated",
    "materiality": "0.05",
    "conflictOfInterest": {"declaration": "none"},
    "completedOn": "2026-03-01",
}


class Scene:
    """A world in which records are drafted and signed without a command line."""

    def __init__(self, world):
        self.world = world

    def desk(self):
        """Read the log, as a context."""
        return self.world.ledger.store.read()

    def sign(self, party, make):
        """Log what a party drafts; return the receipt."""
        with self.desk() as connection:
            desk = Desk(connection, self.world.ledger.roots, system_clock())
            draft = make(FootprintDrafter(desk, party.did), desk)
        record = new_record(
            draft.kind,
            party.issuer,
            draft.subject,
            valid_from=FROM,
            valid_until=draft.valid_until,
            links=draft.links,
        )
        return self.world.ledger.submit(party.sign(record))

    def state(self, *rows):
        """Log a statement of some rows."""
        table, header = read_items(csv_table(rows)), read_header(HEADER.encode())

        def make(drafter, desk):
            found = draft_statement(desk, table, header)
            return drafter.statement(found.subject, found.uses)

        return self.sign(self.world.parties["smelter"], make)

    def verify(self, about, party="body", **changes):
        """Log an opinion."""
        which, subject = format_digest(about.content), {**OPINION, **changes}
        party = self.world.parties.get(party, party)
        return self.sign(party, lambda drafter, _: drafter.opinion(which, subject))

    def certify(self, about, number="EX-C-1", **options):
        """Log a certificate."""
        which = format_digest(about.content)
        subject = {"certificateNumber": number, "basis": "notStated"}
        return self.sign(
            self.world.parties["certifier"],
            lambda drafter, _: drafter.certificate(which, subject, valid_from=FROM, **options),
        )

    def waiting(self, party, **options):
        """Return (task, index) of what waits for a party."""
        with self.desk() as connection:
            desk = Desk(connection, self.world.ledger.roots, system_clock())
            did = self.world.parties[party].did if isinstance(party, str) else party.did
            page = worklist.read_worklist(desk, did, **options)
        return [(item.task, item.index) for item in page.items]


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A closed world, to be copied."""
    world = make_footprint_home(tmp_path_factory.mktemp("template"))
    world.ledger.close()
    return world


@pytest.fixture
def scene(template, tmp_path):
    """A world of its own for a test."""
    world = copy_home(template, tmp_path)
    yield Scene(world)
    world.ledger.close()


def enrolled(scene, number, role, parent=None, **changes):
    """Enrol one more party."""
    party = Party(number, f"Example {role}", "示例")
    if parent is not None:
        party.organisation["parentGroupId"] = parent
    scene.world.enrol(party, [role], **changes)
    return party


def test_a_statement_waits_for_who_is_independent_and_has_it_in_scope(scene):
    """Not for the producer's own group, not for those of another province or product."""
    group = scene.world.parties["smelter"].organisation["registeredId"]
    own = enrolled(scene, 40, "verificationBody", parent=group)
    far = enrolled(scene, 41, "verificationBody", scope={"geography": ["CN-GZ"]})
    near = enrolled(scene, 42, "verificationBody", scope={"geography": ["CN-YN"]})
    other = enrolled(scene, 43, "verificationBody", scope={"series": ["DIRECT_EF"]})
    index = scene.state(GAS).index

    assert scene.waiting(near) == scene.waiting("body") == [("opinion", index)]
    assert scene.waiting(own) == scene.waiting(far) == scene.waiting(other) == []
    assert scene.waiting("smelter") == scene.waiting("office") == []


@pytest.mark.parametrize("to", ["suspended", "revoked"])
def test_a_statement_that_does_not_stand_waits_for_nobody(scene, to):
    """Suspended or revoked."""
    statement = scene.state(GAS)
    scene.world.ledger.submit(scene.world.status_change(statement.content, to))

    assert scene.waiting("body") == []


def test_a_void_statement_waits_for_nobody(scene):
    """Its producer's key was a thief's."""
    receipt = scene.world.enrolments[scene.world.parties["smelter"].did]
    statement = scene.state(GAS)
    revoked = scene.world.revocation(receipt, reason="compromised", from_index=statement.index)
    scene.world.ledger.submit(revoked)

    assert scene.waiting("body") == []


def test_void_opinions_carry_no_certificate(scene):
    """Nor does a draft of one rest on them."""
    receipt = scene.world.enrolments[scene.world.parties["body"].did]
    statement = scene.state(GAS)
    opinion = scene.verify(statement)
    assert scene.waiting("certifier") == [("certify", statement.index)]
    revoked = scene.world.revocation(receipt, reason="compromised", from_index=opinion.index)
    scene.world.ledger.submit(revoked)

    assert scene.waiting("certifier") == []
    sound = scene.verify(statement, "certifier")
    assert scene.waiting("certifier") == [("certify", statement.index)]
    certificate = scene.certify(statement)
    links = parse_record(scene.world.ledger.record(certificate.content).body).value["links"]
    based_on = [link["contentDigest"] for link in links if link["rel"] == "basedOn"]
    assert based_on == [format_digest(sound.content)]


def test_a_lapsed_certificate_waits_for_nobody(scene):
    """What has ended needs neither filing nor surveillance."""
    statement = scene.state(GAS)
    scene.verify(statement)
    scene.certify(statement, valid_until="2026-03-02T00:00:00Z")

    assert scene.waiting("office") == []


def test_a_label_waits_for_the_certifier_of_its_certificate_alone(scene):
    """Another certifier cannot issue it."""
    other = enrolled(scene, 44, "certifier")
    statement = scene.state(GAS)
    scene.verify(statement)
    certificate = scene.certify(statement)
    filing = {"filingNumber": "EX-F-1", "decision": "filed", "receivedOn": "2026-03-01"}
    which = format_digest(certificate.content)
    scene.sign(scene.world.parties["office"], lambda drafter, _: drafter.filing(which, filing))

    assert scene.waiting("certifier") == [("label", certificate.index)]
    assert scene.waiting(other) == []


def test_a_refused_filing_leads_to_no_label(scene):
    """And is no filing to be made any more."""
    statement = scene.state(GAS)
    scene.verify(statement)
    certificate = scene.certify(statement)
    filing = {"filingNumber": "EX-F-1", "decision": "refused", "receivedOn": "2026-03-01"}
    which = format_digest(certificate.content)
    scene.sign(scene.world.parties["office"], lambda drafter, _: drafter.filing(which, filing))

    assert scene.waiting("certifier") == []
    assert scene.waiting("office") == []


def test_pages_hold_everything_once(scene, monkeypatch):
    """However few records a page looks at, and however few it lists."""
    for number in range(4):
        scene.state({**GAS, "quantity": str(number + 1)}, {**CARBON, "id": f"A-{number}"})
    whole = scene.waiting("body")
    monkeypatch.setattr(worklist, "MAX_LOOKED_AT", 2)
    monkeypatch.setattr(following, "CHUNK", 1)

    for limit in (1, 3, 50):
        found, after = [], None
        while True:
            with scene.desk() as connection:
                desk = Desk(connection, scene.world.ledger.roots, system_clock())
                did = scene.world.parties["body"].did
                page = worklist.read_worklist(desk, did, after=after, limit=limit)
            found += [(item.task, item.index) for item in page.items]
            if page.next is None:
                break
            after = page.next
        assert found == whole
    assert len(whole) == 4


def test_records_are_found_by_their_kind_wherever_one_begins(scene):
    """A page costs what it looks at: no plan goes through the log, or sorts."""
    index = scene.state(GAS, CARBON).index
    query = following.Query("FootprintStatement", None, "FootprintVerification")
    plans = []

    def plan(connection, _cursor, statement, parameters, _context, _many):
        if not statement.startswith("EXPLAIN"):
            raw = connection.connection.driver_connection
            plans.extend(raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall())

    with scene.desk() as connection:
        event.listen(connection, "before_cursor_execute", plan)
        found, _ = following.read_chunk(connection, query, 5)
    told = [row[-1] for row in plans]

    assert [record.index for record in found] == [index]
    assert any("ix_record_waiting_kind (kind=? AND index>?)" in line for line in told)
    assert not any("SCAN" in line or "TEMP B-TREE" in line for line in told)
