"""Refused for the shape or a rule of the record's kind."""

from __future__ import annotations

from cases_changed import ABSENT, Change, Make, cases_of, objects_of
from corpus_base import (
    Case,
    Value,
    canonical,
    did_key,
    enrolment,
    enrolment_request,
    envelope,
    key_of,
    link,
    official_factor,
    product_factor,
    sign,
)


def _factor(name: str, subject: Value) -> str:
    return canonical(
        sign(envelope("FactorSubmission", "transcriber", subject, name), "transcriber")
    )


def _request(name: str, subject: Value) -> str:
    return canonical(
        sign(envelope("EnrolmentRequest", "transcriber", subject, name), "transcriber")
    )


def _enrolment(name: str, subject: Value) -> str:
    record = envelope("Enrolment", "registrar", subject, name)
    record["links"] = [link("about", "request")]
    return canonical(sign(record, "registrar"))


OPTIONAL = {
    "variant", "classification", "technologyRoute", "gases", "byStage", "uncertainty", "dqi",
    "pedigree", "primaryDataShare", "allocation", "method", "inventory", "evidence",
    "dataSetOwner", "licence", "lower", "upper", "confidence", "period", "custodian",
    "parentGroupId", "personId", "geography", "series", "source", "factorValue", "factorUnit",
    "emission",
}  # fmt: skip


def _factor_shape() -> list[Case]:
    full = product_factor()
    paths = [
        "", "productName", "referencePeriod", "geography", "sources.0", "sources.0.title",
        "classification.0", "gases.0", "byStage.0", "uncertainty", "dqi.0", "allocation",
        "inventory.0", "evidence.0", "evidence.0.period",
    ]  # fmt: skip
    cases = objects_of("factor", _factor, full, paths, OPTIONAL)
    # `geography` is optional in a scope, required here.
    cases += cases_of(
        "factor", "record.shape", _factor, full, {"no-geography": ("geography", ABSENT)}
    )
    changes: dict[str, Change] = {
        "code-blank": ("factorCode", "CN GRID"),
        "code-long": ("factorCode", "a" * 65),
        "code-dot-first": ("factorCode", ".a"),
        "code-line-feed": ("factorCode", "a\n"),
        "version": ("factorVersion", "1.0.0.0"),
        "version-letter": ("factorVersion", "v1"),
        "version-number": ("factorVersion", 1),
        "series-unknown": ("seriesType", "EEIO"),
        "unit-unknown": ("declaredUnit", "kWh"),
        "value-unit-pound": ("valueUnit", "lbCO2e/TNE"),
        "value-unit-words": ("valueUnit", "tCO2e per TNE"),
        "value-unit-number": ("valueUnit", 1),
        "boundary-unknown": ("systemBoundary", "wellToWheel"),
        "gwp-unknown": ("gwpSet", "AR3"),
        "status-unknown": ("dataStatus", "estimated"),
        "geography-scheme": ("geography.scheme", "GB/T 2260"),
        "geography-code": ("geography", {"scheme": "ISO3166", "code": "Yunnan"}),
        "geography-lower-case": ("geography", {"scheme": "ISO3166", "code": "cn-yn"}),
        "geography-empty": ("geography", {"scheme": "CN-GRID", "code": ""}),
        "text-string": ("productName", "铝锭"),
        "text-empty": ("productName.zh", ""),
        "text-2001-characters": ("productName.zh", "云" * 2001),
        "text-array": ("productName.en", ["x"]),
        "boolean": ("licence", True),
        "document-long": ("sources.0.documentNumber", "x" * 201),
        "locator-long": ("sources.0.locator", "x" * 501),
        "pedigree-short": ("pedigree", "(1;3;2;5)"),
        "pedigree-six": ("pedigree", "(1;3;2;5;6)"),
        "method-hex": ("method", "ab" * 32),
        "distribution": ("uncertainty.distribution", "beta"),
        "digest-hex": ("evidence.0.digestSRI", "sha256-" + "ab" * 32),
        "digest-spare-bits": ("evidence.0.digestSRI", "sha256-" + "A" * 42 + "B="),
        "digest-sha512": ("evidence.0.digestSRI", "sha512-" + "A" * 86 + "=="),
        "media-type": ("evidence.0.mediaType", "pdf"),
        "size-negative": ("evidence.0.size", -1),
        "size-string": ("evidence.0.size", "1"),
        "size-boolean": ("evidence.0.size", True),
        "disclosure": ("evidence.0.disclosure", "secret"),
        "inventory-factor-unit": ("inventory.0.factorUnit", "kg per kWh"),
        "inventory-no-value": ("inventory.0.factorValue", ABSENT),
        "inventory-no-unit": ("inventory.0.factorUnit", ABSENT),
        "inventory-no-emission": ("inventory.0.emission", ABSENT),
    }
    cases += cases_of("factor", "record.shape", _factor, full, changes)
    bounds = {"sources": 32, "classification": 16, "gases": 32, "byStage": 32, "dqi": 16,
              "inventory": 256, "evidence": 64}  # fmt: skip
    for name, most in bounds.items():
        item = full[name][0]
        changes = {
            f"{name}-empty": (name, []),
            f"{name}-{most + 1}": (name, [item] * (most + 1)),
            f"{name}-object": (name, item),
        }
        cases += cases_of("factor", "record.shape", _factor, full, changes)
    return cases


def _factor_rules() -> list[Case]:
    official, full = official_factor(), product_factor()
    spelled = {
        "point-last": "1.", "point-first": ".5", "leading-zero": "01", "plus": "+1",
        "exponent": "1e3", "minus-zero": "-0", "minus-zero-places": "-0.00", "comma": "1,000",
        "full-width": "１", "empty": "", "blank": " 1", "line-feed": "1\n", "percent": "5%",
        "hex": "0x1", "nan": "NaN", "two-points": "1.2.3", "arabic-indic": "\u0661",
        "35-digits": "1" * 35, "35-digits-point": "1" * 17 + "." + "1" * 18,
        "19-places": "0." + "1" * 19, "integer": 1, "array": ["1"],
    }  # fmt: skip
    cases = cases_of(
        "decimal", "record.decimal", _factor, official,
        {name: ("value", value) for name, value in spelled.items()},
    )  # fmt: skip
    places = ["gases.0.amount", "gases.0.gwp", "byStage.0.value", "uncertainty.lower",
              "uncertainty.upper", "uncertainty.confidence", "dqi.0.score", "allocation.share",
              "inventory.0.quantity", "inventory.0.factorValue", "inventory.0.emission",
              "primaryDataShare"]  # fmt: skip
    changes: dict[str, Change] = {path.replace(".", "-"): (path, "1e0") for path in places}
    changes |= {
        "share-above-1": ("primaryDataShare", "1.01"),
        "share-negative": ("primaryDataShare", "-0.1"),
    }
    cases += cases_of("decimal", "record.decimal", _factor, full, changes)
    cases += cases_of("unit", "record.unit", _factor, official, {
        "denominator": ("valueUnit", "kgCO2/MWH"),
        "declared": ("declaredUnit", "MWH"),
        "case": ("valueUnit", "kgCO2/KGM"),
    })  # fmt: skip
    footprint = {**official, "seriesType": "ELEC_FOOTPRINT", "valueUnit": "kgCO2e/KWH",
                 "systemBoundary": "notStated"}  # fmt: skip
    cases += cases_of("series", "record.series", _factor, official, {
        "grid-with-boundary": ("systemBoundary", "cradleToGate"),
        "grid-not-stated": ("systemBoundary", "notStated"),
        "grid-co2e": ("valueUnit", "kgCO2e/KWH"),
    })  # fmt: skip
    cases += cases_of("series", "record.series", _factor, footprint, {
        "footprint-no-boundary": ("systemBoundary", "notApplicable"),
        "footprint-co2": ("valueUnit", "kgCO2/KWH"),
    })  # fmt: skip
    cases += cases_of("not-stated", "record.not_stated", _factor, full, {
        "boundary": ("systemBoundary", "notStated"),
        "gwp": ("gwpSet", "notStated"),
    })  # fmt: skip
    for status in ("measured", "calculated", "secondary"):
        subject = {**official, "gwpSet": "AR5", "dataStatus": status}
        cases += cases_of("not-stated", "record.not_stated", _factor, subject, {
            status: ("gwpSet", "notStated"),
        })  # fmt: skip
    cases += cases_of("period", "record.period", _factor, full, {
        "backwards": ("referencePeriod", {"start": "2024-12-31", "end": "2024-01-01"}),
        "evidence-backwards": ("evidence.0.period", {"start": "2024-12-31", "end": "2024-01-01"}),
    })  # fmt: skip
    cases += cases_of("date", "record.time", _factor, full, {
        "no-leap-year": ("referencePeriod.start", "2023-02-29"),
        "end": ("referencePeriod.end", "2024-11-31"),
        "slashes": ("referencePeriod.start", "2024/01/01"),
        "with-time": ("referencePeriod.start", "2024-01-01T00:00:00Z"),
        "number": ("referencePeriod.start", 20240101),
        "evidence": ("evidence.0.period.end", "2024-13-01"),
        "source": ("sources.0.date", "2025-02-30"),
        "source-words": ("sources.0.date", "spring 2025"),
    })  # fmt: skip
    return cases


def factor_refused() -> list[Case]:
    """Return the cases about FactorSubmission."""
    return [*_factor_shape(), *_factor_rules()]


def _organisations(prefix: str, make: Make, subject: Value) -> list[Case]:
    cases = objects_of(prefix, make, subject, ["", "organisation"], OPTIONAL)
    cases += cases_of(prefix, "record.uscc", make, subject, {
        "uscc-check": ("organisation.registeredId", "12990000DEM0000011"),
        "uscc-swapped": ("organisation.registeredId", "12990000DME0000010"),
        "uscc-letter": ("organisation.registeredId", "12990000DEI0000010"),
        "uscc-lower-case": ("organisation.registeredId", "12990000dem0000010"),
        "uscc-short": ("organisation.registeredId", "12990000DEM000001"),
        "uscc-division": ("organisation.registeredId", "1299000ADEM0000010"),
        "uscc-number": ("organisation.registeredId", 12),
        "uscc-group": ("organisation.parentGroupId", "91990000DEM0000021"),
    })  # fmt: skip
    cases += cases_of(prefix, "record.roles", make, subject, {
        "roles-unsorted": ("roles", ["transcriber", "submitter"]),
        "roles-twice": ("roles", ["submitter", "submitter"]),
    })  # fmt: skip
    cases += cases_of(prefix, "record.shape", make, subject, {
        "roles-empty": ("roles", []),
        "roles-unknown": ("roles", ["owner"]),
        "roles-string": ("roles", "submitter"),
        "org-type": ("organisation.orgType", "company"),
        "name-long": ("organisation.name", "x" * 201),
        "name-empty": ("organisation.nameZh", ""),
        "person-short": ("personId", "person1"),
        "person-long": ("personId", "p" * 65),
        "person-mail": ("personId", "li.wei@institute.example"),
    })  # fmt: skip
    return cases


def enrolment_refused() -> list[Case]:
    """Return the cases about EnrolmentRequest and Enrolment."""
    answer = enrolment()
    raw = key_of("transcriber").public_key().public_bytes_raw()
    cases = _organisations("request", _request, enrolment_request())
    cases += _organisations("enrolment", _enrolment, answer)
    cases += objects_of("enrolment", _enrolment, answer, ["scope.classification.0"], OPTIONAL)
    cases += cases_of("enrolment", "record.shape", _enrolment, answer, {
        "id-web": ("id", "did:web:applicant.example"),
        "id-p256": ("id", did_key(b"\x02" + raw, b"\x80\x24")),
        "id-code": ("id", did_key(raw, b"\xec\x01")),
        "id-almost": ("id", did_key(b"\xff" * 32, b"\xed\x00")),
        "id-alphabet": ("id", answer["id"][:-1] + "0"),
        "scope-unknown": ("scope.units", ["KWH"]),
        "scope-null-like": ("scope", "all"),
        "scope-classification-empty": ("scope.classification", []),
        "scope-geography-empty": ("scope.geography", []),
        "scope-geography-long": ("scope.geography", ["x" * 33]),
        "scope-series-empty": ("scope.series", []),
        "scope-series-unknown": ("scope.series", ["EEIO"]),
    })  # fmt: skip
    cases += cases_of("enrolment", "record.time", _enrolment, answer, {
        "not-before-form": ("notBefore", "2026-11-22"),
        "not-after-day": ("notAfter", "2027-02-29T00:00:00Z"),
    })  # fmt: skip
    cases += cases_of("enrolment", "record.period", _enrolment, answer, {
        "backwards": ("notAfter", "2026-11-22T07:59:59Z"),
    })  # fmt: skip
    return cases
