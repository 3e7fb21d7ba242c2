"""Whatever somebody entitled to signs, step 9 gives an answer: nothing in a record makes it raise.

Members of footprints, certificates, labels and of the rules that they are judged by are replaced by
anything, signed by whoever signs such records, logged and anchored.
"""

from __future__ import annotations

import copy
import functools
import re

import footprint_records as says
from footprint_oracle import NAMING, Oracle
from footprint_story import FootprintStory, certified_story, stated_story
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from rulings import judged
from suyuan_verifier import Outcome, Report, Verdict

PATIENT = settings(deadline=None, suppress_health_check=list(HealthCheck))
SIGNERS = {
    "footprint": "producer",
    "statement": "producer",
    "verification": "verifier",
    "certificate": "certifier",
    "filing": "office",
    "label": "certifier",
    "cbam": "producer",
}
ABOVE = {
    "statement": ("footprint", "verification", "certificate", "filing", "label"),
    "verification": ("certificate", "filing", "label"),
    "certificate": ("filing", "label"),
    "filing": ("label",),
    "label": (),
    "cbam": (),
}
"""What rests on a record, and would not on another one in its place."""
NUMBERS = st.sampled_from(
    ["0", "1", "-1", "0.000000000000000001", "9" * 34, "-" + "9" * 34, "0." + "3" * 18, "1.0"]
)
NUMBER = re.compile(r"-?[0-9.]+")
VALUES = NUMBERS | st.recursive(
    st.booleans() | st.integers(-3, 2**53 - 1) | st.text(max_size=6) | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=5,
)


@functools.cache
def base() -> FootprintStory:
    """A label with everything below it, green electricity among it, and data for the border."""
    story = certified_story("publisher").transcribe(says.HYDRO, says.LINES)
    supply = says.electricity("greenCertificate", certificateIds=["EXAMPLE-GEC"])
    moved = says.electricity(transmissionOf=["hydro"])
    formula = says.formula("pfcSlope", anodeEffectMinutes="0.2", slope="0.143", weightRatio="0.1")
    lines = [
        story.power("hydro", says.HYDRO, electricity=supply, allocation=says.allocation("0.5")),
        story.power("moved", says.LINES, electricity=moved, allocation=says.allocation("0.5")),
        story.bought("ingots", "statement", "0.25"),
        says.line("pfc", "directEmission", quantity="1", unit="TNE", formula=formula),
    ]
    lines += [
        says.line(name, "external", quantity="2", unit="KGM", external=figure, stage="rawMaterial")
        for name in ("ore", "scrap")
        for figure in [says.external("1.5", "kgCO2e/KGM")]
    ]
    used = {"productIds": ["urn:example:billet"], "seal": ["ore", "scrap"]}
    story.state("footprint", lines, cutOff=says.cut_off("0.01"), **used)
    return story.issue().cbam()


def places(value, path=()):
    """Every path in a JSON value but the first."""
    if path:
        yield path
    if isinstance(value, dict | list):
        for key, member in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(member, (*path, key))


def at(value, path):
    """The member at a path."""
    return functools.reduce(lambda inner, key: inner[key], path, value)


@st.composite
def bent(draw, subject: dict) -> dict:
    """Draw a subject with one or two members replaced: mostly by what may stand there as well."""
    subject = copy.deepcopy(subject)
    for _ in range(draw(st.sampled_from([1, 1, 2]))):
        known = sorted(places(subject), key=str)
        path = draw(st.sampled_from(known))
        now = at(subject, path)
        named = [at(subject, each) for each in known if each[-1] == path[-1]]
        others = st.sampled_from([each for each in named if each != now] or named)
        is_number = NUMBER.fullmatch(str(now))
        fits = NUMBERS if is_number else others
        new = draw(draw(st.sampled_from([fits, fits, others, others, others, VALUES])))
        at(subject, path[:-1])[path[-1]] = copy.deepcopy(new)
    return subject


def links_of(story: FootprintStory, label: str) -> list[tuple[str, str]]:
    """The links of a record, by label."""
    names = story.by_digest()
    links = story.record(label).get("links", [])
    return [(link["rel"], names[link["contentDigest"]]) for link in links]


def bend(draw, story: FootprintStory, label: str) -> Report:
    """Verify a record with members replaced, in the place of the one that was."""
    before = story.record(label)
    subject = draw(bent(before["credentialSubject"]))
    assume(subject != before["credentialSubject"])
    members = {name: before[name] for name in ("validUntil",) if name in before}
    links = links_of(story, label)
    record = story.make(before["type"][1], SIGNERS[label], subject, links, **members)
    story.append("bent", record)
    del story.at[label]
    return judged(story, "bent")


@settings(PATIENT, max_examples=60)
@given(st.data(), st.sampled_from(sorted(SIGNERS.keys() - {"footprint"})))
def test_any_record_with_members_replaced_by_anything(data, label):
    """It has no longer the shape of its kind, or it is judged; what it says is never just taken."""
    story = copy.deepcopy(base())
    for above in (name for name in ABOVE[label] if name in story.at):
        del story.at[above]
    report = bend(data.draw, story, label)
    assert report.verdict in (Verdict.VALID, Verdict.INVALID, Verdict.UNDECIDED)


@settings(PATIENT, max_examples=150)
@given(st.data())
def test_any_footprint_with_members_replaced_by_anything(data):
    """What still has the shape of a statement is judged as the oracle judges it."""
    story = copy.deepcopy(base())
    report = bend(data.draw, story, "footprint")
    for known in (story.sealed, story.disclosures):
        known["bent"] = known.pop("footprint")
    if report.outcome(2) is Outcome.PASS:
        wrong = Oracle(story).codes("bent")
        own = story.digest("bent")
        said = {check.code for check in report.checks if check.step == 9 and check.record == own}
        said -= {"footprint.valid", "footprint.partial"}
        assert said == wrong if not wrong & NAMING else said & NAMING <= wrong
        assert bool(said) == bool(wrong)
    else:
        assert report.verdict is Verdict.INVALID


@settings(PATIENT, max_examples=80)
@given(st.data())
def test_any_rules_with_members_replaced_by_anything(data):
    """Rules are signed by a root and may be odd: no statement under them makes step 9 raise."""
    story = stated_story("producer2")
    before = story.record("rules")["credentialSubject"]
    part = data.draw(st.sampled_from(["footprint", "footprint", "caps", "conversions"]))
    rules = {**before, part: data.draw(bent({part: before[part]}))[part]}
    links = [("supersedes", "rules")]
    story.log("odd", "RuleSet", "root", {**rules, "version": "2"}, links)
    report = judged(story.state(rules="odd", calculated_by=before), "statement")
    if report.outcome(2) is Outcome.PASS and rules == before:
        assert report.verdict is Verdict.VALID
    assert report.verdict in (Verdict.VALID, Verdict.INVALID, Verdict.UNDECIDED)
