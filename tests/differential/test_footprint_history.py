"""Footprints, certificates and labels, honest or bent: door and verifier agree on each record.

One statement at a time, with one change of one figure or word: what the door refuses, steps 2 to 9
fail, and the other way round. Then whole histories up to labels, with lies, thefts and changes of
status between them.
"""

from __future__ import annotations

import functools

import footprint_records as says
from footprint_changes import changed
from footprint_statements import ROLES, everybody
from footprint_story import FootprintStory
from honest_footprints import apart_from, base_story, honest_footprints
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from judged_story import JudgedStory
from signed_records import Actor, content_digest
from story_door import StoryDoor, submission_of
from suyuan_ledger.errors import LedgerError
from suyuan_ledger.workflow.door import Door
from verdicts import found, report_on

PATIENT = settings(deadline=None, suppress_health_check=list(HealthCheck))
JUDGED = (2, 4, 8, 9)


@functools.cache
def logged_before():
    """What a door has let in of the story on which every statement rests."""
    story = base_story()
    door = StoryDoor(story)
    assert not [label for label in sorted(story.at, key=story.at.get) if door.admit(label)]
    return door.door.new


def at_the_door(story):
    """Put the statement of a story before the door; return its refusal's code, None if it is in."""
    index = story.at["statement"]
    door = Door([story.ledger.root.did], logged_before())
    try:
        door.admit(submission_of(story.record("statement")), index, story.ledger.times[index])
    except LedgerError as error:
        return error.code
    return None


def by_the_verifier(story):
    """Verify the statement and what it rests on, nothing of it disclosed."""
    bundle, policy = story.export("statement", without=apart_from(story), disclose=())
    return {code for step, code in found(report_on(story.ledger, bundle, policy)) if step in JUDGED}


@settings(PATIENT, max_examples=25)
@given(honest_footprints())
def test_what_a_producer_rightly_states_is_let_in(honest):
    story = honest.told()
    assert at_the_door(story) is None
    assert by_the_verifier(story) == set()


@settings(PATIENT, max_examples=60)
@given(st.data())
def test_one_change_is_refused_by_both_or_by_neither(data):
    """Whatever a producer may sign instead: the same verdict, and a reason that both have."""
    honest = data.draw(honest_footprints())
    told = honest.told()
    before = told.record("statement")["credentialSubject"]
    subject = data.draw(changed(told, before))
    note(f"changed: {[line for line in subject['lineItems'] if line not in before['lineItems']]}")
    story = base_story()
    links = [("underRule", story.rules), *(("uses", name) for name in story.used(subject))]
    story.append("statement", story.make("FootprintStatement", "producer", subject, links))
    ours, theirs = at_the_door(story), by_the_verifier(story)
    assert ours in (theirs or {None})


# Whole histories


CAST = {
    **everybody(),
    # A verification body of the producer's group, and a second key of the certifier's house.
    "sister": Actor("sister", 490, parent=everybody()["producer"].serial),
    "certifier1b": Actor("certifier1b", everybody()["certifier"].serial),
}
ASKED = {**ROLES, "sister": ["verificationBody"], "certifier1b": ["certifier", "verificationBody"]}
PARTIES = ("provider", "registry", "producer", "producer2", "verifier", "sister", "certifier")
PARTIES += ("certifier1b", "certifier2", "office", "supervisor")
PRODUCTS = [[says.PRODUCT_ID], ["urn:example:billet"], ["urn:example:billet", says.PRODUCT_ID]]
UNITS = [("100", "TNE"), ("60", "TNE"), ("40.5", "TNE"), ("500", "KGM"), ("1", "MTQ")]

anybody = st.sampled_from(PARTIES)
few = st.integers(0, 3)
rarely = st.sampled_from([False, False, False, True])
steps = st.one_of(
    st.tuples(
        st.just("state"),
        st.sampled_from(["producer", "producer", "producer2", "certifier"]),
        few,
        st.sampled_from(["power", "green", "green", "upstream", "widget"]),
        few,
        rarely,
    ),
    st.tuples(
        st.just("verify"),
        st.sampled_from(["verifier", "verifier", "sister", "certifier1b", "certifier2", "office"]),
        few,
        st.sampled_from(["verified", "verified", "refused"]),
        rarely,
    ),
    st.tuples(
        st.just("certify"),
        st.sampled_from(["certifier", "certifier", "certifier2", "producer"]),
        few,
        st.sampled_from(["all", "all", "all", "fewer", "strange"]),
        st.sampled_from(["", "", "", "value", "coarse", "product", "long", "unlimited"]),
        st.booleans(),
    ),
    st.tuples(
        st.just("file"),
        st.sampled_from(["office", "office", "certifier"]),
        few,
        st.sampled_from(["filed", "filed", "refused"]),
    ),
    st.tuples(
        st.just("issue"),
        st.sampled_from(["certifier", "certifier", "certifier1b", "certifier2"]),
        few,
        st.sampled_from(["all", "all", "all", "fewer", "strange"]),
        st.sampled_from(["", "", "", "value", "lot", "qr", "long", "early", "boundary", "number"]),
        st.sampled_from(UNITS),
    ),
    st.tuples(st.just("surveil"), anybody, few, st.booleans()),
    st.tuples(st.just("cbam"), st.sampled_from(["producer", "office"]), rarely),
    st.tuples(
        st.just("change"),
        anybody,
        st.sampled_from(["suspended", "suspended", "active", "revoked"]),
        st.sampled_from(
            ["FactorAdmission", "FootprintStatement", "FootprintVerification", "Certificate"]
        ),
        few,
    ),
    st.tuples(
        st.just("revoke"),
        st.sampled_from(["provider", "producer", "verifier", "certifier", "certifier2", "office"]),
        st.sampled_from([0, 0, -1, -3, -8]),
    ),
    st.tuples(st.just("praise"), few),
)
labelled = [("praise", 0), ("issue", "certifier", 0, "all", "", UNITS[1])]
openings = st.sampled_from([[("praise", 0)], labelled, [*labelled, ("praise", 1)]])
histories = st.tuples(openings, st.lists(steps, min_size=3, max_size=10)).map(
    lambda parts: parts[0] + parts[1]
)


class FootprintHistory(JudgedStory, FootprintStory):
    """A history of footprints, each record of it judged twice."""

    # What a bundle need not hold; the last is for the verifier's step 10.
    door_only = frozenset(
        {
            "status.from",
            "certificate.number",
            "filing.number",
            "label.number",
            "workflow.not_in_force",
        }
    )
    # Uses of what was replaced, or may not be used any more, are told by step 10.
    steps = (4, 8, 9, 10)

    def __init__(self):
        super().__init__(**CAST)
        for label in PARTIES:
            self.enrol(label, ASKED[label], by="root")
        self.govern().transcribe(says.AVERAGE, says.HYDRO, says.LINES).register("widget")

    def govern(self, label="rules", **changes):
        """Put rules in force by which a factor is admitted after one check."""
        return FootprintStory.govern(self, label, **changes)

    def beside(self, _record):
        """Show the verifier everything that is sound: a door knows the whole log."""
        reached = {}
        for item in self.ledger.records.values():
            if item["type"][1] == "EnrolmentRevocation":
                said = item["credentialSubject"]
                start = min(said["fromIndex"], reached.get(said["id"], said["fromIndex"]))
                reached[said["id"]] = start
        fallen, sound = set(), set()
        # Each record rests on earlier ones, so that one reading in their order is enough.
        for at, item in self.ledger.records.items():
            targets = {link["contentDigest"] for link in item.get("links", ())}
            if reached.get(item["issuer"]["id"], at + 1) <= at or fallen & targets:
                fallen.add(content_digest(item))
            else:
                sound.add(at)
        return sound

    # steps

    def _state(self, by, product, lines, number, replaces):
        old = self.newest("FootprintStatement", number)
        power = self.power("a", quantity="250")
        made = {
            "power": [power],
            "widget": [self.activity("a", "widget", "12.5")],
            "green": [
                self.power(
                    "a",
                    says.HYDRO,
                    electricity=says.electricity(
                        "greenCertificate", certificateIds=[f"EX-{number}", f"EX-{number + 1}"]
                    ),
                ),
                self.power("b", says.LINES, electricity=says.electricity(transmissionOf=["a"])),
            ],
            "upstream": [self.bought("a", old, "2.5")] if old else [power],
        }
        self.state(
            f"statement {self.serial}",
            made[lines],
            by=by,
            productIds=PRODUCTS[product % len(PRODUCTS)],
            links=[("supersedes", old)] if old and replaces else [],
        )

    def _verify(self, by, number, result, conflict):
        of = self.newest("FootprintStatement", number)
        if of:
            declared = {"declaration": "none"}
            if conflict:
                declared = {"declaration": "exists", "statement": says.words("fictional")}
            self.verify_footprint(
                f"verification {self.serial}",
                of=of,
                by=by,
                result=result,
                conflictOfInterest=declared,
            )

    def _about(self, of, kind):
        """Labels of the records of a kind about a record, and of all of that kind."""
        digest = content_digest(self.record(of))
        every = self.labels(kind)
        about = [
            label
            for label in every
            if any(
                (link["rel"], link["contentDigest"]) == ("about", digest)
                for link in self.record(label)["links"]
            )
        ]
        return about, every

    def _basis(self, of, kind, which):
        about, every = self._about(of, kind)
        chosen = {"all": about, "fewer": about[:-1] or about, "strange": every}[which]
        return chosen or every

    def _certify(self, by, number, which, lie, twice):
        of = self.newest("FootprintStatement", number)
        based_on = self._basis(of, "FootprintVerification", which) if of else []
        if not based_on:
            return
        subject = self.record(of)["credentialSubject"]
        figure = subject["result"]
        lies = {
            "": {},
            "value": {"declared": {**figure, "value": f"{figure['value']}1", "scale": 4}},
            "coarse": {"declared": {**figure, "unit": "tCO2e/TNE", "value": "0", "scale": 0}},
            "product": {"productIds": ["urn:example:other"]},
            "long": {"validUntil": "2028-01-05T08:00:01Z"},
            "unlimited": {"validUntil": None},
        }
        name = 1 if twice else self.serial
        self.certify(
            f"certificate {self.serial}",
            of=of,
            by=by,
            based_on=based_on,
            certificateNumber=f"EXAMPLE-{name}",
            **lies[lie],
        )

    def _file(self, by, number, decision):
        of = self.newest("Certificate", number)
        if of:
            name = f"EXAMPLE-{self.serial}"
            label = f"filing {self.serial}"
            self.file(label, of=of, by=by, decision=decision, filingNumber=name)

    def _issue(self, by, number, which, lie, authorised):
        of = self.newest("Certificate", number)
        based_on = self._basis(of, "Filing", which) if of else []
        if not based_on:
            return
        certified = self.record(of)["credentialSubject"]
        figure = certified["declared"]
        gtin = f"https://id.example/01/{says.GTIN}"
        lies = {
            "value": {"displayed": {**figure, "unit": "gCO2e/TNE"}},
            "lot": {"lots": ["LOT-9"], "qr": gtin},
            "qr": {"qr": f"{gtin}/10/LOT-2"},
            "long": {"validUntil": "2028-01-05T08:00:01Z"},
            "early": {"validFrom": "2026-01-05T07:59:59Z"},
            "boundary": {"systemBoundary": "gateToGate"},
            "number": {"qr": "https://id.example/EXAMPLE-1", "labelNumber": "EXAMPLE-1"},
        }
        name = f"EXAMPLE-{self.serial}"
        # Every code is one of the product, if the product has a GTIN; else one of the label.
        named = any(one.startswith("urn:gtin:") for one in certified["productIds"])
        right = {"labelNumber": name, "qr": gtin if named else f"https://id.example/{name}"}
        quantity, unit = authorised
        self.issue(
            f"label {self.serial}",
            of=of,
            by=by,
            based_on=based_on,
            authorised={"quantity": quantity, "unit": unit},
            **{**right, **lies.get(lie, {})},
        )

    def _surveil(self, by, number, certificate):
        kind = "Certificate" if certificate else "LabelIssuance"
        of = self.newest(kind, number)
        if of:
            self.surveil(f"surveillance {self.serial}", of=of, by=by)

    def _cbam(self, by, wrong):
        old = self.newest("FootprintStatement" if wrong else "CbamInstallationData", 0)
        links = [("supersedes", old)] if old else []
        self.cbam(f"cbam {self.serial}", by=by, links=links)

    def _change(self, by, to, kind, number):
        of = self.newest(kind, number)
        if of:
            name = f"change {self.serial}"
            before = "suspended" if to == "active" else "active"
            self.change_status(name, to, of=of, by=by, **{"from": before})

    def _revoke(self, who, offset):
        start = max(0, self.ledger.size + offset)
        name = f"revocation {self.serial}"
        self.revoke(who, name, by="root", from_index=start, reason="compromised")

    def _praise(self, number):
        """Everything that a label takes."""
        self._state("producer", number, "power", number, replaces=False)
        for step in (
            ("verify", "verifier", 0, "verified", False),
            ("certify", "certifier", 0, "all", "", False),
            ("file", "office", 0, "filed"),
        ):
            self.take(step)


@settings(PATIENT, max_examples=8)
@given(histories)
def test_histories_up_to_labels_are_judged_alike(story):
    history = FootprintHistory()
    for step in story:
        history.take(step)
    assert not {"FactorAdmission", "FootprintStatement"} - {
        record["type"][1] for record in history.ledger.records.values()
    }
