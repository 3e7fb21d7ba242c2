"""What docs/spec/traceability.md says of rules, figures and codes is what the program does."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

from suyuan_ledger.errors import ledger_codes
from suyuan_ledger.traceability.catalogue import RULES
from suyuan_ledger.traceability.defaults import default_conversions, default_traceability
from suyuan_ledger.traceability.evidence import MAX_FILES
from suyuan_ledger.traceability.exact import half_step, plain
from suyuan_ledger.traceability.gwp import potentials
from suyuan_ledger.traceability.systems import MAX_CROSS_CHECKS
from suyuan_ledger.traceability.systems_table import COLUMNS, SYSTEMS

FOLDER = Path(__file__).resolve().parents[2] / "docs/spec"
PAGE = (FOLDER / "traceability.md").read_text(encoding="utf-8")


def section(heading):
    """The text under a heading, up to the next one of its level or above."""
    level = heading.index(" ")
    match = re.search(
        rf"^{re.escape(heading)}$(.*?)(?=^#{{2,{level}}} |\Z)", PAGE, re.MULTILINE | re.DOTALL
    )
    return match[1]


def rows(text):
    """Cells of the tables in a text, without rulers; a bar after a backslash is no border."""
    found = []
    for line in text.splitlines():
        if line.startswith("| ") and not line.startswith("|---"):
            cells = re.split(r"(?<!\\)\|", line.strip())[1:-1]
            found.append([cell.strip() for cell in cells])
    return found


def test_every_rule_stands_in_the_table_of_its_scope_with_its_severity():
    stated = {}
    for scope, heading in (("record", "## Record rules"), ("set", "## Set rules")):
        for cells in rows(section(heading)):
            name = cells[0].strip("`")
            if name in RULES and cells[-1] in {"error", "warning", "info"}:
                stated[name] = (scope, cells[-1])
    for scope, heading in (("files", "## Files"), ("systems", "## Systems")):
        name, severity = re.search(r"`([a-z.-]+)` \(default: (\w+)\)", section(heading)).groups()
        stated[name] = (scope, severity)

    assert stated == {name: (rule.scope, rule.severity) for name, rule in RULES.items()}


def test_every_rule_that_can_fail_says_what_it_shows():
    shown = [cells[0].strip("`") for cells in rows(section("## Record rules"))]
    shown += [cells[0].strip("`") for cells in rows(section("## Set rules"))]
    for name, rule in RULES.items():
        if rule.scope in {"record", "set"}:
            assert shown.count(name) == 2, name


def test_potentials_are_the_programs():
    table = rows(section("### Global warming potentials"))[1:]
    assert len(table) == 26
    for gas, *values in table:
        for gwp_set, value in zip(("AR4", "AR5", "AR6"), values, strict=True):
            assert " or ".join(potentials(gas, gwp_set)) == value


def test_default_intervals_are_the_programs():
    stated = {}
    for unit, interval, _ in rows(section("## Defaults"))[1:]:
        if interval != "none":
            low, high = interval.split(" to ")
            stated[unit.split()[0]] = (low, high)
    proposed = default_traceability()["plausible"]
    assert stated == {band["unit"]: (band["low"], band["high"]) for band in proposed}


def test_default_figures_are_the_programs():
    text = section("## Defaults")
    section_of_rules = default_traceability()
    limits = section_of_rules["range"]
    assert f"`minimumSample` {limits['minimumSample']}" in text
    assert f"`spread` {limits['spread']} = 3.5 / 0.6745" in text
    assert Decimal(limits["spread"]) == round(Decimal("3.5") / Decimal("0.6745"), 2)
    assert {item["system"] for item in section_of_rules["tolerances"]} == set(SYSTEMS)
    assert {item["relative"] for item in section_of_rules["tolerances"]} == {"0.05", "0.10"}
    pairs = {(item["from"], item["to"]) for item in default_conversions()}
    assert pairs == {(to, one) for one, to in pairs} == {*pairs}
    assert pairs >= {("KGM", "TNE"), ("KWH", "MWH")}


def test_proposed_section_is_sorted_as_a_rule_set_asks():
    section_of_rules = default_traceability()
    for name, key in (("rules", "ruleId"), ("plausible", "unit"), ("tolerances", "system")):
        keys = [item[key] for item in section_of_rules[name]]
        assert keys == sorted(set(keys))


def test_examples():
    (block,) = re.findall(r"^```example\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    stated = dict(re.split(r"\s+=\s+", line) for line in block.splitlines())
    assert stated == {
        "half of the last place of 5.30": plain(half_step("5.30")),
        "half of the last place of 650": plain(half_step("650")),
        "42 g CF4 x 7380, in t": plain(Decimal(42) * 7380 / 1_000_000),
    }


def test_bounds_and_columns_are_the_programs():
    assert f"more than {MAX_FILES})" in section("## Files")
    text = section("## Systems")
    assert f"at most {MAX_CROSS_CHECKS} rows" in text
    names = [name for cells in rows(text)[1:] for name in re.findall(r"`(\w+)`", cells[0])]
    assert names == [column.name for column in COLUMNS]
    zh = [name for cells in rows(text)[1:] for name in cells[1].split(", ")]
    assert zh == [column.zh for column in COLUMNS]


def test_every_code_named_here_exists_and_finds_its_section():
    names = set(re.findall(r"`((?:trace|csv)\.[a-z_]+)`", PAGE))
    assert names <= set(ledger_codes())
    headings = re.findall(r"^##+ (.+)$", PAGE, re.MULTILINE)
    slugs = {re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    mine = [row for row in ledger_codes().values() if row.spec.startswith("traceability.md#")]
    assert mine
    assert {row.spec.partition("#")[2] for row in mine} <= slugs


def test_links_lead_somewhere():
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", PAGE):
        assert (FOLDER / target).is_file(), target
