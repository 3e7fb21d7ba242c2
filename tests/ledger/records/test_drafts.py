"""Drafts: fresh, unguessable, in the profile."""

from __future__ import annotations

import base64
import uuid
from datetime import UTC, datetime, timedelta, timezone

import pytest
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.records.drafts import format_time, new_record, new_uuid7
from suyuan_ledger.records.profile import Link


def test_uuid7_example_of_the_rfc():
    """RFC 9562 appendix A.6: 2022-02-22T19:22:22Z, rand_a 0xCC3, rand_b 0x18C4DC0C0C07398F."""
    random = 0xCC3 << 62 | 0x18C4DC0C0C07398F
    assert new_uuid7(0x017F22E279B0, random) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


def test_ids_and_nonces_are_fresh(draft):
    drafts = [draft() for _ in range(50)]
    assert len({record["id"] for record in drafts}) == 50
    assert len({record["nonce"] for record in drafts}) == 50
    for record in drafts:
        assert uuid.UUID(record["id"].removeprefix("urn:uuid:")).variant == uuid.RFC_4122
        assert len(base64.urlsafe_b64decode(record["nonce"] + "==")) == 16


def test_links_are_sorted_and_absent_when_empty():
    issuer = {"id": "did:key:x", "name": "x", "nameZh": "x"}
    links = [Link("uses", "sha256:b"), Link("about", "sha256:c"), Link("uses", "sha256:a")]
    record = new_record("Enrolment", issuer, {}, valid_from="x", valid_until="y", links=links)
    assert [tuple(link.values()) for link in record["links"]] == sorted(links)
    assert record["validUntil"] == "y"
    bare = new_record("Enrolment", issuer, {}, valid_from="x")
    assert {"links", "validUntil"} & bare.keys() == set()


def test_unknown_kind():
    with pytest.raises(RefusedError) as caught:
        new_record("Footprint", {}, {}, valid_from="x")
    assert caught.value.code == "record.kind"


def test_times_are_utc():
    beijing = datetime(2026, 11, 22, 16, 0, 0, 999, tzinfo=timezone(timedelta(hours=8)))
    assert format_time(beijing) == "2026-11-22T08:00:00Z"
    assert format_time(datetime(1, 1, 1, tzinfo=UTC)) == "0001-01-01T00:00:00Z"
