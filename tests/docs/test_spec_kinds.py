"""docs/spec/kinds.md: its tables are those of the schemas, each word explained, no dead section."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from suyuan_ledger.errors import ledger_codes
from suyuan_ledger.records.shape import KINDS, load_schema

SPEC = Path(__file__).resolve().parents[2] / "docs/spec"
PAGE = (SPEC / "kinds.md").read_text("utf-8")
PLAIN = [kind for kind in KINDS if not kind.startswith("Enrolment") or kind.endswith("Revocation")]
"""Kinds with a table of their own; a request and its answer share one."""


def section(title):
    """Text below a heading, up to the next one."""
    match = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert match, title
    return match[1]


def members(rows):
    """Names in the first column of a table, its heading left out."""
    cells = re.findall(r"^\| (`.+?) \|", rows, re.MULTILINE)
    return {name for cell in cells for name in re.findall(r"`([^`]+)`", cell)}


def first_table(text):
    return re.search(r"(^\|.*\n)+", text, re.MULTILINE)[0]


def subject(kind):
    return load_schema(kind)["properties"]["credentialSubject"]


def words_of(schema, found):
    """Collect the member names and enumerated words of a schema."""
    if isinstance(schema, dict):
        found |= set(schema.get("properties", {}))
        found |= {word for word in schema.get("enum", []) if isinstance(word, str)}
        for value in schema.values():
            words_of(value, found)
    elif isinstance(schema, list):
        for value in schema:
            words_of(value, found)
    return found


def shown(text):
    quoted = set(re.findall(r"`([^`\n]+)`", text))
    return quoted | {word for part in quoted | {text} for word in re.findall(r'"(\w+)"', part)}


@pytest.mark.parametrize("kind", PLAIN)
def test_a_table_has_the_members_of_the_schema(kind):
    table, schema = first_table(section(kind)), subject(kind)
    required, _, optional = table.partition("| *optional* |")
    assert members(required) == set(schema["required"])
    assert members(optional) == set(schema["properties"]) - set(schema["required"])


def test_request_and_answer_share_a_table():
    names = set(subject("EnrolmentRequest")["properties"]) | set(subject("Enrolment")["properties"])
    assert members(first_table(section("Enrolment"))) == names


@pytest.mark.parametrize("kind", KINDS)
def test_every_member_and_word_is_explained(kind):
    title = "Enrolment" if kind == "EnrolmentRequest" else kind
    terms = load_schema("Terms")["$defs"]
    schemas = [subject(kind)]
    schemas += [terms[name] for name in ("organisation", "roles") if title == "Enrolment"]
    # `text` objects are explained with the records; units and roles where they are listed.
    elsewhere = {"zh", "en", *terms["unit"]["enum"]} if kind != "FactorSubmission" else {"zh", "en"}
    assert words_of(schemas, set()) - shown(section(title)) - elsewhere == set()


# Where the pages explain what several kinds share.
EXPLAINED = {
    "Shared terms": ("system", "severity", "impact", "boundary", "stage", "category", "figure"),
    "Products": ("product", "productIds", "authorised", "lots"),
    "FactorSubmission": ("unit", "dataStatus", "geography", "classification", "evidence"),
    "ExpertReview": ("conflictOfInterest", "findings"),
    "CbamInstallationData": ("installationEmission",),
}


@pytest.mark.parametrize("title", EXPLAINED)
def test_shared_words_are_explained(title):
    terms = load_schema("Terms")["$defs"]
    words = words_of([terms[name] for name in EXPLAINED[title]], set())
    assert words - shown(section(title)) - {"zh", "en"} == set()


def test_the_table_of_links_is_that_of_the_schemas():
    stated = {}
    for kind, cell in re.findall(
        r"^\| `(\w+)` \| (.+) \|$", section("Links of each kind"), re.MULTILINE
    ):
        counted = re.findall(r"(?:(\d+) to )?(\d+) (\w+)", cell)
        stated[kind] = {rel: (int(low or most), int(most)) for low, most, rel in counted}
    for kind in KINDS:
        limits = load_schema(kind)["properties"].get("links", {"allOf": []})["allOf"]
        counts = {
            limit["contains"]["properties"]["rel"]["const"]: (
                limit["minContains"],
                limit["maxContains"],
            )
            for limit in limits
        }
        assert stated.pop(kind) == counts, kind
    assert stated == {}


def test_the_list_of_kinds_is_complete():
    listed = re.findall(r"^\| \[`(\w+)`\]\(#(\w+)\) \|", PAGE, re.MULTILINE)
    assert sorted(kind for kind, _ in listed) == sorted(KINDS)


def slugs(page):
    headings = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in headings}


def test_every_section_that_a_code_or_a_link_names_is_there():
    named = {
        code.spec.partition("#")[2]
        for code in ledger_codes().values()
        if code.spec.startswith("kinds.md#")
    }
    assert named - slugs(PAGE) == set()
    for file, anchor in re.findall(r"\]\(([\w.-]*)#([\w-]+)\)", PAGE):
        page = (SPEC / file).read_text("utf-8") if file else PAGE
        assert anchor in slugs(page), f"{file}#{anchor}"


def test_every_rule_of_a_record_is_on_one_of_the_pages():
    pages = "".join(
        (SPEC / name).read_text("utf-8") for name in ("record.md", "kinds.md", "status.md")
    )
    codes = set(re.findall(r"`((?:record|sig)\.[a-z0-9_]+)`", pages))
    assert codes - ledger_codes().keys() == set()
    rules = {code for code in ledger_codes() if code.startswith(("record.", "sig."))}
    # `valid` is what passing is called; the others are the command line's.
    passing, asked = {"record.valid", "sig.valid"}, {"ambiguous", "digest", "unknown"}
    assert rules - codes - passing - {f"record.{name}" for name in asked} == set()
