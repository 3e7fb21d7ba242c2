"""docs/spec/views.md: its worked values recomputed, its tables and columns those of the program."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from pathlib import Path

import exchange_cases as cases
import pytest
from suyuan_ledger.errors import ledger_codes
from suyuan_ledger.exchange import openlca, pact
from suyuan_ledger.exchange.archive import write_archive
from suyuan_ledger.exchange.exact import divided, kilograms, number, plain
from suyuan_ledger.exchange.identifiers import class_urn, derived_uuid
from suyuan_ledger.exchange.json_text import Digits, write_json
from suyuan_ledger.exchange.tables import write_factors, write_items

PAGE = (Path(__file__).resolve().parents[2] / "docs/spec/views.md").read_text(encoding="utf-8")


def section(heading: str) -> str:
    """The text under a heading, up to the next one of its level or above."""
    level = heading.count("#")
    rest = PAGE.partition(f"\n{heading}\n")[2]
    assert rest, heading
    return re.split(rf"\n#{{2,{level}}} ", rest)[0]


def rows(text: str) -> list[list[str]]:
    """Cells of a table's rows, without header and rule; escaped bars stay in their cell."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    return [row for row in cells if not set(row[0]) <= {"-"}][1:]


def test_every_worked_value_is_recomputed():
    (block,) = re.findall(r"^```example\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    stated = dict(re.split(r"\s+=\s+", line) for line in block.splitlines())
    archive = hashlib.sha256(write_archive({"b.json": b"{}\n", "a.json": b"[]\n"})).hexdigest()
    assert stated == {
        'PLAIN("0.9240")': plain(number("0.9240")),
        'PLAIN("-0.0")': plain(number("-0.0")),
        'KG("8.120", "tCO2e/TNE")': kilograms("8.120", "tCO2e/TNE"),
        'KG("57", "gCO2e/KWH")': kilograms("57", "gCO2e/KWH"),
        'E("20" / "7")': plain(divided(number("20"), number("7"))),
        'UID("party", "Example publisher")': derived_uuid("party", "Example publisher"),
        'CLASS("UN-CPC", "41431")': class_urn({"scheme": "UN-CPC", "code": "41431"}),
        'CLASS("GB/T 4754", "3216")': class_urn({"scheme": "GB/T 4754", "code": "3216"}),
        'JSON of 8.120 and "公斤"': write_json({"u": "公斤", "a": Digits("8.120")}).decode(),
        "SHA-256 of an archive": archive,
    }


def test_the_members_of_pact_are_those_of_the_view():
    story = cases.rich_story()
    views = [
        json.loads(pact.write_pact(held, cases.FACTS))
        for held in (cases.labelled(), cases.dossier(story, "statement"))
    ]
    top, footprint, *_ = (
        re.findall(r"`([A-Za-z0-9]+)`", " ".join(row[0] for row in rows(table)))
        for table in re.split(r"\n`pcf`: ", section("## PACT").partition("\n`extensions[0]`")[0])
    )
    assert set(top) == set().union(*views)
    stated = {name for name in footprint if name != "geographyCountry"}
    assert stated == set().union(*(view["pcf"] for view in views))


def test_every_declared_unit_is_named_as_the_program_does():
    (row,) = [row for row in rows(section("## PACT")) if "`declaredUnitAmount`" in row[0]]
    stated = re.findall(r"([A-Z0-9]{2,3}) `([a-z ]+)` (1000|1)\b", row[1])
    assert {unit: (name, amount) for unit, name, amount in stated} == pact._UNITS


def test_the_units_of_openlca_are_those_of_the_program():
    text = section("## openLCA")
    properties = dict(
        re.findall(r"([A-Z][A-Za-z ()*]+?)\s([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", text)
    )
    stated = {
        row[0].strip("()"): (row[2], row[1], (properties[row[3]], row[3]))
        for row in rows(text)
        if re.fullmatch(r"[0-9a-f-]{36}", row[2] if len(row) > 2 else "")
    }
    grams = stated.pop("g")
    assert stated == openlca._UNITS
    assert grams[:2] == openlca._EMITTED["g"]


@pytest.mark.parametrize(("name", "write"), [("items", write_items), ("factors", write_factors)])
def test_the_columns_are_those_of_the_tables(name, write):
    text = section("## CSV").partition(f"\n`{name}-csv`, ")[2].partition("\n\n")[2]
    stated = re.findall(
        r"`([A-Za-z]+)`(?=[ ,.]| \*)", re.sub(r"\([^)]*\)", "", text.split("\n\n")[0])
    )
    header = next(csv.reader(io.StringIO(write(cases.labelled()).decode("utf-8-sig"))))
    assert stated == header


def test_every_code_that_points_here_finds_its_section_and_every_code_here_exists():
    sections = {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)
    }
    for code, row in ledger_codes().items():
        page, _, anchor = row.spec.rpartition("/")[2].partition("#")
        if page == "views.md":
            assert anchor in sections, code
    named = set(re.findall(r"`((?:export|view)\.[a-z_]+)`", PAGE))
    assert named <= set(ledger_codes())
    assert {code for code in ledger_codes() if code.startswith("export.")} <= named
