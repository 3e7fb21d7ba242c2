"""Certificates, filings and labels that say more than what stands behind them; and CBAM data."""

from __future__ import annotations

from dataclasses import replace

import footprint_records as says
from bundle_case import ADVERSE, case, invalid
from bundle_cases_footprint import stated
from footprint_story import CERTIFIERS, FootprintStory
from simulator import content_digest

OTHER = "urn:example:other"
WIDER = {"authorised": {"quantity": "100", "unit": "TNE"}}


def _verified(*labels: str, **statement) -> FootprintStory:
    """A footprint without factors, which keeps a bundle short, verified."""
    story = FootprintStory().cast("producer", *CERTIFIERS, *labels).govern()
    fuel = says.line("fuel", "directEmission", quantity="1254.9", unit="KGM", gas=_CO2)
    return story.state(**{"lines": [fuel], **statement}).verify_footprint()


_CO2 = {"name": "CO2", "gwp": "1"}


def _certified(**certificate):
    return stated(_verified().certify(**certificate), "certificate")


def _filed(*labels: str, **certificate) -> FootprintStory:
    return _verified(*labels).certify(**certificate).file()


def _labelled(certificate: dict | None = None, **label):
    return stated(_filed(**(certificate or {})).issue(**label), "label")


# Right


@case("VALID")
def good_label_with_another_uri():
    """The code on the product leads to a page of the certifier, by the number of the label."""
    uri = "https://labels.example/v/EXAMPLE-LABEL-0001"
    return _labelled({"lots": None}, lots=None, qr=uri)


@case("VALID")
def good_label_in_tonnes():
    """The certificate declares kilograms, the label displays tonnes: each rounded by itself."""
    displayed = {"value": "1.25", "unit": "tCO2e/TNE", "scale": 2}
    return _labelled(displayed=displayed)


@case("VALID")
def good_cbam_data():
    """Data of an installation for the border mechanism, by themselves."""
    story = FootprintStory().cast("producer").govern().cbam("first")
    return stated(story.cbam(links=[("supersedes", "first")]), "cbam")


# The certificate


@invalid(8, "certificate.claim")
def certificate_of_a_wider_boundary():
    """The statement ends at the gate, the certificate says that it goes on to the grave."""
    return _certified(systemBoundary="cradleToGrave")


@invalid(8, "certificate.claim")
def certificate_of_another_product():
    """The certificate names an article of which the statement does not speak."""
    return _certified(productIds=[*says.statement()["productIds"], OTHER][::-1])


@invalid(8, "certificate.claim")
def certificate_without_illustration():
    """The statement is illustrative, and its certificate does not say so."""
    return _certified(dataStatus="calculated")


@invalid(9, "certificate.value")
def certificate_of_a_smaller_value():
    """The certificate declares one unit in the last place less than was calculated."""
    return _certified(declared={"value": "1254.899", "unit": "kgCO2e/TNE", "scale": 3})


@invalid(9, "certificate.value")
def certificate_rounded_twice():
    """1254.9 kg are 1.25 t; by way of 1.255 t they would be 1.26."""
    return _certified(declared={"value": "1.26", "unit": "tCO2e/TNE", "scale": 2})


@invalid(8, "certificate.validity")
def certificate_too_long():
    """The rules allow two years, and the certificate is valid for a second more."""
    return _certified(validUntil="2028-01-05T08:00:01Z")


@invalid(8, "certificate.validity")
def certificate_without_end():
    """The certificate does not say how long it is valid."""
    return _certified(validUntil=None)


@invalid(8, "workflow.about")
def certificate_by_another_verification():
    """The certificate rests on the verification of another statement."""
    story = _verified("producer2")
    fuel = says.line("fuel", "directEmission", quantity="1", unit="KGM", gas=_CO2)
    story.state("other", [fuel], by="producer2", productIds=[OTHER])
    story.verify_footprint("other verification", of="other")
    return stated(story.certify(based_on=["other verification"]), "certificate")


@case("INVALID", ADVERSE, (8, "workflow.rejected", "fail"))
def certificate_of_a_refused_footprint():
    """The verification body refused the statement."""
    story = FootprintStory().cast("producer", *CERTIFIERS).govern()
    fuel = says.line("fuel", "directEmission", quantity="1", unit="KGM", gas=_CO2)
    story.state(lines=[fuel]).verify_footprint(result="refused")
    return stated(story.certify(), "certificate")


@case("INVALID", ADVERSE, (8, "workflow.omitted", "fail"))
def certificate_that_hides_a_refusal():
    """A second verification body refused the statement, and the certificate leaves that out."""
    second = replace(FootprintStory().actors["verifier"], label="second", serial=450)
    story = FootprintStory(second=second).cast("producer", *CERTIFIERS)
    story.enrol("second", ["verificationBody"]).govern()
    fuel = says.line("fuel", "directEmission", quantity="1", unit="KGM", gas=_CO2)
    story.state(lines=[fuel]).verify_footprint()
    story.verify_footprint("refusal", by="second", result="refused")
    return stated(story.certify(), "certificate")


@invalid(8, "workflow.independence")
def footprint_verified_by_its_producer():
    """The verification body belongs to the producer's group."""
    actors = FootprintStory().actors
    verifier = replace(actors["verifier"], parent=actors["producer"].serial)
    story = FootprintStory(verifier=verifier).cast("producer", "verifier").govern()
    fuel = says.line("fuel", "directEmission", quantity="1", unit="KGM", gas=_CO2)
    return stated(story.state(lines=[fuel]).verify_footprint(), "verification")


@invalid(8, "certificate.number")
def certificate_with_a_number_in_use():
    """Two certificates of one number, about one statement."""
    return stated(_verified().certify("first").certify(), "certificate")


@invalid(4, "authority.role")
def certificate_by_a_verification_body():
    """A verification body certifies, and is no certifier."""
    return _certified(by="verifier")


def _suspended(story: FootprintStory, of: str) -> FootprintStory:
    """What is suspended, and will be active again later."""
    by = {"statement": "producer", "certificate": "certifier"}[of]
    return story.change_status("out", "suspended", of=of, by=by)


def _active(story: FootprintStory, of: str) -> FootprintStory:
    by = {"statement": "producer", "certificate": "certifier"}[of]
    return story.change_status("in", "active", of=of, by=by, **{"from": "suspended"})


@invalid(8, "workflow.not_in_force")
def certificate_of_a_suspended_footprint():
    """The statement was suspended when it was certified; that it is active again is too late."""
    story = _suspended(_verified(), "statement").certify()
    return stated(_active(story, "statement"), "certificate")


def _fuel() -> dict:
    return says.line("fuel", "directEmission", quantity="1254.9", unit="KGM", gas=_CO2)


@invalid(8, "workflow.about")
def footprint_in_the_place_of_another_product():
    """A statement replaces one about another article."""
    story = FootprintStory().cast("producer").govern()
    story.state("other", [_fuel()], productIds=[OTHER])
    return stated(story.state(lines=[_fuel()], links=[("supersedes", "other")]))


@invalid(8, "workflow.about")
def footprint_in_the_place_of_a_strangers():
    """A statement replaces one that another producer made."""
    story = FootprintStory().cast("producer", "producer2").govern()
    story.state("other", [_fuel()], by="producer2")
    return stated(story.state(lines=[_fuel()], links=[("supersedes", "other")]))


# The label


@invalid(8, "workflow.not_in_force")
def label_of_a_suspended_certificate():
    """The certificate was suspended when the label was issued, and is active again."""
    story = _suspended(_filed(), "certificate").issue()
    return stated(_active(story, "certificate"), "label")


@invalid(8, "workflow.not_in_force", (10, "status.expired"))
def label_after_its_certificate():
    """The certificate was valid for half a minute more than its filing took, and is over."""
    story = _filed(validUntil="2026-01-05T08:12:30Z")
    return stated(story.issue(), "label")


@invalid(8, "label.number")
def label_with_a_number_in_use():
    """Two labels of one number: a code that ends in it would name both."""
    story = _filed().issue("first", authorised={"quantity": "10", "unit": "TNE"})
    return stated(story.issue(authorised={"quantity": "10", "unit": "TNE"}), "label")


@invalid(8, "label.certifier")
def label_by_another_certifier():
    """The label was issued by a certifier who did not certify."""
    story = _filed("certifier2").issue(by="certifier2")
    return stated(story, "label")


@invalid(8, "label.claim")
def label_on_another_product():
    """The label is for an article that was not certified."""
    return _labelled(productIds=[OTHER], qr="https://id.example/EXAMPLE-LABEL-0001")


@invalid(8, "label.claim")
def label_of_a_wider_boundary():
    """The certificate ends at the gate, the label goes on to the grave."""
    return _labelled(systemBoundary="cradleToGrave")


@invalid(8, "label.claim")
def label_without_illustration():
    """The certificate is illustrative, and the label does not show it."""
    return _labelled(dataStatus="calculated")


@invalid(9, "label.value")
def label_with_a_smaller_value():
    """The label displays less than was calculated."""
    return _labelled(displayed={"value": "1254", "unit": "kgCO2e/TNE", "scale": 0})


@invalid(9, "label.value")
def label_rounded_to_nothing():
    """1254.9 kg are 0 to the nearest ten thousand tonnes; a tonne without places is too coarse."""
    return _labelled(displayed={"value": "1", "unit": "tCO2e/TNE", "scale": 0})


@invalid(9, "label.value")
def label_rounded_twice():
    """1254.9 kg are 1.25 t; by way of the certificate's 1.255 t they would be 1.26."""
    certificate = {"declared": {"value": "1.255", "unit": "tCO2e/TNE", "scale": 3}}
    return _labelled(certificate, displayed={"value": "1.26", "unit": "tCO2e/TNE", "scale": 2})


@invalid(8, "label.validity")
def label_beyond_its_certificate():
    """The label is valid for a second longer than its certificate."""
    certificate = {"validUntil": "2027-01-05T08:00:00Z"}
    return _labelled(certificate, validUntil="2027-01-05T08:00:01Z")


@invalid(8, "label.validity")
def label_before_its_certificate():
    """The label is valid a second earlier than its certificate."""
    return _labelled(validFrom="2026-01-05T07:59:59Z")


@invalid(8, "label.quantity")
def label_for_too_much():
    """A hundred tonnes were authorised, and the label is for a hundred and one."""
    return _labelled(authorised={"quantity": "100.001", "unit": "TNE"})


@invalid(8, "label.quantity")
def label_without_quantity():
    """A hundred tonnes were authorised, and the label does not say how many it is for."""
    return _labelled(authorised=None)


@invalid(8, "label.quantity")
def labels_for_too_much_together():
    """Two labels of one certificate, each within what was authorised, and beyond it together."""
    story = _filed().issue("first", labelNumber="EXAMPLE-LABEL-0000")
    return stated(story.issue(), "label")


@invalid(8, "label.lot")
def label_on_another_lot():
    """Two lots were certified, and the label is for a third."""
    return _labelled(lots=["LOT-3"], qr=f"https://id.example/01/{says.GTIN}/10/LOT-3")


@invalid(8, "label.qr")
def code_of_another_product():
    """The code on the product is that of another article."""
    return _labelled(qr="https://id.example/01/09521234500001/10/LOT-1")


@invalid(8, "label.qr")
def code_of_another_lot():
    """The code names the other lot of the certificate, for which there is no label."""
    return _labelled(qr=f"https://id.example/01/{says.GTIN}/10/LOT-2")


@invalid(8, "label.qr")
def code_of_two_products():
    """The code ends with the number of the label, and leads to another article."""
    return _labelled(qr="https://id.example/01/09521234500001/235/EXAMPLE-LABEL-0001")


@invalid(8, "label.qr")
def code_of_another_label():
    """The code leads to the page of another label."""
    return _labelled(qr="https://labels.example/v/EXAMPLE-LABEL-0002")


@invalid(2, "record.qr")
def code_without_encryption():
    """A code that leads to a page which anybody on the way may change."""
    return _labelled(qr=f"http://id.example/01/{says.GTIN}/10/LOT-1")


@invalid(2, "record.qr")
def code_that_is_written_otherwise():
    """An escaped letter is the same address, and another text: a code has one spelling."""
    return _labelled(qr=f"https://id.example/01/{says.GTIN}/10/LOT%2D1")


@invalid(2, "record.product_id")
def label_with_a_wrong_check_digit():
    """The article number's last digit does not follow from the others."""
    return _labelled(productIds=["urn:gtin:09521234543214"])


@invalid(8, "workflow.about")
def label_by_another_filing():
    """The label rests on the filing of another certificate."""
    story = _filed().certify("other", certificateNumber="EXAMPLE-CERT-0002")
    story.file("other filing", of="other", filingNumber="EXAMPLE-FILING-0002")
    return stated(story.issue(based_on=["other filing"]), "label")


@case("INVALID", ADVERSE, (8, "workflow.rejected", "fail"))
def label_after_a_refused_filing():
    """The office refused to file the certificate."""
    return stated(_verified().certify().file(decision="refused").issue(), "label")


@invalid(8, "workflow.about")
def label_without_filing():
    """The label rests on the certificate's verification, and on no filing."""
    story = _filed()
    return stated(story.issue(based_on=["verification"]), "label")


@invalid(4, "authority.no_power")
def label_revoked_by_a_stranger():
    """Another certifier revokes a label that is not its own."""
    story = _filed("certifier2").issue()
    return stated(story.change_status("end", "revoked", of="label", by="certifier2"), "label")


@case("INVALID", ADVERSE, (10, "status.suspended", "fail"))
def label_suspended():
    """Supervision found something, and the certifier suspended the label."""
    story = _filed("publisher").issue().surveil(result="nonconforming")
    story.change_status("suspension", "suspended", of="label", by="certifier").publish()
    return story.ledger, *story.export("label")


@case("INVALID", (10, "status.expired", "fail"))
def label_expired():
    """The label was valid until noon."""
    story = _filed("publisher").issue(validUntil="2026-01-05T12:00:00Z").publish()
    return story.ledger, *story.export("label")


# The border mechanism


@invalid(2, "record.links")
def cbam_data_of_a_footprint():
    """Data for the border mechanism say that they rest on a footprint."""
    story = _verified()
    return stated(story.cbam(links=[("basedOn", "statement")]), "cbam")


@invalid(9, "cbam.link")
def cbam_data_in_the_place_of_a_footprint():
    """Data for the border mechanism replace a footprint: they are not the same quantity."""
    story = _verified()
    return stated(story.cbam(links=[("supersedes", "statement")]), "cbam")


@invalid(9, "cbam.link")
def footprint_of_cbam_data():
    """A line of a footprint rests on data for the border mechanism."""
    story = FootprintStory().cast("producer").govern().cbam()
    data = content_digest(story.record("cbam"))
    used = {"contentDigest": data, "value": "1.5", "valueUnit": "tCO2e/TNE"}
    figures = {"quantity": "1", "unit": "TNE", "statement": used}
    return stated(story.state(lines=[says.line("goods", "upstreamStatement", **figures)]))


@invalid(9, "cbam.link")
def footprint_in_the_place_of_cbam_data():
    """A footprint replaces data for the border mechanism."""
    story = FootprintStory().cast("producer").govern().cbam()
    fuel = says.line("fuel", "directEmission", quantity="1", unit="KGM", gas=_CO2)
    return stated(story.state(lines=[fuel], links=[("supersedes", "cbam")]))
