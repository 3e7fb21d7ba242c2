"""The table of line items: its columns are those of the format, and cells become members as is."""

from __future__ import annotations

import pytest
from footprint_tables import GOOD, csv_table, workbook
from hypothesis import given, settings
from hypothesis import strategies as st
from suyuan_ledger.footprint_desk.item_columns import COLUMNS, OFFERED, PATHS
from suyuan_ledger.footprint_desk.item_table import read_items
from suyuan_ledger.footprint_desk.template import header_template, table_template, workbook_template
from suyuan_ledger.records.shape import load_schema

# What the ledger fills in or calculates, and what only a header holds.
WITHOUT_COLUMN = {
    ("emission",): True,
    ("_sd",): True,
    ("evidence",): True,
    ("factor",): True,
    ("statement",): True,
    ("conversion", "source"): True,
    ("electricity", "basis"): True,
    ("formula", "parameters"): True,
}


def item_schema():
    """Return the schema of one line."""
    subject = load_schema("FootprintStatement")["properties"]["credentialSubject"]
    return subject["properties"]["lineItems"]["items"]


def resolved(schema):
    """Follow a reference into the shared terms."""
    if "$ref" not in schema:
        return schema
    return load_schema("Terms")["$defs"][schema["$ref"].rpartition("/")[2]]


def members(schema, path=()):
    """Yield the path and schema of every member that is no object of further ones."""
    for name, inner in resolved(schema)["properties"].items():
        whole = resolved(inner)
        if WITHOUT_COLUMN.get((*path, name)):
            continue
        if "properties" in whole:
            yield from members(whole, (*path, name))
        else:
            yield (*path, name), whole


def test_every_member_of_a_line_has_a_column():
    """And no column writes a member that the format does not have."""
    assert {path for path, _ in members(item_schema())} == set(PATHS)


def test_offered_codes_are_those_of_the_schema():
    """A workbook offers what will be accepted, all of it."""
    enums = {
        PATHS[path].name: set(one["enum"]) for path, one in members(item_schema()) if "enum" in one
    }

    assert {name: set(codes) for name, codes in OFFERED.items()} == enums


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_headers_are_told_apart_in_both_languages(lang):
    """No two columns have the same header."""
    headers = [column.zh if lang == "zh" else column.name for column in COLUMNS]
    assert len(set(headers)) == len(headers)


TEXT = st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=12)


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {column.name: TEXT for column in COLUMNS if column.required},
            optional={column.name: TEXT for column in COLUMNS if not column.required},
        ),
        min_size=1,
        max_size=3,
        unique_by=lambda row: row["id"],
    ),
    form=st.sampled_from([csv_table, workbook]),
)
def test_a_cell_becomes_the_member_as_it_stands(rows, form):
    """Nothing is converted; CSV and workbook, whatever the characters."""
    table = read_items(form(rows))
    bad = {problem.row for problem in table.problems}
    read = {row.id: row for row in table.rows}

    assert {problem.code for problem in table.problems} <= {"csv.full_width", "record.nfc"}
    for number, stated in enumerate(rows, 2):
        if number in bad:
            continue
        row = read[stated["id"]]
        for path, column in PATHS.items():
            place = row.item
            for step in path:
                place = place.get(step, {})
            expected = stated.get(column.name, {})
            if column.name in ("certificateIds", "transmissionOf") and expected:
                expected = [expected]
            assert place == expected


def test_the_sample_rows_are_read_in_any_order():
    """A statement lists its lines by id."""
    forwards, backwards = read_items(csv_table(GOOD)), read_items(csv_table(GOOD[::-1]))

    assert [row.item for row in forwards.rows] == [row.item for row in backwards.rows]
    assert [row.id for row in forwards.rows] == sorted(row["id"] for row in GOOD)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_both_templates_hold_the_same_lines(lang):
    """A workbook is the table with help, and neither holds a bad cell."""
    table, book = read_items(table_template(lang)), read_items(workbook_template(lang))

    assert (table.problems, book.problems) == ((), ())
    assert [row.item for row in table.rows] == [row.item for row in book.rows]
    assert table.encoding == "utf-8"
    assert book.encoding == "xlsx"


def test_header_templates_differ_in_comments_alone():
    """The members are the same in both languages."""

    def without_comments(lang):
        lines = header_template(lang).decode().splitlines()
        return [line.partition("#")[0].rstrip() for line in lines]

    assert without_comments("en") == without_comments("zh")
