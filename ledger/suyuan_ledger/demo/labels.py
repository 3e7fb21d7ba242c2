"""Labels, second part: what an importer gets, verified offline, disclosed in part, printed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from suyuan_verifier import Outcome, Verdict
from suyuan_verifier.label_code import SIGNATURE_ONLY, check_code
from suyuan_verifier.views import check_view

from suyuan_ledger.demo import industry
from suyuan_ledger.demo import industry_figures as figures
from suyuan_ledger.demo.footprints import Labelled, act, place
from suyuan_ledger.demo.offline import verify_offline
from suyuan_ledger.demo.scene import Scene
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.exchange.cbam import write_cbam
from suyuan_ledger.exchange.dossier import Dossier, open_dossier
from suyuan_ledger.exchange.openlca import write_openlca
from suyuan_ledger.exchange.pact import PactFacts, write_pact
from suyuan_ledger.exchange.tables import write_factors, write_items
from suyuan_ledger.exchange.token import write_conformity, write_passport
from suyuan_ledger.export.bundle import SUFFIX
from suyuan_ledger.export.disclose import ALL, Disclosures, choose
from suyuan_ledger.export.evidence import EvidenceSource
from suyuan_ledger.footprint_desk.disclosures import read_disclosures
from suyuan_ledger.label.artwork import draw_label
from suyuan_ledger.label.certificate import print_certificate
from suyuan_ledger.label.code import checked_code
from suyuan_ledger.label.source import open_label
from suyuan_ledger.label.symbol import make_symbol, symbol_svg
from suyuan_ledger.log.receipt import Receipt

FOLDER = "labels"
TRUST_SEALED = "trust-sealed.json"
"""A policy that believes in sealed figures which a verification body confirmed."""
FULL, PARTIAL, PHOSPHATE, CBAM = "aluminium", "aluminium-partial", "phosphate", "cbam"
_PRODUCER, _CERTIFIER = "did:web:smelter.example.org", "did:web:certifier.example.org"


@dataclass(frozen=True, slots=True)
class Handed:
    """What the importer was handed.

    Attributes:
        source: evidence of the anchor that covers it.
        cbam: receipt of the CBAM data.
        private: everything that the smelter could disclose.
    """

    source: EvidenceSource
    cbam: Receipt
    private: list[Disclosures]


def file_of(scene: Scene, name: str, suffix: str = SUFFIX) -> Path:
    """Return where a bundle, or what is made of it, is kept."""
    return scene.stage.folder / FOLDER / f"{name}{suffix}"


def play_labels(scene: Scene, labelled: dict[str, Labelled]) -> Handed:
    """Export the labels' bundles, verify them offline, print and convert them."""
    (scene.stage.folder / FOLDER).mkdir()
    handed = _hand_over(scene, labelled)
    _verify(scene)
    _disclose(scene, labelled, handed)
    _print(scene)
    _convert(scene)
    return handed


def disclosures(scene: Scene, name: str, which: str) -> list[Disclosures]:
    """Choose what a producer's private file discloses: `all`, `none`, or ids with commas."""
    private = json.loads(place(scene, f"{name}.private.json").read_text(encoding="utf-8"))
    return choose([(private["statement"], read_disclosures(private))], which)


def _hand_over(scene: Scene, labelled: dict[str, Labelled]) -> Handed:
    scene.narrator.step(
        "One file per label: everything from the label down to the factors, under one proof, one "
        "anchor, one status list; CBAM data beside it, linked with no footprint",
        "每个标识一个文件：从标识直到因子的全部记录，一份批量证明、一个锚定、一份状态列表；"
        "CBAM 数据另附，不与任何碳足迹相链接",
    )
    cbam = act(scene, industry.SMELTER, lambda drafter: drafter.cbam(figures.cbam_data()))
    scene.stage.publish()
    scene.stage.anchor()
    source = scene.stage.pin()
    scene.stage.write_trust(TRUST_SEALED, scene.stage.pinned, sealed=True)
    private = disclosures(scene, "aluminium", ALL)
    for name, receipt, disclosed in (
        (FULL, labelled["aluminium"].label, private),
        (PHOSPHATE, labelled["phosphate"].label, []),
        (CBAM, cbam, []),
    ):
        bundle = scene.stage.export(receipt.content, source, disclosed)
        file_of(scene, name).write_bytes(bundle)
        count = len(json.loads(bundle)["records"])
        each = len(bundle) / count / 1000
        scene.narrator.tell(
            f"{file_of(scene, name).name}: {count} records, {each:.2f} kB each, proofs included",
            f"{file_of(scene, name).name}：{count} 条记录，每条 {each:.2f} kB（含全部证明）",
        )
    return Handed(source, cbam, private)


def _verify(scene: Scene) -> None:
    """Verify in processes without a network: each label in one language, with its page."""
    trust = scene.stage.trust
    for name, lang in ((FULL, "en"), (FULL, "zh"), (PHOSPHATE, scene.narrator.lang)):
        page = file_of(scene, name, f".{lang}.html")
        run = verify_offline(file_of(scene, name), trust, lang, "--report", str(page))
        scene.narrator.step(
            f"The label {name}, {lang}, in a process without a network ({run.means})",
            f"标识 {name}（{lang}），在没有网络的进程中验证（{run.means}）",
        )
        if (name, lang) == (FULL, scene.narrator.lang):
            scene.narrator.quote(run.output)
        scene.verdicts.note(
            run.exit_code == 0 and page.exists(),
            f"exit code {run.exit_code}; the report as one page: {page}",
            f"退出码 {run.exit_code}；单页报告：{page}",
        )
    cbam = scene.verdicts.verify(file_of(scene, CBAM).read_bytes())
    scene.narrator.tell("the CBAM data, by themselves:", "CBAM 数据单独验证：")
    scene.verdicts.expect(cbam, Verdict.VALID)


def _disclose(scene: Scene, labelled: dict[str, Labelled], handed: Handed) -> None:
    shown = ", ".join(figures.SHOWN_TO_THE_IMPORTER)
    scene.narrator.step(
        f"Another importer gets {shown} alone; the smelter's power stays sealed",
        f"另一家进口方只得到 {shown} 的数值；用电数据仍然封存",
    )
    chosen = disclosures(scene, "aluminium", ",".join(figures.SHOWN_TO_THE_IMPORTER))
    bundle = scene.stage.export(labelled["aluminium"].label.content, handed.source, chosen)
    file_of(scene, PARTIAL).write_bytes(bundle)
    scene.narrator.tell(
        "under a policy that takes no sealed figure:", "按不接受封存数值的信任策略："
    )
    scene.verdicts.expect(scene.verdicts.verify(bundle), Verdict.UNDECIDED, "footprint.partial")
    scene.narrator.tell(
        "under one that takes what a verification body confirmed (acceptSealed: verified):",
        "按接受经核查机构确认之封存数值的信任策略（acceptSealed: verified）：",
    )
    report = scene.verdicts.verify(bundle, trust=scene.stage.folder / TRUST_SEALED)
    scene.verdicts.expect(report, Verdict.VALID, "footprint.partial")


def _print(scene: Scene) -> None:
    narrator = scene.narrator
    narrator.step(
        "The label as SVG, its certificate as PDF/A, and a code that carries the signed record",
        "标识图样（SVG）、证书（PDF/A），以及承载已签名记录的二维码",
    )
    trust = scene.stage.trust.read_bytes()
    for name in (FULL, PHOSPHATE):
        source = open_label(file_of(scene, name).read_bytes(), trust, datetime.now(UTC))
        file_of(scene, name, ".svg").write_bytes(draw_label(source.label, source.standing))
        text = checked_code(source.label.value)
        file_of(scene, name, ".code.txt").write_text(text, encoding="ascii")
        file_of(scene, name, ".code.svg").write_bytes(symbol_svg(make_symbol(text, "L")))
        result = check_code(text)
        scene.verdicts.note(
            result.code == SIGNATURE_ONLY and result.verdict is Verdict.UNDECIDED,
            f"{name}: label drawn; {len(text)} characters in the code, signature only, never VALID",
            f"{name}：图样已绘；二维码承载 {len(text)} 个字符，仅能核对签名，不等于有效",
        )
        try:
            file_of(scene, name, ".pdf").write_bytes(print_certificate(source))
        except RefusedError as error:
            # Whether a font is installed is not the ledger's fault.
            scene.verdicts.note(
                error.code == "print.font",
                f"{name}: no certificate: {error.text('en')}",
                f"{name}：未排印证书：{error.text('zh')}",
            )
        else:
            pdf = file_of(scene, name, ".pdf")
            narrator.tell(f"certificate: {pdf}", f"证书：{pdf}")


def _convert(scene: Scene) -> None:
    scene.narrator.step(
        "The same in other formats, each compared with its bundle again (--view)",
        "导出为其他格式，并逐一与证明包重新比对（--view）",
    )
    signer = scene.stage.actor
    facts = PactFacts.read("0", ("ISO14067",))
    views: tuple[tuple[str, str, Callable[[Dossier], bytes]], ...] = (
        (FULL, ".pact.json", lambda held: write_pact(held, facts)),
        (
            FULL,
            ".passport.jwt",
            lambda held: write_passport(held, _PRODUCER, signer(industry.SMELTER).signer),
        ),
        (
            FULL,
            ".conformity.jwt",
            lambda held: write_conformity(held, _CERTIFIER, signer(industry.CERTIFIER).signer),
        ),
        (FULL, ".items.csv", write_items),
        (FULL, ".factors.csv", write_factors),
        (FULL, ".openlca.zip", write_openlca),
        (CBAM, ".cbam.json", write_cbam),
    )
    trust = scene.stage.trust.read_bytes()
    for name, suffix, project in views:
        bundle = file_of(scene, name).read_bytes()
        held, report = open_dossier(bundle, trust, datetime.now(UTC))
        view = project(held)
        file_of(scene, name, suffix).write_bytes(view)
        check = check_view(view, bundle, report)
        scene.verdicts.note(
            check.outcome is Outcome.PASS,
            f"{name}{suffix}: {len(view)} bytes, says what the bundle says [{check.code}]",
            f"{name}{suffix}：{len(view)} 字节，与证明包一致 [{check.code}]",
        )
