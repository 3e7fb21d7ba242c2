"""A quorum counts witnesses, not keys: one may hold an old key, a new one and an ML-DSA one."""

from __future__ import annotations

from datetime import datetime

import pytest
from simulator import Actor, cosign, good_story, jcs
from suyuan_verifier import PolicyError, Verdict, parse_policy, verify

OLD, NEW, OTHER = Actor("old key"), Actor("new key"), Actor("other")
WITNESSES = [
    OLD.vkey("w1.example", 4),
    NEW.vkey("w1.example", 4),
    OTHER.vkey("w2.example", 4),
]


def judge(quorum, signers, witnesses=WITNESSES):
    ledger, bundle, policy = good_story()
    policy["log"] |= {"witnesses": witnesses, "quorum": quorum}
    for actor, name in signers:
        bundle["log"]["checkpoint"] = cosign(
            bundle["log"]["checkpoint"], actor, name, 1_767_700_000
        )
    report = verify(jcs(bundle), parse_policy(jcs(policy)), now=datetime.fromisoformat(ledger.now))
    return report.verdict


def test_two_keys_of_one_witness_are_one_witness():
    both = [(OLD, "w1.example"), (NEW, "w1.example")]
    assert judge(1, both) is Verdict.VALID
    assert judge(2, both) is Verdict.INVALID
    assert judge(2, [*both, (OTHER, "w2.example")]) is Verdict.VALID


def test_a_policy_cannot_ask_for_more_witnesses_than_it_names():
    with pytest.raises(PolicyError) as caught:
        judge(3, [])
    assert (caught.value.code, caught.value.pointer) == ("policy.shape", "/log/quorum")
