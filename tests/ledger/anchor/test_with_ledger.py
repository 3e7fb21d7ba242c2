"""The sender on the real ledger: what the sequencer put into the outbox reaches the contract."""

from __future__ import annotations

import pytest
from anchor_setting import AT_ONCE
from ledger_world import Party
from suyuan_ledger.anchor.evidence import collect_evidence
from suyuan_ledger.anchor.log_view import StoredLog
from suyuan_ledger.anchor.register import AnchorRegister
from suyuan_ledger.anchor.sender import Anchorer, SenderOptions
from suyuan_ledger.service import Ledger
from suyuan_verifier.evm.anchor import check_anchor, parse_anchor

pytestmark = pytest.mark.anvil


def test_submitted_records_are_anchored_batch_by_batch(setting, tmp_path):
    log_key, root = Party(1), Party(2)
    applicants = [Party(number) for number in range(10, 17)]
    requests = [applicant.request(["submitter"]) for applicant in applicants]
    with Ledger.create(
        tmp_path / "real.sqlite",
        origin="log.example/anchored",
        signer=log_key.signer,
        roots=[root.did],
    ) as ledger:
        sender = Anchorer(
            ledger.store,
            setting.contract,
            setting.hot,
            StoredLog(ledger.store),
            lambda: setting.now,
            options=SenderOptions(finality=AT_ONCE),
        )
        assert sender.run_once().settled, "an empty log has nothing to anchor"
        for batch in (requests[:2], requests[2:]):
            assert all(receipt.index >= 0 for receipt in ledger.submit_many(batch))
            assert sender.run_until_final(timeout=20, poll=0.01).settled

        rows = AnchorRegister(ledger.store, 31337, setting.contract.address).rows()
        assert [(row.size, row.final) for row in rows] == [(2, True), (7, True)]
        log = StoredLog(ledger.store)
        assert setting.entries() == [(size, log.root(size)) for size in (2, 7)]
        evidence = collect_evidence(setting.contract, 1, finality=AT_ONCE)
        proven = check_anchor(parse_anchor(evidence.to_json([])))
        assert (proven.size, proven.root) == (7, ledger.checkpoint().root)
