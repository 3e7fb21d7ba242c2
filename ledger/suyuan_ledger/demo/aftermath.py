"""Third chapter: what was admitted does not stand for ever, and archived bundles get to know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from suyuan_verifier import Verdict

from suyuan_ledger.demo import cast
from suyuan_ledger.demo.actors import now
from suyuan_ledger.demo.figures import (
    CORRECTED_CODE,
    CROWDED_CODE,
    VOIDED_CODE,
    WAITING_CODE,
    WITHDRAWN_CODE,
    product,
)
from suyuan_ledger.demo.province import CASE as DISSENT_KEPT
from suyuan_ledger.demo.province import tell_opinions
from suyuan_ledger.demo.scene import CASES, Scene
from suyuan_ledger.demo.stage import submit
from suyuan_ledger.demo.verdicts import verdict_zh
from suyuan_ledger.demo.walk import sign_draft
from suyuan_ledger.desk.drafts import Draft, Drafter
from suyuan_ledger.desk.words import code_name
from suyuan_ledger.export.evidence import EvidenceSource
from suyuan_ledger.export.status import export_status
from suyuan_ledger.log.checkpoint import open_checkpoint
from suyuan_ledger.log.note import parse_vkey
from suyuan_ledger.log.public_log import MirrorLog
from suyuan_ledger.log.receipt import Receipt
from suyuan_ledger.recall.graph import Start, recall
from suyuan_ledger.recall.report import to_text
from suyuan_ledger.records.profile import format_digest

WITHDRAWN, CORRECTED, VOIDED = "withdrawn", "corrected", "voided"

_LEAVING, _ROBBED = cast.EXPERTS[2], cast.EXPERTS[3]
_USUAL = cast.EXPERTS[:3]
_RESTING = [
    "AuthorityVerification",
    *(["ExpertReview"] * 3),
    "FactorAdmission",
    "Objection",
    "TraceabilityCheck",
]
"""Kinds of what rests on the withdrawn figure."""
_AND_THE_ROBBED = (cast.EXPERTS[0], cast.EXPERTS[1], _ROBBED)


@dataclass(frozen=True, slots=True)
class Products:
    """The invented products.

    Attributes:
        submissions: receipts of what was submitted, by factor code.
        admissions: receipts of the admissions of the first three.
        stolen_from: log index from which on the fourth expert's key was a thief's.
    """

    submissions: dict[str, Receipt]
    admissions: dict[str, Receipt]
    stolen_from: int


def play_products(scene: Scene, yunnan: Receipt) -> Products:
    """Submit five invented products, admit three, and archive the bundles of what is admitted."""
    scene.narrator.step(
        "Five invented products are submitted, three of them admitted; an importer archives the "
        "bundles",
        "另报送五个虚构产品，其中三个入库；进口方将证明包存档",
    )
    walk = scene.walk
    codes = (WITHDRAWN_CODE, CORRECTED_CODE, VOIDED_CODE, CROWDED_CODE, WAITING_CODE)
    names = dict(zip(codes, "甲乙丙丁戊", strict=True))
    subjects = [
        product(code, name, f"{place}.00") for place, (code, name) in enumerate(names.items(), 1)
    ]
    submissions = dict(zip(names, walk.submit(cast.SUBMITTER, subjects), strict=True))
    contents = [submissions[code].content for code in codes[:3]]
    walk.check(contents)
    walk.review(contents[:2], _USUAL)
    stolen_from = walk.review(contents[2:], _AND_THE_ROBBED)[-1].index
    walk.verify(contents)
    admissions = dict(zip(codes[:3], walk.admit(contents), strict=True))
    scene.stage.publish()
    scene.stage.anchor()
    source = scene.stage.pin()
    (scene.stage.folder / CASES).mkdir()
    for name, receipt in {
        DISSENT_KEPT: yunnan,
        WITHDRAWN: admissions[WITHDRAWN_CODE],
        CORRECTED: admissions[CORRECTED_CODE],
        VOIDED: admissions[VOIDED_CODE],
    }.items():
        bundle = scene.stage.export(receipt.content, source)
        scene.case(name).write_bytes(bundle)
        report = scene.verdicts.verify(bundle)
        scene.verdicts.note(
            report.verdict is Verdict.VALID,
            f"{scene.case(name).name}: {report.verdict.value}",
            f"{scene.case(name).name}：{verdict_zh(report.verdict)}",
        )
    tell_opinions(scene, scene.case(DISSENT_KEPT).read_bytes())
    return Products(submissions, admissions, stolen_from)


def play_aftermath(scene: Scene, products: Products) -> EvidenceSource:
    """Withdraw, correct and revoke; return the evidence of the anchor that covers it all."""
    _withdraw(scene, products)
    _correct(scene, products)
    _revoke(scene, products)
    return _publish(scene)


def _withdraw(scene: Scene, products: Products) -> None:
    admission = products.admissions[WITHDRAWN_CODE]
    scene.narrator.step(
        "One of them is objected to and withdrawn with recall",
        "其中一个因子被提出异议并撤回，要求召回",
    )
    grounds = {"zh": "示例异议：产品并不存在", "en": "Example: the product does not exist"}
    _act(
        scene,
        cast.SUPERVISOR,
        lambda drafter: drafter.objection(
            format_digest(admission.content), {"grounds": grounds, "request": "withdraw"}
        ),
    )
    cause = {"zh": "示例：异议成立", "en": "Example: the objection is right"}
    _act(
        scene,
        cast.ADMITTER,
        lambda drafter: drafter.withdrawal(
            format_digest(admission.content),
            {"cause": cause, "effectiveFrom": now(), "impact": "recall"},
        ),
    )
    folder = scene.stage.folder / "mirror"
    scene.stage.ledger.mirror(folder)
    log = MirrorLog(folder)
    checkpoint = open_checkpoint(log.note(), parse_vkey(scene.stage.ledger.vkey))
    submission = products.submissions[WITHDRAWN_CODE].content
    found = recall(log, checkpoint, Start(contents=frozenset({submission})))
    scene.narrator.tell(
        "what rests on the figure, from the public mirror of the log alone:",
        "仅凭日志的公开镜像即可得出依据该数值的全部记录：",
    )
    scene.narrator.quote("\n".join(to_text(found, scene.narrator.lang)))
    kinds = sorted(record.kind for record in found.reached)
    scene.verdicts.note(
        kinds == _RESTING, f"{len(kinds)} records, none missing", f"共 {len(kinds)} 条，无一遗漏"
    )


def _correct(scene: Scene, products: Products) -> None:
    admission = format_digest(products.admissions[CORRECTED_CODE].content)
    scene.narrator.step(
        "Another is corrected: 2.00 should be 2.10 (illustrative); not for new use",
        "另一个因子被勘误：2.00 应为 2.10（示例值），不得用于新的核算",
    )
    cause = {"zh": "示例：录入有误", "en": "Example: a slip of the keyboard"}
    stated = {"cause": cause, "effectiveFrom": now(), "impact": "noNewUse"}
    _act(
        scene,
        cast.ADMITTER,
        lambda drafter: drafter.erratum(admission, stated, {"/credentialSubject/value": "2.10"}),
    )


def _revoke(scene: Scene, products: Products) -> None:
    scene.narrator.step(
        "Two experts' keys are revoked: one steps down, the other's key was stolen",
        "两位专家的密钥被撤销：一位卸任，另一位密钥被盗",
    )
    for member, subject in (
        (_LEAVING, {"reason": "ceased"}),
        (_ROBBED, {"reason": "compromised", "fromIndex": products.stolen_from}),
    ):
        did = scene.stage.actor(member).did
        revocation = _act(
            scene, cast.REGISTRAR, partial(Drafter.revocation, did=did, subject=subject)
        )
        from_index = subject.get("fromIndex", revocation.index)
        reason = str(subject["reason"])
        scene.narrator.tell(
            f"{member.organisation['name']}: {reason}, logged at index "
            f"{revocation.index}, void from index {from_index} on",
            f"{member.organisation['nameZh']}：{code_name(reason, 'zh')}，记录于第 "
            f"{revocation.index} 条，自第 {from_index} 条起其签名无效",
        )


def _publish(scene: Scene) -> EvidenceSource:
    narrator, verdicts = scene.narrator, scene.verdicts
    narrator.step(
        "A status list is published and anchored; archived bundles meet it (--status)",
        "发布并锚定状态列表；存档的证明包以新状态重新验证（--status）",
    )
    published = scene.stage.publish()
    size = scene.stage.anchor()
    source = scene.stage.pin()
    verdicts.note(
        published.reason == "changed",
        f"published because a status changed, anchored at size {size}",
        f"因状态变更而发布，日志共 {size} 条，已锚定",
    )
    newest = source.newest(size - 1)
    for name, verdict, said, en, zh in (
        (WITHDRAWN, Verdict.INVALID, ("status.revoked",), "withdrawn", "已撤回"),
        (CORRECTED, Verdict.VALID, ("status.no_new_use",), "corrected", "已勘误"),
        (
            DISSENT_KEPT,
            Verdict.VALID,
            ("workflow.dissent", "status.enrolment_revoked"),
            "reviewed by both experts before: their old reviews stand",
            "此前由这两位专家评审：原有意见仍然有效",
        ),
        (
            VOIDED,
            Verdict.INVALID,
            ("authority.revoked",),
            "reviewed with the stolen key: the admission falls with the review",
            "以被盗密钥评审：该意见作废，入库随之失效",
        ),
    ):
        archived = scene.case(name).read_bytes()
        status = export_status(scene.stage.ledger, archived, newest)
        scene.status_of(name).write_bytes(status)
        narrator.tell(f"{scene.case(name).name} ({en}):", f"{scene.case(name).name}（{zh}）：")
        verdicts.expect(verdicts.verify(archived, status=status), verdict, *said)
    return source


def _act(scene: Scene, by: cast.Member, make: Callable[[Drafter], Draft]) -> Receipt:
    """Let a member draft, sign and log one record."""
    actor = scene.stage.actor(by)
    with scene.stage.desk() as desk:
        draft = make(Drafter(desk, actor.did))
    return submit(scene.stage.ledger, [sign_draft(actor, draft)])[0]
