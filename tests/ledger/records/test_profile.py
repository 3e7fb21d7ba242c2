"""The two readings of a record agree, and nothing but our own error leaves either."""

from __future__ import annotations

import copy
import json
import re
from importlib.resources import files
from pathlib import Path

import jsonschema_rs
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.records import profile
from suyuan_ledger.records.canonical import FORBIDDEN_TEXT, write_canonical
from suyuan_ledger.records.profile import parse_record
from suyuan_ledger.records.shape import _PATTERN_WORDS, KINDS, kind_validator, load_schema
from suyuan_ledger.words import in_chinese

CORPUS = Path(__file__).resolve().parents[2] / "vectors" / "records"
SOUND = [
    write_canonical(json.loads("".join(json.loads(path.read_text())["input"])))
    for path in sorted((CORPUS / "accept").glob("*.json"))
    if not path.stem.startswith(("links-512", "text-2000"))
]


def outcome(raw, *, quick):
    """Return what a reading makes of the bytes; the quick one may still fall back by itself."""
    with pytest.MonkeyPatch.context() as patch:
        if not quick:
            patch.setattr(profile, "_read_canonical", lambda _raw: None)
        try:
            return parse_record(raw)
        except RefusedError as error:
            return error.code


def paths_of(value, path=()):
    yield path
    if isinstance(value, dict):
        for key, item in value.items():
            yield from paths_of(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from paths_of(item, (*path, index))


SPOILERS = st.one_of(
    st.sampled_from(
        [None, True, 0, -1, 2**53, 1.0, 0.5, [], {}, ["x"], {"zh": "x"}, {"k\u00e9": 1}]
    ),
    st.sampled_from(["", "x", "0.50", "-0", "2026-02-30", "\u00e9", "e\u0301", "\t", "\u202e"]),
    st.sampled_from(["\x7f", "\x85", "\n\u0301", "\\u0000", "\u201cx\u201d"]),
    st.text(max_size=5),
).map(copy.deepcopy)  # a later change must not reach the next example


@st.composite
def spoiled(draw):
    """A sound record with one to three members replaced, dropped or added."""
    value = json.loads(draw(st.sampled_from(SOUND)))
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from([path for path in paths_of(value) if path]))
        place = value
        for step in path[:-1]:
            place = place[step]
        action = draw(st.sampled_from(["set", "set", "set", "drop", "add"]))
        if action == "drop":
            del place[path[-1]]
        elif action == "add" and isinstance(place, dict):
            place[draw(st.sampled_from(["", "extra", "links", "period", "k\u00e9"]))] = draw(
                SPOILERS
            )
        else:
            place[path[-1]] = draw(SPOILERS)
    return value


@settings(max_examples=600, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(spoiled())
def test_both_readings_give_one_answer(value):
    raw = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    assert outcome(raw, quick=True) == outcome(raw, quick=False)


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.sampled_from(SOUND), st.data())
def test_both_readings_agree_on_bent_bytes(raw, data):
    place = data.draw(st.integers(0, len(raw) - 1))
    length = data.draw(st.integers(0, 3))
    with_bytes = data.draw(
        st.binary(max_size=3) | st.sampled_from([b"\\u0000", b"\\n", b"1.0", b"-0"])
    )
    bent = raw[:place] + with_bytes + raw[place + length :]
    assert outcome(bent, quick=True) == outcome(bent, quick=False)


@given(
    st.binary(max_size=100) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace"))
)
def test_only_our_own_error_leaves_the_door(raw):
    with pytest.raises(RefusedError) as caught:
        parse_record(raw)
    assert caught.value.code.startswith("record.")


def test_canonical_bytes_take_the_quick_reading(signed, monkeypatch):
    raw = signed()
    monkeypatch.setattr(profile, "parse_strict", None)
    assert parse_record(raw).canonical is raw


def test_every_forbidden_character_is_suspect():
    """The bytes that the quick reading looks for cover what the expression refuses."""
    forbidden = [chr(code) for code in range(0x110000) if FORBIDDEN_TEXT.match(chr(code))]
    assert len(forbidden) == 31 + 33 + 1 + 2 + 5 + 4
    for char in forbidden:
        written = orjson.dumps(char)
        assert any(mark in written for mark in profile._SUSPECT_BYTES)
        assert profile._SUSPECT.search(written.decode())


def test_the_layout_of_the_input_does_not_matter(signed):
    raw = signed()
    shuffled = json.dumps(dict(reversed(list(json.loads(raw).items()))), indent=3)
    assert parse_record(shuffled.encode()) == parse_record(raw)


def test_record_of_256_kib_is_taken_and_one_byte_more_refused(signed):
    value = json.loads(signed())
    evidence = {
        "role": "r",
        "digestSRI": "sha256-" + "A" * 43 + "=",
        "mediaType": "a/b",
        "size": 1,
        "disclosure": "public",
        "custodian": {"zh": "x" * 2000, "en": "x" * 2000},
    }
    subject = value["credentialSubject"]
    subject["evidence"] = [evidence] * 62
    subject["variant"] = {"zh": "x", "en": "x"}
    for name in ("variant", "productName"):
        for lang in ("zh", "en"):
            room = 256 * 1024 - len(write_canonical(value))
            subject[name][lang] += "x" * min(room, 1900)
    full = write_canonical(value)
    assert len(full) == 256 * 1024
    parse_record(full)
    subject["variant"]["en"] += "x"
    with pytest.raises(RefusedError) as caught:
        parse_record(write_canonical(value))
    assert caught.value.code == "record.too_large"


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_says_what_it_accepts_without_surprises(kind):
    """Closed objects, bounded arrays and texts, anchored patterns: everywhere, not by habit."""
    for name in (kind, "Terms", "Envelope"):
        schema = load_schema(name)
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        jsonschema_rs.meta.validate(schema)
        for path in paths_of(schema):
            place = schema
            for step in path:
                place = place[step]
            check_subschema(name, path, place)
    assert kind_validator(kind).is_valid({}) is False


def check_subschema(name, path, place):
    if not isinstance(place, dict) or not isinstance(place.get("type"), str):
        return
    if place["type"] == "object" and "properties" in place and path:
        assert place["additionalProperties"] is False, (name, path)
    if place["type"] == "array":
        assert {"minItems", "maxItems"} <= place.keys(), (name, path)
    if "pattern" in place:
        assert re.fullmatch(r"\^.*", place["pattern"]), (name, path)


def test_schemas_are_files_of_the_package():
    names = {entry.name for entry in files("suyuan_ledger.records").joinpath("schemas").iterdir()}
    assert names == {f"{name}.json" for name in (*KINDS, "Terms", "Envelope")}


@pytest.mark.parametrize(
    ("change", "pointer", "expected", "found"),
    [
        ({"value": "1e3"}, "/credentialSubject/value", "a decimal number", '"1e3"'),
        ({"factorCode": "a b"}, "/credentialSubject/factorCode", "letters, digits", '"a b"'),
        ({"note": "x"}, "/credentialSubject", None, "unknown: note"),
        ({"geography": {"scheme": "ISO3166"}}, "/credentialSubject/geography", "code", "absent"),
        ({"declaredUnit": "kWh"}, "/credentialSubject/declaredUnit", "one of KGM, TNE", '"kWh"'),
    ],
)
def test_a_refusal_says_where_what_and_why(draft, change, pointer, expected, found):
    record = {**draft(), "proof": {}}
    record["credentialSubject"] |= change
    with pytest.raises(RefusedError) as caught:
        parse_record(write_canonical(record))
    # The empty proof is reported first: envelope before subject.
    assert caught.value.pointer == "/proof"
    record["proof"] = json.loads(SOUND[0])["proof"]
    with pytest.raises(RefusedError) as caught:
        parse_record(write_canonical(record))
    error = caught.value
    assert error.pointer == pointer
    assert error.found == found
    assert (error.expected or "").startswith(expected or "")


# Written by programs, never by people: digests, keys, ids, media types.
IDENTIFIERS = {
    *("contentDigest", "digestSRI", "mediaType", "didKey", "id", "nonce", "disclosureDigest"),
}


def pattern_names(name, place):
    """Every definition and member of a schema that carries a pattern."""
    if isinstance(place, dict):
        if isinstance(place.get("pattern"), str):
            yield name
        for key, inside in place.items():
            yield from pattern_names(key, inside)


def test_whoever_fills_in_a_table_is_never_shown_a_regular_expression():
    """Every pattern that a person has to meet is asked for in words."""
    schemas = (*KINDS, "Terms", "Envelope")
    names = {name for schema in schemas for name in pattern_names(schema, load_schema(schema))}

    assert names - IDENTIFIERS == set(_PATTERN_WORDS)
    assert [words for words in _PATTERN_WORDS.values() if in_chinese(words) == words] == []
