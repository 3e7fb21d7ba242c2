"""Labels, third part: wrong figures, borrowed certificates, codes and views bent.

What people sign is tried at the log's door; three of them an operator logs all the same. What is
in an importer's hands is bent there, and met by the verifier alone.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from copy import deepcopy
from functools import partial
from typing import Any

from suyuan_verifier import Verdict
from suyuan_verifier.label_code import check_code
from suyuan_verifier.scanned import check_scanned
from suyuan_verifier.views import check_view

from suyuan_ledger.demo import industry
from suyuan_ledger.demo import industry_figures as figures
from suyuan_ledger.demo.actors import Actor
from suyuan_ledger.demo.footprints import (
    CERTIFICATES,
    RESOLVER,
    drafted,
    judge,
    label_subject,
)
from suyuan_ledger.demo.labels import FULL, PHOSPHATE, Handed, file_of
from suyuan_ledger.demo.rogue import log_anyway
from suyuan_ledger.demo.scene import Scene
from suyuan_ledger.demo.walk import sign_draft
from suyuan_ledger.footprint_desk.drafts import FootprintDrafter
from suyuan_ledger.records.profile import format_digest

Record = dict[str, Any]
_GRID_CO2_YUNNAN = "CN-GRID-CO2-2023-YN"


def play_attacks_on_labels(scene: Scene, handed: Handed) -> None:
    """Make the attacks; each must be refused by its code."""
    _cells(scene)
    _statements(scene, handed)
    _labels(scene)
    _disclosures(scene)
    _on_the_goods(scene)


def _cells(scene: Scene) -> None:
    """What a person is told at the desk, before anything is signed."""
    scene.narrator.step(
        "Labels 1: the wrong factor for electricity, a strange number: named by their cells",
        "标识攻击一：电力因子用错、数字写法有误：均按单元格指出",
    )
    for en, zh, code, cells in (
        (
            "the grid's CO2 factor of Yunnan, which is for organisations:",
            "云南电力二氧化碳排放因子（用于组织层面核算）：",
            "footprint.series",
            {"P_01_GRID": {"factorCode": _GRID_CO2_YUNNAN}},
        ),
        (
            "grid power at the hydropower factor, because it is used in Yunnan:",
            "以“地处云南”为由，对电网用电使用水电因子：",
            "footprint.electricity",
            {"P_01_GRID": {"factorCode": "CN-ELEC-CFP-2024-HYDRO"}},
        ),
        (
            "a quantity in exponent notation:",
            "以指数记法书写的数量：",
            "record.decimal",
            {"P_02_PROCESS": {"quantity": "2.3e3"}},
        ),
    ):
        scene.narrator.tell(en, zh)
        rows = figures.table(figures.AMMONIA, **cells)
        found = judge(scene, rows, figures.ammonia_header())
        errors = [problem.as_error(scene.narrator.lang) for problem in found.problems]
        scene.verdicts.note(
            [error.code for error in errors] == [code],
            "; ".join(error.text("en") for error in errors),
            "；".join(error.text("zh") for error in errors),
        )


def _statements(scene: Scene, handed: Handed) -> None:
    """Statements that their producer signs although they are wrong."""
    scene.narrator.step(
        "Labels 2: wrong figures, signed by their producer",
        "标识攻击二：生产者签名的错误数值",
    )
    by = scene.stage.actor(industry.AMMONIA)
    table, header = figures.table(figures.AMMONIA), figures.ammonia_header()
    good = drafted(scene, industry.AMMONIA, judge(scene, table, header))
    for en, zh, code, bend, logged in (
        (
            "a total that is off by one unit in the last place:",
            "合计末位相差一个单位：",
            "footprint.total",
            partial(_set, way=("total",), text="2915.94"),
            True,
        ),
        (
            "900 MWh with the emission of 900 kWh:",
            "按 900 MWh 填报、却只计 900 kWh 的排放：",
            "footprint.emission",
            partial(_set, way=("lineItems", 0, "unit"), text="MWH"),
            False,
        ),
        (
            "an admitted factor's name with another value:",
            "写入库因子之名，却用另一数值：",
            "footprint.factor",
            partial(_set, way=("lineItems", 2, "factor", "value"), text="0.07"),
            True,
        ),
        (
            "a footprint that uses CBAM data:",
            "使用 CBAM 数据的碳足迹：",
            "cbam.link",
            partial(_use, content=format_digest(handed.cbam.content)),
            False,
        ),
    ):
        scene.narrator.tell(en, zh)
        _try(scene, by.sign(_bent(good, bend)), code, logged=logged)
    scene.narrator.tell(
        "the green certificates of the labelled aluminium, once more:",
        "已用于带标识铝锭的绿证再次使用：",
    )
    again = judge(scene, figures.table(figures.ALUMINIUM), figures.ingot_header())
    smelter = scene.stage.actor(industry.SMELTER)
    record = smelter.sign(drafted(scene, industry.SMELTER, again))
    _try(scene, record, "footprint.certificate_twice", logged=False)


def _labels(scene: Scene) -> None:
    """Labels that say more than their certificate does."""
    scene.narrator.step("Labels 3: labels beyond their certificate", "标识攻击三：超出证书的标识")
    number = CERTIFICATES["aluminium"]
    by = scene.stage.actor(industry.CERTIFIER)
    beyond: tuple[tuple[str, str, str, Record, bool], ...] = (
        (
            "for 1,001 of 1,000 t:",
            "证书授权 1000 吨，标识却写 1001 吨：",
            "label.quantity",
            {"authorised": {"quantity": "1001", "unit": "TNE"}},
            True,
        ),
        (
            "with a smaller figure than the certificate's:",
            "标示值小于证书的数值：",
            "label.value",
            {"displayed": {"value": "6.71", "unit": "tCO2e/TNE", "scale": 2}},
            False,
        ),
        (
            "for a product that is not certified:",
            "用于未经认证的产品：",
            "label.claim",
            {"productIds": [figures.PHOSPHATE_GTIN]},
            False,
        ),
    )
    for place, (en, zh, code, changes, logged) in enumerate(beyond, 2):
        scene.narrator.tell(en, zh)
        subject = label_subject(number, labelNumber=f"DEMO-LABEL-AL-{place}", **changes)
        _try(scene, _label(scene, by, number, subject), code, logged=logged)
    scene.narrator.tell("valid for longer than its certificate:", "有效期长于证书：")
    subject = label_subject(number, labelNumber="DEMO-LABEL-AL-9")
    late = _label(scene, by, number, subject, valid_until="2099-01-01T00:00:00Z")
    _try(scene, late, "label.validity", logged=False)


def _label(
    scene: Scene, by: Actor, number: str, subject: Record, valid_until: str | None = None
) -> bytes:
    with scene.stage.desk() as desk:
        drafter = FootprintDrafter(desk, by.did)
        draft = drafter.label(number, subject, valid_until=valid_until, resolver=RESOLVER)
    return sign_draft(by, draft)


def _disclosures(scene: Scene) -> None:
    """Disclosures that do not belong to what was signed."""
    scene.narrator.step(
        "Labels 4: disclosures with another salt, or given twice",
        "标识攻击四：盐值不符的披露，重复的披露",
    )
    bundle = json.loads(file_of(scene, FULL).read_bytes())
    salted, twice = deepcopy(bundle), deepcopy(bundle)
    salted["disclosures"][0] = _with_other_salt(bundle["disclosures"][0])
    twice["disclosures"].append(bundle["disclosures"][0])
    scene.verdicts.refute(salted, "disclosure.unmatched")
    scene.verdicts.refute(twice, "disclosure.twice")


def _on_the_goods(scene: Scene) -> None:
    """Codes and views that are not of this label."""
    narrator, verdicts = scene.narrator, scene.verdicts
    narrator.step(
        "Labels 5: another product's code, half a code, an edited view",
        "标识攻击五：他物的二维码、残缺的二维码、改动过的视图",
    )
    data = file_of(scene, FULL).read_bytes()
    report = verdicts.verify(data)
    other = verdicts.verify(file_of(scene, PHOSPHATE).read_bytes())
    scanned = (other.record or {})["claim"]["qr"]
    narrator.tell(f"scanned: {scanned}", f"扫得：{scanned}")
    verdicts.expect(
        report.with_check(check_scanned(report.record, scanned)), Verdict.INVALID, "label.scanned"
    )
    code = file_of(scene, FULL, ".code.txt").read_text(encoding="ascii")
    result = check_code(code[: len(code) // 2])
    verdicts.note(
        result.verdict is Verdict.UNREADABLE,
        f"half of the code: {result.verdict.value} [{result.code}]",
        f"二维码只剩一半：无法读取 [{result.code}]",
    )
    view = file_of(scene, FULL, ".pact.json").read_bytes().replace(b"2024", b"2025", 1)
    verdicts.expect(report.with_check(check_view(view, data, report)), Verdict.INVALID, "view.")


def _try(scene: Scene, record: bytes, code: str, *, logged: bool) -> None:
    """Show that the door refuses a record, and perhaps the verifier a log that holds it."""
    scene.verdicts.refuse(scene.stage.ledger, record, code)
    if logged:
        scene.narrator.tell(
            "logged all the same by the operator, with the log's own signature:",
            "运营方仍将其写入日志，并以日志密钥签名：",
        )
        scene.verdicts.refute(log_anyway(scene.stage, [record]), code)


def _bent(record: Record, bend: Callable[[Record], None]) -> Record:
    changed = deepcopy(record)
    bend(changed)
    return changed


def _set(record: Record, way: tuple[str | int, ...], text: str) -> None:
    place: Any = record["credentialSubject"]
    for step in way[:-1]:
        place = place[step]
    place[way[-1]] = text


def _use(record: Record, content: str) -> None:
    record["links"].append({"rel": "uses", "contentDigest": content})
    record["links"].sort(key=lambda link: (link["rel"], link["contentDigest"]))


def _with_other_salt(disclosure: str) -> str:
    """Write a disclosure with the same figures and a salt of zeros."""
    padded = disclosure + "=" * (-len(disclosure) % 4)
    _, claim, stated = json.loads(base64.urlsafe_b64decode(padded))
    whole = json.dumps(["A" * 22, claim, stated], separators=(",", ":"), sort_keys=True)
    return base64.urlsafe_b64encode(whole.encode()).rstrip(b"=").decode()
