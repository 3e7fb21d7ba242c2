"""A view is made of a verified bundle only, and of the right records in it."""

from __future__ import annotations

import json
from datetime import datetime

import exchange_cases as cases
import pytest
from footprint_story import certified_story, label_story, stated_story
from instructions import growth
from simulator import jcs
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.exchange.admitted import admitted_factors
from suyuan_ledger.exchange.dossier import open_dossier
from suyuan_ledger.exchange.line_items import open_items
from suyuan_ledger.exchange.notice import notice
from suyuan_ledger.exchange.openlca import write_openlca
from suyuan_verifier import Verdict


def test_a_valid_bundle_is_opened():
    data, policy, now = cases.exported(label_story(), "label")
    held, report = open_dossier(data, policy, now)
    assert report.verdict is Verdict.VALID
    assert held.subject.kind == "LabelIssuance"


@pytest.mark.parametrize(
    "damage",
    [
        lambda bundle: bundle["records"][-1]["credentialSubject"].update(x="1"),
        lambda bundle: bundle["log"].update(proof=[]),
    ],
)
def test_an_invalid_bundle_is_refused(damage, refuses):
    data, policy, now = cases.exported(label_story(), "label")
    bundle = json.loads(data)
    damage(bundle)
    with refuses("export.bundle", RefusedError) as caught:
        open_dossier(jcs(bundle), policy, now)
    assert caught.value.found.startswith("INVALID: ")


def test_what_is_no_bundle_is_refused(refuses):
    _, policy, now = cases.exported(label_story(), "label")
    with refuses("export.bundle", RefusedError) as caught:
        open_dossier(b"PK", policy, now)
    assert caught.value.found.startswith("UNREADABLE")


def test_a_revoked_label_gives_no_view(refuses):
    story = label_story()
    story.change_status("end", "revoked", of="label", by="certifier").publish("later", old="status")
    with refuses("export.bundle", RefusedError):
        open_dossier(*cases.exported(story, "label"))


def test_an_undecided_bundle_is_opened_and_said_to_be_so():
    data, policy, _ = cases.exported(label_story(), "label")
    _, report = open_dossier(data, policy, datetime.fromisoformat("2026-12-01T00:00:00+00:00"))
    assert report.verdict is Verdict.UNDECIDED


def test_a_policy_that_is_none_is_refused(refuses):
    data, _, now = cases.exported(label_story(), "label")
    with refuses("policy.syntax", RefusedError):
        open_dossier(data, b"{", now)


@pytest.mark.parametrize(
    "subject", ["statement", "verification", "certificate", "filing", "label", "surveillance"]
)
def test_the_statement_is_found_from_every_record_above_it(subject):
    story = label_story()
    held = cases.dossier(story, subject)
    assert held.statement.value == story.record("statement")
    above = ("certificate", "filing", "label", "surveillance")
    certificate = held.certificate
    assert (certificate is not None) == (subject in above)
    assert (held.label is not None) == (subject in above[2:])


def test_the_opinions_of_a_certificate_are_those_that_it_names():
    story = certified_story()
    story.verify_footprint("later", by="verifier")
    held = cases.dossier(story, "certificate")
    (named,) = held.opinions(held.certificate)
    assert named.value == story.record("verification")
    assert held.opinion(held.statement).value == story.record("later")


def test_digests_are_those_of_the_verifier():
    story = label_story()
    held = cases.dossier(story, "label")
    data, policy, now = cases.exported(story, "label")
    _, report = open_dossier(data, policy, now)
    assert report.record["contentDigest"] == held.subject.digest
    assert held.subject.digest == "sha256:" + held.subject.hex_digest


def test_factors_are_the_admitted_ones_in_the_order_of_the_log():
    held = cases.labelled()
    found = [factor.says["factorCode"] for factor in admitted_factors(held)]
    assert found == ["CN-ELEC-CFP-2024-NAT", "EXAMPLE-WIDGET"]


def test_a_disclosure_of_another_statement_opens_nothing():
    story = cases.sealed_story()
    held = cases.dossier(story, "statement", disclose=[])
    assert [item.figures for item in open_items(held, held.statement)] == [
        "stated",
        "sealed",
        "sealed",
    ]
    assert "Figures of 2 of 3 line items are not disclosed." in notice(held, held.statement)


def test_a_notice_is_one_line_that_ends_with_who_governs():
    held = cases.labelled()
    for record in (held.statement, held.certificate, held.label):
        said = notice(held, record)
        assert said.startswith(f"Projected from {record.kind} sha256:")
        assert said.endswith(" The signed record governs.")
        assert "\n" not in said


def test_work_grows_with_the_factors_and_not_with_their_square():
    """A bundle may rest on hundreds of factors; instructions are counted, not seconds."""

    def work(count):
        story = stated_story()
        for place in range(count):
            story.register(f"factor-{place}", factorCode=f"EXAMPLE-{place}")
        held = cases.dossier(story, "factor-0.admission")
        return lambda: write_openlca(held)

    assert growth(work, 8) < 2.7
