"""The tree in a report: everything below a label, each figure as signed, examples never hidden."""

from __future__ import annotations

import copy
import json
from fractions import Fraction

import label_reports as given
import pytest
from hypothesis import given as draw
from hypothesis import strategies as st
from suyuan_verifier.render import render
from suyuan_verifier.render.line_items import percent
from suyuan_verifier.render.provenance import provenance
from suyuan_verifier.render.tree import tree_lines

EN = (
    "label: EXAMPLE-LABEL-0001",
    "certificate: EXAMPLE-CERT-0001",
    "filing: EXAMPLE-FILING-0001  filed  Fictional Organisation 408 (example)",
    "footprint: ",
    "footprint verification: verified  limited assurance  Fictional Organisation 405 (example)",
    "item: electricity  [production, fossil]",
    "factor: EXAMPLE-",
    "source: Announcement on the release of the 2024 electricity carbon footprint factor data",
    "submitted by: Fictional Organisation 401 (example)",
    "admitted by: Fictional Organisation 402 (example)",
    "traceability check: pass  Fictional Organisation 402 (example)",
)
ZH = (
    "标识: EXAMPLE-LABEL-0001",
    "证书: EXAMPLE-CERT-0001",
    "备案: EXAMPLE-FILING-0001  已备案  示例机构408（虚构）",
    "碳足迹: ",
    "核查意见: 验证通过  有限保证  示例机构405（虚构）",
    "清单项: electricity  [生产制造, 化石源]",
    "因子: EXAMPLE-",
    "来源: 关于发布2024年电力碳足迹因子数据的公告",
    "报送: 示例机构401（虚构）",
    "入库: 示例机构402（虚构）",
    "数据溯源性校验: 通过  示例机构402（虚构）",
)


@pytest.mark.parametrize(("lang", "expected"), [("en", EN), ("zh", ZH)], ids=["en", "zh"])
def test_a_label_is_told_down_to_the_sources_of_its_factors_in_that_order(lang, expected):
    lines = tree_lines(given.label_report().record, lang)
    places = [next(place for place, line in enumerate(lines) if part in line) for part in expected]
    assert places == sorted(places)


def test_each_record_stands_below_the_one_that_rests_on_it():
    label = provenance(given.label_report().record, "en")
    (certificate,) = label.children
    filing, footprint = certificate.children
    verification, *items = footprint.children
    assert [node.name for node in (label, certificate, filing, footprint, verification)] == [
        "label",
        "certificate",
        "filing",
        "footprint",
        "footprint verification",
    ]
    assert [item.words[0] for item in items] == ["electricity", "fuel", "other", "widgets"]
    below = {item.words[0]: [child.name for child in item.children] for item in items}
    assert below == {
        "electricity": ["factor"],
        "fuel": [],
        "other": ["external database"],
        "widgets": ["factor"],
    }
    assert [child.name for child in items[0].children[0].children] == ["traceability check"]


def test_every_figure_of_a_line_stands_as_signed_with_its_share():
    (line,) = [line for line in tree_lines(given.label_report().record, "en") if "widgets" in line]
    assert "1020.5 KGM x 1.250 kgCO2e/KGM = 1275.625 kgCO2e  29.2 %" in line
    total = Fraction("4367.325")
    assert percent(Fraction("1275.625") / total) == "29.2 %"


def test_the_report_of_a_label_holds_its_tree_and_all_steps():
    text = render("label.suyuan.json", given.label_report(), "en")
    assert text.startswith("label.suyuan.json  VALID (steps 1-10)\n")
    assert all(line in text for line in tree_lines(given.label_report().record, "en"))
    assert "   9 arithmetic  ok" in text


def test_a_certificate_without_a_label_is_the_root_of_its_tree():
    tree = provenance(given.certificate_report().record, "en")
    assert (tree.name, tree.words[0]) == ("certificate", "EXAMPLE-CERT-0001")
    assert [child.name for child in tree.children] == ["footprint"]


def test_a_sealed_figure_reads_sealed_and_never_as_a_number():
    for lang, word in (("en", "sealed"), ("zh", "保密")):
        lines = tree_lines(given.sealed_report([]).record, lang)
        for name in ("secret-1", "secret-2"):
            (line,) = [line for line in lines if f": {name}  " in line]
            assert f"{word} KGM x GWP 1 (CO2) = {word} kgCO2e  {word}" in line
            assert "disclosed" not in line
            assert "25" not in line
            assert "75" not in line
    assert any("recomputed: 1 / 3" in line for line in tree_lines(_sealed([]), "en"))


def test_a_disclosed_figure_is_shown_and_said_to_be_disclosed():
    lines = tree_lines(_sealed(["secret-1", "secret-2"]), "en")
    (line,) = [line for line in lines if ": secret-2  " in line]
    assert "75 KGM x GWP 1 (CO2) = 75 kgCO2e  75.0 %  sealed, disclosed to you" in line
    assert any("recomputed: 3 / 3" in line for line in lines)
    (other,) = [line for line in lines if ": open  " in line]
    assert "disclosed" not in other


def test_what_is_not_nothing_never_reads_as_nothing():
    (line,) = [line for line in tree_lines(_sealed([]), "en") if ": open  " in line]
    assert "0.01 kgCO2e  <0.1 %" in line
    assert percent(Fraction(0)) == "0.0 %"
    assert percent(Fraction(1)) == "100.0 %"


def test_what_is_not_in_the_total_has_no_share_of_it():
    record = copy.deepcopy(given.label_report().record)
    item = record["footprint"]["lineItems"][0]
    item |= {"category": "biogenicUptake", "emission": "-577.7"}
    for lang, word in (("en", "not in the total"), ("zh", "不计入合计")):
        (line,) = [line for line in tree_lines(record, lang) if ": electricity  " in line]
        assert f"= -577.7 kgCO2e  {word}" in line
        assert "%" not in line


def test_a_total_of_zero_has_no_shares():
    record = copy.deepcopy(given.label_report().record)
    record["footprint"]["claim"]["total"] = "0.00"
    (line,) = [line for line in tree_lines(record, "en") if ": electricity  " in line]
    assert "%" not in line


@draw(st.fractions(min_value=0, max_value=1, max_denominator=10**9))
def test_a_share_is_within_half_a_tenth_of_a_percent_of_the_exact_one(share):
    text = percent(share)
    if text == "<0.1 %":
        assert 0 < share <= Fraction(1, 2000)
    else:
        assert abs(Fraction(text.removesuffix(" %")) / 100 - share) <= Fraction(1, 2000)


def test_a_factor_of_several_lines_is_told_in_full_once():
    record = copy.deepcopy(given.label_report().record)
    items = record["footprint"]["lineItems"]
    items[-1]["factor"] = items[0]["factor"]
    lines = tree_lines(record, "en")
    number = items[0]["factor"]["registryNumber"]
    full, again = [line for line in lines if f"factor: {number}" in line]
    assert "(as above)" not in full
    assert "(as above)" in again
    assert sum("附件" in line or "source: Announcement" in line for line in lines) == 1


@pytest.mark.parametrize(
    ("lang", "banner", "mark"),
    [
        ("en", "ILLUSTRATIVE: this rests on example data", "ILLUSTRATIVE, not real data"),
        ("zh", "示例：本数值以示例数据为依据", "示例数据，并非真实数据"),
    ],
    ids=["en", "zh"],
)
def test_whatever_rests_on_examples_says_so_in_every_line(lang, banner, mark):
    lines = tree_lines(given.label_report().record, lang)
    assert banner in lines[0]
    figures = [line for line in lines if "kgCO2e/" in line]
    assert len(figures) >= 6
    for line in figures:
        # The national average is an official figure, and the line that uses it is an example.
        assert ("(!) " in line and mark in line) != ("CN-ELEC-CFP" in line)


def test_one_illustrative_factor_marks_its_line_and_the_whole():
    record = _real(given.label_report().record)
    assert not any("(!)" in line for line in tree_lines(record, "en"))
    record["footprint"]["lineItems"][-1]["factor"]["dataStatus"] = "illustrative"
    lines = tree_lines(record, "en")
    marked = [line for line in lines if "(!)" in line]
    assert len(marked) == 3
    assert "ILLUSTRATIVE" in marked[0]
    assert "item: widgets" in marked[1]
    assert "factor: " in marked[2]


def test_upstream_statements_are_named_with_their_own_status():
    record = _real(given.label_report().record)
    item = record["footprint"]["lineItems"][0]
    del item["factor"]
    footprint = record["footprint"]
    item["statement"] = {
        **{name: footprint[name] for name in ("contentDigest", "index", "time", "issuer")},
        "value": "1.5",
        "valueUnit": "kgCO2e/KGM",
        "product": footprint["claim"]["product"],
        "dataStatus": "illustrative",
    }
    lines = tree_lines(record, "en")
    (line,) = [line for line in lines if "upstream statement: 1.5 kgCO2e/KGM" in line]
    assert "(!)" in line
    (user,) = [line for line in lines if f"item: {item['id']}  " in line]
    assert "(!)" in user
    assert "(!)" in lines[0]
    # One that the bundle does not hold is named by its digest alone.
    item["statement"] = {"contentDigest": "sha256:00", "value": "1.5", "valueUnit": "kgCO2e/KGM"}
    assert any("digest: sha256:00" in line for line in tree_lines(record, "en"))


def test_nothing_of_a_record_reaches_a_terminal_raw():
    record = json.loads(
        json.dumps(given.label_report().record).replace("Example", "\\u001b[2JExample\\u202e")
    )
    for lang in ("en", "zh"):
        lines = tree_lines(record, lang)
        assert all(line.isprintable() for line in lines)
        assert not any("\x1b" in line for line in lines)


def test_of_a_bundle_that_does_not_hold_no_tree_is_shown():
    bundle, policy, now = given.files(given.told(), "label")
    bent = bundle.replace(b"4367.325", b"4367.326")
    report = given.report_on((bent, policy, now))
    text = render("x", report, "en")
    assert report.record is None
    assert "4367" not in text
    assert "EXAMPLE-LABEL" not in text


def _sealed(disclosed):
    return given.sealed_report(disclosed).record


def _real(record):
    """The same record as if nothing in it were an example."""
    return json.loads(json.dumps(record).replace('"illustrative"', '"calculated"'))
