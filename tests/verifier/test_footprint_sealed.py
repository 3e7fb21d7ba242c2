"""Sealed figures: what opens them, what does not, and what a report says while they are closed."""

from __future__ import annotations

import base64
import hashlib
import json

import footprint_records as says
import pytest
import rfc8785
from footprint_sealing import base64url, disclosure, encoded, seal_of
from footprint_story import FootprintStory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rulings import judged, rulings
from suyuan_verifier import Outcome, Verdict
from verdicts import found, report_on

SEALED = ("heat", "melt", "mill")
VERIFIED = {"acceptSealed": "verified"}
SHAPE = "disclosure.shape"


def story_of(*labels: str, **how) -> FootprintStory:
    """A statement of five lines; three of one stage are sealed."""
    gas = {"unit": "KGM", "gas": {"name": "CO2", "gwp": "1"}}
    lines = [
        says.line(name, "directEmission", quantity=quantity, **gas)
        for name, quantity in (("fuel", "100"), ("heat", "20.5"), ("melt", "3"), ("mill", "7"))
    ]
    ore = says.external("1.25", "kgCO2e/KGM")
    line = {"quantity": "8", "unit": "KGM", "stage": "rawMaterial", "external": ore}
    lines.append(says.line("ore", "external", **line))
    story = FootprintStory().cast("producer", *labels).govern()
    return story.state(**{"lines": lines, "seal": SEALED, **how})


STORY = story_of()
TEXTS = STORY.disclosures["statement"]


def said(*texts, **policy) -> set[tuple[int, str, str]]:
    """What step 9 says of a bundle with these disclosures, but that it passed."""
    report = judged(STORY, "statement", disclose=texts, **policy)
    return {
        (check.step, check.code, check.outcome.value)
        for check in report.checks
        if check.step == 9 and check.code != "footprint.valid"
    }


CLOSED = (9, "footprint.partial", "unknown")


def test_a_disclosure_is_made_as_rfc_9901_says():
    """Salt, name and value as JSON, base64url, and the digest of that text in the record."""
    text = TEXTS["heat"]
    salt, name, value = json.loads(base64.urlsafe_b64decode(text + "=="))
    assert name == "figures"
    assert value == {"emission": "20.5", "quantity": "20.5"}
    assert len(base64.urlsafe_b64decode(salt + "==")) == 16
    line = STORY.record("statement")["credentialSubject"]["lineItems"][1]
    digest = hashlib.sha256(text.encode("ascii")).digest()
    assert line["_sd"] == [base64.urlsafe_b64encode(digest).decode().rstrip("=")]
    assert not line.keys() & {"quantity", "emission"}


@pytest.mark.parametrize("count", range(4))
def test_recomputed_k_of_n(count):
    """The report says how many lines it could recompute, and of how many."""
    texts = list(TEXTS.values())[:count]
    report = judged(STORY, "statement", disclose=texts)
    rows = [row for row in rulings(report, STORY, 9, "statement") if row[0] != "footprint.valid"]
    assert report.verdict is (Verdict.VALID if count == 3 else Verdict.UNDECIDED)
    pointer = "/credentialSubject/lineItems"
    partial = ("footprint.partial", pointer, "5", f"{count + 2} of 5")
    assert rows == ([] if count == 3 else [partial])


def test_the_order_of_disclosures_says_nothing():
    assert said(*reversed(TEXTS.values())) == set()


def test_a_disclosure_for_nothing_that_is_sealed():
    """A bundle without sealed lines carries no disclosures."""
    story = FootprintStory().cast("producer").govern()
    gas = {"unit": "KGM", "gas": {"name": "CO2", "gwp": "1"}}
    story.state(lines=[says.line("fuel", "directEmission", quantity="1", **gas)])
    report = judged(story, "statement", disclose=[TEXTS["heat"]])
    assert found(report) == {(9, "disclosure.unmatched")}


def test_one_figure_closed_is_not_checked_and_the_rest_is():
    """What is open has to be right while something else is closed."""
    story = story_of("verifier", edits={"/lineItems/4/emission": "10.001"}).verify_footprint()
    report = judged(story, "statement", disclose=[], **VERIFIED)
    codes = {code for step, code in found(report) if step == 9}
    assert codes == {"footprint.emission", "footprint.subtotal"}


def test_a_sealed_statement_that_is_verified_twice():
    """Two bodies verified it: the policy may accept that."""
    story = story_of("verifier", "certifier").verify_footprint()
    story.verify_footprint("second", by="certifier")
    report = judged(story, "statement", disclose=[], **VERIFIED)
    assert report.verdict is Verdict.VALID


def test_a_body_that_refused_first_and_verified_later():
    """The last word of each body counts."""
    story = story_of("verifier").verify_footprint("first", result="refused").verify_footprint()
    assert judged(story, "statement", disclose=[], **VERIFIED).verdict is Verdict.VALID


def test_a_verification_of_another_statement():
    """What somebody verified elsewhere opens nothing here."""
    story = story_of("verifier", "producer2")
    gas = {"unit": "KGM", "gas": {"name": "CO2", "gwp": "1"}}
    lines = [says.line("fuel", "directEmission", quantity="1", **gas)]
    story.state("other", lines, by="producer2", productIds=["urn:example:other"])
    story.verify_footprint(of="other")
    assert judged(story, "statement", disclose=[], **VERIFIED).verdict is Verdict.UNDECIDED


def test_a_verification_by_the_producers_own_group():
    """It breaks step 8, and opens nothing in step 9."""
    producer = FootprintStory().actors["producer"]
    own = type(producer)("verifier", producer.serial)
    story = FootprintStory(verifier=own).cast("producer", "verifier").govern()
    story.state(
        lines=[line_of("a"), line_of("b")],
        seal=["a", "b"],
    ).verify_footprint()
    report = judged(story, "statement", disclose=[], **VERIFIED)
    assert found(report, Outcome.FAIL, Outcome.UNKNOWN) == {
        (8, "workflow.independence"),
        (9, "footprint.partial"),
    }


def line_of(name: str) -> dict:
    """A line item that may be sealed."""
    gas = {"name": "CO2", "gwp": "1"}
    return says.line(name, "directEmission", quantity="1", unit="KGM", gas=gas)


def test_a_statement_and_what_replaces_it_share_their_seals():
    """A correction of what is open leaves sealed lines as they were: one disclosure for both."""
    story = story_of()
    subject = dict(story.record("statement")["credentialSubject"])
    subject["facility"] = {**subject["facility"], "id": "EXAMPLE-PLANT"}
    links = [("supersedes", "statement")]
    story.add("second", "FootprintStatement", "producer", subject, links, members={})
    report = judged(story, "second", disclose=TEXTS.values())
    assert report.verdict is Verdict.VALID


FIGURES = {"emission": "20.5", "quantity": "20.5"}
SALT = json.loads(base64.urlsafe_b64decode(TEXTS["heat"] + "=="))[0]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "!",
        "{}",
        1,
        None,
        ["figures"],
        TEXTS["heat"] + "=",
        TEXTS["heat"] + "\n",
        " " + TEXTS["heat"],
        TEXTS["heat"][:-1],
        TEXTS["heat"].replace("W", "+"),
        encoded({}),
        encoded([SALT, "figures"]),
        encoded([SALT, "figures", FIGURES, 1]),
        encoded([SALT, "quantity", "20.5"]),
        encoded([SALT[:-1], "figures", FIGURES]),
        encoded(["A" * 44, "figures", FIGURES]),
        encoded([16, "figures", FIGURES]),
        encoded([SALT, "figures", {"emission": "20.5"}]),
        encoded([SALT, "figures", {**FIGURES, "unit": "KGM"}]),
        encoded([SALT, "figures", {**FIGURES, "emission": 20}]),
        encoded([SALT, "figures", {**FIGURES, "emission": "2.05e1"}]),
        encoded([SALT, "figures", {**FIGURES, "emission": "020.5"}]),
        encoded([SALT, "figures", {**FIGURES, "quantity": "-20.5"}]),
        encoded([SALT, "figures", {**FIGURES, "quantity": "1" * 40}]),
        base64url(b'["%b", "figures", {"emission":"20.5","quantity":"20.5"}]' % SALT.encode()),
        base64url(b'["%b","figures",{"quantity":"20.5","emission":"20.5"}]' % SALT.encode()),
        base64url(rfc8785.dumps([SALT, "figures", FIGURES]) + b" "),
        "A" * 1025,
    ],
    ids=range(29),
)
def test_what_is_no_disclosure(text):
    """One spelling, and nothing else: else one line could be opened in two ways."""
    assert said(text, TEXTS["melt"], TEXTS["mill"]) == {CLOSED, (9, SHAPE, "fail")}


def test_what_is_no_disclosure_though_a_line_asks_for_it():
    """A producer may sign the digest of anything; it opens only if it has the form."""
    text = base64url(b'["%b","figures",{"quantity":"20.5","emission":"20.5"}]' % SALT.encode())
    story = story_of()
    subject = json.loads(json.dumps(story.record("statement")["credentialSubject"]))
    subject["lineItems"][1]["_sd"] = [seal_of(text)]
    story.add("second", "FootprintStatement", "producer", subject, [], members={})
    report = judged(story, "second", disclose=[text, TEXTS["melt"], TEXTS["mill"]])
    assert (9, SHAPE) in found(report)
    assert report.verdict is Verdict.INVALID


BUNDLE, POLICY = STORY.export("statement")


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(SEALED), st.data())
def test_a_disclosure_with_one_character_changed(name, data):
    """It opens nothing, whatever the character: no bent figure is ever taken for the sealed one."""
    text = TEXTS[name]
    place = data.draw(st.integers(0, len(text) - 1))
    symbol = data.draw(st.characters(codec="ascii").filter(lambda each: each != text[place]))
    bent = text[:place] + symbol + text[place + 1 :]
    others = [other for key, other in TEXTS.items() if key != name]
    report = report_on(STORY.ledger, {**BUNDLE, "disclosures": [*others, bent]}, POLICY)
    assert report.verdict is Verdict.INVALID
    assert {code for _, code in found(report)} <= {SHAPE, "disclosure.unmatched"}


def test_a_salt_that_is_not_random_is_the_holders_own_harm():
    """Nobody can see that a salt was chosen badly: what it protects is the producer's secret."""
    story = story_of()
    text = disclosure(FIGURES, "bad salt")
    subject = json.loads(json.dumps(story.record("statement")["credentialSubject"]))
    subject["lineItems"][1]["_sd"] = [seal_of(text)]
    links = [("supersedes", "statement")]
    story.add("second", "FootprintStatement", "producer", subject, links, members={})
    texts = [text, *TEXTS.values()]
    assert judged(story, "second", disclose=texts).verdict is Verdict.VALID
