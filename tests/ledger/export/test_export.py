"""Bundles and trust policies, from a real log and a real chain, judged by the verifier."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from suyuan_ledger.anchor.evidence import Evidence
from suyuan_ledger.anchor.register import contracts
from suyuan_ledger.audit.log_audit import KnownAnchor, audit_log
from suyuan_ledger.demo import cast
from suyuan_ledger.demo.stage import Stage, submit
from suyuan_ledger.errors import ChainError, RefusedError, StorageError
from suyuan_ledger.export.bundle import export_bundle
from suyuan_ledger.export.evidence import good_anchors
from suyuan_ledger.export.trust import export_trust
from suyuan_ledger.log.checkpoint import open_checkpoint
from suyuan_ledger.log.note import parse_vkey
from suyuan_ledger.log.public_log import DatabaseLog
from suyuan_ledger.official import official_factors
from suyuan_verifier import Outcome, Verdict, parse_policy, verify

pytestmark = pytest.mark.anvil


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    """A log with an enrolled transcriber, four factors in two anchored batches, one waiting."""
    with Stage(tmp_path_factory.mktemp("stage") / "files") as made:
        made.deploy()
        made.hire([replace(cast.TRANSCRIBER, by_root=True)])
        made.receipts = []
        for batch in ((0, 1), (2, 3)):
            made.receipts += submit(made.ledger, [factor(made, number) for number in batch])
            made.anchor()
        made.receipts += submit(made.ledger, [factor(made, 4)])
        yield made


def factor(stage, number):
    """One official factor, signed by the transcriber."""
    return stage.actor(cast.TRANSCRIBER).say("FactorSubmission", official_factors()[number])


def judge(stage, data, source):
    """Verify a bundle under a policy that pins the block of its evidence."""
    policy = parse_policy(stage.write_trust("trust.json", [source]).read_bytes())
    return verify(data, policy, now=datetime.now(UTC))


def test_each_anchored_record_gets_a_valid_bundle(stage):
    """Of either batch, with the first anchor that covers it and exactly that checkpoint."""
    source = stage.evidence()
    sizes = []
    for receipt in stage.receipts[:4]:
        evidence = source.covering(receipt.index)
        data = export_bundle(stage.ledger, receipt.content, evidence)
        sizes.append(evidence.entry.size)
        assert judge(stage, data, source).verdict is Verdict.VALID

    assert sizes == [4, 4, 6, 6]


def test_bundle_carries_the_enrolment_chain_and_nothing_else(stage):
    """Subject, its issuer's enrolment and request; no other factor."""
    receipt = stage.receipts[1]
    bundle = json.loads(export_bundle(stage.ledger, receipt.content, None))

    assert [entry["index"] for entry in bundle["log"]["entries"]] == [0, 1, 3]


def test_record_that_waits_for_its_anchor(stage):
    """It is refused where an anchor is asked for; without one its bundle is UNDECIDED."""
    source, receipt = stage.evidence(), stage.receipts[4]
    with pytest.raises(RefusedError) as caught:
        source.covering(receipt.index)
    assert caught.value.code == "bundle.not_anchored"

    report = judge(stage, export_bundle(stage.ledger, receipt.content, None), source)
    assert report.verdict is Verdict.UNDECIDED
    assert [c.code for c in report.checks if c.outcome is Outcome.UNKNOWN] == ["anchor.absent"]


def test_anchor_that_does_not_cover_the_record_is_refused(stage):
    """Evidence of an older anchor is not put beside a younger record."""
    old: Evidence = stage.evidence().covering(stage.receipts[0].index)
    with pytest.raises(RefusedError) as caught:
        export_bundle(stage.ledger, stage.receipts[2].content, old)

    assert caught.value.code == "bundle.not_anchored"


def test_newest_anchor_is_taken_for_what_changes(stage):
    """A status list and the events behind the first anchor are under the newest one only."""
    source = stage.evidence()
    first, waiting = stage.receipts[0], stage.receipts[4]

    assert source.newest(first.index).entry.size == 6
    data = export_bundle(stage.ledger, first.content, source.newest(first.index))
    assert judge(stage, data, source).verdict is Verdict.VALID
    with pytest.raises(RefusedError) as caught:
        source.newest(waiting.index)
    assert (caught.value.code, caught.value.found) == ("bundle.not_anchored", "6")


def test_audit_compares_the_log_with_what_was_anchored(stage):
    """Sizes, roots and times of the final anchors, against the entries."""
    anchors = [
        KnownAnchor(anchor.size, anchor.root, anchor.time)
        for anchor in good_anchors(stage.ledger.store)
    ]
    with stage.ledger.store.read() as connection:
        log = DatabaseLog(connection)
        checkpoint = open_checkpoint(log.note(), parse_vkey(stage.ledger.vkey))
        report = audit_log(log, checkpoint, [(stage.root.did, 0, None)], anchors)

    assert report.clean, report.wrong
    assert report.counts["anchors"] == 2
    assert report.unknown == []


def test_unknown_record_is_refused(stage):
    """A digest that the log does not hold."""
    with pytest.raises(RefusedError) as caught:
        export_bundle(stage.ledger, bytes(32), None)

    assert caught.value.code == "bundle.unknown"


def test_bundle_is_proven_again_at_a_block_that_an_importer_pins(stage):
    """`--at-block`: an old anchor, proven at a later block that the policy pins already."""
    stage.anvil.mine(2)
    later = stage.client.block_number()
    source = stage.evidence(later)
    receipt = stage.receipts[0]
    data = export_bundle(stage.ledger, receipt.content, source.covering(receipt.index))
    report = judge(stage, data, source)

    assert report.verdict is Verdict.VALID
    assert report.trust_basis["block"] == later


def test_block_that_does_not_exist_yet_cannot_be_pinned(stage):
    """A policy never names a block that may still change."""
    source = stage.evidence(stage.client.block_number() + 5)
    with pytest.raises(ChainError) as caught:
        source.block_hash()

    assert caught.value.code == "chain.not_final"


def test_bundle_of_the_same_record_is_the_same_bytes(stage):
    """An export can be repeated and compared."""
    source, receipt = stage.evidence(), stage.receipts[3]
    first = export_bundle(stage.ledger, receipt.content, source.covering(receipt.index))
    second = export_bundle(stage.ledger, receipt.content, source.covering(receipt.index))

    assert first == second


def test_endpoint_named_by_the_importer_stands_in_for_a_pin(stage, tmp_path):
    """`--rpc` against the real node: VALID by the online basis, and UNDECIDED without it."""
    source, receipt = stage.evidence(), stage.receipts[0]
    data = export_bundle(stage.ledger, receipt.content, source.covering(receipt.index))
    bundle, trust = tmp_path / "b.suyuan.json", tmp_path / "trust.json"
    bundle.write_bytes(data)
    trust.write_bytes(export_trust(stage.ledger, contracts(stage.ledger.store), [], online=True))
    # anvil calls a block final when two more stand on it
    stage.anvil.mine(3)
    command = [str(Path(sys.executable).with_name("suyuan-verify")), str(bundle)]
    command += ["--trust", str(trust)]
    offline = subprocess.run(command, capture_output=True, text=True, check=False)
    online = subprocess.run(
        [*command, "--rpc", stage.anvil.url], capture_output=True, text=True, check=False
    )

    assert (offline.returncode, online.returncode) == (4, 0), offline.stdout + online.stdout
    assert "anchor.block_unknown" in offline.stdout
    assert "trust basis: online" in online.stdout


def test_endpoint_that_the_policy_does_not_accept_is_not_asked(stage, tmp_path):
    """`--rpc` with a policy that accepts pinned blocks only is a usage error."""
    bundle = tmp_path / "b.suyuan.json"
    bundle.write_bytes(export_bundle(stage.ledger, stage.receipts[0].content, None))
    trust = stage.write_trust("pinned-only.json", [stage.evidence()])
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("suyuan-verify")),
            *(str(bundle), "--trust", str(trust), "--rpc", stage.anvil.url),
        ],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert "does not accept the online basis" in done.stderr


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"contract": "0x" + "11" * 20}, "anchor.contract"),
        ({"account_proof": ()}, "evm.trie_length"),
    ],
)
def test_bundle_that_the_verifier_refuses_never_leaves(stage, change, code):
    """The ledger's own verifier judges each file; evidence that does not hold stops the export."""
    receipt = stage.receipts[0]
    bent = replace(stage.evidence().covering(receipt.index), **change)
    with pytest.raises(StorageError) as caught:
        export_bundle(stage.ledger, receipt.content, bent)

    assert caught.value.code == "bundle.self_check"
    assert code in str(caught.value.found)
