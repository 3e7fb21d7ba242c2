"""The story: who is there, the official figures, a new factor, labels, the aftermath, attacks."""

from __future__ import annotations

from pathlib import Path

from suyuan_ledger.demo import cast
from suyuan_ledger.demo.aftermath import VOIDED, WITHDRAWN, play_aftermath, play_products
from suyuan_ledger.demo.archive import play_archive
from suyuan_ledger.demo.attacks import Attacks
from suyuan_ledger.demo.attacks_on_labels import play_attacks_on_labels
from suyuan_ledger.demo.attacks_on_rules import play_attacks_on_rules
from suyuan_ledger.demo.figures import WITHDRAWN_CODE, YUNNAN_CODE
from suyuan_ledger.demo.footprints import play_footprints
from suyuan_ledger.demo.industry_figures import FREIGHT_CODE
from suyuan_ledger.demo.label_recall import play_label_recall
from suyuan_ledger.demo.labels import FULL, file_of, play_labels
from suyuan_ledger.demo.narration import Narrator
from suyuan_ledger.demo.officials import HERO, play_officials
from suyuan_ledger.demo.province import CASE as DISSENT_KEPT
from suyuan_ledger.demo.province import play_province
from suyuan_ledger.demo.scene import Scene
from suyuan_ledger.demo.stage import Stage, submit
from suyuan_ledger.demo.verdicts import Verdicts
from suyuan_ledger.demo.walk import Walk, registry_number
from suyuan_ledger.workflow.default_rules import default_rules

DEFAULT_FOLDER = Path(".suyuan") / "demo"


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
        scene = Scene(stage, Walk(stage), narrator, Verdicts(narrator, stage.trust))
        _play(scene)
        return 0 if scene.verdicts.sound else 1


def _play(scene: Scene) -> None:
    stage, narrator = scene.stage, scene.narrator
    address = stage.deploy()
    narrator.tell(
        f"log {stage.ledger.origin}, contract {address} on chain {stage.client.config.chain_id}",
        f"日志 {stage.ledger.origin}，合约 {address}，链号 {stage.client.config.chain_id}",
    )
    _enrol(scene)
    bundles = play_officials(scene)
    yunnan = play_province(scene)
    labelled = play_footprints(scene)
    handed = play_labels(scene, labelled)
    play_attacks_on_labels(scene, handed)
    play_label_recall(scene, labelled)
    products = play_products(scene, yunnan)
    source = play_aftermath(scene, products)
    play_archive(scene, bundles[HERO], source)
    play_attacks_on_rules(scene, products, source)
    Attacks(scene, bundles[HERO]).run()
    _say_what_next(scene, bundles[HERO])


def _enrol(scene: Scene) -> None:
    stage, narrator = scene.stage, scene.narrator
    narrator.step(
        "Enrolments, each member with a key of its own, and the rules of the registry",
        "主体登记（各持自己的密钥），以及因子库的规则集",
    )
    count = stage.hire(cast.COMPANY)
    rules = default_rules()
    submit(stage.ledger, [stage.root.say("RuleSet", rules)])
    size = stage.anchor()
    narrator.tell(
        f"{count // 2} keys enrolled, by the root authority and the registrar that it enrolled",
        f"由根机构及其登记的登记员为 {count // 2} 把密钥办理登记",
    )
    narrator.tell(
        f"rule set {rules['ruleSetId']} {rules['version']}, signed by the root authority; anchored "
        f"at size {size}",
        f"规则集 {rules['ruleSetId']} {rules['version']} 由根机构签名；日志共 {size} 条，已锚定",
    )


def _say_what_next(scene: Scene, bundle: Path) -> None:
    narrator, stage = scene.narrator, scene.stage
    narrator.step("What to try next", "接下来可以试")
    other = narrator.pick(" --lang zh", " --lang en")
    same = narrator.pick("", " --lang zh")
    trust, home = f"--trust {stage.trust}", f"--home {stage.folder}"
    label = file_of(scene, FULL)
    withdrawn, dissent = scene.case(WITHDRAWN), scene.case(DISSENT_KEPT)
    key = stage.folder / "keys" / f"{cast.CHECKER.label}.pem"
    passphrase = stage.folder / "keys" / "passphrase"
    for command in (
        f"suyuan-verify {bundle} {trust}{same}",
        f"suyuan-verify {bundle} {trust}{other}",
        f"suyuan-verify {dissent} {trust} --format json",
        f"suyuan-verify {withdrawn} {trust} --status {scene.status_of(WITHDRAWN)}{same}",
        f"suyuan-verify {scene.case(VOIDED)} {trust} --status {scene.status_of(VOIDED)}{same}",
        f"suyuan-verify inspect {bundle}{same}",
        f"suyuan-verify {label} {trust} --report {file_of(scene, FULL, '.html')}{same}",
        f"suyuan-verify --code {file_of(scene, FULL, '.code.txt')}{same}",
        "suyuan-verify --self-test",
        f"suyuan show DEMO-LABEL-AL-1 {home}{same}",
        f"suyuan recall {registry_number(FREIGHT_CODE)} {home}{same}",
        f"suyuan show {registry_number(YUNNAN_CODE)} {home}{same}",
        f"suyuan inbox --key file:{key} --passphrase-file {passphrase} {home}{same}",
        f"suyuan recall {WITHDRAWN_CODE} {home}{same}",
        f"suyuan audit {home}",
        f"suyuan fsck {home}",
        f"suyuan mirror {stage.folder / 'mirror'} {home}",
    ):
        narrator.tell(command, command)
    narrator.tell(
        f"(the commands are in .venv/bin; change one digit in {bundle.name} and verify again)",
        f"（命令位于 .venv/bin；可在 {bundle.name} 中改动一个数字后再验证）",
    )
