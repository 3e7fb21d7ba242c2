"""The shape of a record: its envelope and the members of its kind, by JSON Schema.

`schemas/*.json` (draft 2020-12) say which members exist and what each looks like; a compiled
validator answers yes or no in a few microseconds. Only when it says no are its errors read, to
name the rule that broke: a definition in `Terms.json` carries the name of its rule, and the
members of the envelope have a code each.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema_rs

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.records.canonical import escape_pointer

SCHEMA_BASE = "https://suyuan.example/schemas/v1/"
KINDS = (
    "FactorSubmission",
    "RuleSet",
    "MethodReference",
    "EnrolmentRequest",
    "Enrolment",
    "EnrolmentRevocation",
    "TraceabilityCheck",
    "ExpertReview",
    "AuthorityVerification",
    "Assignment",
    "Return",
    "Objection",
    "FactorAdmission",
    "FactorSupersession",
    "FactorWithdrawal",
    "FactorErratum",
    "FootprintStatement",
    "FootprintVerification",
    "Certificate",
    "Filing",
    "LabelIssuance",
    "Surveillance",
    "CbamInstallationData",
    "StatusChange",
    "StatusList",
)
"""Every kind there is, the most frequent first."""
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SHARED = ("Terms", "Envelope")

# Envelope member -> code, in the order in which they are reported.
_MEMBER_CODES = {
    "@context": "record.context",
    "type": "record.type",
    "id": "record.id",
    "issuer": "record.issuer",
    "validFrom": "record.time",
    "validUntil": "record.time",
    "nonce": "record.nonce",
    "links": "record.links",
    "relatedResource": "record.shape",
    "proof": "record.proof",
    "credentialSubject": "record.shape",
}
_MEMBER_ORDER = {name: place for place, name in enumerate(_MEMBER_CODES)}
# Definition of `Terms.json` -> code; whatever is wrong with such a value, this rule names it best.
_DEFINITION_CODES = {
    "decimal": "record.decimal",
    "positive": "record.decimal",
    "notNegative": "record.decimal",
    "share": "record.decimal",
    "date": "record.time",
    "dateOrNotStated": "record.time",
    "time": "record.time",
    "uscc": "record.uscc",
    "productId": "record.product_id",
    "qr": "record.qr",
}
# What a pattern asks for, in words: by the definition or the member that carries it.
_PATTERN_WORDS = {
    "decimal": "a decimal number such as 2.105",
    "positive": "a decimal number above 0, such as 1000",
    "notNegative": "a decimal number of 0 or more, such as 0.05",
    "share": "a decimal number from 0 to 1, such as 0.85",
    "date": "a date such as 2024-12-31",
    "dateOrNotStated": "a date such as 2024-12-31, or notStated",
    "time": "a time such as 2024-12-31T08:00:00Z",
    "factorCode": "letters, digits, dots, hyphens and underscores, at most 64",
    "factorVersion": "a version such as 1 or 2.1",
    "ruleSetId": "letters, digits, dots, hyphens and underscores, at most 64",
    "version": "a version such as 1 or 2.1",
    "ruleId": "the name of a rule, such as sources.stated",
    "pointer": "a JSON Pointer, such as /credentialSubject/value",
    "registryNumber": "letters, digits, dots, hyphens, underscores and slashes, at most 64",
    "emissionUnit": "a unit such as kgCO2e/KGM",
    "code": "a code of ISO 3166, such as CN or CN-YN",
    "uscc": "18 digits and capital letters, without I, O, S, V and Z",
    "personId": "8 to 64 letters, digits, hyphens and underscores",
    "identifier": "letters, digits, dots, hyphens and underscores, at most 64",
    "energyCertificate": "capitals, digits, dots, hyphens, underscores and slashes, at most 64",
    "productId": "a GTIN of 14 digits such as urn:gtin:09521234567899, or another urn",
    "qr": "an https address with a path, without % and dot segments, at most 300 ASCII characters",
    "cnCode": "4, 6 or 8 digits of the Combined Nomenclature",
    "country": "a code of ISO 3166, such as CN or CN-YN",
    "unLocode": "a UN/LOCODE, such as CNKMG",
    "currency": "a currency of ISO 4217, such as CNY",
    "pedigree": "five scores from 1 to 5, such as (2;1;3;1;2)",
}


@cache
def load_schema(name: str) -> dict[str, Any]:
    """Return one schema of the package, for example `FactorSubmission`."""
    text = files("suyuan_ledger.records").joinpath(f"schemas/{name}.json").read_text("utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


@cache
def kind_validator(kind: str) -> jsonschema_rs.Draft202012Validator:
    """Return the compiled validator of one kind, envelope included."""
    return _compile(load_schema(kind))


def _compile(schema: dict[str, Any]) -> jsonschema_rs.Draft202012Validator:
    registry = jsonschema_rs.Registry(
        [(SCHEMA_BASE + f"{name}.json", load_schema(name)) for name in _SHARED]
    )
    return jsonschema_rs.Draft202012Validator(schema, registry=registry)


def record_kind(value: object) -> str:
    """Read the kind of a parsed record.

    Raises:
        RefusedError: `record.members` when it is no object or has no type, `record.type`,
            `record.kind`.
    """
    if not isinstance(value, dict):
        raise RefusedError("record.members", expected="an object", found=type(value).__name__)
    if "type" not in value:
        raise RefusedError("record.members", expected="type", found="absent")
    names = value["type"]
    if (
        not isinstance(names, list)
        or len(names) != 2
        or names[0] != "VerifiableCredential"
        or not isinstance(names[1], str)
    ):
        raise RefusedError(
            "record.type", pointer="/type", expected='["VerifiableCredential", kind]', found=names
        )
    kind: str = names[1]
    if kind not in KINDS:
        raise RefusedError("record.kind", pointer="/type/1", expected=" | ".join(KINDS), found=kind)
    return kind


def explain_shape(kind: str, value: dict[str, Any]) -> RefusedError:
    """Name the first rule that a record breaks, when its validator has refused it."""
    error = min(kind_validator(kind).iter_errors(value), key=_rank)
    path = error.instance_path
    missing = error.kind.as_dict().get("property") == "links" and not path
    if missing or error.kind.name == "contains":
        # `contains` only counts in the lists of links; the whole limit says more than one count.
        found = Counter(link.get("rel") for link in value.get("links", ()))
        return RefusedError(
            "record.links",
            pointer="/links",
            expected=_link_limits(kind),
            found=", ".join(f"{count} {rel}" for rel, count in found.items()) or "absent",
        )
    return _explain(error, path)


@cache
def _link_limits(kind: str) -> str:
    """Say which links a kind carries: `1 about, 0 to 16 basedOn`."""
    parts = []
    for limit in load_schema(kind)["properties"]["links"]["allOf"]:
        fewest, most = limit["minContains"], limit["maxContains"]
        rel = limit["contains"]["properties"]["rel"]["const"]
        parts.append(f"{fewest} {rel}" if fewest == most else f"{fewest} to {most} {rel}")
    return ", ".join(parts)


@cache
def _subject_validator(kind: str) -> jsonschema_rs.Draft202012Validator:
    schema = load_schema(kind)["properties"]["credentialSubject"]
    # The base address makes `Terms.json` resolve as it does from the kind's own file.
    return _compile({**schema, "$schema": _DIALECT, "$id": SCHEMA_BASE + f"{kind}Subject.json"})


def subject_errors(kind: str, subject: dict[str, Any]) -> list[RefusedError]:
    """List everything that the schema of one kind finds in a `credentialSubject` on its own."""
    validator = _subject_validator(kind)
    if validator.is_valid(subject):
        return []
    errors = validator.iter_errors(subject)
    return [_explain(error, ["credentialSubject", *error.instance_path]) for error in errors]


def _rank(error: jsonschema_rs.ValidationError) -> tuple[int, int]:
    path = error.instance_path
    if not path:
        return (0, 0)
    # The deeper error is the closer one: `allOf` repeats what a member inside it broke.
    return (1 + _MEMBER_ORDER.get(str(path[0]), len(_MEMBER_ORDER)), -len(path))


def _explain(error: jsonschema_rs.ValidationError, path: list[str | int]) -> RefusedError:
    pointer = "".join("/" + escape_pointer(str(part)) for part in path)
    keyword = error.kind.name
    details = error.kind.as_dict()
    if keyword == "additionalProperties":
        return RefusedError(
            _place_code(path), pointer=pointer, found="unknown: " + ", ".join(details["unexpected"])
        )
    if keyword == "required":
        return RefusedError(
            _place_code(path), pointer=pointer, expected=details["property"], found="absent"
        )
    code = _rule_code(error) or _place_code(path)
    found = json.dumps(error.instance, ensure_ascii=True)
    return RefusedError(code, pointer=pointer, expected=_expected(error), found=found)


def _place_code(path: list[str | int]) -> str:
    return _MEMBER_CODES.get(str(path[0]), "record.members") if path else "record.members"


def _rule_code(error: jsonschema_rs.ValidationError) -> str | None:
    path = error.schema_path
    return _DEFINITION_CODES.get(str(path[path.index("$defs") + 1])) if "$defs" in path else None


def _expected(error: jsonschema_rs.ValidationError) -> str:
    details = error.kind.as_dict()
    if error.kind.name == "enum":
        return "one of " + ", ".join(str(option) for option in details["options"])
    if error.kind.name == "pattern":
        path = [str(part) for part in error.schema_path]
        return _PATTERN_WORDS.get(path[-2], f"pattern {details['pattern']}")
    if "limit" in details:
        # The keyword says which limit: minLength, maxItems.
        return f"{error.kind.name} {details['limit']}"
    details.pop("value", None)
    return ", ".join(f"{name} {value}" for name, value in details.items() if value is not None)


def pattern_words(name: str) -> str | None:
    """Say what the pattern of a definition or a member asks for, None if there are no words."""
    return _PATTERN_WORDS.get(name)
