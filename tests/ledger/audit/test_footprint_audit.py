"""What the public part of a log shows of footprints, certificates and labels, and what it does not.

Their bodies are confidential: who signed, in which role, about what and by which links is public;
what a certificate declares, and whose scope the product lies in, is not.
"""

from __future__ import annotations

import footprint_records as says
import orjson
import pytest
from footprint_story import CERTIFIERS, FootprintStory, certified_story, stated_story


def found(report):
    return [(finding.code, finding.index, finding.found) for finding in report.wrong]


def unknown(report):
    return {(finding.code, finding.index) for finding in report.unknown}


def labelled(*labels):
    return certified_story("supervisor", "producer2", *labels).issue().surveil().cbam()


def test_an_honest_log_of_labels_has_no_finding(publish):
    story = labelled("publisher").publish()
    report = publish(story).audit()
    assert found(report) == []
    assert report.counts["certificates"] == report.counts["labels"] == 1


def test_what_only_bodies_say_is_said_to_be_unknown(publish):
    report = publish(labelled()).audit()
    told = {f.found for f in report.unknown if f.code == "audit.workflow"}
    assert told == {"2 admissions", "1 certificates", "1 labels"}


@pytest.mark.parametrize(
    ("label", "by"),
    [
        ("statement", "verifier"),
        ("verification", "producer"),
        ("certificate", "office"),
        ("filing", "certifier"),
        ("label", "verifier"),
        ("surveillance", "office"),
        ("cbam", "certifier"),
    ],
)
def test_each_kind_by_somebody_without_its_role(publish, label, by):
    story = stated_story(*CERTIFIERS)
    steps = {
        "statement": story.state,
        "verification": story.verify_footprint,
        "certificate": story.certify,
        "filing": story.file,
        "label": story.issue,
        "surveillance": story.surveil,
        "cbam": story.cbam,
    }
    for name, step in steps.items():
        step(**({"by": by} if name == label else {}))
    report = publish(story).audit()
    assert found(report) == [("audit.authority", story.at[label], "authority.role")]


OF = ("statement", "verification", "certificate", "filing", "label", "surveillance", "cbam")
OWNERS = ("producer", "verifier", "certifier", "office", "certifier", "certifier", "producer")


@pytest.mark.parametrize(("of", "owner"), list(zip(OF, OWNERS, strict=True)))
def test_a_status_is_changed_by_its_house_or_a_supervisor(publish, of, owner):
    story = labelled()
    story.change_status("own", "suspended", of=of, by=owner)
    story.change_status("supervised", "active", of=of, by="supervisor", **{"from": "suspended"})
    story.change_status("strange", "suspended", of=of, by="producer2")
    report = publish(story).audit()
    assert found(report) == [("audit.authority", story.at["strange"], "authority.no_power")]


def test_whether_the_product_lies_in_the_scope_is_not_public(publish):
    """A certifier for some products: which this one is only the statement says."""
    scope = {"classification": [{"scheme": "EXAMPLE", "prefix": "00"}]}
    story = FootprintStory().cast("provider", "registry", "producer", "verifier", "office")
    story.enrol("certifier", scope=scope).govern().transcribe(says.AVERAGE).state()
    story.verify_footprint().certify()
    story.change_status("change", "suspended", of="certificate", by="certifier")
    report = publish(story).audit()
    assert found(report) == []
    assert ("audit.scope", story.at["change"]) in unknown(report)


def test_a_certificate_that_hides_a_refusal(publish):
    """Links are public: what was said about the statement before, and what it names of it."""
    story = stated_story("verifier", "certifier", "certifier2").state().verify_footprint()
    story.verify_footprint("refusal", by="certifier2", result="refused")
    story.certify(based_on=["verification"])
    report = publish(story).audit()
    assert found(report) == [("audit.omitted", story.at["certificate"], "not named")]
    assert report.wrong[0].expected.startswith("FootprintVerification at index")


def test_a_label_that_hides_a_filing(publish):
    story = certified_story().file("refusal", decision="refused", filingNumber="EXAMPLE-2")
    report = publish(story.issue()).audit()
    assert found(report) == [("audit.omitted", story.at["label"], "not named")]


def test_what_came_later_or_is_void_is_not_owed(publish):
    story = stated_story("verifier", "certifier", "certifier2").state().verify_footprint()
    story.verify_footprint("stolen", by="certifier2", result="refused")
    story.revoke("certifier2", by="root", from_index=story.at["stolen"], reason="compromised")
    story.certify(based_on=["verification"]).verify_footprint("late", result="refused")
    assert found(publish(story).audit()) == []


@pytest.mark.parametrize(
    ("label", "kinds"),
    [("certificate", "FootprintStatement"), ("filing", "Certificate"), ("label", "Certificate")],
)
def test_a_record_about_what_it_cannot_be_about(publish, label, kinds):
    """The operator lets in a certificate about a factor; the entry says so to everybody."""
    story = labelled()
    published = publish(story)
    place = story.at[label]
    entry = orjson.loads(published.entries[place])
    factor = orjson.loads(published.entries[story.at["widget"]])["content"]
    for link in entry["links"]:
        if link["rel"] == "about":
            link["contentDigest"] = factor
    entry["links"].sort(key=lambda link: (link["rel"], link["contentDigest"]))
    published.entries[place] = orjson.dumps(entry, option=orjson.OPT_SORT_KEYS)
    published.sign()
    report = published.audit()
    assert ("audit.authority", place, "authority.target_kind") in found(report)
    told = {f.expected for f in report.wrong if f.index == place}
    assert kinds in told


@pytest.mark.parametrize("wrong", [True, False])
def test_customs_data_that_replace_a_footprint(publish, wrong):
    story = stated_story().state().cbam("old")
    story.cbam(links=[("supersedes", "statement" if wrong else "old")])
    expected = [("audit.cbam", story.at["cbam"], "FootprintStatement")] if wrong else []
    assert found(publish(story).audit()) == expected
