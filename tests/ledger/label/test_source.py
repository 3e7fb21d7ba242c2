"""Nothing is printed from a bundle that is not verified; what is open is known to the print."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from printed_labels import NOW, Printable, exported, plain, plain_story
from signed_records import content_digest, edited, jcs
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.label.source import read_label


def refused(printable, now=NOW):
    """The error that a bundle is refused with."""
    with pytest.raises(RefusedError) as caught:
        printable.open(now)
    return caught.value


def changed(*path, to=...):
    """The bundle of the label with one member replaced."""
    return Printable(jcs(edited(json.loads(plain().bundle), *path, to=to)), plain().policy)


def test_a_valid_label():
    source = plain().open()
    assert source.standing.valid
    assert source.standing.open == ()
    assert source.standing.policy.startswith("sha256:")
    assert source.standing.anchor["chainId"] == 31337
    assert source.label.value == plain_story().record("label")
    assert source.label.index == plain_story().at["label"]
    assert source.status_lists == (plain_story().at["status"],)


def test_every_record_stands_under_its_content_digest():
    for digest, record in plain().open().records.items():
        assert digest == content_digest(record.value) == record.content


def test_a_bundle_without_its_anchor_is_undecided_and_says_so():
    source = changed("anchor").open()
    assert not source.standing.valid
    assert source.standing.anchor is None
    assert source.standing.open == ("anchor.absent",)


def test_an_old_status_list_is_undecided():
    source = plain().open(NOW + timedelta(days=300))
    assert (source.standing.valid, source.standing.open) == (False, ("status.stale",))


def test_a_policy_that_asks_for_less_does_not_make_a_print_look_verified():
    source = exported(plain_story(), requiredSteps=[1, 2, 3]).open()
    assert (source.standing.valid, source.standing.open) == (False, ("print.steps",))


def test_a_changed_figure_is_not_printed():
    records = json.loads(plain().bundle)["records"]
    place = next(n for n, each in enumerate(records) if each["type"][1] == "LabelIssuance")
    path = ("records", place, "credentialSubject", "displayed", "value")
    error = refused(changed(*path, to="0.001"))
    assert error.code == "print.refused"
    assert "sig.invalid" in error.found


def test_an_expired_label_is_not_printed():
    error = refused(plain(), NOW + timedelta(days=800))
    assert (error.code, "status.expired" in error.found) == ("print.refused", True)


def test_what_cannot_be_read_is_not_printed():
    error = refused(Printable(b"{}", plain().policy))
    assert (error.code, error.found[:10]) == ("print.refused", "UNREADABLE")


def test_a_bundle_about_another_record():
    error = refused(exported(plain_story(), "certificate"))
    assert (error.code, error.found) == ("print.kind", "Certificate")


def test_a_policy_that_is_none():
    assert refused(Printable(plain().bundle, b"[]")).code.startswith("policy.")


def test_the_record_of_a_bundle_that_nobody_verified():
    assert read_label(plain().bundle) == plain_story().record("label")


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff", b"[]", b"{}", b'{"subject":"x","records":[],"log":{"entries":[]}}', b"1"],
)
def test_what_is_no_bundle(data):
    with pytest.raises(RefusedError) as caught:
        read_label(data)
    assert caught.value.code == "print.refused"


def test_a_bundle_of_another_record_has_no_label_code():
    with pytest.raises(RefusedError) as caught:
        read_label(exported(plain_story(), "certificate").bundle)
    assert caught.value.code == "print.kind"
