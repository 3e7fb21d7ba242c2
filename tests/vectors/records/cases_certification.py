"""Opinion, certificate, filing, label, surveillance and data for CBAM: what is no such record."""

from __future__ import annotations

from functools import partial

from cases_bytes import refuse
from cases_changed import ABSENT, cases_of
from cases_sound import accept
from cases_tables import Tables, shape_cases
from corpus_base import Case, Value, sign
from corpus_footprint import FOOTPRINT_FULL, FOOTPRINT_SMALL, GTIN
from corpus_links import SIGNER, signed_text, unsigned

KINDS = [kind for kind in FOOTPRINT_FULL if kind != "FootprintStatement"]
BACKWARDS = {"start": "2025-12-31", "end": "2025-12-30"}
_WRONG_GTIN = GTIN[:-1] + "8"
_OTHER = "urn:uuid:0191a1f0-0000-7000-8000-000000000001"

_ISSUED_RULES = {
    "record.product_id": {"check-digit": ("productIds.0", _WRONG_GTIN)},
    "record.order": {
        "product-ids-unsorted": ("productIds", [_OTHER, GTIN]),
        "product-ids-twice": ("productIds", [GTIN, GTIN]),
        "lots-unsorted": ("lots", ["LOT-2", "LOT-1"]),
        "lots-twice": ("lots", ["LOT-1", "LOT-1"]),
    },
}

_TABLES: dict[str, Tables] = {
    "FootprintVerification": Tables(
        objects=["conflictOfInterest", "findings.0"],
        optional={"findings", "statement"},
        lists={"findings": (1, 64, "")},
        texts={"standard": 200, "findings.0.text.zh": 2000},
        words=["result", "level", "conflictOfInterest.declaration", "findings.0.severity"],
        decimals={"materiality": "5%"},
        times={"completedOn": "2026-02-29"},
        forms={
            "conflict-untold": ("conflictOfInterest", {"declaration": "exists"}),
            "no-conflict-told": ("conflictOfInterest.declaration", "none"),
            "pointer-relative": ("findings.0.pointer", "lineItems"),
        },
    ),
    "Certificate": Tables(
        objects=["product", "declared", "authorised", "referencePeriod"],
        optional={"specification", "authorised", "lots", "conditions"},
        lists={"productIds": (1, 8, ""), "lots": (1, 256, "")},
        integers={"declared.scale": (0, 18)},
        texts={
            "certificateNumber": 64, "product.name.zh": 2000, "basis": 200, "lots.0": 64,
            "conditions.en": 2000,
        },
        words=["systemBoundary", "dataStatus", "authorised.unit"],
        decimals={"declared.value": "1e1", "authorised.quantity": "0"},
        times={"referencePeriod.end": "2025-02-29"},
        forms={
            "number-blank": ("certificateNumber", "EX 1"),
            "number-slash-first": ("certificateNumber", "/1"),
            "lot-blank": ("lots.0", "LOT 1"),
            "status-measured": ("dataStatus", "measured"),
            "declared-unit-pound": ("declared.unit", "lbCO2e/TNE"),
        },
        rules={
            **_ISSUED_RULES,
            "record.period": {"backwards": ("referencePeriod", BACKWARDS)},
            "record.unit": {
                "of-carbon-dioxide": ("declared.unit", "kgCO2/TNE"),
                "per-piece-unknown": ("declared.unit", "kgCO2e/EA"),
            },
        },
    ),
    "Filing": Tables(
        optional={"system"},
        texts={"filingNumber": 64, "system": 200},
        words=["decision"],
        times={"receivedOn": "2026-02-30"},
        forms={"number-slash-first": ("filingNumber", "/1")},
    ),
    "LabelIssuance": Tables(
        objects=["product", "displayed", "authorised"],
        optional={"specification", "authorised", "lots", "grade", "qr"},
        lists={"productIds": (1, 8, ""), "lots": (1, 256, "")},
        integers={"displayed.scale": (0, 18)},
        texts={"labelNumber": 64, "product.name.en": 2000, "lots.0": 64, "grade.zh": 2000},
        words=["systemBoundary", "dataStatus", "authorised.unit"],
        decimals={"displayed.value": "12,5", "authorised.quantity": "-1"},
        forms={
            "number-slash": ("labelNumber", "EX/LABEL"),
            "no-qr": ("qr", ABSENT),
            "displayed-unit-words": ("displayed.unit", "kg per t"),
        },
        rules={
            **{code: dict(changes) for code, changes in _ISSUED_RULES.items()},
            "record.unit": {"of-carbon-dioxide": ("displayed.unit", "kgCO2/TNE")},
            "record.qr": {
                "http": ("qr", "http://label.example/EX-LABEL-1"),
                "scheme-upper-case": ("qr", "HTTPS://label.example/EX-LABEL-1"),
                "host-upper-case": ("qr", "https://Label.example/EX-LABEL-1"),
                "host-of-others": ("qr", "https://标识.example/EX-LABEL-1"),
                "path-not-ascii": ("qr", "https://label.example/标识"),
                "host-none": ("qr", "https:///EX-LABEL-1"),
                "host-point-first": ("qr", "https://.example/EX-LABEL-1"),
                "host-hyphen-last": ("qr", "https://example-/EX-LABEL-1"),
                "user": ("qr", "https://a@label.example/EX-LABEL-1"),
                "port-none": ("qr", "https://label.example:/EX-LABEL-1"),
                "port-6-digits": ("qr", "https://label.example:123456/EX-LABEL-1"),
                "path-none": ("qr", "https://label.example"),
                "path-empty": ("qr", "https://label.example/"),
                "segment-empty": ("qr", "https://label.example//EX-LABEL-1"),
                "segment-last-empty": ("qr", "https://label.example/EX-LABEL-1/"),
                "query": ("qr", "https://label.example/EX-LABEL-1?a=1"),
                "fragment": ("qr", "https://label.example/EX-LABEL-1#a"),
                # Whoever resolves these reads another path than the one that was compared.
                "escape": ("qr", "https://label.example/EX%2FLABEL-1"),
                "escape-of-a-letter": ("qr", "https://label.example/%30%31/09521234567899/EX-LABEL-1"),
                "percent": ("qr", "https://label.example/EX%"),
                "dot-first": ("qr", "https://label.example/./EX-LABEL-1"),
                "dot-between": ("qr", "https://label.example/01/./09521234567899/EX-LABEL-1"),
                "dot-last": ("qr", "https://label.example/EX-LABEL-1/."),
                "dots-first": ("qr", "https://label.example/../EX-LABEL-1"),
                "dots-between": ("qr", "https://label.example/01/x/../09521234567899/EX-LABEL-1"),
                "dots-last": ("qr", "https://label.example/EX-LABEL-1/.."),
                "blank": ("qr", "https://label.example/EX LABEL"),
                "line-feed": ("qr", "https://label.example/EX-LABEL-1\n"),
                "backslash": ("qr", "https://label.example/EX\\LABEL"),
                "javascript": ("qr", "javascript:alert(1)//https://label.example/1"),
                "empty": ("qr", ""),
                "301-bytes": ("qr", "https://label.example/" + "1" * 279),
                "slashes": ("qr", "https://label.example" + "/" * 200 + "?"),
                "number": ("qr", 1),
            },
        },
    ),
    "Surveillance": Tables(
        objects=["findings.0"],
        optional={"sample", "findings"},
        lists={"findings": (1, 64, "")},
        texts={"sample.zh": 2000},
        words=["result", "method", "findings.0.severity"],
        times={"performedOn": "2026-09-31"},
    ),
    "CbamInstallationData": Tables(
        objects=[
            "goods", "installation", "direct", "precursors.0", "precursors.0.direct",
            "carbonPricePaid.0", "verifier", "sources.0", "reportingPeriod",
        ],
        optional={"unLocode", "id", "indirect", "installation"},
        lists={
            "precursors": (0, 32, ""), "carbonPricePaid": (0, 8, ""), "sources": (1, 32, ""),
        },
        texts={
            "goods.zh": 2000, "installation.id": 200, "verifier.accreditation": 200,
            "precursors.0.name.en": 2000, "carbonPricePaid.0.basis.zh": 2000,
        },
        words=["dataStatus"],
        decimals={
            "direct.value": "-1.6", "indirect.value": "1.6e0", "precursors.0.quantity": "0",
            "precursors.0.direct.value": "-1", "precursors.0.indirect.value": "x",
            "carbonPricePaid.0.amount": "-0.01",
        },
        times={
            "reportingPeriod.start": "2025-02-29", "sources.0.date": "2025-02-30",
        },
        forms={
            "code-odd": ("cnCode", "76011"),
            "code-two": ("cnCode", "76"),
            "code-ten": ("cnCode", "7601101010"),
            "code-blank": ("cnCode", "7601 10"),
            "code-number": ("cnCode", 7601),
            "precursor-code-odd": ("precursors.0.cnCode", "28182"),
            "no-installation": ("installation", ABSENT),
            "country-name": ("installation.country", "China"),
            "country-lower-case": ("installation.country", "cn"),
            "locode-digit-1": ("installation.unLocode", "CN KM1"),
            "locode-two-blanks": ("installation.unLocode", "CN  KMG"),
            "currency-sign": ("carbonPricePaid.0.currency", "¥"),
            "currency-lower-case": ("carbonPricePaid.0.currency", "cny"),
            "unit-kilograms": ("direct.unit", "kgCO2e/TNE"),
            "unit-per-kilogram": ("indirect.unit", "tCO2e/KGM"),
            "verifier-word": ("verifier", "none"),
            "verifier-number": ("verifier", 1),
            "verifier-list": ("verifier", []),
        },
        rules={"record.period": {"backwards": ("reportingPeriod", BACKWARDS)}},
    ),
}  # fmt: skip


def certification_refused() -> list[Case]:
    """Return the records that must be refused."""
    cases = []
    for kind, tables in _TABLES.items():
        make = partial(signed_text, kind)
        cases += shape_cases(kind, make, FOOTPRINT_FULL[kind], tables)
    # Of the two members at least one is there; the example has both.
    label = partial(signed_text, "LabelIssuance")
    cases += cases_of(
        "LabelIssuance",
        "record.shape",
        label,
        FOOTPRINT_SMALL["LabelIssuance"],
        {"neither-quantity-nor-lots": ("lots", ABSENT)},
    )
    for kind in ("Certificate", "LabelIssuance"):
        name = f"{kind}-scale-point"
        pointed = signed_text(kind, name, FOOTPRINT_FULL[kind]).replace('"scale":2', '"scale":2.0')
        cases.append(refuse(name, "record.number", "2.0 is no integer", pointed))
    return cases


def certification_accepted() -> list[Case]:
    """Return each kind with every member, with the required ones, and at the edge of a rule."""
    cases = []
    for label, table in (("full", FOOTPRINT_FULL), ("small", FOOTPRINT_SMALL)):
        cases += [_accept(kind, label, table[kind]) for kind in KINDS]
    lots = [f"LOT-{number:04}" for number in range(256)]
    qr = "https://label.example"
    edges: list[tuple[str, str, Value]] = [
        ("Certificate", "256-lots", {"lots": lots}),
        ("LabelIssuance", "256-lots", {"lots": lots}),
        ("LabelIssuance", "quantity-alone", {"lots": None}),
        ("LabelIssuance", "qr-300-bytes", {"qr": f"{qr}/" + "1" * 278}),
        ("LabelIssuance", "qr-host-253", {"qr": f"https://{'a.' * 126}b/1"}),
        ("LabelIssuance", "qr-port", {"qr": f"{qr}:65535/labels/EX-LABEL-1"}),
        ("LabelIssuance", "qr-every-character", {"qr": f"{qr}/a/-._~!$&'()*+,;=:@"}),
        ("LabelIssuance", "qr-points", {"qr": f"{qr}/.../.a/..a/a./a../.-/EX-LABEL-1"}),
        # Whether a number of fourteen digits is a GTIN is a matter of the label's own products.
        ("LabelIssuance", "qr-other-digits", {"qr": f"{qr}/01/09521234567898"}),
        ("Filing", "refused", {"decision": "refused"}),
        ("CbamInstallationData", "heading", {"cnCode": "7601"}),
        (
            "CbamInstallationData",
            "place",
            {"installation": {"name": FOOTPRINT_FULL["Certificate"]["product"]["name"],
                              "country": "CN-YN", "unLocode": "CNK2Z"}},
        ),
        (
            "CbamInstallationData",
            "nothing-emitted",
            {"direct": {"value": "0.00", "unit": "tCO2e/TNE"}},
        ),
    ]  # fmt: skip
    for kind, name, members in edges:
        subject = {**FOOTPRINT_FULL[kind], **members}
        subject = {member: value for member, value in subject.items() if value is not None}
        cases.append(_accept(kind, name, subject))
    return cases


def _accept(kind: str, name: str, subject: Value) -> Case:
    record = unsigned(kind, f"{kind}-{name}", subject)
    return accept(f"{kind}-{name}", f"{kind}: {name}", sign(record, SIGNER))
