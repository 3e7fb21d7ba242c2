"""Whatever history of reviews, admissions, revocations and rules: door and verifier agree on each.

Every record is proposed to both. The verifier gets a bundle of the record and all that it rests on,
out of the log that the door has let in so far. What the door lets in, steps 4 and 8 find nothing
against; what it refuses, they refuse by the same code, except for the few things that a bundle
cannot show.
"""

from __future__ import annotations

import governance_records as says
import pytest
from governance_story import BY_ROOT, ROLES, everybody
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from judged_story import JudgedStory
from signed_records import Actor, content_digest

# The log has opinions that a bundle has not.
DOOR_ONLY = frozenset({"enrol.overlap", "status.from", "workflow.omitted"})
# An admission that breaks both rules is told of one of them, by each judge of its own.
EITHER = ({"workflow.about", "workflow.reviewed"},)

WORDS = {"accept": ["accept"], "conditional": ["acceptWithChanges"], "reject": ["reject"]}
GATES = [
    says.gate("FactorSubmission"),
    says.gate("ExpertReview", "basedOn", 2, **WORDS, tolerate=1),
    says.gate(
        "TraceabilityCheck",
        "basedOn",
        accept=["pass"],
        conditional=["conditional"],
        reject=["fail"],
        tolerate=0,
    ),
]
RULES = [
    says.workflow(FactorAdmission={"after": GATES}),
    says.workflow(FactorAdmission={"after": GATES, "order": "listed"}),
    says.workflow(
        FactorAdmission={"after": GATES[:2]},
        Return={"roles": ["admitter"]},
        Assignment={"independence": "organisation"},
    ),
    [entry for entry in says.workflow() if entry["kind"] != "Objection"],
]
CAST = {
    **everybody(),
    # A second key of the first expert, an expert of the submitter's group, one of its own house.
    "expert1b": Actor("expert1b", everybody()["expert1"].serial, everybody()["expert1"].person),
    "sister": Actor("sister", 390, "person-0390", parent=everybody()["submitter"].serial),
    "insider": Actor("insider", everybody()["submitter"].serial, "person-0391"),
}
ASKED = {**ROLES, "expert1b": ["expert"], "sister": ["expert"], "insider": ["expert", "submitter"]}
BEGINNING = [
    "registrar",
    "submitter",
    "checker",
    "expert1",
    "expert1b",
    "expert2",
    "expert3",
    "sister",
    "insider",
    "admitter",
    "supervisor",
]

reviewers = st.sampled_from(
    [
        "expert1",
        "expert1b",
        "expert2",
        "expert2",
        "expert3",
        "sister",
        "insider",
        "checker",
        "expert4",
    ]
)
anybody = st.sampled_from([*BEGINNING, "authority", "root"])
numbers = st.integers(0, 5)
voices = st.sampled_from(["accept", "accept", "accept", "acceptWithChanges", "reject", "abstain"])
steps = st.one_of(
    st.tuples(st.just("review"), reviewers, numbers, voices, st.sampled_from([0, 0, 0, 1])),
    st.tuples(st.just("review"), reviewers, st.just(0), voices, st.just(0)),
    st.tuples(
        st.just("check"),
        st.sampled_from(["checker", "checker", "submitter"]),
        numbers,
        st.sampled_from(["sound", "sound", "sound", "verdict", "outcome", "severity", "missing"]),
    ),
    st.tuples(st.just("praise"), numbers),
    st.tuples(st.just("praise"), st.just(0)),
    st.tuples(
        st.just("admit"), st.just("admitter"), st.just(0), st.just("all"), st.just(0), st.booleans()
    ),
    st.tuples(
        st.just("admit"),
        st.sampled_from(["admitter", "admitter", "admitter", "checker"]),
        st.sampled_from([0, 0, 1, 2]),
        st.sampled_from(["all", "all", "all", "fewer", "strange", "none"]),
        st.sampled_from([0, 0, 0, 1, -1, -3]),
        st.booleans(),
    ),
    st.tuples(
        st.just("end"),
        st.sampled_from(["FactorWithdrawal", "FactorSupersession", "FactorErratum"]),
        st.sampled_from(["admitter", "supervisor"]),
        numbers,
        numbers,
    ),
    st.tuples(
        st.just("speak"),
        st.sampled_from(["Return", "Objection", "Assignment", "AuthorityVerification"]),
        anybody,
        numbers,
    ),
    st.tuples(
        st.just("revoke"),
        st.sampled_from(["root", "root", "registrar", "registrar", "itself", "checker"]),
        st.sampled_from(BEGINNING),
        st.sampled_from([0, 0, 5, -2, -8, -20]),
        st.sampled_from(["ceased", "superseded", "compromised", "compromised"]),
    ),
    st.tuples(
        st.just("change"),
        anybody,
        st.sampled_from(["suspended", "revoked"]),
        numbers,
    ),
    st.tuples(st.just("submit"), st.sampled_from(["submitter", "insider", "expert1"])),
    st.tuples(st.just("govern"), st.sampled_from(["root", "root", "registrar"]), numbers),
    st.tuples(
        st.just("enrol"),
        st.sampled_from(["expert1", "expert4", "authority", "checker"]),
        st.sampled_from(["root", "registrar"]),
    ),
)


praised = ("praise", 0)
admitted = ("admit", "admitter", 0, "all", 0, True)
openings = st.sampled_from(
    [[], [praised], [praised, admitted], [praised, admitted, ("submit", "submitter"), praised]]
)


def histories(shortest, longest):
    """A beginning that leads somewhere, and whatever comes after it."""
    return st.tuples(openings, st.lists(steps, min_size=shortest, max_size=longest)).map(
        lambda parts: parts[0] + parts[1]
    )


class History(JudgedStory):
    """A history of one factor after the other."""

    door_only = DOOR_ONLY
    either = EITHER

    def __init__(self, rules=0):
        super().__init__(**CAST)
        for label in BEGINNING:
            self.enrol(label, ASKED[label], by="root" if label in BY_ROOT else "registrar")
        self.govern("rules", workflow=RULES[rules % len(RULES)])
        self.submit("factor 0")

    # steps

    @property
    def in_force(self):
        """The label of the newest rule set that was let in."""
        return self.labels("RuleSet")[-1]

    def _review(self, by, number, recommendation, conflict):
        of = self.newest("FactorSubmission", number)
        more = says.conflicted() if conflict else {}
        name = f"review {self.serial}"
        self.review(by, name, of=of, recommendation=recommendation, **more)

    def _check(self, by, number, lie):
        of = self.newest("FactorSubmission", number)
        more = {
            "sound": {},
            "verdict": {"verdict": "conditional"},
            "outcome": {"results": [says.result(outcome="fail")], "verdict": "fail"},
            "severity": {"results": [says.result(severity="info")]},
            "missing": {"results": [says.result("unit.dimension")]},
        }[lie]
        self.check(f"check {self.serial}", by=by, of=of, **more)

    def _praise(self, number):
        """A check and two reviews in favour: most admissions need no less."""
        self._check("checker", number, "sound")
        for expert in ("expert1", "expert2"):
            self.serial += 1
            self._review(expert, number, "accept", 0)

    def _admit(self, by, number, basis, reviewed, resolved):
        of = self.newest("FactorSubmission", number)
        opinions = self.opinions(of)
        strange = [*self.labels("ExpertReview"), *self.labels("Return")]
        based_on = {
            "all": opinions,
            "fewer": opinions[:-1],
            "strange": list(dict.fromkeys([*opinions, *strange])),
            "none": strange[-1:] or ["factor 0"],
        }[basis] or ["factor 0"]
        more = {"reviewedTreeSize": max(1, self.ledger.size + reviewed)}
        open_ = sorted(
            content_digest(self.record(label))
            for label in based_on
            if self.record(label)["credentialSubject"].get("recommendation") == "acceptWithChanges"
        )
        if resolved and open_:
            more["conditions"] = [
                {"record": item, "resolution": says.words("done")} for item in open_
            ]
        self.admit(
            f"admission {self.serial}",
            by=by,
            of=of,
            based_on=based_on,
            registryNumber=f"EXAMPLE-{self.serial}",
            **more,
        )

    def _end(self, kind, by, number, other):
        of = self.newest("FactorAdmission", number) or "factor 0"
        new = self.newest("FactorAdmission", other)
        links = [("basedOn", new)] if new and kind != "FactorWithdrawal" else []
        if kind == "FactorSupersession" and not links:
            links = [("basedOn", "factor 0")]
        self.end(kind, f"end {self.serial}", of=of, by=by, links=links)

    def _speak(self, kind, by, number):
        of = self.newest("FactorSubmission", number)
        subject = {
            "Return": says.return_(),
            "Objection": says.objection(),
            "Assignment": says.assignment(self.actors["expert1"].did),
            "AuthorityVerification": says.verification(),
        }[kind]
        links = [("about", of), ("underRule", self.in_force if number != 4 else "rules")]
        self.log(f"word {self.serial}", kind, by, subject, links)

    def _revoke(self, by, enrolment, offset, reason):
        if by == "itself":
            by = enrolment
        start = max(0, self.ledger.size + offset)
        name = f"revocation {self.serial}"
        self.revoke(enrolment, name, by=by, from_index=start, reason=reason)

    def _change(self, by, to, number):
        of = self.newest("FactorAdmission", number // 2) if number % 2 else None
        of = of or self.newest("FactorSubmission", number // 2)
        self.change_status(f"change {self.serial}", to, of=of, by=by)

    def _submit(self, by):
        self.submit(f"factor {self.serial}", by=by)

    def _govern(self, by, number):
        name = f"rules {self.serial}"
        self.govern(name, by=by, old=self.in_force, workflow=RULES[number % len(RULES)])
        self.rules = self.in_force

    def _enrol(self, label, by):
        self.enrol(label, ASKED[label], by=by)


CHANGED_THEIR_MINDS = [
    praised,
    ("review", "expert2", 0, "acceptWithChanges", 0),
    ("review", "expert1", 0, "abstain", 0),
    ("review", "expert1", 0, "accept", 0),
    ("admit", "admitter", 0, "all", 0, False),
]
"""Records enough in favour, some under an open condition, of two persons."""


def play(rules, story):
    history = History(rules)
    for step in story:
        history.take(step)
    return history


@example(3, CHANGED_THEIR_MINDS)
@given(numbers, histories(4, 12))
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_door_and_the_verifier_agree(rules, story):
    play(rules, story)


@pytest.mark.slow
@given(numbers, histories(10, 40))
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_door_and_the_verifier_agree_on_long_histories(rules, story):
    play(rules, story)
