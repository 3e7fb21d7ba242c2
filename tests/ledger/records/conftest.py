"""A signer and submissions to start from."""

from __future__ import annotations

import pytest
from suyuan_ledger.keys import MemorySigner
from suyuan_ledger.official import official_factors
from suyuan_ledger.records.drafts import new_record
from suyuan_ledger.records.signing import sign_record

TIME = "2026-11-22T08:00:00Z"


@pytest.fixture(scope="session")
def signer():
    return MemorySigner.from_seed(bytes(range(32)))


@pytest.fixture(scope="session")
def draft(signer):
    """Make an unsigned submission of the first official factor, some members changed."""

    def make(**changes):
        issuer = {
            "id": signer.did,
            "name": "Demo Transcriber (fictional)",
            "nameZh": "示例转录单位",
        }
        subject = {**official_factors()[0], **changes}
        return new_record("FactorSubmission", issuer, subject, valid_from=TIME)

    return make


@pytest.fixture(scope="session")
def signed(signer, draft):
    """Make a signed submission, as bytes."""
    return lambda **changes: sign_record(draft(**changes), signer, TIME)
