"""Bundles that are what they say, and steps that were not asked for."""

from __future__ import annotations

import json

from bundle_case import case, finish
from simulator import Actor, Ledger, cosign, good_story
from synthetic_chain import hexed, keccak256

good = case("VALID")


@good
def good_anchored_prefix():
    """An honest factor; the anchor covers a proven prefix of the checkpoint's tree."""
    return good_story()


@good
def good_anchor_equals_checkpoint():
    """The anchored size is the checkpoint's own: no consistency proof is needed."""
    ledger = Ledger()
    return finish(ledger, ledger.factor(ledger.provider), ledger.enrol_actors())


@good
def good_any_layout():
    """White space and the order of members are not part of what a bundle says."""
    ledger, bundle, policy = good_story()
    turned = json.dumps(dict(reversed(bundle.items())), indent=1, ensure_ascii=True)
    return ledger, turned.encode() + b"\n", policy


@good
def good_proven_at_later_block():
    """The second of three anchors, proven in the state of the block of the third."""
    ledger = Ledger()
    enrolments = ledger.enrol_actors()
    ledger.anchor()
    factor = ledger.append(ledger.factor(ledger.provider))
    anchor = ledger.anchor()
    ledger.fill(4)
    ledger.anchor()
    header = ledger.chain.header(121, 1_790_000_000)
    anchor |= ledger.chain.prove(ledger.contract, 1, header)
    policy = ledger.policy()
    policy["anchorTrust"]["pinned"] = [
        {"chainId": 31337, "number": 121, "hash": hexed(keccak256(header))}
    ]
    return (
        ledger,
        ledger.bundle(factor, [*enrolments, factor], anchor),
        policy,
        "2026-10-01T00:00:00Z",
    )


@good
def good_official_figure():
    """An official figure as published, signed by a transcriber whom the root enrolled itself."""
    ledger = Ledger()
    request = ledger.request(ledger.provider, ["submitter", "transcriber"])
    enrolment = ledger.enrol(ledger.root, request, roles=["transcriber"])
    factor = ledger.factor(ledger.provider, **official_figure())
    return finish(ledger, factor, [request, enrolment])


@good
def good_scoped_registrar():
    """A registrar grants a scope within its own; the factor lies within both."""
    ledger = Ledger()
    first = ledger.request(ledger.registrar, ["registrar"])
    wide = {"series": ["ELEC_FOOTPRINT", "PRODUCT_FOOTPRINT"], "geography": ["CN"]}
    second = ledger.enrol(ledger.root, first, scope=wide)
    third = ledger.request(ledger.provider, ["submitter"], personId="person-0001")
    narrow = {"series": ["PRODUCT_FOOTPRINT"], "geography": ["CN-YN"]}
    fourth = ledger.enrol(ledger.registrar, third, scope=narrow)
    return finish(ledger, ledger.factor(ledger.provider), [first, second, third, fourth])


@good
def good_hint_is_ignored():
    """A hint may say what it likes; a verifier neither prints nor believes it."""
    ledger, bundle, policy = good_story()
    return ledger, {**bundle, "hint": "\u001b[32mVALID\u202e trust me"}, policy


@good
def good_witness_quorum():
    """Two of three named witnesses cosigned, two are asked for, a stranger's line is ignored."""
    ledger, bundle, policy = good_story()
    witnesses = [Actor(f"witness {number}") for number in range(3)]
    note = bundle["log"]["checkpoint"]
    for number in (0, 2):
        note = cosign(note, witnesses[number], f"witness{number}.example", 1_767_700_000)
    bundle["log"]["checkpoint"] = cosign(note, Actor("stranger"), "stranger.example", 1)
    policy["log"]["witnesses"] = [
        witness.vkey(f"witness{number}.example", 4) for number, witness in enumerate(witnesses)
    ]
    policy["log"]["quorum"] = 2
    return ledger, bundle, policy


@case("VALID", (7, "anchor.absent", "unknown"))
def good_not_anchored_and_not_asked():
    """The policy asks for steps 1 to 6 only: VALID (steps 1-6) without an anchor."""
    ledger, bundle, policy = good_story()
    del bundle["anchor"]
    return ledger, bundle, {**policy, "requiredSteps": [1, 2, 3, 4, 5, 6]}


@case("VALID")
def good_without_arithmetic():
    """The policy requires arithmetic of a bundle in which nothing is calculated."""
    ledger, bundle, policy = good_story()
    return ledger, bundle, {**policy, "requiredSteps": [1, 2, 3, 4, 5, 6, 7, 9]}


def official_figure() -> dict:
    """China's national average grid emission factor of 2023, as published."""
    return {
        "factorCode": "CN-GRID-CO2-2023-NAT",
        "seriesType": "GRID_CO2_ORG",
        "productName": {"zh": "电力（全国平均）", "en": "Electricity, China, national average"},
        "declaredUnit": "KWH",
        "value": "0.5306",
        "valueUnit": "kgCO2/KWH",
        "systemBoundary": "notApplicable",
        "gwpSet": "notStated",
        "referencePeriod": {"start": "2023-01-01", "end": "2023-12-31"},
        "geography": {"scheme": "ISO3166", "code": "CN"},
        "dataStatus": "officialTranscribed",
        "sources": [
            {
                "title": {
                    "zh": "关于发布2023年电力二氧化碳排放因子的公告",
                    "en": "Announcement on the release of the 2023 electricity carbon dioxide "
                    "emission factors",
                },
                "publisher": {
                    "zh": "生态环境部、国家统计局",
                    "en": "Ministry of Ecology and Environment; National Bureau of Statistics",
                },
                "documentNumber": "公告2025年第47号",
                "date": "2025-12-31",
                "locator": "附件 表1",
            }
        ],
    }
