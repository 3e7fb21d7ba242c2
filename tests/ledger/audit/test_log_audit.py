"""An honest log has no finding; each lie of its operator has one, with its own code."""

from __future__ import annotations

import json
from pathlib import Path

import orjson
import pytest
from governance_story import Story, short_story, started_story
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from signed_records import jcs
from simulator import START, Actor
from suyuan_ledger.audit.log_audit import KnownAnchor
from suyuan_ledger.errors import ledger_codes
from suyuan_ledger.log.hashing import leaf_hashes
from suyuan_ledger.log.tree import Edge

LATER = int(START.timestamp()) + 10_000


def found(report):
    """The findings as (code, index)."""
    return [(finding.code, finding.index) for finding in report.wrong]


def reviewed_story() -> Story:
    """A factor that three experts of four found good; the fourth may still say something."""
    story = started_story().enrol("expert4").enrol("supervisor").check()
    return story.review("expert1").review("expert2").review("expert3").verify()


def eventful_story() -> Story:
    """An admission with a dissent, withdrawn, a key revoked, a state changed, a list published."""
    story = reviewed_story().review("expert4", recommendation="reject").admit()
    story.end("FactorWithdrawal", "withdrawal").revoke("expert4")
    return story.change_status("suspension", "suspended").publish()


def test_an_honest_log_has_no_finding(publish):
    story = eventful_story()
    report = publish(story).audit()

    assert found(report) == []
    assert report.clean
    assert report.counts["entries"] == len(story.ledger.records)
    assert report.counts["admissions"] == 1


def test_what_public_data_cannot_decide_is_said(publish):
    """Scopes need the factor's body, anchors need a chain; without roots nobody is judged."""
    scope = {"scope": {"series": ["PRODUCT_FOOTPRINT"]}}
    scoped = Story().cast(admitter=scope).govern().submit().check()
    scoped.review("expert1").review("expert2").review("expert3").verify().admit()
    report = publish(scoped).audit()

    assert ("audit.scope", scoped.at["admission"]) in [(f.code, f.index) for f in report.unknown]
    assert {"audit.no_anchor", "audit.workflow"} <= {f.code for f in report.unknown}
    assert report.clean
    report = publish(scoped).audit(roots=None)
    assert "audit.roots" in [f.code for f in report.unknown]
    assert report.clean


def test_a_dropped_dissent(publish):
    """The operator admits and leaves a review out that was logged in time."""
    story = reviewed_story().review("expert4", recommendation="reject")
    named = [label for label in story.opinions() if label != "review of expert4"]
    story.admit(based_on=named)

    report = publish(story).audit()
    assert found(report) == [("audit.omitted", story.at["admission"])]
    assert report.wrong[0].expected == f"ExpertReview at index {story.at['review of expert4']}"


def test_a_review_that_came_after_the_reviewed_size_is_not_owed(publish):
    story = reviewed_story()
    named = story.opinions()
    size = story.ledger.size
    story.review("expert4", recommendation="reject")

    assert found(publish(story.admit(based_on=named, reviewedTreeSize=size)).audit()) == []


def test_a_review_that_a_revocation_made_void_in_time_is_not_owed(publish):
    """A compromise that reaches back before the review, logged before the reviewed size."""
    story = reviewed_story().review("expert4", recommendation="reject")
    named = [label for label in story.opinions() if label != "review of expert4"]
    story.revoke("expert4", from_index=story.at["review of expert4"], reason="compromised")
    story.admit(based_on=named)
    assert found(publish(story).audit()) == []


@pytest.mark.parametrize("late", [True, False])
def test_a_review_that_was_good_then_is_owed(publish, late):
    """Revoked only after the reviewed size, or from an index behind the review on."""
    story = reviewed_story().review("expert4", recommendation="reject")
    named = [label for label in story.opinions() if label != "review of expert4"]
    size = story.ledger.size
    if late:
        story.revoke("expert4", from_index=story.at["review of expert4"], reason="compromised")
        story.admit(based_on=named, reviewedTreeSize=size)
    else:
        story.revoke("expert4").admit(based_on=named)

    assert found(publish(story).audit()) == [("audit.omitted", story.at["admission"])]


@pytest.mark.parametrize(
    ("lie", "label", "code"),
    [
        (lambda s: s.govern("x", by="admitter"), "x", "authority.root_only"),
        (
            lambda s: s.end("FactorWithdrawal", "x", by="submitter"),
            "x",
            "authority.role",
        ),
        (lambda s: s.publish("x", by="admitter"), "x", "authority.role"),
        (lambda s: s.change_status("x", "revoked", by="expert1"), "x", "authority.no_power"),
        (lambda s: s.revoke("expert1", "x", by="expert2"), "x", "authority.may_not_revoke"),
        (
            lambda s: s.revoke("expert1", "x", by="expert1", from_index=0),
            "x",
            "authority.reaches_back",
        ),
        (lambda s: s.review("submitter", "x"), "x", "authority.role"),
        (lambda s: s.revoke("expert1").review("expert1", "x"), "x", "authority.revoked"),
        (lambda s: s.enrol("admitter2", by="registrar"), "admitter2", "authority.may_not_grant"),
        (
            lambda s: s.enrol("admitter2", ["expert"], by="submitter"),
            "admitter2",
            "authority.role",
        ),
        (
            lambda s: s.enrol("admitter2", ["expert"], by="stranger"),
            "admitter2",
            "authority.not_root",
        ),
    ],
)
def test_a_record_of_somebody_who_may_not(publish, lie, label, code):
    """Whoever keeps no door lets in what the door refuses; the entry stands, the audit says so."""
    story = reviewed_story().admit()
    story.actors["stranger"] = Actor("stranger", 999)
    lie(story)
    report = publish(story).audit()

    assert found(report) == [("audit.authority", story.at[label])]
    assert report.wrong[0].found == code


def test_a_status_event_about_nothing_that_is_logged(publish):
    story = reviewed_story()
    story.drafts["admission"] = story.make(
        "FactorAdmission", "admitter", {"registryNumber": "X"}, [("about", "factor")]
    )
    story.end("FactorWithdrawal", "withdrawal")

    assert ("audit.target", story.at["withdrawal"]) in found(publish(story).audit())


def bend(published, place, /, **changes):
    """Replace members of one entry, and sign the log that results."""
    value = {**orjson.loads(published.entries[place]), **changes}
    kept = {name: item for name, item in value.items() if item is not None}
    published.entries[place] = orjson.dumps(kept, option=orjson.OPT_SORT_KEYS)
    published.sign()


def test_an_entry_that_is_none(publish):
    published = publish(short_story())
    published.entries.append(b"{}")
    published.sign()

    assert found(published.audit()) == [("audit.entry", len(published.entries) - 1)]


def test_a_kind_that_does_not_exist(publish):
    story = short_story()
    published = publish(story)
    bend(published, story.at["factor"], kind="FactorBlessing")

    assert ("audit.kind", story.at["factor"]) in found(published.audit())


def test_an_index_that_is_another(publish):
    story = short_story()
    published = publish(story)
    bend(published, story.at["factor"], index=story.at["factor"] + 100)

    assert found(published.audit()) == [("audit.index", story.at["factor"])]


def test_a_time_that_goes_back(publish):
    """A record that was backdated after others were logged."""
    story = short_story()
    published = publish(story)
    index = story.at["factor"]
    bend(published, index, time="2020-01-01T00:00:00Z")

    assert ("audit.time", index) in found(published.audit())


def test_a_content_that_is_there_twice(publish):
    story = short_story()
    published = publish(story)
    copy = orjson.loads(published.entries[story.at["factor"]])
    published.entries.append(
        orjson.dumps(
            {**copy, "index": len(published.entries), "time": story.ledger.next_time},
            option=orjson.OPT_SORT_KEYS,
        )
    )
    published.sign()

    assert found(published.audit()) == [("audit.doubled", len(published.entries) - 1)]


def test_a_record_that_rests_on_a_later_one(publish):
    """The review is logged before the submission that it is about."""
    story = Story().cast().govern()
    story.drafts["factor"] = story.ledger.factor(story.actors["submitter"])
    story.review("expert1").append("factor", story.drafts["factor"])

    assert found(publish(story).audit()) == [("audit.link", story.at["review of expert1"])]


def test_a_body_that_the_mirror_does_not_serve(publish):
    """A withdrawal without its body says that, and not who signed it."""
    story = eventful_story()
    published = publish(story)
    published.body(story.record("withdrawal")).unlink()

    assert found(published.audit()) == [("audit.body_missing", story.at["withdrawal"])]


def test_an_enrolment_without_its_body_is_held_against_nobody(publish):
    """Whoever it enrolled is unknown from there on."""
    story = eventful_story()
    published = publish(story)
    published.body(story.record("expert1")).unlink()
    report = published.audit()

    assert [code for code, _ in found(report)] == ["audit.body_missing"]
    assert "audit.authority_unknown" in [finding.code for finding in report.unknown]


def test_a_body_that_was_changed(publish):
    story = eventful_story()
    published = publish(story)
    path = published.body(story.record("withdrawal"))
    path.write_bytes(path.read_bytes().replace(b'"recall"', b'"informOnly"') + b" ")

    assert found(published.audit()) == [("audit.body", story.at["withdrawal"])]


def test_an_effect_that_the_record_does_not_have(publish):
    """The entry of a withdrawal that says less than the record: the root fits, the body not."""
    story = eventful_story()
    published = publish(story)
    index = story.at["withdrawal"]
    effect = orjson.loads(published.entries[index])["effect"]
    bend(published, index, effect={**effect, "impact": "informOnly"})

    assert found(published.audit()) == [("audit.body", index)]
    bend(published, index, effect=None)
    assert ("audit.effect", index) in found(published.audit())


def test_a_signature_that_does_not_hold(publish):
    story = eventful_story()
    record = story.record("withdrawal")
    other = story.record("rules")["proof"]["proofValue"]
    story.ledger.records[story.at["withdrawal"]] = {
        **record,
        "proof": {**record["proof"], "proofValue": other},
    }

    assert ("audit.signature", story.at["withdrawal"]) in found(publish(story).audit())


def test_entries_that_do_not_lead_to_the_signed_root(publish):
    """Somebody who cannot sign changed an entry of the mirror."""
    story = eventful_story()
    published = publish(story)
    note = (published.folder / "checkpoint").read_bytes()
    bend(published, story.at["factor"], id="urn:uuid:019b8d6e-6800-7000-8000-ffffffffffff")
    (published.folder / "checkpoint").write_bytes(note)

    assert ("audit.root", None) in found(published.audit())


def test_a_mirror_with_a_missing_file(publish):
    published = publish(eventful_story())
    next(published.folder.glob("tile/entries/000.p/*")).unlink()

    assert [code for code, _ in found(published.audit())] == ["audit.unreadable"]


def test_anchors(publish):
    """Size, root and time of each anchor are compared with the entries."""
    story = eventful_story()
    published = publish(story)
    size = story.ledger.size
    root = Edge.empty().append(leaf_hashes(published.entries[: size - 2])).edge.root()
    good = KnownAnchor(size - 2, root, LATER)

    assert found(published.audit(anchors=[good])) == []
    for bad, code in (
        (KnownAnchor(size - 2, bytes(32), LATER), "audit.anchor"),
        (KnownAnchor(size + 1, root, LATER), "audit.anchor"),
        (KnownAnchor(size - 2, root, LATER - 20_000), "audit.anchor_time"),
    ):
        assert [item for item, _ in found(published.audit(anchors=[good, bad]))] == [code]


def test_an_anchor_of_the_very_size_that_the_log_signed_otherwise(publish):
    """The operator anchored one log and serves another of the same size."""
    story = eventful_story()
    published = publish(story)
    forked = KnownAnchor(story.ledger.size, bytes(32), LATER)

    assert found(published.audit(anchors=[forked])) == [("audit.anchor", None)]


def test_the_report_lists_every_finding_in_both_languages(publish):
    """As JSON and as text; each code is a row of the table."""
    story = reviewed_story().review("expert4", recommendation="reject")
    story.admit(based_on=["check"]).publish("x", by="admitter")
    report = publish(story).audit()

    assert len(report.wrong) == 6  # five opinions, one publisher
    assert {finding.code for finding in report.wrong + report.unknown} <= ledger_codes().keys()
    value = report.to_json()
    assert json.loads(json.dumps(value)) == value
    assert [row["code"] for row in value["findings"]] == [f.code for f in report.wrong]
    for lang in ("en", "zh"):
        text = "\n".join(report.to_text(lang))
        assert text.count("[audit.omitted]") == 5
    assert jcs(value)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(file=st.integers(0, 1000), place=st.integers(0, 10**6), flip=st.integers(1, 255))
def test_no_changed_byte_of_a_mirror_stays_without_a_finding(mirror, file, place, flip):
    """Entries and public bodies; a changed checkpoint is refused before the audit begins."""
    files = sorted(mirror.folder.glob("tile/entries/**/*")) + sorted(mirror.folder.glob("record/*"))
    path = [item for item in files if item.is_file()][file % sum(map(Path.is_file, files))]
    good = path.read_bytes()
    raw = bytearray(good)
    raw[place % len(raw)] ^= flip
    path.write_bytes(raw)
    try:
        report = mirror.audit()
    finally:
        path.write_bytes(good)

    assert not report.clean


@pytest.fixture
def mirror(publish):
    return publish(eventful_story())
