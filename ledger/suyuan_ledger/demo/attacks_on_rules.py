"""Four attacks on the rules: each tried at the log's door, then logged by an operator all the same.

The door refuses; an operator who leaves it out convinces nobody, because the verifier executes the
rules again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from suyuan_verifier import Verdict

from suyuan_ledger.demo import cast
from suyuan_ledger.demo.aftermath import Products
from suyuan_ledger.demo.figures import CROWDED_CODE, VOIDED_CODE, WAITING_CODE
from suyuan_ledger.demo.rogue import log_anyway
from suyuan_ledger.demo.scene import Scene
from suyuan_ledger.demo.walk import REVIEW
from suyuan_ledger.export.bundle import assemble, signed_checkpoint
from suyuan_ledger.export.closure import close
from suyuan_ledger.export.evidence import EvidenceSource


def play_attacks_on_rules(scene: Scene, products: Products, source: EvidenceSource) -> None:
    """Make the attacks; each must be refused by its code.

    Args:
        scene: the scene.
        products: the fourth of them gets opinions from too few people, the fifth waits.
        source: evidence of an anchor that covers everything so far.
    """
    _review_by_the_group(scene, products)
    _admission_without_a_check(scene, products)
    _one_expert_with_two_keys(scene, products)
    _hidden_revocation(scene, products, source)


def _review_by_the_group(scene: Scene, products: Products) -> None:
    scene.narrator.step(
        "Rules 1: an expert of the submitter's own group reviews",
        "规则攻击一：报送方集团内的专家评审",
    )
    contents = [products.submissions[WAITING_CODE].content]
    review = scene.walk.sign(
        cast.COUSIN, contents, lambda drafter, which: drafter.review(which, REVIEW)
    )
    _try(scene, review, "workflow.independence")


def _admission_without_a_check(scene: Scene, products: Products) -> None:
    scene.narrator.step(
        "Rules 2: an admission skips the traceability check",
        "规则攻击二：跳过数据溯源性校验直接入库",
    )
    contents = [products.submissions[CROWDED_CODE].content]
    scene.walk.review(contents, (cast.EXPERTS[0], cast.SECOND_KEY, cast.EXPERTS[1]))
    scene.walk.verify(contents)
    _try(scene, scene.walk.draft_admissions(contents), "workflow.gate")


def _one_expert_with_two_keys(scene: Scene, products: Products) -> None:
    scene.narrator.step(
        "Rules 3: one expert reviews with two keys, to be counted twice",
        "规则攻击三：一位专家用两把密钥评审，企图重复计数",
    )
    contents = [products.submissions[CROWDED_CODE].content]
    scene.walk.check(contents)
    _try(scene, scene.walk.draft_admissions(contents), "workflow.same_person")


def _hidden_revocation(scene: Scene, products: Products, source: EvidenceSource) -> None:
    scene.narrator.step(
        "Rules 4: the revocation of the stolen key is hidden", "规则攻击四：隐瞒被盗密钥的撤销"
    )
    ledger = scene.stage.ledger
    admission = products.admissions[VOIDED_CODE].content
    did = scene.stage.actor(cast.EXPERTS[3]).did
    receipt = scene.stage.published.receipt
    newest = None if receipt is None else ledger.record(receipt.content)
    if newest is None:
        scene.verdicts.fail("the status list is gone", "状态列表不见了")
        return
    anchor = source.newest(newest.index)
    with ledger.store.read() as connection:
        signed = signed_checkpoint(connection, anchor)
        whole = close(connection, {admission, newest.content}, signed.size)
    empty = {"asOfTreeSize": scene.stage.published.size, "segments": []}
    forged = scene.stage.actor(cast.PUBLISHER).say("StatusList", empty)
    scene.narrator.tell("by a status list that leaves it out:", "发布一份略去它的状态列表：")
    scene.verdicts.refuse(ledger, forged, "status.differs")
    scene.narrator.tell("by leaving the record out of the bundle:", "在证明包中略去该撤销记录：")
    left = [
        record
        for record in whole
        if not (
            record.kind == "EnrolmentRevocation"
            and json.loads(record.body)["credentialSubject"]["id"] == did
        )
    ]
    bundle = assemble(ledger, admission, left, signed, newest=newest, anchor=anchor)
    scene.verdicts.expect(scene.verdicts.verify(bundle), Verdict.UNDECIDED, "status.unexplained")


def _try(scene: Scene, records: Sequence[bytes], code: str) -> None:
    """Show that the door refuses a record, and the verifier a log that holds it all the same."""
    scene.verdicts.refuse(scene.stage.ledger, records[-1], code)
    scene.narrator.tell(
        "the operator logs it all the same, with the log's own signature:",
        "运营方仍将其写入日志，并以日志密钥签名：",
    )
    bundle: dict[str, Any] = log_anyway(scene.stage, records)
    scene.verdicts.refute(bundle, code)
