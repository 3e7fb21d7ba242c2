"""Whatever history of requests, enrolments and factors: the door and the verifier agree on each.

What the door lets in verifies, all of it in one bundle. What it refuses, the verifier refuses with
the same code when a log takes it in all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from simulator import START, Actor, Ledger, content_digest, jcs, secure, stamp
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.log.submission import to_submission
from suyuan_ledger.records.profile import parse_record
from suyuan_ledger.records.signing import check_proof
from suyuan_ledger.workflow.door import Door
from suyuan_ledger.workflow.register import MemoryRegister
from suyuan_verifier import Outcome, Verdict, parse_policy, verify

# Two enrolments that overlap do no harm to a bundle; the log does not take the second one.
DOOR_ONLY = "enrol.overlap"
ROLES = ("admitter", "authority", "registrar", "submitter", "transcriber")


@dataclass(frozen=True)
class Namesake(Actor):
    """A key whose records may state another organisation's names."""

    stated: int = 0

    @property
    def issuer(self):
        """Key of one actor, names of another."""
        named = Actor("", self.stated or self.serial).organisation
        return {"id": self.did, "name": named["name"], "nameZh": named["nameZh"]}


# Two keys of one organisation, one key that also poses as another's, a registrar, strangers.
KEYS = [("root", 100), ("registrar", 200), ("works", 300), ("works-2", 300), ("other", 400)]
ROOT, REGISTRAR, WORKS, WORKS_2, OTHER = (Namesake(*key) for key in KEYS)
POSER = Namesake(*KEYS[4], stated=300)
actors = st.sampled_from([ROOT, REGISTRAR, WORKS, WORKS_2, OTHER, POSER])
granting = st.sampled_from([ROOT, ROOT, REGISTRAR, REGISTRAR, REGISTRAR, WORKS])
working = st.sampled_from([WORKS, WORKS, WORKS, WORKS_2, OTHER, POSER, REGISTRAR])
roles = st.sets(st.sampled_from(ROLES), min_size=1).map(sorted)
moments = st.integers(-40, 160).map(lambda minutes: stamp(START + timedelta(minutes=minutes)))
classes = st.sampled_from(["1", "12", "123", "2"])
schemes = st.sampled_from(["a", "b"])
scopes = st.fixed_dictionaries(
    {},
    optional={
        "series": st.lists(
            st.sampled_from(["PRODUCT_FOOTPRINT", "ELEC_FOOTPRINT"]), min_size=1, max_size=2
        ),
        "geography": st.lists(
            st.sampled_from(["CN", "CN-YN", "DE", "华北", "华北-1"]), min_size=1, max_size=2
        ),
        "classification": st.lists(
            st.fixed_dictionaries({"scheme": schemes, "prefix": classes}), min_size=1, max_size=2
        ),
    },
)
# Nearly every step is a sound one with at most one thing wrong, else nothing is ever let in.
changes = st.one_of(
    st.just({}),
    st.just({}),
    st.just({}),
    st.just({}),
    st.fixed_dictionaries({"roles": roles}),
    st.fixed_dictionaries({"id": actors.map(lambda actor: actor.did)}),
    st.fixed_dictionaries({"personId": st.just("person-0002")}),
    st.fixed_dictionaries({"organisation": actors.map(lambda actor: actor.organisation)}),
)
places = st.sampled_from(
    [
        {"scheme": "ISO3166", "code": "CN-YN"},
        {"scheme": "ISO3166", "code": "DE"},
        {"scheme": "CN-GRID", "code": "华北"},
        {"scheme": "CN-GRID", "code": "华北-1"},
    ]
)
factors = st.fixed_dictionaries(
    {},
    optional={
        "geography": places,
        "seriesType": st.just("ELEC_FOOTPRINT"),
        "dataStatus": st.just("officialTranscribed"),
        "classification": st.lists(
            st.fixed_dictionaries(
                {
                    "scheme": schemes,
                    "code": classes,
                    "name": st.just({"zh": "示例", "en": "example"}),
                }
            ),
            min_size=1,
            max_size=2,
        ),
    },
)
EVERY = list(ROLES)
USUAL = ["submitter", "transcriber"]
asked = st.fixed_dictionaries({}, optional={"personId": st.just("person-0001")})
dates = st.none() | st.tuples(moments, moments).map(sorted)
requests = st.tuples(
    st.just("request"),
    working,
    st.sampled_from([USUAL, USUAL, EVERY]) | roles,
    asked,
    st.sampled_from([0, 0, 0, 0, 300, 400]),
)
enrolments = st.tuples(
    st.just("enrol"),
    granting,
    st.integers(-4, -1),
    st.sampled_from([{}, {}]) | scopes,
    dates,
    changes,
)
submissions = st.tuples(st.just("factor"), working, factors)
revocations = st.tuples(
    st.just("revoke"),
    st.sampled_from([ROOT, ROOT, REGISTRAR, REGISTRAR, None, WORKS]),
    st.integers(-4, -1),
    st.sampled_from([None] * 5 + [OTHER]),
    st.sampled_from([0, 0, 1, -1, -2, -4]),
    st.sampled_from(["ceased", "superseded", "compromised", "compromised"]),
)
steps = st.one_of(requests, enrolments, enrolments, submissions, submissions, revocations)
# A registrar is there from the start, in half of the histories with a scope; so is one applicant.
openings = scopes.flatmap(
    lambda scope: st.tuples(
        st.just(("request", REGISTRAR, EVERY, {}, 0)),
        st.just(("enrol", ROOT, -1, scope, None, {})),
        st.just(("request", WORKS, USUAL, {}, 0)),
        enrolments,
    )
)


def histories(longest):
    """An opening, and whatever comes after it."""
    return st.tuples(openings, st.lists(steps, min_size=4, max_size=longest)).map(
        lambda parts: [*parts[0], *parts[1]]
    )


class History:
    """A log that takes in what the door lets in, and shows the verifier what it does not."""

    def __init__(self):
        self.ledger = Ledger()
        self.door = Door([self.ledger.root.did], MemoryRegister())
        self.requests = []
        self.enrolments = []
        self.refused = []
        self.reached_back = False

    def take(self, step):
        """Make the record of a step and judge it at the door."""
        record = getattr(self, f"_{step[0]}")(*step[1:])
        if record is None:
            return
        parsed = parse_record(jcs(record))
        check_proof(parsed)
        index = self.ledger.size
        try:
            self.door.admit(to_submission(parsed), index, stamp(START + timedelta(minutes=index)))
        except RefusedError as error:
            self.refused.append((index, record, error.code))
        else:
            self.ledger.append(record)
            if step[0] == "request":
                self.requests.append(record)
            elif step[0] == "enrol":
                self.enrolments.append(record)
            elif step[0] == "revoke":
                start = record["credentialSubject"]["fromIndex"]
                self.reached_back = self.reached_back or start < index

    def _request(self, actor, wanted, more, organisation):
        of = Actor("", organisation or actor.serial).organisation
        subject = {"organisation": of, "roles": wanted, **more}
        return secure(self.ledger.document("EnrolmentRequest", actor, subject), actor)

    def _enrol(self, by, number, scope, dates, changed):
        if not self.requests:
            return None
        about = self.requests[max(number, -len(self.requests))]
        start, end = dates or ("2026-01-01T00:00:00Z", "2026-12-31T00:00:00Z")
        subject = {
            "id": about["issuer"]["id"],
            **about["credentialSubject"],
            "scope": scope,
            "notBefore": start,
            "notAfter": end,
            **changed,
        }
        links = [{"rel": "about", "contentDigest": content_digest(about)}]
        return secure(self.ledger.document("Enrolment", by, subject, links), by)

    def _revoke(self, by, number, other, offset, reason):
        if not self.enrolments:
            return None
        ended = self.enrolments[max(number, -len(self.enrolments))]
        did = ended["credentialSubject"]["id"]
        actor = {key.did: key for key in (ROOT, REGISTRAR, WORKS, WORKS_2, OTHER)}[did]
        subject = {
            "id": other.did if other else did,
            "reason": reason,
            "fromIndex": max(0, self.ledger.size + offset),
        }
        links = [{"rel": "about", "contentDigest": content_digest(ended)}]
        by = by or actor
        return secure(self.ledger.document("EnrolmentRevocation", by, subject, links), by)

    def _factor(self, by, members):
        return self.ledger.factor(by, **members)

    def verify(self, records, indexes, subject):
        """Verify part of a log; return the verdict, and what is wrong with the subject."""
        log = Ledger()
        for record in records:
            log.append(record)
        bundle = log.bundle(subject, indexes, log.anchor())
        report = verify(
            jcs(bundle), parse_policy(jcs(log.policy())), now=datetime.fromisoformat(log.now)
        )
        wrong = [check for check in report.checks if check.outcome is Outcome.FAIL]
        ours = [check.code for check in wrong if check.record == bundle["subject"]]
        assert len(ours) == len(wrong) or self.reached_back
        return report.verdict, ours


def judge(history):
    taken = list(history.ledger.records.values())
    answered = {link["contentDigest"] for record in taken for link in record.get("links", [])}
    # A request that nobody answered is unknown, so it would keep the others from being valid.
    closed = [
        index
        for index, record in enumerate(taken)
        if record["type"][1] != "EnrolmentRequest" or content_digest(record) in answered
    ]
    # After a revocation that reaches back, what was let in before it need not hold any more.
    if closed and not history.reached_back:
        assert history.verify(taken, closed, closed[-1]) == (Verdict.VALID, [])
    for index, record, code in history.refused:
        if code != DOOR_ONLY:
            found = history.verify([*taken[:index], record], range(index + 1), index)
            assert found == (Verdict.INVALID, [code])


@given(histories(12))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_door_and_the_verifier_agree(history):
    log = History()
    for step in history:
        log.take(step)
    judge(log)


@pytest.mark.slow
@given(histories(40))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_door_and_the_verifier_agree_on_long_histories(history):
    log = History()
    for step in history:
        log.take(step)
    judge(log)
