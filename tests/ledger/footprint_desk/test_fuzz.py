"""Whatever a table or a header holds, a person is told what is wrong; nothing else comes out."""

from __future__ import annotations

import json

from footprint_tables import GOOD, HEADER, NAMES, csv_table
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from suyuan_ledger.errors import RefusedError, ledger_codes
from suyuan_ledger.footprint_desk.disclosures import read_disclosures, require_statement
from suyuan_ledger.footprint_desk.header import read_header, read_members
from suyuan_ledger.footprint_desk.item_table import read_items
from suyuan_ledger.footprint_desk.statement import draft_statement

QUICK = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
CELL = TEXT | st.sampled_from(
    ["-1", "1e9", "0", "1" * 40, "EX-0001", "A;A", ";", "kgCO2/KWH", "external", "use", "sha256:"]
)
MEMBERS = read_header(HEADER.encode()).members


def told(error):
    """An error that a person can be shown in both languages."""
    assert error.code in ledger_codes()
    assert error.text("en")
    assert error.text("zh")


@QUICK
@given(
    data=st.binary(max_size=200) | TEXT.map(str.encode) | JSON.map(lambda v: json.dumps(v).encode())
)
def test_any_bytes_as_a_header(data):
    """TOML, JSON or neither."""
    for read in (read_header, read_members):
        try:
            read(data)
        except RefusedError as error:
            told(error)


def test_a_header_of_ten_thousand_brackets_is_refused():
    """Depth ends nothing but the reading."""
    for data in (b"[" * 10_000, b'{"a":' * 10_000, b"a = " + b"[" * 10_000):
        try:
            read_header(data)
        except RefusedError as error:
            told(error)
        else:
            raise AssertionError(data[:9])


@QUICK
@given(data=st.binary(max_size=300))
def test_any_bytes_as_a_table(data):
    """Also what begins like a workbook."""
    for raw in (data, b"PK\x03\x04" + data, csv_table([]) + data):
        try:
            table = read_items(raw)
        except RefusedError as error:
            told(error)
        else:
            for problem in table.problems:
                told(problem.as_error())


@QUICK
@given(st.data())
def test_bent_tables_and_headers_are_told_or_calculated(desk, data):
    """Some cells and one member of the header are anything at all."""
    rows = [dict(row) for row in GOOD]
    for _ in range(data.draw(st.integers(0, 3))):
        row = data.draw(st.sampled_from(rows))
        row[data.draw(st.sampled_from(NAMES))] = data.draw(CELL)
    members = dict(MEMBERS)
    name = data.draw(st.sampled_from([*members, "items", "method", "productMass"]))
    if data.draw(st.booleans()):
        members[name] = data.draw(JSON)
    try:
        table = read_items(csv_table(rows))
        found = draft_statement(desk, table, read_header(json.dumps(members).encode()))
    except RefusedError as error:
        told(error)
        return
    assert bool(found.subject) != bool(found.problems or found.errors)
    for problem in found.problems:
        told(problem.as_error("zh"))
        assert problem.row >= 2
    for error in found.errors:
        told(error)


@QUICK
@given(value=JSON)
def test_any_json_as_a_private_file_or_a_draft(value):
    """Files that a person mixes up."""
    for read in (read_disclosures, require_statement):
        try:
            read(value)
        except RefusedError as error:
            told(error)


@QUICK
@given(st.data())
def test_a_bent_draft_is_shown_to_nobody(desk, data):
    """A member of the envelope that is anything at all is refused before it is shown."""
    whole = draft_statement(desk, read_items(csv_table(GOOD)), read_header(HEADER.encode()))
    record = {
        "type": ["VerifiableCredential", "FootprintStatement"],
        "issuer": {"id": "did:key:z", "name": "n", "nameZh": "z"},
        "links": [{"rel": "uses", "contentDigest": "sha256:0"}],
        "credentialSubject": whole.subject,
    }
    require_statement(record)
    record[data.draw(st.sampled_from(list(record)))] = data.draw(JSON)
    try:
        require_statement(record)
    except RefusedError as error:
        told(error)
    else:
        assert isinstance(record["issuer"]["name"], str)
        assert all(isinstance(link["rel"], str) for link in record["links"])
