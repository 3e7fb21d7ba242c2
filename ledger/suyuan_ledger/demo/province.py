"""Second chapter: a new provincial factor, sent back once, admitted against one objection."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from suyuan_verifier import Verdict

from suyuan_ledger.demo import cast
from suyuan_ledger.demo.figures import YUNNAN_CODE, yunnan_hydropower
from suyuan_ledger.demo.scene import Scene
from suyuan_ledger.demo.stage import submit
from suyuan_ledger.demo.walk import draft_admission, registry_number
from suyuan_ledger.desk.drafts import Draft, Drafter
from suyuan_ledger.desk.words import code_name, kind_name
from suyuan_ledger.log.receipt import Receipt
from suyuan_ledger.records.profile import Link, format_digest
from suyuan_ledger.traceability.catalogue import RULES
from suyuan_ledger.traceability.words import in_chinese

CASE = "dissent-kept"
SLIP, MEANT = "12.0", "0.0120"
"""Grams typed under a unit of kilograms, and the same in kilograms."""

_SEVERITY = {"error": "错误", "warning": "警告", "info": "提示"}
_OBJECTOR = cast.EXPERTS[1]
_IN_FAVOUR = (cast.EXPERTS[0], cast.EXPERTS[2], cast.EXPERTS[3])
_RETURN: dict[str, Any] = {
    "reason": {
        "zh": "数值疑为克而非千克，请核对单位",
        "en": "The value seems to be in grams, not kilograms: please check the unit",
    },
    "changes": [
        {
            "pointer": "/credentialSubject/value",
            "text": {"zh": "按 kgCO2e/KWH 填写", "en": "State it in kgCO2e/KWH"},
        }
    ],
}
_DISSENT: dict[str, Any] = {
    "recommendation": "reject",
    "findings": [
        {
            "pointer": "/credentialSubject/value",
            "severity": "major",
            "text": {
                "zh": "示例意见：仅为示例数值，没有水库排放的实测依据",
                "en": "Example: an illustrative figure, no measurement of reservoir emissions",
            },
        }
    ],
}


def play_province(scene: Scene) -> Receipt:
    """Tell the chapter up to the admission; return its receipt."""
    submission = _resubmit(scene, _slip(scene))
    return _admit(scene, submission)


def tell_opinions(scene: Scene, bundle: bytes) -> None:
    """Show who said what about the admitted factor, as the verifier reports it."""
    report = scene.verdicts.verify(bundle)
    narrator = scene.narrator
    for opinion in (report.record or {}).get("basedOn", []):
        issuer = opinion["issuer"]
        kind, outcome = opinion["kind"], opinion["outcome"]
        narrator.tell(
            f"    {kind}: {outcome}, {issuer['name']}",
            f"    {kind_name(kind, 'zh')}：{code_name(outcome, 'zh')}，{issuer['nameZh']}",
        )
    scene.verdicts.expect(report, Verdict.VALID, "workflow.dissent")


def _slip(scene: Scene) -> tuple[Receipt, Receipt]:
    """Submit with a slip in the unit; return the submission and its Return."""
    narrator, walk = scene.narrator, scene.walk
    narrator.step(
        "A new provincial factor: hydropower in Yunnan. No official one exists, so every figure "
        "here is illustrative",
        "新的省级因子：云南水电。目前没有官方省级足迹因子，此处数值均为示例（illustrative）",
    )
    first = walk.submit(cast.SUBMITTER, [yunnan_hydropower("1", SLIP)])[0]
    narrator.tell(
        f"submitted: {SLIP} kgCO2e/KWH, which was meant in grams (illustrative)",
        f"报送：{SLIP} kgCO2e/KWH，实为克数（示例值）",
    )
    checked = walk.check([first.content])[0]
    _tell_check(scene, checked, "conditional")
    returned = submit(
        scene.stage.ledger,
        walk.sign(
            cast.CHECKER, [first.content], lambda drafter, which: drafter.return_(which, _RETURN)
        ),
    )[0]
    narrator.tell(
        f"the checker returns it: {_RETURN['reason']['en']}",
        f"校验方退回补正：{_RETURN['reason']['zh']}",
    )
    return first, returned


def _resubmit(scene: Scene, before: tuple[Receipt, Receipt]) -> Receipt:
    first, returned = before
    links = [
        Link("supersedes", format_digest(first.content)),
        Link("responds", format_digest(returned.content)),
    ]
    second = scene.walk.submit(cast.SUBMITTER, [yunnan_hydropower("2", MEANT)], links)[0]
    scene.narrator.tell(
        f"submitted anew as version 2: {MEANT} kgCO2e/KWH (illustrative)",
        f"补正后以第 2 版重新报送：{MEANT} kgCO2e/KWH（示例值）",
    )
    _tell_check(scene, scene.walk.check([second.content])[0], "pass")
    return second


def _tell_check(scene: Scene, checked: dict[str, Any], verdict: str) -> None:
    found = checked["verdict"]
    scene.verdicts.note(
        found == verdict,
        f"traceability check: {found}",
        f"数据溯源性校验：{code_name(found, 'zh')}",
    )
    for result in checked["results"]:
        if result["outcome"] == "fail":
            rule, severity = RULES[result["ruleId"]], result["severity"]
            observed, expected = result["observed"], result["expected"]
            scene.narrator.tell(
                f"    {result['ruleId']} ({severity}): {observed}; expected {expected}",
                f"    {rule.zh} {result['ruleId']}（{_SEVERITY[severity]}）："
                f"{in_chinese(observed)}；应为{in_chinese(expected)}",
            )


def _admit(scene: Scene, submission: Receipt) -> Receipt:
    narrator, walk, contents = scene.narrator, scene.walk, [submission.content]
    narrator.step(
        "Four experts review it; one objects, and the objection is kept",
        "四位专家评审，其中一位反对，反对意见予以保留",
    )
    walk.review(contents, _IN_FAVOUR)
    dissent = walk.review(contents, [_OBJECTOR], **_DISSENT)[0]
    walk.verify(contents)
    narrator.tell("an admission that leaves the objection out:", "试图在入库时略去该反对意见：")
    link = Link("basedOn", format_digest(dissent.content))

    def silent(drafter: Drafter, which: str) -> Draft:
        draft = draft_admission(drafter, which)
        return replace(draft, links=tuple(each for each in draft.links if each != link))

    forged = walk.sign(cast.ADMITTER, contents, silent)[0]
    scene.verdicts.refuse(scene.stage.ledger, forged, "workflow.omitted")
    admission = walk.admit(contents)[0]
    number = registry_number(YUNNAN_CODE)
    narrator.tell(
        f"admitted with it as {number}, 3 in favour, 1 against",
        f"连同反对意见一并入库，登记号 {number}，3 票赞成，1 票反对",
    )
    return admission
