"""Random footprints: what is rightly stated verifies, and one change verifies only if it is right.

What is right an oracle says that calculates with fractions and shares nothing with the verifier.
"""

from __future__ import annotations

from footprint_changes import changed
from footprint_oracle import NAMING, Oracle
from footprint_story import FootprintStory
from honest_footprints import Honest, apart_from, base_story, honest_footprints
from hypothesis import HealthCheck, event, given, note, settings
from hypothesis import strategies as st
from simulator import content_digest
from suyuan_verifier import Outcome, Report, Verdict
from verdicts import found, report_on

PATIENT = settings(deadline=None, suppress_health_check=list(HealthCheck))
VERIFIED = {"acceptSealed": "verified"}


def judged(story: FootprintStory, **export) -> Report:
    """Verify a statement with what it rests on, and nothing else."""
    bundle = story.export("statement", without=apart_from(story), **export)
    return report_on(story.ledger, *bundle)


def partial(report: Report, story) -> str | None:
    """How many of how many line items the report says to have recomputed, None if all."""
    digest = content_digest(story.record("statement"))
    said = [check for check in report.checks if check.code == "footprint.partial"]
    return next((check.found for check in said if check.record == digest), None)


@settings(PATIENT, max_examples=80)
@given(honest_footprints())
def test_honest_footprint_is_valid(honest: Honest):
    """Whatever a producer rightly states verifies, to the last place of every figure."""
    story = honest.told()
    assert Oracle(story).codes() == set()
    report = judged(story)
    assert found(report) == set()
    assert report.verdict is Verdict.VALID


@settings(PATIENT, max_examples=40)
@given(honest_footprints(sealed=True))
def test_recomputed_as_far_as_disclosed(honest: Honest):
    """Each disclosure opens its own line, and the report counts what could be recomputed."""
    story = honest.told().verify_footprint()
    disclosed = {"statement": honest.disclose}
    known, lines = Oracle(story, {"statement": set(honest.disclose)}).known()
    verified = judged(story, disclose=disclosed, **VERIFIED)
    assert verified.verdict is Verdict.VALID
    assert partial(verified, story) == (None if known == lines else f"{known} of {lines}")
    never = judged(story, disclose=disclosed)
    assert (never.verdict is Verdict.VALID) == (known == lines)
    assert found(never) == set()


@settings(PATIENT, max_examples=150)
@given(st.data())
def test_one_change_is_valid_only_if_it_breaks_no_rule(data):
    """What the verifier finds wrong in a statement is what the oracle finds, rule by rule."""
    honest = data.draw(honest_footprints())
    told = honest.told()
    before = told.record("statement")["credentialSubject"]
    subject = data.draw(changed(told, before))
    note(f"changed: {[line for line in subject['lineItems'] if line not in before['lineItems']]}")
    story = base_story()
    kept = {line["id"] for line in subject["lineItems"]}
    for mine, whole in ((story.sealed, told.sealed), (story.disclosures, told.disclosures)):
        mine["statement"] = {
            name: whole["statement"][name] for name in whole["statement"] if name in kept
        }
    used = story.used(subject)
    used = data.draw(
        st.sampled_from([used, used, used, used, used[1:], [*used, "plant.admission"]])
    )
    links = [("uses", label) for label in dict.fromkeys(used)]
    story.add("statement", "FootprintStatement", "producer", subject, links, members={})
    report = judged(story)
    if report.outcome(2) is not Outcome.PASS:
        event("no longer of the shape of a statement")
        assert report.verdict is Verdict.INVALID
        return
    wrong = Oracle(story).codes()
    event("wrong" if wrong else "as right as before")
    said = {code for step, code in found(report) if step == 9}
    if wrong & NAMING:
        # Of a factor that cannot be found the rest is not asked, and what follows is anybody's.
        assert said & NAMING
        assert said & NAMING <= wrong
    else:
        assert said == wrong
    assert (report.verdict is Verdict.VALID) == (not wrong)


_RULES = st.sampled_from(
    [
        {"conversions": [{"from": "MWH", "to": "KWH", "factor": "1001"}]},
        {"caps": {"externalShare": "0"}},
        {"caps": {"externalShare": "0.5"}},
        {"footprint": {"factorAgeYears": 0}},
        {"footprint": {"shareScale": 3}},
        {"footprint": {"electricity": []}},
        {"footprint": {"boundaries": [{"statement": "cradleToGate", "factors": ["notStated"]}]}},
        {"footprint": {"formulas": [{"id": "anodeOxidation", "scale": 5}]}},
    ]
)


@settings(PATIENT, max_examples=40)
@given(honest_footprints(), _RULES)
def test_judged_by_the_rules_that_are_in_force(honest: Honest, changes):
    """The same statement under other rules: right or wrong as those say."""
    story = base_story()
    before = story.record("rules")["credentialSubject"]
    rules = {
        name: {**before[name], **member} if isinstance(member, dict) else member
        for name, member in changes.items()
    }
    story.govern("other rules", old="rules", version="2", **rules)
    told = honest.told(story, calculated_by=before)
    report = judged(told)
    of_statement = {
        check.code
        for check in report.checks
        if check.outcome is Outcome.FAIL
        and check.record == content_digest(told.record("statement"))
    }
    assert of_statement == Oracle(told).codes()
