"""The shape of a record: its envelope and the members of its kind, by JSON Schema.

`schemas/*.json` (draft 2020-12) say which members exist and what each looks like; a compiled
validator answers yes or no in a few microseconds. Only when it says no are its errors read, to
name the rule that broke: a definition in `Terms.json` carries the name of its rule, and the
members of the envelope have a code each.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema_rs

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.records.canonical import escape_pointer

SCHEMA_BASE = "https://suyuan.example/schemas/v1/"
KINDS = ("FactorSubmission", "EnrolmentRequest", "Enrolment")
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
    "share": "record.decimal",
    "date": "record.time",
    "dateOrNotStated": "record.time",
    "time": "record.time",
    "uscc": "record.uscc",
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
    errors = sorted(kind_validator(kind).iter_errors(value), key=_rank)
    return _explain(errors[0], errors[0].instance_path)


@cache
def _subject_validator(kind: str) -> jsonschema_rs.Draft202012Validator:
    schema = load_schema(kind)["properties"]["credentialSubject"]
    # The base address makes `Terms.json` resolve as it does from the kind's own file.
    return _compile({**schema, "$schema": _DIALECT, "$id": SCHEMA_BASE + f"{kind}Subject.json"})


def subject_errors(kind: str, subject: dict[str, Any]) -> list[RefusedError]:
    """List everything that the schema of one kind finds in a `credentialSubject` on its own."""
    errors = _subject_validator(kind).iter_errors(subject)
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
        # Envelope members are required of every record, `links` only by the kind.
        code = "record.links" if details["property"] == "links" else _place_code(path)
        return RefusedError(code, pointer=pointer, expected=details["property"], found="absent")
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
    details.pop("value", None)
    return ", ".join(f"{name} {value}" for name, value in details.items() if value is not None)
