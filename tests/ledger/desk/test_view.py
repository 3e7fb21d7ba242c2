"""The view of a record: whatever the signature covers can be read."""

from __future__ import annotations

import json

import orjson
import pytest
from suyuan_ledger.desk.member_names import MEMBERS
from suyuan_ledger.desk.view import record_lines, title_of
from suyuan_ledger.desk.words import CODES, KINDS
from suyuan_ledger.records.shape import KINDS as ALL_KINDS
from suyuan_ledger.records.shape import load_schema
from suyuan_ledger.workflow.gates import OUTCOMES


def leaves(value):
    """Yield every text and number of a JSON value."""
    if isinstance(value, dict):
        for member in value.values():
            yield from leaves(member)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item)
    else:
        yield str(value)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_everything_that_is_signed_is_shown(governed, lang):
    """Every text and number of every record of a world, but for context, type and proof."""
    governed.admit(1)
    governed.ledger.submit(governed.event("FactorErratum", governed.admit(2)[1]))
    seen = set()
    for stored in governed.ledger.records():
        record = orjson.loads(stored.body)
        seen.add(stored.kind)
        shown = "\n".join(record_lines(record, lang, lambda content: content))
        for name in ("@context", "type", "proof"):
            del record[name]
        # Relations are shown by their names in the language.
        for link in record.get("links", ()):
            link.pop("rel")
        for leaf in leaves(record):
            assert leaf in shown, (stored.kind, leaf)
    assert len(seen) >= 8


def test_text_cannot_move_the_cursor_or_forge_a_line(governed):
    """A stranger's text stays on its own line."""
    draft = governed.works.factor_draft(1)
    draft["credentialSubject"]["productName"]["zh"] = "甲\nvalue: 9\x1b[2J"
    lines = record_lines(draft, "zh", lambda content: content)
    assert not any(line.startswith("value") for line in lines)
    assert all(line.isprintable() for line in lines)


def test_every_kind_has_a_chinese_name_and_a_title(governed):
    """A kind that is added is not forgotten here."""
    assert set(KINDS) == set(ALL_KINDS)
    governed.admit(1)
    for stored in governed.ledger.records():
        subject = json.loads(stored.body)["credentialSubject"]
        assert title_of(stored.kind, subject, "zh"), stored.kind


def test_every_member_of_the_schemas_has_a_chinese_name():
    """A member that is added is not forgotten here."""
    names = set()

    def collect(schema):
        if isinstance(schema, dict):
            names.update(schema.get("properties", {}))
            for member in schema.values():
                collect(member)
        elif isinstance(schema, list):
            for item in schema:
                collect(item)

    for kind in ALL_KINDS:
        collect(load_schema(kind)["properties"]["credentialSubject"])
    collect(load_schema("Terms")["$defs"])
    assert names - MEMBERS.keys() == set()


def test_every_outcome_of_an_opinion_has_a_chinese_name():
    """What decides is told in the reader's language."""
    for kind, member in OUTCOMES.items():
        outcomes = load_schema(kind)["properties"]["credentialSubject"]["properties"][member]
        assert set(outcomes["enum"]) <= CODES.keys()


def test_a_draft_of_any_form_is_shown_without_control_characters():
    """It is shown before its form is judged: numbers for text, names that move the cursor."""
    evil = "a\u202eb\x1b[2J\n\u2028c"
    record = {
        "type": ["VerifiableCredential", "ExpertReview"],
        "issuer": {"id": "did:key:z", "name": evil, "nameZh": evil},
        "credentialSubject": {
            evil: 1,
            "cause": {"zh": 1, "en": None},
            "basis": {"zh": evil, "en": [evil]},
            "list": [evil, [evil]],
            "inner": [{evil: {evil: evil}}],
        },
    }
    lines = record_lines(record, "en", lambda content: content)
    assert all(line.isprintable() for line in lines)
    assert "cause: 1 / None" in lines
