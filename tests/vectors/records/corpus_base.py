"""Sound records to start from, and the means to sign whatever a case makes of them."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

Value = dict[str, Any]
Part = str | dict[str, Any]

CONTEXT = ["https://www.w3.org/ns/credentials/v2", "https://suyuan.example/ns/v1"]
TIME = "2026-11-22T08:00:00Z"
MILLISECONDS = 1795334400000
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


@dataclass(frozen=True)
class Case:
    """One file of the corpus."""

    name: str
    why: str
    parts: list[Part]
    expect: dict[str, str]
    ledger_only: bool = False


def base58(data: bytes) -> str:
    """Base58btc with the multibase prefix, written apart from the code under test."""
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = BASE58[digit] + text
    return "z" + "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def did_key(raw: bytes, code: bytes = b"\xed\x01") -> str:
    """Name a key of any kind."""
    return "did:key:" + base58(code + raw)


def key_of(name: str) -> Ed25519PrivateKey:
    """Return the throw-away key of a fictional organisation."""
    seed = sha256(f"suyuan corpus key {name}".encode()).digest()
    return Ed25519PrivateKey.from_private_bytes(seed)


def did_of(name: str) -> str:
    """Return that key's did:key."""
    return did_key(key_of(name).public_key().public_bytes_raw())


def envelope(kind: str, signer: str, subject: Value, seed: str) -> Value:
    """Make an unsigned record; `seed` stands for the random parts."""
    digest = sha256(seed.encode()).digest()
    bits = int.from_bytes(digest[:10], "big") >> 6
    number = MILLISECONDS << 80 | 0x7 << 76 | (bits >> 62) << 64 | 0b10 << 62 | bits % (1 << 62)
    text = f"{number:032x}"
    uuid = "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
    return {
        "@context": list(CONTEXT),
        "id": f"urn:uuid:{uuid}",
        "type": ["VerifiableCredential", kind],
        "issuer": {
            "id": did_of(signer),
            "name": f"Demo {signer} (fictional)",
            "nameZh": "示例单位",
        },
        "validFrom": TIME,
        "nonce": base64.urlsafe_b64encode(digest[16:]).rstrip(b"=").decode(),
        "credentialSubject": subject,
    }


def options_of(record: Value) -> Value:
    """Return the proof options that a sound proof of this record has."""
    issuer = record.get("issuer")
    did = issuer.get("id") if isinstance(issuer, dict) else None
    did = did if isinstance(did, str) else did_of("transcriber")
    return {
        "@context": list(CONTEXT),
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "created": TIME,
        "verificationMethod": f"{did}#{did.removeprefix('did:key:')}",
        "proofPurpose": "assertionMethod",
    }


def hash_data(record: Value, options: Value) -> bytes:
    """Return what eddsa-jcs-2022 signs."""
    return sha256(rfc8785.dumps(options)).digest() + sha256(rfc8785.dumps(record)).digest()


def sign(record: Value, signer: str, options: Value | None = None) -> Value:
    """Add a proof by a fictional organisation, whatever the record looks like."""
    options = options_of(record) if options is None else options
    signature = key_of(signer).sign(hash_data(record, options))
    return {**record, "proof": {**options, "proofValue": base58(signature)}}


def canonical(record: Value) -> str:
    """Return the RFC 8785 text of a record."""
    return rfc8785.dumps(record).decode()


def text(zh: str, en: str) -> Value:
    """Text for people."""
    return {"zh": zh, "en": en}


def official_factor() -> Value:
    """The grid factor of Yunnan, as published; every required member and no other."""
    return {
        "factorCode": "CN-GRID-CO2-2023-YN",
        "factorVersion": "1",
        "seriesType": "GRID_CO2_ORG",
        "productName": text("电力（云南，省级平均）", "Electricity, Yunnan, provincial average"),
        "declaredUnit": "KWH",
        "value": "0.1333",
        "valueUnit": "kgCO2/KWH",
        "systemBoundary": "notApplicable",
        "gwpSet": "notStated",
        "referencePeriod": {"start": "2023-01-01", "end": "2023-12-31"},
        "geography": {"scheme": "ISO3166", "code": "CN-YN"},
        "dataStatus": "officialTranscribed",
        "sources": [
            {
                "title": text(
                    "关于发布2023年电力二氧化碳排放因子的公告",
                    "Announcement on the 2023 electricity carbon dioxide emission factors",
                ),
                "publisher": text(
                    "生态环境部、国家统计局",
                    "Ministry of Ecology and Environment; National Bureau of Statistics",
                ),
                "documentNumber": "公告2025年第47号",
                "date": "2025-12-31",
                "locator": "附件 表3",
            }
        ],
    }


def product_factor() -> Value:
    """An illustrative product factor with every optional member."""
    sri = "sha256-" + base64.b64encode(sha256(b"evidence").digest()).decode()
    return {
        "factorCode": "EXAMPLE-AL-1",
        "factorVersion": "1.0.2",
        "seriesType": "PRODUCT_FOOTPRINT",
        "productName": text("示例铝锭", "Example aluminium ingot"),
        "declaredUnit": "TNE",
        "value": "3.50",
        "valueUnit": "tCO2e/TNE",
        "systemBoundary": "cradleToGate",
        "gwpSet": "AR6",
        "referencePeriod": {"start": "2024-01-01", "end": "2024-12-31"},
        "geography": {"scheme": "CN-GRID", "code": "南方"},
        "dataStatus": "illustrative",
        "sources": [
            {
                "title": text("示例来源", "Example source"),
                "publisher": text("示例单位", "Example publisher"),
                "documentNumber": "notStated",
                "date": "notStated",
                "locator": "notStated",
            }
        ],
        "variant": text("示例牌号", "example grade"),
        "classification": [
            {
                "scheme": "UN-CPC 2.1",
                "code": "41431",
                "name": text("未锻轧铝", "Unwrought aluminium"),
            }
        ],
        "technologyRoute": text("电解", "electrolysis"),
        "gases": [
            {"gas": "CO2", "amount": "3.30", "unit": "TNE", "gwp": "1"},
            {"gas": "CF4", "amount": "0.0000271", "unit": "TNE", "gwp": "7380"},
        ],
        "byStage": [{"stage": "A1", "value": "-0.10"}, {"stage": "A3", "value": "3.60"}],
        "uncertainty": {
            "distribution": "lognormal",
            "lower": "3.2",
            "upper": "3.9",
            "confidence": "0.95",
        },
        "dqi": [{"indicator": "Precision", "score": "2"}],
        "pedigree": "(1;3;2;5;1)",
        "primaryDataShare": "0.85",
        "allocation": {"method": "mass", "share": "1", "basis": text("质量", "mass")},
        "method": "sha256:" + sha256(b"method").hexdigest(),
        "inventory": [
            {
                "activity": text("电力消耗", "electricity use"),
                "quantity": "13500",
                "unit": "KWH",
                "source": "meter",
                "factorValue": "0.5",
                "factorUnit": "kgCO2e/KWH",
                "emission": "6750.0",
            }
        ],
        "evidence": [
            {
                "role": "measurement",
                "digestSRI": sri,
                "mediaType": "application/pdf",
                "size": 9007199254740991,
                "disclosure": "sealed",
                "period": {"start": "2024-02-29", "end": "2024-02-29"},
                "custodian": text("示例单位", "Example custodian"),
            }
        ],
        "dataSetOwner": text("示例单位", "Example owner"),
        "licence": "CC0-1.0",
    }


def enrolment_request() -> Value:
    """A fictional institute; division 990000 is assigned to nobody."""
    return {
        "organisation": {
            "registeredId": "12990000DEM0000010",
            "name": "Demo Institute (fictional)",
            "nameZh": "示例研究院",
            "orgType": "institute",
            "parentGroupId": "91990000DEM000002X",
        },
        "personId": "person_0001",
        "roles": ["submitter", "transcriber"],
    }


def enrolment() -> Value:
    """The answer to `enrolment_request`, with every scope member."""
    return {
        "id": did_of("transcriber"),
        **enrolment_request(),
        "roles": ["transcriber"],
        "scope": {
            "classification": [{"scheme": "UN-CPC 2.1", "prefix": "17"}],
            "geography": ["CN"],
            "series": ["GRID_CO2_ORG", "ELEC_FOOTPRINT"],
        },
        "notBefore": TIME,
        "notAfter": "2028-11-22T08:00:00Z",
    }


def link(rel: str, seed: str) -> Value:
    """A link to some content."""
    return {"rel": rel, "contentDigest": "sha256:" + sha256(seed.encode()).hexdigest()}
