"""The story: enrolments, 51 official figures, anchors, bundles, an offline verification."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from suyuan_verifier import Verdict, parse_policy, verify

from suyuan_ledger.demo import cast
from suyuan_ledger.demo.attacks import Attacks
from suyuan_ledger.demo.narration import Narrator
from suyuan_ledger.demo.offline import verify_offline
from suyuan_ledger.demo.stage import Stage, now_text, submit
from suyuan_ledger.export.bundle import SUFFIX, export_bundle
from suyuan_ledger.keys.signer import Signer
from suyuan_ledger.log.receipt import Receipt
from suyuan_ledger.official import official_table
from suyuan_ledger.records.table_import import draft_submissions, import_factors
from suyuan_ledger.records.signing import sign_record

DEFAULT_FOLDER = Path(".suyuan") / "demo"
BATCHES = 3
HERO = "CN-ELEC-CFP-2024-HYDRO"
"""The factor whose bundle is verified offline: hydropower, 0.0141 kgCO2e/kWh (2024)."""


def run_demo(folder: Path | None, lang: str) -> int:
    """Run the demo.

    Args:
        folder: where to keep its files; an earlier demo there is replaced.
        lang: `en` or `zh`.

    Returns:
        0 if everything came out as it must, 1 if not.
    """
    narrator = Narrator(lang)
    folder = folder or DEFAULT_FOLDER
    narrator.step(
        f"A fresh ledger, its keys, and a local chain, in {folder}",
        f"新账本、密钥与本地链，位于 {folder}",
    )
    with Stage(folder) as stage:
        return _play(stage, narrator)


def _play(stage: Stage, narrator: Narrator) -> int:
    address = stage.deploy()
    narrator.tell(
        f"log {stage.ledger.origin}, contract {address} on chain {stage.client.config.chain_id}",
        f"日志 {stage.ledger.origin}，合约 {address}，链号 {stage.client.config.chain_id}",
    )
    transcriber = _enrol(stage, narrator)
    receipts = _submit_official(stage, narrator, transcriber)
    bundles, trust = _export(stage, narrator, receipts)
    good = _verify(stage, narrator, bundles, trust)
    attacks = Attacks(stage, narrator, bundles[HERO], trust, transcriber)
    good = attacks.run() and good
    _say_what_next(stage, narrator, bundles[HERO], trust)
    return 0 if good else 1


def _enrol(stage: Stage, narrator: Narrator) -> Signer:
    narrator.step(
        "Enrolments: the root authority enrols a registrar, the registrar a transcriber",
        "主体登记：根机构为登记员办理登记，登记员再为官方数据转录方办理登记",
    )
    registrar, transcriber = stage.new_key("registrar"), stage.new_key("transcriber")
    stage.enrol(
        stage.ledger,
        registrar,
        cast.REGISTRAR,
        ["registrar"],
        by=stage.root,
        by_names=cast.ROOT_NAMES,
    )
    stage.enrol(
        stage.ledger,
        transcriber,
        cast.TRANSCRIBER,
        ["transcriber"],
        by=registrar,
        by_names=cast.REGISTRAR,
        scope=cast.TRANSCRIBER_SCOPE,
    )
    size = stage.anchor()
    narrator.tell(
        f"4 records logged, anchored at size {size}",
        f"4 条记录已写入日志，日志共 {size} 条，已锚定",
    )
    return transcriber


def _submit_official(stage: Stage, narrator: Narrator, transcriber: Signer) -> dict[str, Receipt]:
    table = import_factors(official_table())
    narrator.step(
        f"{len(table.rows)} official figures, signed by the transcriber, in {BATCHES} batches",
        f"{len(table.rows)} 个官方数值，由转录方签名，分 {BATCHES} 批报送",
    )
    issuer = {
        "id": transcriber.did,
        "name": cast.TRANSCRIBER["name"],
        "nameZh": cast.TRANSCRIBER["nameZh"],
    }
    drafts = draft_submissions(table.rows, issuer, valid_from=now_text())
    receipts: dict[str, Receipt] = {}
    share = -(-len(drafts) // BATCHES)
    for start in range(0, len(drafts), share):
        batch = drafts[start : start + share]
        signed = [sign_record(draft, transcriber, now_text()) for draft in batch]
        for draft, receipt in zip(batch, submit(stage.ledger, signed), strict=True):
            receipts[draft["credentialSubject"]["factorCode"]] = receipt
        size = stage.anchor()
        narrator.tell(
            f"{len(batch)} submissions durable and integrated, anchored at size {size}",
            f"{len(batch)} 条报送已持久写入日志，日志共 {size} 条，已锚定",
        )
    return receipts


def _export(
    stage: Stage, narrator: Narrator, receipts: dict[str, Receipt]
) -> tuple[dict[str, Path], Path]:
    narrator.step(
        "One bundle per factor, and a trust policy for an importer",
        "每个因子一个证明包，另为进口方导出信任策略",
    )
    source = stage.evidence()
    trust = stage.write_trust("trust.json", [source])
    folder = stage.folder / "bundles"
    folder.mkdir()
    bundles = {}
    total = 0
    for code, receipt in receipts.items():
        data = export_bundle(stage.ledger, receipt.content, source.covering(receipt.index))
        path = folder / f"{code}{SUFFIX}"
        path.write_bytes(data)
        bundles[code] = path
        total += len(data)
    size = f"{total / len(bundles) / 1000:.1f} kB"
    narrator.tell(
        f"{len(bundles)} bundles, {size} each on average, in {folder}",
        f"{len(bundles)} 个证明包，平均 {size}，位于 {folder}",
    )
    narrator.tell(
        f"trust policy {trust}: root key, log key, contract, block {source.block}",
        f"信任策略 {trust}：根密钥、日志密钥、合约、区块 {source.block}",
    )
    return bundles, trust


def _verify(stage: Stage, narrator: Narrator, bundles: dict[str, Path], trust: Path) -> bool:
    run = verify_offline(bundles[HERO], trust, narrator.lang)
    narrator.step(
        f"Verify one of them in a process without a network ({run.means})",
        f"在没有网络的进程中验证其中一个（{run.means}）",
    )
    narrator.quote(run.output)
    policy = parse_policy(trust.read_bytes())
    now = datetime.now(UTC)
    valid = sum(
        verify(path.read_bytes(), policy, now=now).verdict is Verdict.VALID
        for path in bundles.values()
    )
    report = stage.ledger.fsck()
    narrator.tell(
        f"{valid} of {len(bundles)} bundles are VALID; fsck of the log: "
        f"{'clean' if report.clean else report.problem}",
        f"{len(bundles)} 个证明包中 {valid} 个有效；日志自检："
        f"{'无误' if report.problem is None else report.problem.text('zh')}",
    )
    return run.exit_code == 0 and valid == len(bundles) and report.clean


def _say_what_next(stage: Stage, narrator: Narrator, bundle: Path, trust: Path) -> None:
    narrator.step("What to try next", "接下来可以试")
    other = narrator.pick(" --lang zh", " --lang en")
    same = narrator.pick("", " --lang zh")
    for command in (
        f"suyuan-verify {bundle} --trust {trust}{same}",
        f"suyuan-verify {bundle} --trust {trust}{other}",
        f"suyuan-verify {bundle} --trust {trust} --format json",
        f"suyuan-verify inspect {bundle}{same}",
        "suyuan-verify --self-test",
        f"suyuan fsck --home {stage.folder}",
        f"suyuan mirror {stage.folder / 'mirror'} --home {stage.folder}",
    ):
        narrator.tell(command, command)
    narrator.tell(
        f"(the commands are in .venv/bin; change one digit in {bundle.name} and verify again)",
        f"（命令位于 .venv/bin；可在 {bundle.name} 中改动一个数字后再验证）",
    )
