"""The sender anchors every checkpoint once, whatever the chain does in between."""

from __future__ import annotations

import pytest
from anchor_setting import kinds

pytestmark = pytest.mark.anvil


def test_first_anchor_then_a_grown_one(setting):
    setting.log.grow(3)
    sender = setting.anchorer()
    assert kinds(sender.run_once()) == ["sent"]
    done = sender.run_once()
    assert kinds(done) == ["mined", "final"]
    assert done.settled
    setting.log.grow(5)
    assert sender.run_until_final(timeout=10, poll=0.01).settled
    assert setting.entries() == setting.roots(3, 8)
    assert [(row.size, row.final) for row in setting.anchors()] == [(3, True), (8, True)]
    assert setting.outbox() == {3: "covered", 8: "covered"}
    assert [row.state for row in setting.journal()] == ["final", "final"]
    assert kinds(sender.run_once()) == []
    assert setting.nonce() == 2
