"""Whatever people submit, in whatever batches: the log keeps its rules, and batches do not matter.

A story is played record by record on one ledger; a reader who knows nothing of the door then looks
at what was admitted. Then the same records go into a second ledger in batches of any size: every
answer, every entry and every row of the derived tables is the same.
"""

from __future__ import annotations

import tempfile
from contextlib import closing
from itertools import islice
from pathlib import Path

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledger_world import Party
from sqlalchemy import select
from suyuan_ledger.errors import LedgerError
from suyuan_ledger.log.fsck.derived import DERIVED_TABLES
from suyuan_ledger.records.profile import format_digest

TWIN, SISTER, INSIDER = 0x90, 0x91, 0x92

steps = st.one_of(
    st.tuples(st.just("submit"), st.sampled_from(["works", "checker"])),
    st.tuples(
        st.just("review"),
        st.integers(0, 2),
        st.sampled_from([0, 1, 2, 3, TWIN, SISTER, INSIDER]),
        st.sampled_from(["accept", "accept", "accept", "acceptWithChanges", "reject", "abstain"]),
        st.sampled_from(["none", "none", "none", "exists"]),
    ),
    st.tuples(st.just("praise"), st.integers(0, 2)),
    st.tuples(
        st.just("admit"), st.just(0), st.just(0), st.just(0), st.booleans(), st.integers(3, 9)
    ),
    st.tuples(
        st.just("admit"),
        st.integers(0, 2),
        st.sampled_from([0, 0, 1, 2]),
        st.sampled_from([0, 0, -1, -3]),
        st.booleans(),
        st.integers(0, 3),
    ),
    st.tuples(st.just("return"), st.integers(0, 2)),
    st.tuples(
        st.just("revoke"),
        st.sampled_from([0, 1, 2, TWIN, "works"]),
        st.sampled_from([0, 0, -2, -6]),
        st.sampled_from(["ceased", "compromised"]),
    ),
    st.tuples(
        st.just("change"),
        st.integers(0, 2),
        st.sampled_from(["active", "suspended", "revoked"]),
        st.sampled_from(["active", "suspended"]),
    ),
    st.tuples(st.just("withdraw"), st.integers(0, 1)),
    st.tuples(st.just("follow"), st.sampled_from(["any", "listed"])),
)
START = [("submit", "works"), ("praise", 0)]
GOOD = ("review", 0, 2, "accept", "none")
DOUBTFUL = ("review", 0, 2, "acceptWithChanges", "none")
openings = st.sampled_from(
    [
        START,
        [*START, GOOD],
        [*START, GOOD, ("admit", 0, 0, 0, False, 0)],
        [*START, DOUBTFUL, ("admit", 0, 0, 0, True, 1)],
        [*START, GOOD, ("review", 0, 3, "reject", "none"), ("admit", 0, 0, 0, False, 2)],
    ]
)
stories = st.tuples(openings, st.lists(steps, min_size=3, max_size=14)).map(
    lambda parts: parts[0] + parts[1]
)


class Play:
    """One story on one ledger: what was submitted, and what was answered."""

    def __init__(self, world):
        self.world = world
        self.submissions = []
        self.admissions = []
        self.opinions = {}
        self.records = []
        self.answers = []
        self.parties = {number: world.experts[number] for number in range(4)}
        twin, sister, insider = Party(TWIN), Party(SISTER), Party(INSIDER)
        twin.organisation = world.experts[0].organisation
        sister.organisation["parentGroupId"] = world.works.organisation["registeredId"]
        insider.organisation = world.works.organisation
        for number, party, person in (
            (TWIN, twin, "person-0000"),
            (SISTER, sister, "person-0091"),
            (INSIDER, insider, "person-0092"),
        ):
            self.parties[number] = party
            world.enrol(party, ["expert"], person=person)
        self.start = world.size

    def take(self, step):
        """Take a step, as far as there is something to take it with."""
        getattr(self, f"_{step[0]}")(*step[1:])

    def give(self, record):
        """Submit a record; return its content digest, None if it was refused."""
        (answer,) = self.world.ledger.submit_many([record])
        self.records.append(record)
        self.answers.append(told(answer))
        return None if isinstance(answer, LedgerError) else answer.content

    def _submit(self, by):
        content = self.give(getattr(self.world, by).factor(len(self.records)))
        if content:
            self.submissions.append(content)
            self.opinions[content] = []

    def _about(self, number):
        return self.submissions[-1 - number % len(self.submissions)]

    def _opinion(self, about, record):
        content = self.give(record)
        if content:
            self.opinions[about].append(content)

    def _review(self, number, expert, word, conflict):
        about = self._about(number)
        declared = {"declaration": conflict}
        if conflict == "exists":
            declared["statement"] = {"en": "Fictional", "zh": "虚构"}
        party = self.parties[expert]
        record = self.world.review(about, party, word, conflictOfInterest=declared)
        self._opinion(about, record)

    def _praise(self, number):
        about = self._about(number)
        self._opinion(about, self.world.check(about))
        self._opinion(about, self.world.verification(about))
        for expert in range(2):
            self._opinion(about, self.world.review(about, expert))

    def _admit(self, number, left_out, horizon, resolved, registry):
        about = self._about(number)
        based_on = self.opinions[about][: len(self.opinions[about]) - left_out] or [about]
        changes = {"reviewedTreeSize": self.world.size + horizon}
        if resolved:
            changes["conditions"] = [
                {"record": item, "resolution": {"en": "Done", "zh": "完成"}}
                for item in sorted(map(format_digest, based_on))
            ]
        number = f"EX-{registry}"
        content = self.give(self.world.admission(about, based_on, number, **changes))
        if content:
            self.admissions.append(content)

    def _return(self, number):
        self.give(self.world.returned(self._about(number)))

    def _revoke(self, who, offset, reason):
        party = self.world.works if who == "works" else self.parties[who]
        receipt = self.world.enrolments[party.did]
        start = self.world.size + offset
        self.give(self.world.revocation(receipt, reason=reason, from_index=start))

    def _change(self, number, to, was):
        if to != was:
            target = (self.admissions or self.submissions)[-1] if number else self._about(0)
            self.give(self.world.status_change(target, to, was))

    def _withdraw(self, number):
        if self.admissions:
            self.give(self.world.event("FactorWithdrawal", self.admissions[-1 - number % 1]))

    def _follow(self, order):
        rules = self.world.rules
        workflow = [
            {**entry, "order": order} if entry["kind"] == "FactorAdmission" else entry
            for entry in rules["workflow"]
        ]
        record = self.world.root.sign(
            self.world.root.draft("RuleSet", {**rules, "workflow": workflow})
        )
        self.world.rule_set = self.give(record)


def told(answer):
    """What an answer says, without what differs between batches."""
    if isinstance(answer, LedgerError):
        return answer.code, answer.pointer
    return answer.index, answer.content, answer.time


def facts(world):
    """Everything that must not depend on batches: entries, and the rows of the derived tables."""
    with world.ledger.store.read() as connection:
        rows = {
            name: [tuple(row) for row in connection.execute(select(table.__table__))]
            for name, table in DERIVED_TABLES.items()
        }
    return world.ledger.entries(0, world.size), {
        name: sorted(rows[name], key=repr) for name in rows
    }


def check_admissions(world):
    """Look at every admission as somebody who has the bodies and the rules' text, nothing else."""
    records = {}
    organisations, persons, parents = {}, {}, {}
    for stored in world.ledger.records():
        body = orjson.loads(stored.body)
        subject = body["credentialSubject"]
        records[format_digest(stored.content)] = (stored.index, stored.kind, body)
        if stored.kind == "Enrolment":
            organisation = subject["organisation"]
            did = subject["id"]
            organisations[did] = organisation["registeredId"]
            parents[did] = organisation.get("parentGroupId")
            persons[did] = (organisation["registeredId"], subject.get("personId", ""))
    numbers = []
    for index, kind, body in records.values():
        if kind != "FactorAdmission":
            continue
        subject = body["credentialSubject"]
        numbers.append(subject["registryNumber"])
        linked = {
            rel: [link["contentDigest"] for link in body["links"] if link["rel"] == rel]
            for rel in ("about", "basedOn")
        }
        submitter = records[linked["about"][0]][2]["issuer"]["id"]
        resolved = {item["record"] for item in subject.get("conditions", ())}
        words = {"ExpertReview": {}, "TraceabilityCheck": {}, "AuthorityVerification": {}}
        assert subject["reviewedTreeSize"] <= index
        for digest in sorted(linked["basedOn"], key=lambda item: records[item][0]):
            at, of, opinion = records[digest]
            said = opinion["credentialSubject"]
            did = opinion["issuer"]["id"]
            assert at < subject["reviewedTreeSize"]
            assert linked["about"][0] in [link["contentDigest"] for link in opinion["links"]]
            assert organisations[did] != organisations[submitter]
            if of == "ExpertReview":
                assert parents[did] != organisations[submitter]
            outcome = next(
                said[name] for name in ("verdict", "recommendation", "result") if name in said
            )
            if said.get("conflictOfInterest", {}).get("declaration") == "exists":
                outcome = "silent"
            if outcome in {"conditional", "acceptWithChanges"} and digest in resolved:
                outcome = "accept"
            words[of][persons[did]] = outcome
        reviews = list(words["ExpertReview"].values())
        assert reviews.count("accept") >= 3
        assert reviews.count("reject") <= 1
        assert "pass" in words["TraceabilityCheck"].values()
        assert set(words["AuthorityVerification"].values()) == {"verified"}
    assert len(numbers) == len(set(numbers))


@given(stories, st.lists(st.integers(1, 6), min_size=1, max_size=30))
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_stories_keep_the_rules_and_batches_do_not_matter(governed_template, story, sizes):
    with tempfile.TemporaryDirectory() as folder:
        first = governed_template.copy(Path(folder) / "first.sqlite")
        with closing(first.ledger):
            play = Play(first)
            opening = [record.body for record in first.ledger.records(play.start - 6, play.start)]
            for step in story:
                play.take(step)
            check_admissions(first)
            assert first.ledger.fsck().clean, first.ledger.fsck().problem
            second = governed_template.copy(Path(folder) / "second.sqlite")
            with closing(second.ledger):
                list(second.ledger.submit_many(opening))
                waiting = iter(play.records)
                answers = []
                for size in [*sizes, len(play.records)]:
                    answers += map(told, second.ledger.submit_many(list(islice(waiting, size))))
                assert answers == play.answers
                assert facts(second) == facts(first)
                assert second.ledger.fsck().clean
