"""The report as a page: complete in itself, in two languages, nothing fetched, nothing executed."""

from __future__ import annotations

import base64
import hashlib
import json
import re

import label_reports as given
import pytest
from read_page import Element, read_page
from suyuan_verifier import Verdict
from suyuan_verifier.codes import codes
from suyuan_verifier.render import MEANING
from suyuan_verifier.render.page import Verification, report_page
from suyuan_verifier.render.page_words import age
from suyuan_verifier.report import worst

ALLOWED = (
    "html head meta title style body input label article section h1 h2 div strong p dl dt dd "
    "ul li b span code table thead tbody tr th td"
)
"""Elements that neither fetch nor execute nor lead anywhere."""
NAMES = {"en": "en", "zh": "zh-CN"}


def page(*reports, lang="en", now="2026-01-06T08:00:00Z") -> bytes:
    """The page about some reports."""
    subjects = [
        ({"name": f"file{place}.suyuan.json", "sha256": f"{place:064}"}, report)
        for place, report in enumerate(reports)
    ]
    run = Verification(
        now=now,
        verdict=worst([report.verdict for report in reports]),
        trust_digest="sha256:" + "a" * 64,
        origin="log.example/suyuan",
        required_steps=(1, 2, 3),
        version="0.1.0",
    )
    return report_page(subjects, run, lang)


def article(data: bytes, lang: str) -> Element:
    """The part of the page in one language."""
    (found,) = read_page(data).all("article", lang=NAMES[lang])
    return found


def rows(data: bytes, lang: str, place: int) -> list[list[str]]:
    """The cells of a table."""
    table = article(data, lang).all("table")[place]
    return [[cell.text for cell in row.all("td")] for row in table.all("tbody")[0].all("tr")]


def every(element: Element) -> list[Element]:
    """An element and all below it."""
    return [element, *(each for child in element.children for each in every(child))]


# what the page may do


@pytest.mark.parametrize(
    "report", [given.label_report, given.hostile_report], ids=lambda f: f.__name__
)
def test_the_page_asks_nobody_for_anything(report):
    data = page(report())
    for element in every(read_page(data))[1:]:
        assert element.name in ALLOWED.split()
        assert not element.attributes.keys() & {"src", "href", "style", "srcset", "action"}
        assert not any(name.startswith("on") for name in element.attributes)
    (style,) = read_page(data).all("style")
    assert "url(" not in style.text
    assert "@import" not in style.text


def test_the_policy_allows_this_style_and_nothing_else():
    document = read_page(page(given.label_report()))
    (style,) = document.all("style")
    digest = base64.b64encode(hashlib.sha256(style.text.encode()).digest()).decode()
    (meta,) = [each for each in document.all("meta") if "http-equiv" in each.attributes]
    assert meta.attributes["http-equiv"] == "Content-Security-Policy"
    assert meta.attributes["content"].split("; ") == [
        "default-src 'none'",
        f"style-src 'sha256-{digest}'",
        "base-uri 'none'",
        "form-action 'none'",
    ]


def test_hostile_text_stays_text():
    report = given.hostile_report()
    assert report.verdict is Verdict.VALID
    data = page(report)
    # As a reader sees it, in every place where a record may put it; as markup nowhere.
    assert article(data, "en").text.count(given.HOSTILE) >= 6
    assert b"<script" not in data
    assert b"<img" not in data
    document = read_page(data)
    assert not document.all("script")
    assert not document.all("img")


def test_control_and_bidirectional_characters_are_shown_as_escapes():
    report = given.label_report()
    name = {"name": "\u202eevil\x1b.json", "sha256": None}
    run = Verification("2026-01-06T08:00:00Z", Verdict.VALID, "", "\u2066log", (1,), "0")
    text = report_page([(name, report)], run, "en").decode()
    assert "\\u202eevil\\x1b.json" in text
    assert "\\u2066log" in text
    assert not re.search("[\x00-\x09\x0b-\x1f\u202a-\u202e\u2066-\u2069]", text)


# what it says


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_both_languages_stand_in_the_page_and_one_is_shown_first(lang):
    document = read_page(page(given.label_report(), lang=lang))
    (html,) = document.all("html")
    assert html.attributes["lang"] == NAMES[lang]
    checked = [
        each.attributes["id"] for each in document.all("input") if "checked" in each.attributes
    ]
    assert checked == [lang]
    assert [each.attributes["lang"] for each in document.all("article")] == ["en", "zh-CN"]
    english, chinese = document.all("article")
    assert "VALID (steps 1-10)" in english.text
    assert "有效 (步骤 1-10)" in chinese.text
    assert MEANING[0] in english.text
    assert MEANING[1] in chinese.text
    assert "Fictional Organisation 406 (example)" in english.text
    assert "示例机构406（虚构）" in chinese.text


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_line_items_stand_in_a_table_with_all_their_figures(lang):
    data = page(given.label_report())
    found = rows(data, lang, 0)
    items = given.label_report().record["footprint"]["lineItems"]
    assert [row[0] for row in found] == [item["id"] for item in items]
    assert [row[5] for row in found] == [item["emission"] for item in items]
    assert [row[3] for row in found] == [f"{item['quantity']} {item['unit']}" for item in items]
    assert [row[6] for row in found] == ["13.2 %", "57.2 %", "0.3 %", "29.2 %"]
    assert all(("ILLUSTRATIVE" if lang == "en" else "示例数据") in row[7] for row in found)


def test_each_cell_names_its_column_for_narrow_screens():
    for table in article(page(given.label_report()), "en").all("table"):
        columns = [each.text for each in table.all("th")]
        for row in table.all("tbody")[0].all("tr"):
            assert [cell.attributes["data-label"] for cell in row.all("td")] == columns


def test_everybody_who_signed_is_listed_once_in_the_order_of_the_log():
    found = rows(page(given.label_report()), "en", 1)
    places = [int(row[0].removeprefix("#")) for row in found]
    assert places == sorted(set(places))
    assert {row[1] for row in found} == {
        "factor submission",
        "traceability check",
        "factor admission",
        "footprint statement",
        "footprint verification",
        "certificate",
        "filing",
        "label issuance",
    }
    label = given.label_report().record
    assert label["contentDigest"] in found[-1][4]
    assert label["issuer"]["id"] in found[-1][2]


def test_the_status_is_told_with_its_age():
    text = article(page(given.label_report()), "en").text
    assert "as far as this publisher asserts: Fictional Organisation 410 (example)" in text
    # Listed at 08:27:00 the day before.
    assert "its age0 d 23 h 33 min" in text
    assert "距验证时0 天 23 小时 33 分" in article(page(given.label_report()), "zh").text


def test_without_a_status_list_the_page_says_so():
    text = article(page(given.sealed_report(["secret-1", "secret-2"])), "en").text
    assert "No status list confirms that this still stands." in text


def test_an_age_of_a_wrong_clock_keeps_its_sign():
    assert age(90061, "en") == "1 d 1 h 1 min"
    assert age(-90, "en") == "-0 d 0 h 1 min"


def test_the_trust_policy_is_named_by_its_digest():
    text = article(page(given.label_report()), "en").text
    assert "trust policysha256:" + "a" * 64 in text
    assert "loglog.example/suyuan" in text


def test_what_is_not_valid_is_called_a_claim_and_explained():
    bundle, policy, now = given.files(given.told(), "label")
    asked = json.loads(policy) | {"maxStatusAge": 1}
    report = given.report_on((bundle, json.dumps(asked).encode(), now))
    assert report.verdict is Verdict.UNDECIDED
    for lang in ("en", "zh"):
        text = article(page(report), lang).text
        row = codes()["status.stale"]
        assert row.message[lang] in text
        assert "status.stale" in text
        assert f"docs/spec/{row.spec}" in text
        assert ("Not proven" if lang == "en" else "未获证明") in text
    assert "Not proven" not in article(page(given.label_report()), "en").text


def test_the_reasons_stand_right_below_a_verdict_that_is_not_valid():
    bundle, policy, now = given.files(given.told(), "label")
    forged = given.report_on((bundle.replace(b"4367.325", b"4367.326"), policy, now))
    for report, code, other in (
        (forged, "sig.invalid", "workflow.completeness"),
        (given.sealed_report([]), "footprint.partial", "workflow.completeness"),
    ):
        for lang in ("en", "zh"):
            found = article(page(report), lang)
            (why,) = [each for each in found.all("h2") if each.text in ("Why", "原因")]
            section = found.all("section")[0]
            reasons = section.children[section.children.index(why) + 1]
            texts = [each.text for each in reasons.all("li")]
            assert len(set(texts)) == len(texts)
            assert f"{codes()[code].message[lang]} {code}" in texts
            assert not any(other in text for text in texts)
    for each in article(page(given.label_report()), "en").all("h2"):
        assert each.text != "Why"


def test_of_what_does_not_hold_no_content_is_shown():
    bundle, policy, now = given.files(given.told(), "label")
    unreadable = given.report_on((b"{", policy, now))
    forged = given.report_on((bundle.replace(b"4367.325", b"4367.326"), policy, now))
    for report, verdict in ((unreadable, "UNREADABLE"), (forged, "INVALID")):
        text = article(page(report), "en").text
        assert verdict in text
        assert "Nothing of the content is shown" in text
        assert "4367" not in text
        assert "EXAMPLE" not in text


def test_over_several_files_the_worst_decides():
    sealed = given.sealed_report([])
    assert sealed.verdict is Verdict.UNDECIDED
    found = article(page(given.label_report(), sealed), "en").all("div")
    verdicts = [each for each in found if "verdict" in each.attributes.get("class", "")]
    assert [each.attributes["class"] for each in verdicts] == [
        "verdict UNDECIDED",
        "verdict VALID",
        "verdict UNDECIDED",
    ]


def test_a_factor_has_a_page_too():
    story = given.told()
    report = given.report_on(given.files(story, "widget.admission"))
    text = article(page(report), "en").text
    assert "EXAMPLE-WIDGET 1 · Example product · 1.250 kgCO2e/KGM" in text
    assert "Example source (fictional)" in text
    assert "ILLUSTRATIVE: this rests on example data" in text
    assert "traceability check" in text
