"""Certificates and labels at the edge of what stands behind them.

Lies that break one rule are bundle vectors (bundle_cases_label.py); here is what is just right, and
what happens when something below a label ends.
"""

from __future__ import annotations

import footprint_records as says
import pytest
from footprint_story import CERTIFIERS, FootprintStory, label_story
from rulings import judged, ruling
from suyuan_verifier import Outcome, Verdict
from verdicts import found

AT = "/credentialSubject"
TONNES = {"unit": "TNE"}


def verified(*labels: str, quantity: str = "1254.9", **rules) -> FootprintStory:
    """A footprint without factors, verified."""
    story = FootprintStory().cast("producer", *CERTIFIERS, *labels).govern(**rules)
    gas = {"name": "CO2", "gwp": "1"}
    fuel = says.line("fuel", "directEmission", quantity=quantity, unit="KGM", gas=gas)
    return story.state(lines=[fuel]).verify_footprint()


def stands(story: FootprintStory, subject: str) -> bool:
    """Whether what a story ends with verifies."""
    return judged(story, subject).verdict is Verdict.VALID


# Values


@pytest.mark.parametrize(
    ("unit", "value", "scale"),
    [
        ("kgCO2e/TNE", "1254.9", 1),
        ("kgCO2e/TNE", "1254.90", 2),
        ("kgCO2e/TNE", "1255", 0),
        ("tCO2e/TNE", "1.25", 2),
        ("tCO2e/TNE", "1.3", 1),
        ("gCO2e/TNE", "1254900", 0),
    ],
)
def test_one_total_in_many_figures(unit, value, scale):
    """A certificate and its label may each round for themselves, once and from the total."""
    figure = {"value": value, "unit": unit, "scale": scale}
    story = verified().certify(declared=figure).file()
    story.issue(displayed={"value": "1254.900", "unit": "kgCO2e/TNE", "scale": 3})
    assert stands(story, "label")
    story.issue("second", displayed=figure, labelNumber="EXAMPLE-2", **FORTY, **CODE)
    assert stands(story, "second")


FORTY = {"authorised": {"quantity": "40", "unit": "TNE"}}
CODE = {"qr": "https://labels.example/EXAMPLE-2"}


@pytest.mark.parametrize(
    ("quantity", "value"), [("1234.5", "1234"), ("1235.5", "1236"), ("1234.51", "1235")]
)
def test_half_is_rounded_to_even(quantity, value):
    figure = {"value": value, "unit": "kgCO2e/TNE", "scale": 0}
    assert stands(verified(quantity=quantity).certify(declared=figure), "certificate")


def test_a_value_that_is_wrong_is_said_with_the_right_one():
    figure = {"value": "1235", "unit": "kgCO2e/TNE", "scale": 0}
    story = verified(quantity="1234.5").certify(declared=figure)
    row = ruling(story, "certificate", 9)
    assert row == ("certificate.value", f"{AT}/declared/value", "1234", "1235")


def test_a_value_per_another_unit():
    """Per kilogram is not per tonne, whatever the number."""
    figure = {"value": "1.2549", "unit": "kgCO2e/KGM", "scale": 4}
    row = ruling(verified().certify(declared=figure), "certificate", 9)
    assert row == ("certificate.value", f"{AT}/declared/unit", "TNE", "KGM")


# Validity


@pytest.mark.parametrize(
    ("first", "months", "last"),
    [
        ("2026-01-05T08:00:00Z", 24, "2028-01-05T08:00:00Z"),
        ("2025-12-31T00:00:00Z", 2, "2026-02-28T00:00:00Z"),
        ("2023-11-30T12:30:15Z", 3, "2024-02-29T12:30:15Z"),
        ("2024-02-29T00:00:00Z", 12, "2025-02-28T00:00:00Z"),
        ("2024-02-29T00:00:00Z", 48, "2028-02-29T00:00:00Z"),
        ("2025-10-31T23:59:59Z", 1, "2025-11-30T23:59:59Z"),
    ],
)
def test_months_of_the_calendar(first, months, last):
    """The same day and time so many months later; the last day of a month that is shorter."""
    caps = {**says.rule_set()["caps"], "certificateMonths": months}
    story = verified(caps=caps)
    # The bundle's subject is the verification, so that a certificate may have ended already.
    story.certify(validFrom=first, validUntil=last)
    assert not found(judged(story, "verification"))
    later = f"{last[:-3]}{(int(last[-3:-1]) + 1) % 60:02}Z"
    if later < last:
        later = f"{last[:4]}-12-31T23:59:59Z"
    story.certify("longer", validFrom=first, validUntil=later, certificateNumber="EXAMPLE-2")
    assert found(judged(story, "verification")) == {(8, "certificate.validity")}


@pytest.mark.parametrize(
    ("first", "last", "right"),
    [
        ("9997-06-01T00:00:00Z", "9999-06-01T00:00:00Z", True),
        ("9997-06-01T00:00:00Z", "9999-06-01T00:00:01Z", False),
        ("9998-06-01T00:00:00Z", "9999-12-31T23:59:59Z", True),
    ],
)
def test_months_at_the_end_of_the_calendar(first, last, right):
    """There is no year after 9999 in this notation: its last second ends everything."""
    story = verified().certify(validFrom=first, validUntil=last)
    report = judged(story, "verification")
    assert found(report) == (set() if right else {(8, "certificate.validity")})


def test_a_label_of_a_certificate_without_end():
    """Neither says how long: both are wrong."""
    story = verified().certify(validUntil=None).file()
    story.issue(validUntil="2026-06-01T00:00:00Z")
    assert found(judged(story, "label")) == {
        (8, "certificate.validity"),
        (8, "label.validity"),
    }


def test_a_label_for_as_long_as_its_certificate():
    story = verified().certify(validUntil="2027-01-05T08:00:00Z").file()
    assert stands(story.issue(), "label")
    assert stands(story.issue("shorter", validUntil="2026-12-31T00:00:00Z", **OTHER), "shorter")


OTHER = {"labelNumber": "EXAMPLE-2", **FORTY, **CODE}


# Quantities and lots


def test_labels_up_to_what_was_authorised():
    """Sixty and forty tonnes of a hundred, the second in kilograms by the rules' conversion."""
    kilograms = {"quantity": "40000", "unit": "KGM"}
    rules = [*says.rule_set()["conversions"], {"from": "KGM", "to": "TNE", "factor": "0.001"}]
    rules.sort(key=lambda row: (row["from"], row["to"]))
    story = verified(conversions=rules).certify().file().issue("first")
    story.issue(labelNumber="EXAMPLE-2", authorised=kilograms, **CODE)
    assert stands(story, "label")
    story.issue("third", labelNumber="EXAMPLE-3", authorised={"quantity": "0.001", **TONNES}, **QR)
    row = ruling(story, "third", 8)
    expected = "<= 100 TNE, all labels together"
    assert row == ("label.quantity", f"{AT}/authorised/quantity", expected, "100.001 TNE")


QR = {"qr": "https://labels.example/EXAMPLE-3"}


def test_a_quantity_in_a_unit_that_does_not_convert():
    story = verified().certify().file()
    story.issue(authorised={"quantity": "1", "unit": "MTQ"})
    assert ruling(story, "label", 8)[0] == "label.quantity"


def test_a_certificate_without_quantity_binds_no_label():
    story = verified().certify(authorised=None).file()
    assert stands(story.issue(authorised={"quantity": "1000000", **TONNES}), "label")


@pytest.mark.parametrize("number", ["EXAMPLE-FILING-2", "EXAMPLE-FILING-3"])
def test_labels_of_one_certificate_are_counted_together_whoever_filed_it(number):
    """Each label names the filings that there were; what counts is the certificate."""
    story = verified().certify().file().issue("first")
    story.file("again", filingNumber=number)
    story.issue(labelNumber="EXAMPLE-2", based_on=["filing", "again"], **CODE)
    assert ruling(story, "label", 8)[0] == "label.quantity"


def test_labels_of_two_certificates_are_counted_apart():
    story = verified().certify().file().issue("first", **HUNDRED)
    story.certify(
        "second", certificateNumber="EXAMPLE-CERT-2", links=[("supersedes", "certificate")]
    )
    story.file("second filing", of="second", filingNumber="EXAMPLE-FILING-2")
    story.issue(of="second", based_on=["second filing"], labelNumber="EXAMPLE-2", **HUNDRED, **CODE)
    assert stands(story, "label")


HUNDRED = {"authorised": {"quantity": "100", "unit": "TNE"}}


def test_lots_of_a_certificate():
    both = ["LOT-1", "LOT-2"]
    assert stands(verified().certify().file().issue(lots=both), "label")
    story = verified().certify().file().issue(lots=None)
    assert ruling(story, "label", 8) == ("label.lot", f"{AT}/lots", "LOT-1, LOT-2", "absent")


def test_a_label_that_is_not_at_hand():
    """Only the ledger sees all labels of a certificate: a bundle without one cannot count it."""
    story = verified().certify().file().issue("first", **HUNDRED)
    story.issue(labelNumber="EXAMPLE-2", **HUNDRED, **CODE)
    assert found(judged(story, "label")) == {(8, "label.quantity")}
    assert judged(story, "label", without=["first"]).verdict is Verdict.VALID


def test_a_label_does_not_count_what_came_after_it():
    """What was issued too much is the later label, and the earlier one stands."""
    story = verified().certify().file().issue(**HUNDRED)
    story.issue("second", labelNumber="EXAMPLE-2", **HUNDRED, **CODE)
    assert judged(story, "label", without=["second"]).verdict is Verdict.VALID
    assert ruling(story, "second", 8)[0] == "label.quantity"


# Filings and verifications


def test_a_filing_that_a_label_leaves_out():
    """The office refused at first, and the label does not say so."""
    story = verified().certify().file("refusal", decision="refused").file().issue()
    row = ruling(story, "label", 8)
    assert row[:3] == ("workflow.omitted", "/links", f"Filing at index {story.at['refusal']}")


def test_a_filing_after_a_refusal():
    """The last word of an office counts, once the label names both."""
    refusal = {"decision": "refused", "filingNumber": "EXAMPLE-REFUSAL"}
    story = verified().certify().file("refusal", **refusal).file()
    assert stands(story.issue(based_on=["refusal", "filing"]), "label")
    story = verified().certify().file().file("refusal", **refusal)
    story.issue(based_on=["refusal", "filing"])
    assert ruling(story, "label", 8)[0] == "workflow.rejected"


def test_a_certificate_before_its_verification():
    story = FootprintStory().cast("producer", *CERTIFIERS).govern()
    gas = {"name": "CO2", "gwp": "1"}
    fuel = says.line("fuel", "directEmission", quantity="1254.9", unit="KGM", gas=gas)
    story.state(lines=[fuel])
    links = [("about", "statement"), ("underRule", "rules")]
    late = story.make("FootprintVerification", "verifier", says.verification(), links)
    story.drafts["verification"] = late
    story.certify().append("verification", late)
    assert ruling(story, "certificate", 8)[0] == "workflow.before"


def test_a_verification_in_conflict_of_interest_does_not_count():
    conflict = {"declaration": "exists", "statement": says.words("Worked for the producer")}
    story = FootprintStory().cast("producer", *CERTIFIERS).govern()
    gas = {"name": "CO2", "gwp": "1"}
    fuel = says.line("fuel", "directEmission", quantity="1254.9", unit="KGM", gas=gas)
    story.state(lines=[fuel]).verify_footprint(conflictOfInterest=conflict).certify()
    assert ruling(story, "certificate", 8)[0] == "workflow.quorum"


# Codes


@pytest.mark.parametrize(
    ("uri", "right"),
    [
        (f"https://id.example/01/{says.GTIN}", True),
        (f"https://id.example/01/{says.GTIN}/21/A-1", True),
        (f"https://id.example/01/{says.GTIN}/22/2A/10/LOT-1/21/A-1", True),
        (f"https://id.example/goods/aluminium/01/{says.GTIN}/10/LOT-1", True),
        (f"https://id.example:8443/01/{says.GTIN}/10/LOT-1", True),
        ("https://id.example/EXAMPLE-LABEL-0001", True),
        (f"https://id.example/01/{says.GTIN}/10/LOT-1/22/2A", False),
        (f"https://id.example/01/{says.GTIN}/10/lot-1", False),
        (f"https://id.example/01/{says.GTIN[1:]}", False),
        (f"https://id.example/gtin/{says.GTIN}", False),
        (f"https://id.example/01/{says.GTIN}/235/EXAMPLE-LABEL-0001", False),
        (f"https://id.example/01/09521234500001/01/{says.GTIN}", False),
        ("https://id.example/EXAMPLE-LABEL-0001/x", False),
        ("https://id.example/example-label-0001", False),
    ],
)
def test_codes_that_name_the_label_or_its_goods(uri, right):
    """One accepted form of GS1 Digital Link, or the label's number at the end of the path."""
    story = verified().certify().file().issue(qr=uri)
    report = judged(story, "label")
    assert found(report) == (set() if right else {(8, "label.qr")})


def test_an_article_number_of_thirteen_digits():
    """One article has one spelling: fourteen digits, the first of them a zero."""
    story = verified()
    fuel = story.record("statement")["credentialSubject"]["lineItems"]
    story.state("second", fuel, productIds=[f"urn:gtin:{says.GTIN[1:]}"])
    assert found(judged(story, "second")) == {(2, "record.product_id")}


# What ends


def ended(story: FootprintStory, subject: str = "label") -> set[tuple[int, str]]:
    """What fails or cannot be said of a label under a policy that asks for its status."""
    report = judged(story.publish(), subject)
    assert report.verdict is not Verdict.VALID
    return found(report, Outcome.FAIL)


def issued(*labels: str) -> FootprintStory:
    """A label in force."""
    return verified("publisher", *labels).certify().file().issue()


@pytest.mark.parametrize(
    ("of", "by"),
    [
        ("label", "certifier"),
        ("certificate", "certifier"),
        ("filing", "office"),
        ("verification", "verifier"),
        ("statement", "producer"),
    ],
)
def test_whatever_ends_below_a_label_ends_it(of, by):
    """Each organisation may revoke its own record, and what rests on it stands no longer."""
    story = issued().change_status("end", "revoked", of=of, by=by)
    assert ended(story) == {(10, "status.revoked")}


@pytest.mark.parametrize("of", ["label", "certificate", "statement"])
def test_a_supervisor_may_suspend_what_others_issued(of):
    story = issued("supervisor").change_status("stop", "suspended", of=of)
    assert ended(story) == {(10, "status.suspended")}


def test_a_label_that_is_active_again():
    story = issued().change_status("stop", "suspended", of="certificate", by="certifier")
    story.change_status("go", "active", of="certificate", by="certifier", **{"from": "suspended"})
    assert stands(story.publish(), "label")


@pytest.mark.parametrize("by", ["producer", "office", "certifier2"])
def test_nobody_else_ends_a_label(by):
    """Not the producer, not the filing office, not another certifier."""
    story = issued("certifier2").change_status("end", "cancelled", of="label", by=by)
    assert (4, "authority.no_power") in ended(story)


def test_a_factor_recalled_under_a_label():
    """The factor that a footprint uses is withdrawn later, and its label falls with it."""
    story = label_story()
    admission = f"{says.AVERAGE}.admission"
    story.end("FactorWithdrawal", "end", of=admission, by="registry", impact="recall")
    report = judged(story.publish("newer", old="status"), "label")
    assert report.verdict is Verdict.INVALID
    assert found(report) == {(10, "status.revoked")}


def test_surveillance_that_finds_something_ends_nothing_by_itself():
    """What follows from a finding is said by a change of status, not by the finding."""
    story = issued().surveil(result="nonconforming").publish()
    assert stands(story, "label")
    assert stands(story, "surveillance")


@pytest.mark.parametrize(
    ("now", "right"), [("2028-01-05T08:00:00Z", True), ("2028-01-05T08:00:01Z", False)]
)
def test_a_label_to_its_last_second(now, right):
    story = issued().publish()
    report = judged(story, "label", now=now, maxStatusAge=100_000_000)
    assert found(report) == (set() if right else {(10, "status.expired")})


def test_a_label_before_its_first_second():
    """Whoever dates a label to tomorrow has no label today."""
    first = {"validFrom": "2026-01-07T00:00:00Z", "validUntil": "2026-02-07T00:00:00Z"}
    story = verified("publisher").certify().file().issue(**first).publish()
    assert found(judged(story, "label")) == {(10, "status.early")}
