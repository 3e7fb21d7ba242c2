"""FootprintStatement: every member missing, unknown, of another form, out of bounds or of order."""

from __future__ import annotations

from functools import partial

from cases_bytes import refuse
from cases_changed import ABSENT, Change, cases_of
from cases_sound import accept
from cases_tables import Tables, shape_cases
from corpus_base import Case, Value, canonical, product_factor, sign, text
from corpus_footprint import (
    FOOTPRINT_FULL,
    FOOTPRINT_SMALL,
    GTIN,
    electricity,
    factor,
    formula_line,
    gas_line,
    line,
    sealed_line,
    small_statement,
    statement,
)
from corpus_governance import without
from corpus_links import SIGNER, signed_text, unsigned

KIND = "FootprintStatement"
MAKE = partial(signed_text, KIND)
GAS, POWER, GRID, ANODES, SEALED, UPSTREAM, EXTERNAL = (
    f"lineItems.{place}" for place in (0, 1, 2, 3, 4, 6, 7)
)
EVIDENCE = product_factor()["evidence"][0]
PAIR = [sealed_line(name) for name in "ab"]
TRANSMITS = electricity("grid", transmissionOf=["a", "b"])
BACKWARDS = {"start": "2025-12-31", "end": "2025-12-30"}

_TABLES = Tables(
    objects=[
        "product", "classification.0", "facility", "facility.geography", "geography",
        "referencePeriod", "cutOff", "cutOff.items.0", GAS, f"{GAS}.activity", f"{GAS}.gas", POWER,
        f"{POWER}.factor", f"{POWER}.electricity", f"{POWER}.electricity.period",
        f"{GRID}.electricity.basis", f"{ANODES}.formula", f"{ANODES}.formula.parameters.0",
        UPSTREAM, f"{UPSTREAM}.statement", EXTERNAL, f"{EXTERNAL}.external",
        f"{EXTERNAL}.conversion", f"{EXTERNAL}.conversion.source", f"{EXTERNAL}.allocation",
        f"{EXTERNAL}.evidence.0", "byStage.0", "byCategory.0", "primaryDataShare", "result",
    ],
    optional={
        "specification", "productMass", "conversion", "allocation", "evidence", "electricity",
        "certificateIds", "transmissionOf", "period", "custodian",
        # Each of these has to be there elsewhere: see the forms.
        "id", "basis", "source",
    },
    lists={
        "productIds": (1, 8, ""), "classification": (1, 16, ""), "cutOff.items": (0, 64, ""),
        "lineItems": (1, 0, ""), "byStage": (1, 5, ""), "byCategory": (1, 4, ""),
        f"{SEALED}._sd": (1, 1, ""), f"{EXTERNAL}.evidence": (1, 16, ""),
        f"{POWER}.electricity.certificateIds": (1, 64, ""),
        f"{GRID}.electricity.transmissionOf": (1, 64, ""),
        f"{ANODES}.formula.parameters": (1, 8, ""),
    },
    integers={"result.scale": (0, 18), f"{EXTERNAL}.evidence.0.size": (0, 2**53 - 1)},
    texts={
        "product.name.zh": 2000, "product.specification.en": 2000, "facility.id": 200,
        f"{GAS}.id": 64, f"{GAS}.activity.zh": 2000, f"{GAS}.gas.name": 32,
        f"{POWER}.factor.factorCode": 64, f"{POWER}.electricity.certificateIds.0": 64,
        f"{GRID}.electricity.transmissionOf.0": 64, f"{ANODES}.formula.parameters.0.name": 64,
        f"{ANODES}.formula.parameters.0.source": 500, f"{EXTERNAL}.external.database": 200,
        f"{EXTERNAL}.external.version": 200, f"{EXTERNAL}.external.dataset": 500,
        f"{EXTERNAL}.allocation.method": 64, f"{EXTERNAL}.allocation.basis.en": 2000,
        f"{EXTERNAL}.conversion.basis.zh": 2000, "cutOff.items.0.name.zh": 2000,
        "cutOff.items.0.reason.en": 2000,
    },
    words=[
        "declaredUnit", "systemBoundary", "gwpSet", "dataStatus", f"{GAS}.type", f"{GAS}.stage",
        f"{GAS}.category", f"{GAS}.unit", f"{GAS}.dataStatus", f"{GAS}.activityDataSource",
        f"{POWER}.electricity.instrument", f"{ANODES}.formula.id", f"{EXTERNAL}.conversion.to",
        "byStage.0.stage", "byCategory.0.category", "geography.scheme",
    ],
    decimals={
        "declaredAmount": "0.0", "productMass": "-1", "cutOff.items.0.share": "1.01",
        f"{GAS}.quantity": "-0.5", f"{GAS}.emission": "1e0", f"{GAS}.gas.gwp": "0",
        f"{POWER}.factor.value": "0,5777", f"{ANODES}.formula.parameters.0.value": "-0.004",
        f"{UPSTREAM}.statement.value": "12.", f"{EXTERNAL}.external.value": "+1",
        f"{EXTERNAL}.conversion.factor": "0", f"{EXTERNAL}.allocation.share": "1.5",
        "total": "-0", "byStage.0.emission": "1E1", "byCategory.0.emission": "NaN",
        "primaryDataShare.activity": "85%", "primaryDataShare.factor": "-0.1",
        "primaryDataShare.both": "2", "result.value": "0" * 2 + "1",
    },
    times={
        "referencePeriod.start": "2025-02-29", "referencePeriod.end": "2025",
        f"{POWER}.electricity.period.end": "2025-11-31",
        f"{GRID}.electricity.basis.date": "2025-02-30",
        f"{EXTERNAL}.conversion.source.date": "2025-13-01",
        f"{EXTERNAL}.evidence.0.period.start": "2024-02-30",
    },
    forms={
        "no-item-id": (f"{GAS}.id", ABSENT),
        "no-conversion-basis": (f"{EXTERNAL}.conversion.basis", ABSENT),
        "no-allocation-basis": (f"{EXTERNAL}.allocation.basis", ABSENT),
        "item-string": (GAS, "a-gas"),
        "item-id-blank": (f"{GAS}.id", "a gas"),
        "status-measured": ("dataStatus", "measured"),
        "gwp-not-stated": ("gwpSet", "notStated"),
        "boundary-not-stated": ("systemBoundary", "notStated"),
        "place-lower-case": ("facility.geography.code", "cn-yn"),
        "admission-hex": (f"{POWER}.factor.admission", "ab" * 32),
        "factor-version-letter": (f"{POWER}.factor.factorVersion", "v1"),
        "factor-unit-words": (f"{POWER}.factor.valueUnit", "kg per kWh"),
        "statement-hex": (f"{UPSTREAM}.statement.contentDigest", "ab" * 32),
        "statement-unit-pound": (f"{UPSTREAM}.statement.valueUnit", "lbCO2e/TNE"),
        "external-unit-words": (f"{EXTERNAL}.external.valueUnit", "kg"),
        "result-unit-pound": ("result.unit", "lbCO2e/TNE"),
        "result-unit-number": ("result.unit", 1),
        "no-quantity": (f"{GAS}.quantity", ABSENT),
        "no-emission": (f"{GAS}.emission", ABSENT),
        "sealed-with-quantity": (f"{SEALED}.quantity", "1"),
        "sealed-with-emission": (f"{SEALED}.emission", "1"),
        "sealed-and-nothing": (f"{SEALED}._sd", ABSENT),
        "sealed-string": (f"{SEALED}._sd", "A" * 42 + "E"),
        "sealed-short": (f"{SEALED}._sd", ["A" * 42]),
        "sealed-padded": (f"{SEALED}._sd", ["A" * 42 + "E="]),
        "sealed-spare-bits": (f"{SEALED}._sd", ["A" * 42 + "B"]),
        "sealed-base64": (f"{SEALED}._sd", ["+" * 42 + "E"]),
        "factor-of-gas": (f"{GAS}.factor", factor("EXAMPLE-HYDRO")),
        "electricity-of-gas": (f"{GAS}.electricity", electricity("grid")),
        "statement-of-gas": (f"{GAS}.statement", statement()["lineItems"][6]["statement"]),
        "external-of-gas": (f"{GAS}.external", statement()["lineItems"][7]["external"]),
        "gas-of-factor": (f"{POWER}.gas", {"name": "CO2", "gwp": "1"}),
        "formula-of-factor": (f"{POWER}.formula", formula_line("x")["formula"]),
        "electricity-of-upstream": (f"{UPSTREAM}.electricity", electricity("grid")),
        "electricity-of-external": (f"{EXTERNAL}.electricity", electricity("grid")),
        "gas-and-formula": (f"{GAS}.formula", formula_line("x")["formula"]),
        "neither-gas-nor-formula": (f"{GAS}.gas", ABSENT),
        "gas-by-energy": (f"{GAS}.unit", "KWH"),
        "formula-by-volume": (f"{ANODES}.unit", "MTQ"),
        # One spelling: whatever differs in case, blanks or width would be used twice.
        **{
            f"certificate-{name}": (f"{POWER}.electricity.certificateIds.0", number)
            for name, number in {
                "lower-case": "GEC-1a", "blank": "GEC 1", "blank-last": "GEC-1 ",
                "zero-width": "GEC-1\u200b", "full-width": "ＧEC-1", "point-first": ".GEC-1",
                "colon": "GEC:1", "line-feed": "GEC-1\n",
            }.items()
        },
        "no-factor": (f"{POWER}.factor", ABSENT),
        "no-statement": (f"{UPSTREAM}.statement", ABSENT),
        "no-external": (f"{EXTERNAL}.external", ABSENT),
    },
    rules={
        "record.product_id": {
            "check-digit-14": ("productIds.0", GTIN[:-1] + "8"),
            # Right check digits all, but a GTIN has one spelling, with zeros in front.
            "gtin-13": ("productIds.0", GTIN.replace(":0", ":")),
            "gtin-12": ("productIds.0", "urn:gtin:952123456786"),
            "gtin-8": ("productIds.0", "urn:gtin:95212340"),
            "digits-swapped": ("productIds.0", "urn:gtin:09512234567899"),
            "gtin-9-digits": ("productIds.0", "urn:gtin:952123400"),
            "gtin-15-digits": ("productIds.0", "urn:gtin:095212345678990"),
            "gtin-letter": ("productIds.0", "urn:gtin:0952123456789X"),
            "gtin-full-width": ("productIds.0", "urn:gtin:９５２１２３４０"),
            "gtin-empty": ("productIds.0", "urn:gtin:"),
            "gtin-upper-case": ("productIds.0", "urn:GTIN:09521234567899"),
            "no-urn": ("productIds.0", "09521234567899"),
            "urn-upper-case": ("productIds.0", "URN:uuid:0"),
            "urn-nothing": ("productIds.0", "urn:ex:"),
            "urn-one-letter": ("productIds.0", "urn:e:1"),
            "urn-33-letters": ("productIds.0", f"urn:{'e' * 33}:1"),
            "urn-181": ("productIds.0", "urn:ex:" + "1" * 181),
            "urn-blank": ("productIds.0", "urn:ex:a b"),
            "urn-line-feed": ("productIds.0", "urn:ex:1\n"),
            "urn-hyphen-first": ("productIds.0", "urn:-ex:1"),
            "number": ("productIds.0", 9521234567899),
        },
        "record.unit": {
            "per-kilogram": ("result.unit", "kgCO2e/KGM"),
            "of-carbon-dioxide": ("result.unit", "kgCO2/TNE"),
            "declared-otherwise": ("declaredUnit", "KGM"),
        },
        "record.stage": {
            "gate-to-gate-raw-material": ("systemBoundary", "gateToGate"),
            "gate-to-grave-raw-material": ("systemBoundary", "gateToGrave"),
            "cradle-to-gate-distribution": (f"{GAS}.stage", "distribution"),
            "cradle-to-gate-use": (f"{GAS}.stage", "use"),
            "cradle-to-gate-end-of-life": (f"{GAS}.stage", "endOfLife"),
        },
        "record.period": {
            "backwards": ("referencePeriod", BACKWARDS),
            "electricity-backwards": (f"{POWER}.electricity.period", BACKWARDS),
            "evidence-backwards": (f"{EXTERNAL}.evidence.0.period", BACKWARDS),
        },
        "record.electricity": {
            "no-certificates": (f"{POWER}.electricity.certificateIds", ABSENT),
            "certificates-of-the-grid": (
                f"{POWER}.electricity", electricity("grid", certificateIds=["GEC-1"]),
            ),
            "certificates-of-a-line": (
                f"{POWER}.electricity", electricity("directLine", certificateIds=["GEC-1"]),
            ),
            "certificates-of-own-use": (
                f"{POWER}.electricity", electricity("own", certificateIds=["GEC-1"]),
            ),
            "certificates-of-transmission": (
                f"{POWER}.electricity",
                electricity(
                    "greenCertificate", certificateIds=["GEC-1"], transmissionOf=["a-gas"],
                ),
            ),
        },
        "record.sealed": {
            "one-in-a-stage": (SEALED, line("e-sealed", "activityFactor", factor=factor("x"))),
            "another-stage": (f"{SEALED}.stage", "rawMaterial"),
            "another-category": (f"{SEALED}.category", "biogenic"),
            "digest-twice": (f"{SEALED}._sd", sealed_line("f-sealed")["_sd"]),
            "formula": (ANODES, {
                **without(formula_line("d-anodes"), "quantity", "emission"),
                "_sd": sealed_line("d-anodes")["_sd"],
            }),
            "uptake": ("lineItems", [*PAIR, sealed_line("c", category="biogenicUptake")]),
            # What plants take up is in no stage: of the stage's subtotal "a" is the only one.
            "stage-beside-uptake": ("lineItems", [
                sealed_line("a"),
                *(sealed_line(name, category="biogenicUptake") for name in "bc"),
                *(sealed_line(name, stage="rawMaterial") for name in "de"),
            ]),
            # Two of each subtotal, but "c" is the difference of production and fossil.
            "bridge": ("lineItems", [
                *PAIR, sealed_line("c", category="biogenic"),
                *(sealed_line(name, category="biogenic", stage="rawMaterial") for name in "de"),
            ]),
            "transmission-does-not-count": ("lineItems", [
                PAIR[0], sealed_line("t", electricity=electricity("grid", transmissionOf=["a"])),
            ]),
            "transmission-alone": ("lineItems", [
                *(sealed_line(name, electricity=TRANSMITS) for name in "tu"),
            ]),
            "transmission-open": ("lineItems", [
                *PAIR, line("t", "activityFactor", factor=factor("t"), electricity=TRANSMITS),
            ]),
            "transmission-of-what-is-open": ("lineItems", [
                *PAIR, gas_line("c"),
                sealed_line("t", electricity=electricity("grid", transmissionOf=["a", "c"])),
            ]),
        },
        "record.order": {
            "product-ids-unsorted": ("productIds", statement()["productIds"][::-1]),
            "product-ids-twice": ("productIds", [GTIN, GTIN]),
            "items-unsorted": ("lineItems", [gas_line("b"), gas_line("a")]),
            "items-twice": ("lineItems", [gas_line("a"), gas_line("a")]),
            "items-by-letter": ("lineItems", [gas_line("a"), gas_line("B")]),
            "stages-unsorted": ("byStage", statement()["byStage"][::-1]),
            "stages-twice": ("byStage", [statement()["byStage"][0]] * 2),
            "categories-unsorted": ("byCategory", statement()["byCategory"][::-1]),
            "categories-twice": ("byCategory", [statement()["byCategory"][0]] * 2),
            "certificates-unsorted": (f"{POWER}.electricity.certificateIds", ["GEC-2", "GEC-1"]),
            "certificates-twice": (f"{POWER}.electricity.certificateIds", ["GEC-1", "GEC-1"]),
            "transmission-unsorted": (
                f"{GRID}.electricity.transmissionOf", ["b-power", "a-gas"],
            ),
            "transmission-twice": (f"{GRID}.electricity.transmissionOf", ["b-power", "b-power"]),
            "parameters-unsorted": (
                f"{ANODES}.formula.parameters", formula_line("x")["formula"]["parameters"][::-1],
            ),
            "parameters-twice": (
                f"{ANODES}.formula.parameters", [formula_line("x")["formula"]["parameters"][0]] * 2,
            ),
        },
    },
)  # fmt: skip


def statement_refused() -> list[Case]:
    """Return the statements that must be refused."""
    cases = shape_cases(KIND, MAKE, statement(), _TABLES)
    wider = {**small_statement(), "systemBoundary": "gateToGrave"}
    tables: list[tuple[str, str, Value, dict[str, Change]]] = [
        ("record.stage", "grave", wider, {"raw-material": ("lineItems.0.stage", "rawMaterial")}),
        (
            "record.stage",
            "gate",
            {**small_statement(), "systemBoundary": "gateToGate"},
            {"use": ("lineItems.0.stage", "use")},
        ),
    ]
    for code, label, subject, changes in tables:
        cases += cases_of(f"{KIND}-{label}", code, MAKE, subject, changes)
    name = f"{KIND}-scale-point"
    pointed = MAKE(name, statement()).replace('"scale":2', '"scale":2.0')
    cases.append(refuse(name, "record.number", "2.0 is no integer", pointed))
    return [*cases, _too_many_items()]


def _too_many_items() -> Case:
    """One item more than there may be; what repeats is written once."""
    name, item = f"{KIND}-items-481", gas_line("a")
    content = MAKE(name, {**small_statement(), "lineItems": [item] * 481})
    one = canonical(item)
    head, _, tail = content.partition(one)
    tail = tail.removeprefix(f",{one}" * 480)
    parts = [head, {"text": f"{one},", "times": 480}, one, tail]
    return refuse(name, "record.shape", "480 line items are the most", *parts)


def statement_accepted() -> list[Case]:
    """Return statements with every member, with the required ones, and at the edge of a rule."""
    whole = ("rawMaterial", "production", "distribution", "use", "endOfLife")
    stages = [gas_line(name, stage=stage) for name, stage in zip("abcde", whole, strict=True)]
    urns = [f"urn:{'a' * 32}:{'x' * 180}", "urn:ex:()+,.:=@;$_!*'%/?#-", "urn:gtin2:95212341"]
    edges: dict[str, Value] = {
        # A GTIN-8, a GTIN-12, a GTIN-13 with zeros in front, and a GTIN-14.
        "gtins": {
            "productIds": [
                "urn:gtin:00000095212340", "urn:gtin:00952123456786", GTIN,
                "urn:gtin:19521234567896",
            ],
        },
        "certificate-edges": {
            "lineItems": [
                line(
                    "a", "activityFactor", factor=factor("x"),
                    electricity=electricity(
                        "greenCertificate", certificateIds=["0", "A._/-Z9", "A" * 64],
                    ),
                ),
            ],
        },
        "urns": {"productIds": urns},
        "cradle-to-grave": {"systemBoundary": "cradleToGrave", "lineItems": stages},
        "gate-to-grave": {"systemBoundary": "gateToGrave", "lineItems": stages[1:]},
        "gate-to-gate": {"systemBoundary": "gateToGate", "lineItems": stages[1:2]},
        "all-sealed": {"lineItems": PAIR},
        # One item in each cell, and yet none follows: emissions can be shifted around the circle.
        "sealed-circle": {
            "lineItems": [
                sealed_line("a"),
                sealed_line("b", category="biogenic"),
                sealed_line("c", stage="rawMaterial"),
                sealed_line("d", stage="rawMaterial", category="biogenic"),
            ],
        },
        "sealed-uptake": {
            "lineItems": [
                *PAIR,
                *(sealed_line(name, category="biogenicUptake") for name in "cd"),
            ],
        },
        "sealed-uptake-of-two-stages": {
            "lineItems": [
                sealed_line("a", category="biogenicUptake"),
                sealed_line("b", category="biogenicUptake", stage="rawMaterial"),
            ],
        },
        "sealed-with-transmission": {
            "lineItems": [*PAIR, sealed_line("t", electricity=TRANSMITS)],
        },
        # Whether the lines that it names are there is judged with the arithmetic.
        "sealed-transmission-of-nothing": {
            "lineItems": [
                *PAIR,
                sealed_line("t", electricity=electricity("grid", transmissionOf=["z"])),
            ],
        },
        "sealed-in-two-stages": {
            "lineItems": [
                *(sealed_line(name) for name in "ab"),
                *(sealed_line(name, stage="rawMaterial") for name in "cde"),
            ],
        },
        "sealed-digest-edges": {
            "lineItems": [
                {**sealed_line("a"), "_sd": ["-_" * 21 + "8"]},
                {**sealed_line("b"), "_sd": ["09" * 21 + "w"]},
            ],
        },
        # Transmission of what comes with certificates names the items, not the certificates.
        "transmission-by-certificate": {
            "lineItems": [
                line(
                    "a", "activityFactor", factor=factor("x"),
                    electricity=electricity("greenCertificate", transmissionOf=["b"]),
                ),
            ],
        },
        "own-power": {
            "lineItems": [
                line(name, "activityFactor", factor=factor(name), electricity=electricity(how))
                for name, how in (("a", "directLine"), ("b", "grid"), ("c", "own"))
            ],
        },
        "items-by-code-point": {"lineItems": [gas_line(name) for name in ("B", "B-1", "a", "a.1")]},
        "scale-0": {"result": {"value": "12", "unit": "gCO2e/TNE", "scale": 0}},
        "scale-18": {"result": {"value": "0." + "1" * 18, "unit": "tCO2e/TNE", "scale": 18}},
        "negative-emission": {
            "lineItems": [{**gas_line("a", category="biogenicUptake"), "emission": "-2"}],
            "total": "0",
        },
        "nothing-used": {"lineItems": [{**gas_line("a"), "quantity": "0", "emission": "0.00"}]},
        "long-names": {
            "facility": {**statement()["facility"], "id": "x" * 200},
            "product": {"name": text("云" * 2000, "x" * 2000)},
        },
    }  # fmt: skip
    cases = [
        _accept("full", FOOTPRINT_FULL[KIND]),
        _accept("small", FOOTPRINT_SMALL[KIND]),
    ]
    for name, members in edges.items():
        cases.append(_accept(name, {**small_statement(), **members}))
    return cases


def _accept(name: str, subject: Value) -> Case:
    record = unsigned(KIND, f"{KIND}-{name}", subject)
    return accept(f"{KIND}-{name}", f"a footprint: {name}", sign(record, SIGNER))
