"""The certificate: PDF/A with everything a label rests on, nothing sealed, nothing overlapping."""

from __future__ import annotations

import dataclasses
import io
import re
from collections import defaultdict
from datetime import timedelta
from functools import cache

import footprint_records as says
import pypdf
import pypdfium2
import pytest
from footprint_story import CERTIFIERS, stated_story, widget_lines
from logged_story import LoggedStory
from printed_labels import (
    LONG,
    NOW,
    Printable,
    chinese_font,
    exported,
    hard,
    page_texts,
    pages,
    plain,
    plain_story,
    scanned,
    squeeze,
)
from signed_records import content_digest, jcs
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.export.bundle import export_bundle
from suyuan_ledger.export.trust import export_trust
from suyuan_ledger.label.certificate import print_certificate
from suyuan_ledger.label.columns import breakable
from suyuan_ledger.label.provenance import trace
from suyuan_verifier.label_code import check_code


@cache
def printed(printable: Printable, days: int = 1) -> bytes:
    """The certificate of a bundle, verified some days after it was made."""
    font = chinese_font()
    return print_certificate(printable.open(NOW + timedelta(days=days)), font)


def checkpoint_size() -> int:
    """Size of the tree in which the plain bundle is proven."""
    return int(plain().open().checkpoint.split("\n")[1])


def text_of(pdf: bytes) -> str:
    """All its text, without blanks."""
    return squeeze("".join(page_texts(pdf)))


def test_it_says_that_it_is_pdf_a_and_accessible():
    reader = pypdf.PdfReader(io.BytesIO(printed(plain())))
    metadata = reader.trailer["/Root"]["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert reader.trailer["/Root"]["/Lang"] == "zh-CN"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert "EXAMPLE-LABEL-0001" in reader.metadata.title


def test_every_font_is_embedded():
    names = set()
    for page in pypdf.PdfReader(io.BytesIO(printed(plain()))).pages:
        for font in page["/Resources"]["/Font"].values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            descriptor = inner["/FontDescriptor"].get_object()
            assert "/FontFile2" in descriptor or "/FontFile3" in descriptor
            names.add(str(descriptor["/FontName"]))
    assert len(names) >= 3


def test_the_same_bundle_gives_the_same_bytes():
    again = print_certificate(plain().open(NOW + timedelta(days=2)), chinese_font())
    assert again == printed(plain())


def test_nothing_of_the_machine_gets_in():
    pdf = printed(plain())
    assert str(chinese_font().parent).encode() not in pdf
    assert b"/tmp" not in pdf
    dates = re.findall(rb"/(?:Creation|Mod)Date\(D:(\d{14})", pdf)
    assert set(dates) == {b"20260105080000"}


def test_it_says_where_the_figure_comes_from():
    story = plain_story()
    found = text_of(printed(plain()))
    label = story.record("label")
    for text in (
        "产品碳足迹标识证书",
        "Productcarbonfootprintlabelcertificate",
        "Notanofficialmark",
        "4367.325",
        "EXAMPLE-CERT-0001",
        "EXAMPLE-FILING-0001",
        "核查通过，有限保证",
        "verified,limitedassurance",
        "已备案",
        "F1:0.5777kgCO₂e/kWh",
        "F2:1.250kgCO₂e/kg",
        "CO2,GWP1",
        "Exampledatabase(fictional)1:Exampledataset(fictional)",
        "EXAMPLE-0017",
        "CN-ELEC-CFP-2024-NATv1",
        "关于发布2024年电力碳足迹因子数据的公告",
        "Announcementonthereleaseofthe2024electricitycarbonfootprintfactordata",
        "2025-09-28",
        "官方数据转录",
        content_digest(label),
        content_digest(story.record("rules")),
        "log.example/suyuan",
        story.ledger.tree.root(checkpoint_size()).hex(),
        f"chain31337,block{plain().open().standing.anchor['anchorBlock']}",
        "有效（步骤1,2,3,4,5,6,7,8,9,10）",
        "VALID(steps1,2,3,4,5,6,7,8,9,10)",
    ):
        assert text in found, text


def test_every_signed_record_stands_with_its_place_in_the_log():
    story, found = plain_story(), text_of(printed(plain()))
    for label in ("statement", "verification", "certificate", "filing", "label"):
        signer = story.record(label)["issuer"]
        row = f"{signer['nameZh']}{signer['name']}{story.at[label]}2026-01-05T"
        assert squeeze(row) in found, label


def test_an_illustrative_figure_says_so_on_every_page():
    for page in page_texts(printed(plain())):
        assert "示例数据，并非真实数据" in squeeze(page)
        assert "ILLUSTRATIVE,notrealdata" in squeeze(page)


def test_what_the_verifier_left_open_stands_on_every_page():
    stale = printed(plain(), 300)
    for page in page_texts(stale):
        assert "核验未完成NOTFULLYVERIFIED" in squeeze(page)
    assert "thestatuslistisolderthanthepolicyallows[status.stale]" in text_of(stale)
    assert "UNDECIDED(steps" in text_of(stale)
    assert "核验未完成" not in text_of(printed(plain()))


def test_an_anchor_that_is_not_proven_is_not_claimed():
    source = plain().open()
    standing = dataclasses.replace(source.standing, anchor=None)
    pdf = print_certificate(dataclasses.replace(source, standing=standing), chinese_font())
    assert "notprovenforthisprint" in text_of(pdf)
    assert "chain31337" not in text_of(pdf)


def test_both_codes_are_scanned_from_the_printed_pages():
    found = set().union(*map(scanned, pages(printed(plain()))))
    uri, code = sorted(found, reverse=True)
    assert uri == plain_story().record("label")["credentialSubject"]["qr"]
    result = check_code(code)
    assert result.code == "code.signature_only"
    assert result.claim["contentDigest"] == content_digest(plain_story().record("label"))


@cache
def sealed() -> Printable:
    """Two lines are sealed; their holder disclosed them to whoever has the bundle."""
    story = stated_story(*CERTIFIERS, "publisher")
    lines = [
        says.line("alpha", "external", quantity="27.1828", unit="KGM", external=_external()),
        says.line("beta", "external", quantity="31.4159", unit="KGM", external=_external()),
        *widget_lines(story),
    ]
    story.state(lines=lines, seal=["alpha", "beta"])
    story.verify_footprint().certify().file().issue().publish()
    bundle, policy = story.export("label")
    bundle["disclosures"] = sorted(story.disclosures["statement"].values())
    return Printable(jcs(bundle), jcs(policy))


def _external():
    return says.external("1.7", "kgCO2e/KGM")


def test_a_sealed_figure_is_not_printed_even_if_the_bundle_discloses_it():
    source = sealed().open()
    assert source.standing.valid
    found = text_of(printed(sealed()))
    assert found.count("保密sealed") == 4
    for figure in ("27.1828", "31.4159", "46.21076", "53.40703"):
        assert figure not in found
    assert "signedasasalteddigestandnotdisclosedhere" in found
    assert "保密" not in text_of(printed(plain()))


def test_the_longest_texts_are_printed_whole():
    found = text_of(printed(hard()))
    # Pages end within the names, and each has a footer.
    assert found.count("再生铝") >= 600 * 2
    assert found.count("W" * 20) >= 40
    assert "上游声明" in found
    assert found.count("保密sealed") == 4


@pytest.mark.parametrize("name", ["plain", "hard", "stale", "sealed"])
def test_no_character_leaves_its_page_or_touches_another(name):
    pdf = {
        "plain": lambda: printed(plain()),
        "hard": lambda: printed(hard()),
        "stale": lambda: printed(plain(), 300),
        "sealed": lambda: printed(sealed()),
    }[name]()
    document = pypdfium2.PdfDocument(pdf)
    try:
        for number, page in enumerate(document, 1):
            width, height = page.get_size()
            boxes = character_boxes(page)
            for left, bottom, right, top in boxes:
                assert left >= 44, number
                assert right <= width - 44, number
                assert bottom >= 20, number
                assert top <= height - 40, number
            assert overlaps(boxes) == [], number
    finally:
        document.close()


def character_boxes(page) -> list[tuple[float, float, float, float]]:
    """Left, bottom, right and top of every visible character, in points."""
    text = page.get_textpage()
    boxes = [text.get_charbox(place) for place in range(text.count_chars())]
    return [box for box in boxes if box[2] - box[0] > 0.1 and box[3] - box[1] > 0.1]


def overlaps(boxes):
    """Pairs of characters of which one covers most of the other, as Q does not cover its u.

    The characters of a ligature have one box, and nothing is printed over itself.
    """
    cells = defaultdict(list)
    found = []
    for box in dict.fromkeys(boxes):
        left, bottom, right, top = box
        places = {(int(x // 20), int(y // 20)) for x in (left, right) for y in (bottom, top)}
        for place in places:
            for other in cells[place]:
                wide = min(right, other[2]) - max(left, other[0])
                high = min(top, other[3]) - max(bottom, other[1])
                least = min(area(box), area(other))
                if wide > 0 and high > 0 and wide * high > least * 3 / 4:
                    found.append((box, other))
            cells[place].append(box)
    return found


def area(box) -> float:
    """Of a character's box."""
    return (box[2] - box[0]) * (box[3] - box[1])


def test_a_character_that_no_font_has_refuses_the_print():
    story = stated_story(*CERTIFIERS, "publisher")
    product = {"name": {"zh": "铝\U0001f600", "en": "x"}}
    story.state(lines=widget_lines(story), product=product)
    story.verify_footprint().certify().file().issue().publish()
    with pytest.raises(RefusedError) as caught:
        printed(exported(story))
    assert caught.value.code == "print.glyph"
    assert "\U0001f600" in caught.value.found


def test_a_record_that_the_bundle_lacks_refuses_the_print():
    source = plain().open()
    for kind in ("Certificate", "FootprintStatement", "FactorAdmission", "FactorSubmission"):
        records = {
            digest: record for digest, record in source.records.items() if record.kind != kind
        }
        with pytest.raises(RefusedError) as caught:
            trace(dataclasses.replace(source, records=records))
        assert caught.value.code == "print.incomplete"


def test_a_standard_is_named_only_if_the_statement_names_it():
    assert "核算方法Method未说明notstated" in text_of(printed(plain()))
    story = stated_story(*CERTIFIERS, "publisher")
    story.log("method", "MethodReference", "root", says.says.method_reference())
    story.state(lines=widget_lines(story), links=[("basedOn", "method")])
    story.verify_footprint().certify().file().issue().publish()
    assert "核算方法MethodEXAMPLE0000-0000" in text_of(printed(exported(story)))


def test_the_conditions_of_the_certificate_are_printed():
    """A text, unlike the conditions of an admission: the verifier must not take it for those."""
    story = stated_story(*CERTIFIERS, "publisher")
    story.state(lines=widget_lines(story)).verify_footprint()
    story.certify(conditions=says.words("Dry goods only (example)")).file().issue().publish()
    source = exported(story).open()
    assert source.standing.valid
    assert "附加条件Conditions示例（虚构）Drygoodsonly(example)" in text_of(
        printed(exported(story))
    )


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("electricity", "electricity"),
        ("铝锭 ingot", "铝锭 ingot"),
        ("EXAMPLE-FILING-0001", "EXAMPLE-\u200bFILING-\u200b0001"),
        ("WWWWWWWWWW", "WWWWWW\u200bWWWW"),
        ("a\n  b", "a b"),
    ],
)
def test_only_a_word_too_wide_for_its_column_may_break(text, marked):
    assert breakable(text, 61 if "W" in text else 80) == marked


def test_long_names_are_shorter_than_the_bound():
    assert {len(LONG["zh"]), len(LONG["en"])} == {2000}


def test_what_a_real_ledger_exports_is_printed(tmp_path):
    """Before its anchor, under the policy that the ledger itself proposes."""
    told = LoggedStory(plain_story(), tmp_path / "ledger.sqlite")
    bundle = export_bundle(told.ledger, told.content("label"), None)
    policy = export_trust(told.ledger, [], [])
    told.ledger.close()
    found = text_of(printed(Printable(bundle, policy)))
    for text in ("4367.325", "EXAMPLE-0017", "log.example/told", "[anchor.absent]"):
        assert text in found
