"""Labels, last part: one is suspended, and a factor's correction is followed to every label."""

from __future__ import annotations

from suyuan_verifier import Verdict

from suyuan_ledger.demo import cast, industry
from suyuan_ledger.demo import industry_figures as figures
from suyuan_ledger.demo.actors import now
from suyuan_ledger.demo.footprints import Labelled, act
from suyuan_ledger.demo.labels import FULL, PHOSPHATE, file_of
from suyuan_ledger.demo.scene import STATUS_SUFFIX, Scene
from suyuan_ledger.demo.walk import registry_number
from suyuan_ledger.desk.drafts import find_record
from suyuan_ledger.export.status import export_status
from suyuan_ledger.log.checkpoint import open_checkpoint
from suyuan_ledger.log.note import parse_vkey
from suyuan_ledger.log.public_log import MirrorLog
from suyuan_ledger.recall.archive import Archive
from suyuan_ledger.recall.figure_report import figures_to_text
from suyuan_ledger.recall.graph import Start, recall
from suyuan_ledger.recall.labels import LABEL, Figures, Row, list_figures
from suyuan_ledger.records.profile import Link, format_digest

_OLD, _NEW = registry_number(figures.FREIGHT_CODE), registry_number(f"{figures.FREIGHT_CODE}-2")
_LABEL = {"aluminium": "DEMO-LABEL-AL-1", "phosphate": "DEMO-LABEL-P-1"}


def play_label_recall(scene: Scene, labelled: dict[str, Labelled]) -> None:
    """Surveil and suspend one label, correct a factor, and list what that changes."""
    _surveil(scene)
    _correct(scene)
    _recall(scene)
    _publish(scene, labelled)


def _surveil(scene: Scene) -> None:
    number = _LABEL["phosphate"]
    scene.narrator.step(
        f"Surveillance finds {number} at fault; the supervisor suspends it",
        f"获证后监督发现 {number} 不符合；监督机关将其暂停",
    )
    found = {
        "result": "nonconforming",
        "method": "productTest",
        "performedOn": now()[:10],
        "sample": {"zh": "示例抽样（虚构）", "en": "Example sample (fictional)"},
        "findings": [
            {
                "pointer": "/credentialSubject/lots",
                "severity": "major",
                "text": {
                    "zh": "示例：标识贴在其他批次上",
                    "en": "Example: the label is on goods of another lot",
                },
            }
        ],
    }
    cause = {"zh": "示例：整改期间暂停", "en": "Example: suspended until mended"}
    changed = {"to": "suspended", "effectiveFrom": now(), "cause": cause}
    act(scene, cast.SUPERVISOR, lambda drafter: drafter.surveillance(number, found))
    act(scene, cast.SUPERVISOR, lambda drafter: drafter.status_change(number, changed))


def _correct(scene: Scene) -> None:
    wrong, right = figures.FREIGHT_WRONG, figures.FREIGHT_RIGHT
    scene.narrator.step(
        f"A factor is corrected: road freight, {wrong} should be {right} kgCO2e/TKM "
        "(illustrative), with a new admission",
        f"因子勘误：公路货运 {wrong} 应为 {right} kgCO2e/TKM（示例值），并以新版重新入库",
    )
    walk = scene.walk
    with scene.stage.desk() as desk:
        (before,) = find_record(desk, _OLD).targets("about")
    links = [Link("supersedes", format_digest(before))]
    submission = walk.submit(industry.MATERIALS, [figures.freight("2", right)], links)[0]
    contents = [submission.content]
    walk.check(contents)
    walk.review(contents, cast.EXPERTS[:3])
    walk.verify(contents)
    which = format_digest(submission.content)
    admitted = {"registryNumber": _NEW, "effectiveFrom": now()}
    cause = {"zh": "示例：录入有误", "en": "Example: a slip of the keyboard"}
    stated = {"cause": cause, "effectiveFrom": now(), "impact": "noNewUse"}
    act(scene, cast.ADMITTER, lambda drafter: drafter.admission(which, admitted, {}))
    act(
        scene,
        cast.ADMITTER,
        lambda drafter: drafter.erratum(_OLD, stated, {"/credentialSubject/value": right}, by=_NEW),
    )


def _recall(scene: Scene) -> None:
    scene.narrator.step(
        "Which labels show another figure now? Every one is calculated again",
        "哪些标识的数值因此改变？逐一重新计算",
    )
    ledger = scene.stage.ledger
    folder = scene.stage.folder / "label-mirror"
    ledger.mirror(folder)
    log = MirrorLog(folder)
    checkpoint = open_checkpoint(log.note(), parse_vkey(ledger.vkey))
    with ledger.store.read() as connection:
        found = recall(log, checkpoint, Start(registry_number=_OLD))
        listed = list_figures(Archive(connection), found)
        scene.narrator.quote("\n".join(figures_to_text(listed, scene.narrator.lang)))
    shown = {row.number: (row.stated, row.recomputed) for row in _labels(listed)}
    changed = {row.number for row in _labels(listed) if row.changes}
    scene.verdicts.note(
        shown.keys() == set(_LABEL.values()) and changed == {_LABEL["phosphate"]},
        "; ".join(f"{number}: {old} -> {new}" for number, (old, new) in shown.items()),
        "；".join(f"{number}：{old} → {new}" for number, (old, new) in shown.items()),
    )


def _labels(listed: Figures) -> list[Row]:
    return [row for row in listed.rows if row.record.kind == LABEL]


def _publish(scene: Scene, labelled: dict[str, Labelled]) -> None:
    scene.narrator.step(
        "A status list is published and anchored; both labels' bundles meet it (--status)",
        "发布并锚定状态列表；两个标识的证明包以新状态重新验证（--status）",
    )
    scene.stage.publish()
    size = scene.stage.anchor()
    newest = scene.stage.pin().newest(size - 1)
    for product, name, verdict, said in (
        ("phosphate", PHOSPHATE, Verdict.INVALID, "status.suspended"),
        ("aluminium", FULL, Verdict.VALID, "status.no_new_use"),
    ):
        archived = file_of(scene, name).read_bytes()
        status = export_status(scene.stage.ledger, archived, newest)
        file_of(scene, name, STATUS_SUFFIX).write_bytes(status)
        number, index = _LABEL[product], labelled[product].label.index
        scene.narrator.tell(f"{number} (#{index}):", f"{number}（第 {index} 条）：")
        scene.verdicts.expect(scene.verdicts.verify(archived, status=status), verdict, said)
