"""Footprints, certificates and labels at the door: each rule with its lie, and the truth beside it.

Every case is a story whose last record is told either way. The door must refuse the lie, by the
code of the rule and nothing before it, and let the truth in.
"""

from __future__ import annotations

import footprint_records as says
import pytest
from footprint_statements import everybody
from footprint_story import CERTIFIERS, FootprintStory, certified_story, stated_story
from signed_records import Actor
from simulator import content_digest
from story_door import refusals

CASES = {}
AVERAGE = f"{says.AVERAGE}.admission"
GREEN = "greenCertificate"
OWNERS = {
    "statement": "producer",
    "verification": "verifier",
    "certificate": "certifier",
    "filing": "office",
    "label": "certifier",
    "surveillance": "certifier",
    "cbam": "producer",
}
_ACCEPTED = {"accept": ["verified"], "reject": ["refused"], "tolerate": 0}


def case(code):
    """Register a case: a function that, told whether to lie, returns the story."""

    def register(build):
        CASES[build.__name__] = (code, build)
        return build

    return register


@pytest.mark.parametrize("name", CASES)
def test_the_door_refuses_the_lie(name):
    code, build = CASES[name]
    story = build(wrong=True)
    assert refusals(story) == {newest(story): code}


@pytest.mark.parametrize("name", CASES)
def test_and_lets_the_truth_in(name):
    _, build = CASES[name]
    assert refusals(build(wrong=False)) == {}


def newest(story):
    return max(story.at, key=story.at.get)


# What a statement names


@case("footprint.rules")
def a_rule_set_without_footprints(wrong):
    story = stated_story()
    rules = dict(story.record("rules")["credentialSubject"])
    right = rules.copy()
    if wrong:
        del rules["footprint"]
    story.log("bare", "RuleSet", "root", {**rules, "version": "2"}, [("supersedes", "rules")])
    return story.state(rules="bare", calculated_by=right)


@case("footprint.link")
def a_link_that_no_line_names(wrong):
    story = stated_story().register("widget")
    return story.state(uses=[AVERAGE, "widget.admission"] if wrong else [AVERAGE])


@case("footprint.link")
def a_line_without_its_link(wrong):
    return stated_story().state(uses=[] if wrong else [AVERAGE])


@case("footprint.not_admitted")
def a_submission_instead_of_an_admission(wrong):
    story = stated_story().register("widget")
    line = story.activity("widgets", "widget", "10")
    if wrong:
        line["factor"]["admission"] = content_digest(story.record("widget"))
    return story.state(lines=[line])


@case("footprint.not_admitted")
def an_admission_instead_of_a_statement(wrong):
    story = stated_story("producer2")
    story.state("upstream", by="producer2", productIds=["urn:example:billet"])
    line = story.bought("billets", "upstream", "1")
    if wrong:
        line["statement"]["contentDigest"] = content_digest(story.record(AVERAGE))
    return story.state(lines=[line])


@case("footprint.not_admitted")
def a_method_that_is_none(wrong):
    story = stated_story()
    story.log("method", "MethodReference", "root", says.says.method_reference())
    return story.state(links=[("basedOn", "rules" if wrong else "method")])


@case("cbam.link")
def a_link_to_customs_data_that_no_line_names(wrong):
    story = stated_story().cbam()
    return story.state(uses=[AVERAGE, "cbam"] if wrong else [AVERAGE])


@case("cbam.link")
def a_footprint_from_customs_data(wrong):
    story = stated_story("producer2").cbam()
    story.state("upstream", by="producer2", productIds=["urn:example:billet"])
    line = story.bought("billets", "upstream", "1")
    if wrong:
        line["statement"]["contentDigest"] = content_digest(story.record("cbam"))
    return story.state(lines=[line])


@case("footprint.before")
def an_admission_that_comes_later(wrong):
    story = stated_story().register("widget")
    late = story.make("FactorAdmission", "registry", {}, [("about", "widget")])
    line = story.activity("widgets", "widget", "10")
    if wrong:
        story.drafts["late"] = late
        line["factor"]["admission"] = content_digest(late)
    return story.state(lines=[line])


@case("footprint.emission")
def arithmetic_that_is_wrong(wrong):
    """One rule for all of `suyuan_ledger.footprint`: the door asks it."""
    edits = {"/lineItems/0/emission": "57.78"} if wrong else {}
    return stated_story().state(edits=edits)


# What was ended


def _ended(wrong, act):
    """Two factors are admitted; one is ended, and that or the other one used."""
    story = stated_story("supervisor").register("widget")
    act(story)
    return story.state(lines=[story.activity("a", "widget", "10")] if wrong else [])


@case("footprint.not_in_force")
def a_suspended_admission(wrong):
    return _ended(wrong, lambda s: s.change_status("out", "suspended", of="widget.admission"))


@case("footprint.not_in_force")
def a_suspended_submission(wrong):
    return _ended(wrong, lambda s: s.change_status("out", "suspended", of="widget"))


@case("footprint.not_in_force")
def a_cancelled_admission(wrong):
    return _ended(wrong, lambda s: s.change_status("out", "cancelled", of="widget.admission"))


@case("footprint.not_in_force")
def a_withdrawn_factor(wrong):
    return _ended(
        wrong,
        lambda s: s.end(
            "FactorWithdrawal", "out", of="widget.admission", by="registry", impact="informOnly"
        ),
    )


@case("footprint.not_in_force")
def a_factor_suspended_until_now(wrong):
    story = stated_story("supervisor").change_status("out", "suspended", of=AVERAGE)
    if not wrong:
        story.change_status("in", "active", of=AVERAGE, **{"from": "suspended"})
    return story.state()


@case("footprint.not_in_force")
def a_withdrawal_that_takes_effect(wrong):
    """A withdrawal of tomorrow is none today."""
    story = stated_story()
    effect = "2026-01-05T08:00:00Z" if wrong else "2027-01-01T00:00:00Z"
    story.end("FactorWithdrawal", "out", of=AVERAGE, by="registry", effectiveFrom=effect)
    return story.state()


def _provided(kind):
    """Rules that provide for one more kind of the registry."""
    entries = [*says.workflow(), says.governed(kind, "admitter", [])]
    return {"workflow": sorted(entries, key=lambda entry: entry["kind"])}


@case("footprint.not_in_force")
def a_correction_that_allows_no_new_use(wrong):
    story = stated_story(**_provided("FactorErratum"))
    impact = "noNewUse" if wrong else "informOnly"
    return story.end("FactorErratum", "out", of=AVERAGE, by="registry", impact=impact).state()


@case("footprint.not_in_force")
def a_factor_that_another_replaced(wrong):
    story = stated_story(**_provided("FactorSupersession")).register("widget")
    story.end(
        "FactorSupersession",
        "out",
        of=AVERAGE,
        by="registry",
        links=[("basedOn", "widget.admission")],
        impact="informOnly",
    )
    return story.state(lines=[story.activity("a", "widget", "10")] if not wrong else [])


@case("footprint.not_in_force")
def an_upstream_statement_suspended(wrong):
    story = stated_story("producer2", "supervisor")
    for label in ("upstream", "another"):
        story.state(label, by="producer2", productIds=[f"urn:example:{label}"])
    story.change_status("out", "suspended", of="upstream")
    return story.state(lines=[story.bought("a", "upstream" if wrong else "another", "1")])


# Products and certificates beyond one statement


@case("footprint.cycle")
def a_product_among_its_own_precursors(wrong):
    story = stated_story().state("scrap", productIds=["urn:example:scrap", says.PRODUCT_ID])
    ids = [says.PRODUCT_ID] if wrong else ["urn:example:another"]
    return story.state(lines=[story.bought("a", "scrap", "0.5")], productIds=ids)


@case("footprint.cycle")
def a_precursor_by_way_of_another_maker(wrong):
    story = stated_story("producer2").state("ingot")
    story.state(
        "billet",
        by="producer2",
        lines=[story.bought("a", "ingot", "1")],
        productIds=["urn:example:billet"],
    )
    by = "producer" if wrong else "producer2"
    return story.state(by=by, lines=[story.bought("a", "billet", "1")])


@case("footprint.cycle")
def a_precursor_of_the_year_before(wrong):
    """Last year's ingots may go into this year's."""
    end = "2025-01-01" if wrong else "2024-12-31"
    last = {"start": "2024-01-01", "end": end}
    story = stated_story()
    power = story.power("power", electricity=says.electricity(period=last))
    story.state("scrap", lines=[power], referencePeriod=last)
    return story.state(lines=[story.bought("a", "scrap", "0.5")])


def _green(story, *ids):
    """Hydropower by certificates, and its way through the grid."""
    return [
        story.power("a", says.HYDRO, electricity=says.electricity(GREEN, certificateIds=list(ids))),
        story.power("b", says.LINES, electricity=says.electricity(transmissionOf=["a"])),
    ]


def _certificates(*labels):
    """A statement that uses the certificates EX-1 and EX-2."""
    story = stated_story(*labels).transcribe(says.HYDRO, says.LINES)
    return story.state("first", lines=_green(story, "EX-1", "EX-2"))


@case("footprint.certificate_twice")
def a_certificate_of_another_statement(wrong):
    story = _certificates()
    return story.state(
        lines=_green(story, "EX-2" if wrong else "EX-3"), productIds=["urn:example:other"]
    )


@case("footprint.certificate_twice")
def a_certificate_of_what_is_replaced(wrong):
    story = _certificates()
    links = [] if wrong else [("supersedes", "first")]
    return story.state(lines=_green(story, "EX-1"), links=links)


@case("workflow.about")
def a_statement_that_replaces_another_makers(wrong):
    """To say that one replaces a stranger's statement gives nobody its certificates."""
    story = _certificates("producer2")
    by = "producer2" if wrong else "producer"
    return story.state(by=by, lines=_green(story, "EX-1"), links=[("supersedes", "first")])


@case("workflow.about")
def a_statement_that_replaces_one_of_another_product(wrong):
    ids = ["urn:example:other"] if wrong else ["urn:example:other", says.PRODUCT_ID]
    return stated_story().state("first").state(links=[("supersedes", "first")], productIds=ids)


@case("workflow.about")
def a_statement_that_replaces_one_of_another_year(wrong):
    end = "2024-12-31" if wrong else "2025-01-01"
    period = {"start": "2024-01-01", "end": end}
    story = stated_story().state("first")
    power = story.power("a", electricity=says.electricity(period=period))
    return story.state(lines=[power], referencePeriod=period, links=[("supersedes", "first")])


@case("footprint.certificate_twice")
def a_certificate_of_what_is_certified_itself(wrong):
    """Replaced, but its own certificate stands: there are labels on goods."""
    story = _certificates("verifier", "certifier").verify_footprint(of="first").certify(of="first")
    if not wrong:
        story.change_status("ended", "cancelled", of="certificate", by="certifier")
    return story.state(lines=_green(story, "EX-1"), links=[("supersedes", "first")])


@case("footprint.certificate_twice")
def a_certificate_of_two_that_replace_one(wrong):
    """Both replace the first; the second does not replace the other."""
    story = _certificates()
    story.state("second", lines=_green(story, "EX-1"), links=[("supersedes", "first")])
    old = "first" if wrong else "second"
    return story.state(lines=_green(story, "EX-1"), links=[("supersedes", old)])


@case("footprint.certificate_twice")
def a_certificate_down_a_line_of_replacements(wrong):
    story = _certificates().state("second", links=[("supersedes", "first")])
    return story.state(
        lines=_green(story, "EX-1"), links=[] if wrong else [("supersedes", "second")]
    )


@case("workflow.about")
def a_statement_that_replaces_a_factor(wrong):
    story = stated_story().state("first")
    return story.state(links=[("supersedes", AVERAGE if wrong else "first")])


@case("cbam.link")
def a_statement_that_replaces_customs_data(wrong):
    story = stated_story().cbam().state("first")
    return story.state(links=[("supersedes", "cbam" if wrong else "first")])


@case("cbam.link")
def customs_data_that_replace_a_statement(wrong):
    story = stated_story().state().cbam("old")
    return story.cbam(links=[("supersedes", "statement" if wrong else "old")])


# Who


@pytest.mark.parametrize(
    ("label", "by", "code"),
    [
        ("statement", "verifier", "authority.role"),
        ("verification", "producer", "authority.role"),
        ("verification", "office", "authority.role"),
        ("certificate", "verifier", "authority.role"),
        ("filing", "certifier", "authority.role"),
        ("label", "office", "authority.role"),
        ("surveillance", "verifier", "authority.role"),
        ("surveillance", "supervisor", None),
        ("cbam", "certifier", "authority.role"),
        ("label", "certifier2", "label.certifier"),
    ],
)
def test_each_kind_is_signed_in_its_role(label, by, code):
    """The whole way is told; one record of it by somebody else."""
    story = stated_story(*CERTIFIERS, "certifier2", "supervisor")
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
        if name == label:
            break
    assert refusals(story) == ({label: code} if code else {})


SCOPES = {
    "series": ({"series": ["ELEC_FOOTPRINT"]}, {"series": ["PRODUCT_FOOTPRINT"]}),
    "geography": ({"geography": ["CN-GD"]}, {"geography": ["CN"]}),
    "classification": (
        {"classification": [{"scheme": "EXAMPLE", "prefix": "1"}]},
        {"classification": [{"scheme": "EXAMPLE", "prefix": "00"}]},
    ),
}


def _signs(label, scope):
    """The way up to one record, whoever signs it enrolled with a scope."""
    everyone = ("provider", "registry", *OWNERS.values())
    who = OWNERS[label]
    story = FootprintStory().cast(*dict.fromkeys(name for name in everyone if name != who))
    if label == "label":
        # The label is by another key of the certifier's house: its first one has no scope.
        story.enrol(who)
        story.actors["certifier2"] = Actor("certifier2", story.actors[who].serial)
        who = "certifier2"
    story.enrol(who, scope=scope).govern().transcribe(says.AVERAGE).state()
    steps = {
        "verification": story.verify_footprint,
        "certificate": story.certify,
        "filing": story.file,
        "label": lambda: story.issue(by=who),
    }
    for name, step in steps.items() if label != "statement" else ():
        step()
        if name == label:
            break
    return story


@pytest.mark.parametrize("wrong", [True, False])
@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("label", ["statement", "verification", "certificate", "filing", "label"])
def test_the_product_lies_in_the_scope_of_whoever_signs(label, scope, wrong):
    """Of the statement's geography and classification, as a factor of PRODUCT_FOOTPRINT."""
    story = _signs(label, SCOPES[scope][0 if wrong else 1])
    assert refusals(story) == ({label: "authority.scope"} if wrong else {})


@pytest.mark.parametrize(
    ("scope", "code"),
    [
        ({"series": ["PRODUCT_FOOTPRINT"]}, "authority.scope"),
        ({"geography": ["EU"]}, "authority.scope"),
        ({"classification": [{"scheme": "CN", "prefix": "72"}]}, "authority.scope"),
        ({"geography": ["CN"], "classification": [{"scheme": "CN", "prefix": "7601"}]}, None),
    ],
)
def test_customs_data_are_of_a_series_that_no_scope_names(scope, code):
    story = FootprintStory().cast("provider", "registry", producer={}).govern()
    story.enrol("producer", scope=scope).cbam()
    assert refusals(story) == ({"cbam": code} if code else {})


@case("workflow.independence")
def a_verification_by_the_producers_group(wrong):
    actors = everybody()
    parent = actors["producer"].serial if wrong else actors["office"].serial
    sister = Actor("verifier", actors["verifier"].serial, parent=parent)
    story = FootprintStory(verifier=sister).cast("provider", "registry", "producer", "verifier")
    return story.govern().transcribe(says.AVERAGE).state().verify_footprint()


@case("workflow.independence")
def a_certificate_for_oneself(wrong):
    actors = everybody()
    serial = actors["producer" if wrong else "certifier"].serial
    own = Actor("certifier", serial)
    story = FootprintStory(certifier=own)
    story.cast("provider", "registry", "producer", "verifier", "certifier")
    return story.govern().transcribe(says.AVERAGE).state().verify_footprint().certify()


@case("workflow.independence")
def a_certifier_that_files_for_itself(wrong):
    actors = everybody()
    office = Actor("office", actors["certifier" if wrong else "office"].serial)
    story = FootprintStory(office=office).cast("provider", "registry", "producer", *CERTIFIERS)
    story.govern().transcribe(says.AVERAGE).state()
    return story.verify_footprint().certify().file()


@case("workflow.role")
def a_role_that_the_rules_do_not_ask_for(wrong):
    """Shape allows a certifier to verify; this rule set does not."""
    roles = {"roles": ["verificationBody"] if wrong else ["certifier", "verificationBody"]}
    entries = says.workflow(FootprintVerification=roles)
    story = stated_story("certifier", workflow=entries).state()
    return story.verify_footprint(by="certifier")


@case("workflow.role")
def a_producer_where_the_rules_ask_for_nobody(wrong):
    """Kinds that act on nothing are asked for their role as well."""
    roles = {"roles": ["supervisor" if wrong else "producer"]}
    return stated_story(workflow=says.workflow(FootprintStatement=roles)).state()


# Certificates


def _verified(*labels):
    return stated_story("verifier", "certifier", *labels).state().verify_footprint()


@case("workflow.same_person")
def a_certificate_on_two_verifications_of_one_body(wrong):
    asked = says.gate("FootprintVerification", "basedOn", 2, **_ACCEPTED)
    after = {"after": [says.gate("FootprintStatement"), asked]}
    rules = {"workflow": says.workflow(Certificate=after)}
    story = stated_story("verifier", "certifier", **rules).state().verify_footprint()
    story.verify_footprint("second", by="verifier" if wrong else "certifier")
    return story.certify(based_on=["verification", "second"])


@case("workflow.rejected")
def a_certificate_on_a_refusal(wrong):
    story = stated_story("verifier", "certifier").state()
    return story.verify_footprint(result="refused" if wrong else "verified").certify()


@case("workflow.about")
def a_certificate_on_the_verification_of_another_statement(wrong):
    story = _verified().state("other", productIds=["urn:example:other"])
    story.verify_footprint("another", of="other")
    return story.certify(based_on=["another", "verification"] if wrong else ["verification"])


@case("workflow.omitted")
def a_certificate_that_hides_a_refusal(wrong):
    story = _verified("certifier2").verify_footprint("refusal", by="certifier2", result="refused")
    if not wrong:
        # Who takes a refusal back does so by a newer opinion: persons count, not records.
        story.verify_footprint("second", by="certifier2")
        return story.certify(based_on=["verification", "refusal", "second"])
    return story.certify(based_on=["verification"])


@case("authority.target_kind")
def a_certificate_about_a_factor(wrong):
    story = _verified()
    subject = says.certificate(story.record("statement")["credentialSubject"])
    about = "widget" if wrong else "statement"
    story.register("widget") if wrong else None
    links = [("underRule", "rules"), ("about", about), ("basedOn", "verification")]
    record = story.make("Certificate", "certifier", subject, links, validUntil=says.VALID_UNTIL)
    return story.append("certificate", record)


@case("certificate.claim")
def a_certificate_of_another_product(wrong):
    changes = {"product": {"name": {"zh": "甲", "en": "Another"}}} if wrong else {}
    return _verified().certify(**changes)


@case("certificate.value")
def a_certificate_of_another_figure(wrong):
    story = _verified()
    declared = dict(story.record("statement")["credentialSubject"]["result"])
    if wrong:
        declared["value"] = "0.001"
    return story.certify(declared=declared)


@case("certificate.validity")
def a_certificate_for_longer_than_two_years(wrong):
    return _verified().certify(validUntil="2028-01-05T08:00:01Z" if wrong else says.VALID_UNTIL)


@case("certificate.validity")
def a_certificate_for_ever(wrong):
    return _verified().certify(validUntil=None if wrong else says.VALID_UNTIL)


@case("certificate.number")
def a_certificate_number_in_use(wrong):
    story = _verified().certify("first")
    return story.certify(certificateNumber=f"EXAMPLE-CERT-000{1 if wrong else 2}")


@case("workflow.about")
def a_certificate_that_replaces_a_statement(wrong):
    story = _verified().certify("first")
    old = "statement" if wrong else "first"
    return story.certify(certificateNumber="EXAMPLE-2", links=[("supersedes", old)])


@case("workflow.about")
def a_certificate_that_replaces_one_of_another_house(wrong):
    story = _verified("certifier2").certify("first", by="certifier2" if wrong else "certifier")
    return story.certify(certificateNumber="EXAMPLE-2", links=[("supersedes", "first")])


@case("workflow.not_in_force")
def a_filing_of_a_certificate_that_has_run_out(wrong):
    """One that has not begun yet is filed ahead."""
    if wrong:
        return _verified("office").certify(validUntil="2026-01-05T08:00:01Z").file()
    return _verified("office").certify(validFrom="2026-01-20T00:00:00Z").file()


@case("footprint.not_in_force")
def an_upstream_statement_that_has_run_out(wrong):
    until = "2026-01-05T08:00:01Z" if wrong else "2027-01-01T00:00:00Z"
    story = stated_story("producer2")
    story.state("upstream", by="producer2", productIds=["urn:example:billet"], validUntil=until)
    return story.state(lines=[story.bought("a", "upstream", "1")])


@case("workflow.not_in_force")
def a_certificate_of_a_suspended_statement(wrong):
    story = _verified("supervisor").change_status("out", "suspended", of="statement")
    if not wrong:
        story.change_status("in", "active", of="statement", **{"from": "suspended"})
    return story.certify()


@case("workflow.not_in_force")
def a_certificate_on_a_revoked_verification(wrong):
    story = _verified("supervisor").verify_footprint("second", by="certifier")
    story.change_status("out", "revoked" if wrong else "suspended", of="second")
    if not wrong:
        story.change_status("in", "active", of="second", **{"from": "suspended"})
    return story.certify(based_on=["verification", "second"])


# Filings and labels


@case("filing.number")
def a_filing_number_in_use(wrong):
    story = certified_story().certify("second", certificateNumber="EXAMPLE-2")
    return story.file("again", of="second", filingNumber=f"EXAMPLE-FILING-000{1 if wrong else 2}")


@case("workflow.not_in_force")
def a_filing_of_a_revoked_certificate(wrong):
    story = _verified("office", "supervisor").certify()
    if wrong:
        story.change_status("out", "revoked", of="certificate")
    return story.file()


@case("workflow.rejected")
def a_label_on_a_refused_filing(wrong):
    story = _verified("office").certify().file(decision="refused" if wrong else "filed")
    return story.issue()


@case("workflow.about")
def a_label_on_the_filing_of_another_certificate(wrong):
    story = certified_story().certify("other", certificateNumber="EXAMPLE-2")
    story.file("another", of="other", filingNumber="EXAMPLE-2")
    return story.issue(based_on=["another", "filing"] if wrong else ["filing"])


@case("workflow.omitted")
def a_label_that_hides_a_refusal(wrong):
    story = certified_story()
    if wrong:
        story.file("refusal", decision="refused", filingNumber="EXAMPLE-2")
    return story.issue()


@case("workflow.not_in_force")
def a_label_of_a_suspended_certificate(wrong):
    story = certified_story("supervisor").change_status("out", "suspended", of="certificate")
    if not wrong:
        story.change_status("in", "active", of="certificate", **{"from": "suspended"})
    return story.issue()


@case("label.claim")
def a_label_of_another_boundary(wrong):
    return certified_story().issue(**({"systemBoundary": "gateToGate"} if wrong else {}))


@case("label.value")
def a_label_that_shows_less(wrong):
    story = certified_story()
    displayed = dict(story.record("statement")["credentialSubject"]["result"])
    if wrong:
        displayed["value"] = "0.001"
    return story.issue(displayed=displayed)


@case("label.validity")
def a_label_for_longer_than_its_certificate(wrong):
    return certified_story().issue(validUntil="2028-01-05T08:00:01Z" if wrong else says.VALID_UNTIL)


@case("label.lot")
def a_label_of_another_lot(wrong):
    lot = "LOT-3" if wrong else "LOT-2"
    return certified_story().issue(lots=[lot], qr=f"https://id.example/01/{says.GTIN}/10/{lot}")


@case("label.qr")
def a_code_of_another_lot(wrong):
    lot = 2 if wrong else 1
    return certified_story().issue(qr=f"https://id.example/01/{says.GTIN}/10/LOT-{lot}")


@case("label.number")
def a_label_number_in_use(wrong):
    story = certified_story().issue("first", authorised={"quantity": "1", "unit": "TNE"})
    return story.issue(labelNumber=f"EXAMPLE-LABEL-000{1 if wrong else 2}")


@case("label.quantity")
def labels_for_more_than_is_certified(wrong):
    """60 t and 40 t of 100 t; a kilogram more is too much."""
    story = certified_story().issue("first")
    more = {"quantity": "40.001" if wrong else "40", "unit": "TNE"}
    return story.issue(labelNumber="EXAMPLE-2", authorised=more)


@case("label.quantity")
def quantities_of_this_certificate_alone(wrong):
    """What another certificate's labels are for does not count here."""
    story = certified_story().certify("other", certificateNumber="EXAMPLE-2")
    story.file("another", of="other", filingNumber="EXAMPLE-2").issue("first")
    if wrong:
        return story.issue(labelNumber="EXAMPLE-3")
    return story.issue(of="other", based_on=["another"], labelNumber="EXAMPLE-3")


# Status, and what a revocation makes void


@pytest.mark.parametrize("by", ["owner", "supervisor", "producer2"])
@pytest.mark.parametrize("of", OWNERS)
def test_a_status_is_changed_by_its_house_or_a_supervisor(of, by):
    story = certified_story("supervisor", "producer2").issue().surveil().cbam()
    who = OWNERS[of] if by == "owner" else by
    story.change_status("change", "suspended", of=of, by=who)
    assert refusals(story) == ({"change": "authority.no_power"} if by == "producer2" else {})


def test_a_status_change_starts_from_what_the_log_says():
    story = certified_story("supervisor").issue()
    story.change_status("out", "suspended", of="label")
    story.change_status("again", "revoked", of="label", **{"from": "active"})
    assert refusals(story) == {"again": "status.from"}


@case("authority.revoked")
def a_statement_on_a_stolen_admitters_word(wrong):
    """The admission rests on a check that a thief signed: nothing more may rest on that."""
    story = FootprintStory().cast("registrar", "provider", "registry", "producer")
    story.actors["checker"] = Actor("checker", 490)
    story.enrol("checker", ["checker"]).govern()
    story.submit("widget", by="provider").check("check", by="checker", of="widget")
    story.admit(
        "widget.admission", by="registry", of="widget", based_on=["check"], registryNumber="EX-9"
    )
    start = story.at["check"] if wrong else None
    story.revoke("checker", by="root", from_index=start, reason="compromised")
    return story.state(lines=[story.activity("a", "widget", "10")])


@case("authority.revoked")
def a_certificate_on_a_stolen_verifiers_word(wrong):
    story = _verified()
    start = story.at["verification"] if wrong else None
    story.revoke("verifier", by="root", from_index=start, reason="compromised")
    return story.certify()


@case("authority.revoked")
def a_label_far_above_what_a_thief_signed(wrong):
    """The factor's submission is void; the label rests on it by way of four other records."""
    story = certified_story()
    start = story.at["widget"] if wrong else None
    story.revoke("provider", by="root", from_index=start, reason="compromised")
    return story.issue()


def test_what_is_void_need_not_be_named():
    """A refusal that a thief signed in a body's name stops nobody."""
    story = _verified("certifier2").verify_footprint("refusal", by="certifier2", result="refused")
    story.revoke("certifier2", by="root", from_index=story.at["refusal"], reason="compromised")
    story.certify(based_on=["verification"])
    assert refusals(story) == {}


def test_what_a_thief_stated_may_be_replaced():
    """By another key of the same house: to supersede is not to rest on."""
    story = stated_story()
    story.actors["fresh"] = Actor("fresh", story.actors["producer"].serial)
    story.enrol("fresh", ["producer"]).state("stolen")
    story.revoke("producer", by="root", from_index=story.at["stolen"], reason="compromised")
    story.state(by="fresh", links=[("supersedes", "stolen")])
    assert refusals(story) == {}


def test_a_revoked_certificate_may_be_replaced():
    story = _verified("supervisor").certify("first")
    story.change_status("out", "revoked", of="first")
    story.certify(certificateNumber="EXAMPLE-2", links=[("supersedes", "first")])
    assert refusals(story) == {}
