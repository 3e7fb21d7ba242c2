"""Labels, first part: two products' footprints, from tables of line items to their labels.

A tonne of aluminium ingot for remelting and a tonne of ammonium phosphate. The electricity factors
are official; every other figure is an illustration and says so wherever it is shown.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from suyuan_ledger.demo import cast, industry
from suyuan_ledger.demo import industry_figures as figures
from suyuan_ledger.demo.actors import now
from suyuan_ledger.demo.cast import Member
from suyuan_ledger.demo.scene import Scene
from suyuan_ledger.demo.stage import submit
from suyuan_ledger.demo.walk import sign_draft
from suyuan_ledger.desk.drafts import Draft
from suyuan_ledger.footprint_desk.disclosures import seal_draft, write_private
from suyuan_ledger.footprint_desk.drafts import FootprintDrafter
from suyuan_ledger.footprint_desk.header import read_header
from suyuan_ledger.footprint_desk.item_table import read_items
from suyuan_ledger.footprint_desk.result_view import result_lines
from suyuan_ledger.footprint_desk.statement import Drafted, draft_statement
from suyuan_ledger.log.receipt import Receipt
from suyuan_ledger.records.drafts import new_record
from suyuan_ledger.records.profile import format_digest

FOLDER = "footprints"
"""Where the producers' tables, headers and private files lie."""
RESOLVER = "https://id.example.org"

CERTIFICATES = {"aluminium": "DEMO-CERT-AL-1", "phosphate": "DEMO-CERT-P-1"}
"""Certificate numbers by product."""
_QUANTITY = {"quantity": "1000", "unit": "TNE"}
_OPINION: dict[str, Any] = {
    "result": "verified",
    "level": "reasonable",
    "standard": "notStated",
    "materiality": "0.05",
    "conflictOfInterest": {"declaration": "none"},
}


@dataclass(frozen=True, slots=True)
class Labelled:
    """A product on its way to the label.

    Attributes:
        statement: receipt of its FootprintStatement.
        certificate: receipt of its Certificate.
        label: receipt of its LabelIssuance.
    """

    statement: Receipt
    certificate: Receipt
    label: Receipt


@dataclass(frozen=True, slots=True)
class _Stated:
    """What a producer states.

    Attributes:
        name: of its files.
        by: the producer.
        rows: the lines.
        header: what stands beside them.
        secrets: lines whose figures are sealed.
    """

    name: str
    by: Member
    rows: tuple[figures.Row, ...]
    header: bytes
    secrets: Collection[str] = ()


def place(scene: Scene, name: str) -> Path:
    """Return where one of the producers' files lies."""
    return scene.stage.folder / FOLDER / name


def act(scene: Scene, by: Member, make: Callable[[FootprintDrafter], Draft]) -> Receipt:
    """Let a member draft, sign and log one record."""
    actor = scene.stage.actor(by)
    with scene.stage.desk() as desk:
        draft = make(FootprintDrafter(desk, actor.did))
    return submit(scene.stage.ledger, [sign_draft(actor, draft)])[0]


def judge(scene: Scene, table: bytes, header: bytes) -> Drafted:
    """Draft a statement of a table and a header, as `suyuan footprint draft` does."""
    with scene.stage.desk() as desk:
        return draft_statement(desk, read_items(table), read_header(header))


def drafted(scene: Scene, by: Member, found: Drafted) -> dict[str, Any]:
    """Put a calculated statement into its envelope, unsigned."""
    actor = scene.stage.actor(by)
    with scene.stage.desk() as desk:
        draft = FootprintDrafter(desk, actor.did).statement(found.subject, found.uses, found.method)
    return new_record(draft.kind, actor.issuer, draft.subject, valid_from=now(), links=draft.links)


def play_footprints(scene: Scene) -> dict[str, Labelled]:
    """Admit the factors, state the footprints and take them to their labels, by product."""
    (scene.stage.folder / FOLDER).mkdir()
    _prepare(scene)
    statements = _state(scene)
    return _certify(scene, statements)


def _prepare(scene: Scene) -> None:
    narrator, stage, walk = scene.narrator, scene.stage, scene.walk
    subjects = figures.factors()
    narrator.step(
        f"Labels: {len(industry.INDUSTRY)} more organisations; {len(subjects)} illustrative "
        f"factors are admitted beside the official electricity, {figures.STANDARD} is registered",
        f"标识：另有 {len(industry.INDUSTRY)} 家单位登记；除官方电力因子外，"
        f"{len(subjects)} 个示例因子入库，并登记方法 {figures.STANDARD}",
    )
    stage.hire(industry.INDUSTRY)
    submit(stage.ledger, [stage.root.say("MethodReference", figures.method())])
    receipts = walk.submit(industry.MATERIALS, subjects)
    contents = [receipt.content for receipt in receipts]
    verdicts = [checked["verdict"] for checked in walk.check(contents)]
    walk.review(contents, cast.EXPERTS[:3])
    walk.verify(contents)
    walk.admit(contents)
    passed = verdicts.count("pass")
    scene.verdicts.note(
        passed == len(contents),
        f"{passed} of {len(contents)} traceability checks pass; each factor says illustrative",
        f"{len(contents)} 次溯源校验中 {passed} 次通过；每个因子均标明示例（illustrative）",
    )


def _state(scene: Scene) -> dict[str, Receipt]:
    narrator = scene.narrator
    narrator.step(
        "Producers state their footprints from tables; a slip of MWh for kWh is named by its cell",
        "生产者以表格声明碳足迹；把 kWh 误填为 MWh，会按单元格指出",
    )
    _slip(scene)
    ammonia = _log(
        scene, _Stated("ammonia", industry.AMMONIA, figures.AMMONIA, figures.ammonia_header())
    )
    rows = figures.phosphate(format_digest(ammonia.content))
    phosphate = _log(
        scene, _Stated("phosphate", industry.FERTILISER, rows, figures.phosphate_header())
    )
    aluminium = _log(
        scene,
        _Stated(
            "aluminium",
            industry.SMELTER,
            figures.ALUMINIUM,
            figures.ingot_header(),
            figures.SECRETS,
        ),
    )
    return {"aluminium": aluminium, "phosphate": phosphate}


def _slip(scene: Scene) -> None:
    """Show what a person is told who types MWH under a quantity of kWh."""
    table = figures.table(figures.ALUMINIUM, P_03_LOSSES={"unit": "MWH"})
    found = judge(scene, table, figures.ingot_header())
    told = [problem.as_error(scene.narrator.lang) for problem in found.problems]
    for error in told:
        scene.narrator.tell(f"    {error.text('en')}", f"    {error.text('zh')}")
    codes = [error.code for error in told]
    scene.verdicts.note(
        codes == ["footprint.td_quantity"] and not found.subject,
        "no draft was made; with KWH it is",
        "未生成草稿；改为 KWH 后生成",
    )


def _log(scene: Scene, stated: _Stated) -> Receipt:
    """Draft, seal, sign and log one statement; keep the producer's files."""
    name, by, secrets = stated.name, stated.by, stated.secrets
    table = figures.table(stated.rows)
    place(scene, f"{name}.csv").write_bytes(table)
    place(scene, f"{name}.toml").write_bytes(stated.header)
    found = judge(scene, table, stated.header)
    record = drafted(scene, by, found)
    if secrets:
        record, private = seal_draft(record, secrets)
        write_private(place(scene, f"{name}.private.json"), private)
    place(scene, f"{name}.draft.json").write_text(
        json.dumps(record, ensure_ascii=False, indent=2), encoding="utf-8"
    )
    receipt = submit(scene.stage.ledger, [scene.stage.actor(by).sign(record)])[0]
    subject = record["credentialSubject"]
    product, result = subject["product"]["name"], subject["result"]
    count, sealed = len(subject["lineItems"]), len(secrets)
    scene.verdicts.note(
        subject["dataStatus"] == "illustrative",
        f"{product['en']}: {count} lines, {sealed} of them sealed, "
        f"{subject['total']} kgCO2e, stated as {result['value']} {result['unit']}, illustrative",
        f"{product['zh']}：{count} 条明细，其中封存 {sealed} 条，合计 {subject['total']} kgCO2e，"
        f"声明值 {result['value']} {result['unit']}，示例（illustrative）",
    )
    if secrets:
        scene.narrator.quote("\n".join(result_lines(found.subject, scene.narrator.lang)))
    return receipt


def _certify(scene: Scene, statements: dict[str, Receipt]) -> dict[str, Labelled]:
    scene.narrator.step(
        "Verified, certified for two years, filed, labelled: each rests on what is logged before",
        "核查、认证（有效期两年）、备案、发放标识：各自以此前已入日志的记录为依据",
    )
    return {
        product: _certify_one(scene, CERTIFICATES[product], statement)
        for product, statement in statements.items()
    }


def _certify_one(scene: Scene, number: str, statement: Receipt) -> Labelled:
    which, today = format_digest(statement.content), now()[:10]
    opinion = {**_OPINION, "completedOn": today}
    certified = {"certificateNumber": number, "basis": "notStated", "authorised": _QUANTITY}
    filed = {
        "filingNumber": number.replace("CERT", "FILE"),
        "decision": "filed",
        "receivedOn": today,
    }
    subject = label_subject(number)
    act(scene, industry.BODY, lambda drafter: drafter.opinion(which, opinion))
    certificate = act(
        scene,
        industry.CERTIFIER,
        lambda drafter: drafter.certificate(which, certified, valid_from=now()),
    )
    act(scene, industry.OFFICE, lambda drafter: drafter.filing(number, filed))
    label = act(
        scene,
        industry.CERTIFIER,
        lambda drafter: drafter.label(number, subject, resolver=RESOLVER),
    )
    scene.narrator.tell(
        f"{number}: filed, label {subject['labelNumber']} for 200 of 1,000 t",
        f"{number}：已备案，标识 {subject['labelNumber']}，授权 1000 吨中的 200 吨",
    )
    return Labelled(statement, certificate, label)


def label_subject(certificate: str, **changes: Any) -> dict[str, Any]:
    """Return what the certifier says of the label under a certificate.

    Args:
        certificate: its number.
        changes: members that are other.
    """
    return {
        "labelNumber": certificate.replace("CERT", "LABEL"),
        "authorised": {"quantity": "200", "unit": "TNE"},
        "lots": ["LOT-2024-1"],
        **changes,
    }
