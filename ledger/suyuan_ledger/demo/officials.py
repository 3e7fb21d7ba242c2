"""First chapter: the official figures, from their submission to bundles that anybody verifies."""

from __future__ import annotations

import time
from pathlib import Path

from suyuan_verifier import Verdict

from suyuan_ledger.demo import cast
from suyuan_ledger.demo.offline import verify_offline
from suyuan_ledger.demo.scene import Scene
from suyuan_ledger.export.bundle import SUFFIX
from suyuan_ledger.log.receipt import Receipt
from suyuan_ledger.official import official_table
from suyuan_ledger.records.table_import import import_factors

BATCHES = 3
HERO = "CN-ELEC-CFP-2024-HYDRO"
"""The factor whose bundle is verified offline: hydropower, 0.0141 kgCO2e/kWh (2024)."""

_REVIEWERS = cast.EXPERTS[:3]


def play_officials(scene: Scene) -> dict[str, Path]:
    """Take the official figures the whole way; return their bundles by factor code."""
    submissions = _submit(scene)
    admissions = _admit(scene, submissions)
    bundles = _export(scene, admissions)
    _verify(scene, bundles)
    return bundles


def _submit(scene: Scene) -> dict[str, Receipt]:
    table = import_factors(official_table())
    scene.narrator.step(
        f"{len(table.rows)} official figures, signed by the transcriber, in {BATCHES} batches",
        f"{len(table.rows)} 个官方数值，由转录方签名，分 {BATCHES} 批报送",
    )
    subjects = [row.subject for row in table.rows]
    receipts: dict[str, Receipt] = {}
    share = -(-len(subjects) // BATCHES)
    for start in range(0, len(subjects), share):
        batch = subjects[start : start + share]
        for subject, receipt in zip(batch, scene.walk.submit(cast.TRANSCRIBER, batch), strict=True):
            receipts[subject["factorCode"]] = receipt
        size = scene.stage.anchor()
        scene.narrator.tell(
            f"{len(batch)} submissions durable and integrated, anchored at size {size}",
            f"{len(batch)} 条报送已持久写入日志，日志共 {size} 条，已锚定",
        )
    return receipts


def _admit(scene: Scene, submissions: dict[str, Receipt]) -> dict[str, Receipt]:
    narrator, walk = scene.narrator, scene.walk
    contents = [receipt.content for receipt in submissions.values()]
    narrator.step(
        "Each is checked for traceability, reviewed by three experts, verified, admitted",
        "逐一进行数据溯源性校验、三位专家评审、行业主管部门验证、入库",
    )
    start = time.monotonic()
    verdicts = [checked["verdict"] for checked in walk.check(contents)]
    reviews = walk.review(contents, _REVIEWERS)
    walk.verify(contents)
    admissions = walk.admit(contents)
    elapsed = time.monotonic() - start
    scene.verdicts.note(
        verdicts == ["pass"] * len(contents),
        f"{len(verdicts)} checks executed, {verdicts.count('pass')} pass; {len(reviews)} reviews, "
        f"each with its expert's own key; {len(contents)} verifications; "
        f"{len(admissions)} admissions ({elapsed:.1f} s)",
        f"执行校验 {len(verdicts)} 次，通过 {verdicts.count('pass')} 次；评审意见 "
        f"{len(reviews)} 份，由各专家以本人密钥签名；主管部门验证 {len(contents)} 份；"
        f"入库 {len(admissions)} 条（{elapsed:.1f} 秒）",
    )
    scene.stage.publish()
    size = scene.stage.anchor()
    narrator.tell(
        f"the first status list is published, everything is anchored at size {size}",
        f"首份状态列表已发布，日志共 {size} 条，全部已锚定",
    )
    return dict(zip(submissions, admissions, strict=True))


def _export(scene: Scene, admissions: dict[str, Receipt]) -> dict[str, Path]:
    scene.narrator.step(
        "One bundle per admitted factor, and a trust policy for an importer",
        "每个入库因子一个证明包，另为进口方导出信任策略",
    )
    stage = scene.stage
    source = stage.pin()
    folder = stage.folder / "bundles"
    folder.mkdir()
    bundles = {}
    total = 0
    for code, receipt in admissions.items():
        data = stage.export(receipt.content, source)
        bundles[code] = folder / f"{code}{SUFFIX}"
        bundles[code].write_bytes(data)
        total += len(data)
    size = f"{total / len(bundles) / 1000:.1f} kB"
    scene.narrator.tell(
        f"{len(bundles)} bundles, {size} each on average, in {folder}",
        f"{len(bundles)} 个证明包，平均 {size}，位于 {folder}",
    )
    scene.narrator.tell(
        f"trust policy {stage.trust}: root key, rule set, log key, contract, block {source.block}",
        f"信任策略 {stage.trust}：根密钥、规则集、日志密钥、合约、区块 {source.block}",
    )
    return bundles


def _verify(scene: Scene, bundles: dict[str, Path]) -> None:
    narrator = scene.narrator
    run = verify_offline(bundles[HERO], scene.stage.trust, narrator.lang)
    narrator.step(
        f"Verify one of them in a process without a network ({run.means})",
        f"在没有网络的进程中验证其中一个（{run.means}）",
    )
    narrator.quote(run.output)
    reports = [scene.verdicts.verify(path.read_bytes()) for path in bundles.values()]
    valid = sum(report.verdict is Verdict.VALID for report in reports)
    fsck = scene.stage.ledger.fsck()
    scene.verdicts.note(
        run.exit_code == 0 and valid == len(bundles) and fsck.clean,
        f"{valid} of {len(bundles)} bundles are VALID; fsck of the log: "
        f"{'clean' if fsck.clean else fsck.problem}",
        f"{len(bundles)} 个证明包中 {valid} 个有效；日志自检："
        f"{'无误' if fsck.problem is None else fsck.problem.text('zh')}",
    )
