"""From a table of line items to a suspended label, by the commands of those who sign."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from desk_calls import by, inbox, ok, receipt, refused
from desk_home import PASSPHRASE, copy_home
from footprint_home import make_footprint_home
from footprint_tables import GOOD, HEADER, HYDRO, LOSSES, TOTAL, csv_table, workbook

pytestmark = pytest.mark.usefixtures("home")

WORDS = ["--zh", "示例说明", "--en", "an example"]
OPINION = ["--result", "verified", "--level", "reasonable", "--materiality", "0.05"]


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A home with admitted factors and everybody enrolled; the tests work on copies."""
    world = make_footprint_home(tmp_path_factory.mktemp("template"))
    world.ledger.close()
    return world


@pytest.fixture
def home(template, tmp_path, monkeypatch):
    """A copy of that home, with a table and a header; commands run in its folder."""
    world = copy_home(template, tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SUYUAN_HOME", "ledger")
    monkeypatch.setenv("SUYUAN_PASSPHRASE", PASSPHRASE)
    monkeypatch.delenv("SUYUAN_LANG", raising=False)
    (tmp_path / "items.csv").write_bytes(csv_table(GOOD))
    (tmp_path / "head.toml").write_text(HEADER, encoding="utf-8")
    yield world
    world.ledger.close()


def drafted(table="items.csv", out="draft.json"):
    """Draft the statement of a table; return what the command says."""
    arguments = ["--header", "head.toml", "--key", "file:smelter.pem", "--out", out, "--json"]
    return json.loads(ok("footprint", "draft", table, *arguments).stdout)


def stated():
    """Log the statement of the good table; return its receipt."""
    drafted()
    return receipt("footprint", "submit", "draft.json", *by("smelter"))


def certified(*further):
    """Log a statement, an opinion and a certificate; return the certificate's receipt."""
    index = stated()["index"]
    receipt("footprint", "verify", index, *by("body"), *OPINION)
    return receipt("certify", index, *by("certifier"), "--number", "EX-C-1", *further)


def shown(which):
    """Return a record as it is stored."""
    return json.loads(ok("show", which, "--raw").stdout)


def test_the_whole_way_to_a_suspended_label(home):
    """Everybody finds the next step in the inbox, and the label rests on everything before it."""
    assert inbox("body") == []
    index = stated()["index"]
    assert (inbox("body"), inbox("certifier")) == ([("opinion", index)], [("opinion", index)])
    receipt("footprint", "verify", index, *by("body"), *OPINION)
    assert (inbox("body"), inbox("certifier")) == ([], [("certify", index)])
    receipt("certify", index, *by("certifier"), "--number", "EX-C-1", "--authorise", "1000 TNE")
    assert inbox("certifier") == []
    filed = inbox("office")
    assert filed == [("file", index + 2)]
    receipt("file", "EX-C-1", *by("office"), "--number", "EX-F-1", "--decision", "filed")
    assert inbox("office") == []
    assert inbox("certifier") == [("label", index + 2)]
    label = receipt(
        *("label", "issue", "EX-C-1", *by("certifier"), "--number", "EX-L-1"),
        *("--authorise", "100 TNE", "--lot", "LOT-7", "--resolver", "https://id.example.org"),
    )
    assert inbox("certifier") == []
    assert inbox("inspectorate") == [("surveil", index + 2), ("surveil", label["index"])]
    looked_at = ["--result", "conforming", "--method", "documentReview", *WORDS]
    receipt("surveil", "EX-L-1", *by("inspectorate"), *looked_at)
    assert inbox("inspectorate") == [("surveil", index + 2)]

    record = shown("EX-L-1")
    subject = record["credentialSubject"]
    assert subject["displayed"] == {"value": "0.896", "unit": "tCO2e/TNE", "scale": 3}
    assert subject["dataStatus"] == "illustrative"
    assert subject["qr"] == "https://id.example.org/01/09521101530001/10/LOT-7/21/EX-L-1"
    assert record["validUntil"] == shown("EX-C-1")["validUntil"]
    receipt("status-change", "EX-L-1", *by("inspectorate"), "--to", "suspended", *WORDS)
    tree = ok("show", "EX-L-1").stdout
    for text in (
        "status: suspended",
        "EX-C-1",
        "EX-F-1",
        "FootprintVerification verified",
        "Surveillance conforming",
        "0.5 TNE × 1.5 tCO2e/TNE = 750 kgCO2e",
        "CN-ELEC-CFP-2024-HYDRO",
        "TraceabilityCheck pass",
    ):
        assert text in tree
    assert home.ledger.fsck().clean


@pytest.mark.parametrize("form", [csv_table, workbook])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_same_lines_make_the_same_statement_in_every_form(tmp_path, form, lang):
    """CSV or workbook, English or Chinese headers: one total, exact to the last place."""
    (tmp_path / "table").write_bytes(form(GOOD, lang))
    told = drafted("table")

    assert told["total"] == TOTAL
    assert told["result"] == {"value": "0.896", "unit": "tCO2e/TNE", "scale": 3}
    assert told["byStage"] == [
        {"stage": "production", "emission": "1789.166667"},
        {"stage": "rawMaterial", "emission": "3.75"},
    ]


def test_what_was_drafted_is_what_is_logged():
    """The digest of the draft is the digest in the log, and the members are the same."""
    told = drafted()
    draft = json.loads(Path("draft.json").read_text(encoding="utf-8"))
    found = receipt("footprint", "submit", "draft.json", *by("smelter"))

    assert found["content"] == told["content"]
    logged = shown(found["index"])
    del logged["proof"]
    assert logged == draft


def test_the_signer_sees_digest_members_and_the_sealed_figures():
    """Before the signature; the log gets the digests alone."""
    drafted()
    sealed = json.loads(
        ok(
            *("footprint", "seal", "draft.json", "--item", "B-GRID", "--item", "A-CARBON"),
            *("--out", "sealed.json", "--disclosures", "private.json", "--json"),
        ).stdout
    )
    arguments = ["sealed.json", *by("smelter"), "--disclosures", "private.json"]
    done = ok("footprint", "submit", *arguments)

    assert f"to be signed: {sealed['content']}" in done.stderr
    assert "1000 KWH × 0.5777 kgCO2e/KWH = 577.7 kgCO2e" in done.stderr
    items = {
        item["id"]: item for item in shown(sealed["content"])["credentialSubject"]["lineItems"]
    }
    assert "quantity" not in items["B-GRID"]
    assert len(items["A-CARBON"]["_sd"]) == 1
    assert items["F-GAS"]["quantity"] == "10.0"
    assert "[sealed] KWH × 0.5777 kgCO2e/KWH" in ok("show", sealed["content"]).stdout


def test_the_private_file_is_its_holders_alone_and_never_lost(tmp_path):
    """Nobody else may read it, a second sealing does not overwrite it."""
    drafted()
    arguments = ["footprint", "seal", "draft.json", "--item", "B-GRID", "--item", "A-CARBON"]
    places = ["--out", "sealed.json", "--disclosures", "private.json"]
    ok(*arguments, *places)
    before = (tmp_path / "private.json").read_bytes()

    assert stat.S_IMODE((tmp_path / "private.json").stat().st_mode) == 0o600
    private = json.loads(before)
    assert private["format"] == "suyuan/disclosures@v1"
    assert [one["item"] for one in private["disclosures"]] == ["A-CARBON", "B-GRID"]
    refused("file.exists", *arguments, "--out", "again.json", "--disclosures", "private.json")
    assert (tmp_path / "private.json").read_bytes() == before
    assert not (tmp_path / "again.json").exists()


def test_disclosures_of_another_sealing_are_not_shown_as_this_ones():
    """Two sealings of one draft have other salts, so other digests."""
    drafted()
    arguments = ["footprint", "seal", "draft.json", "--item", "B-GRID", "--item", "A-CARBON"]
    ok(*arguments, "--out", "one.json", "--disclosures", "one-private.json")
    ok(*arguments, "--out", "two.json", "--disclosures", "two-private.json")
    signed = ["footprint", "submit", "one.json", *by("smelter"), "--disclosures"]

    refused("disclosures.other", *signed, "two-private.json")
    refused("disclosures.file", *signed, "one.json")


@pytest.mark.parametrize(
    "items",
    [
        ["G-OUTSIDE", "B-GRID", "A-CARBON"],  # alone in its stage
        ["E-ANODE", "B-GRID"],  # its formula's parameters say the same
        ["B-GRID", "NOT-THERE"],
    ],
)
def test_what_may_not_be_sealed_leaves_no_file(tmp_path, items):
    """`record.sealed` names the reason before anything is written."""
    drafted()
    chosen = [part for item in items for part in ("--item", item)]
    places = ["--out", "sealed.json", "--disclosures", "private.json"]

    refused("record.sealed", "footprint", "seal", "draft.json", *chosen, *places)
    assert not (tmp_path / "private.json").exists()
    assert not (tmp_path / "sealed.json").exists()


def test_only_an_unsigned_statement_of_ones_own_is_submitted(home, tmp_path):
    """A signed record, another kind, or a draft of somebody else's is refused unsigned."""
    drafted()
    index = receipt("footprint", "submit", "draft.json", *by("smelter"))["index"]
    (tmp_path / "signed.json").write_text(json.dumps(shown(index)), encoding="utf-8")
    (tmp_path / "other.json").write_text(json.dumps(shown("EX-0001")), encoding="utf-8")
    size = home.ledger.checkpoint().size

    refused("desk.kind", "footprint", "submit", "signed.json", *by("smelter"))
    refused("desk.kind", "footprint", "submit", "other.json", *by("smelter"))
    refused("record.issuer", "footprint", "submit", "draft.json", *by("body"))
    refused("desk.not_confirmed", "footprint", "submit", "draft.json", "--key", "file:smelter.pem")
    assert home.ledger.checkpoint().size == size


def test_a_draft_whose_total_was_edited_is_refused_by_the_door(tmp_path):
    """A unit in the last place is enough."""
    drafted()
    text = (tmp_path / "draft.json").read_text(encoding="utf-8")
    (tmp_path / "draft.json").write_text(text.replace(TOTAL, "1792.916668"), encoding="utf-8")

    refused("footprint.total", "footprint", "submit", "draft.json", *by("smelter"))


def test_a_certificate_declares_the_total_at_its_own_unit_and_scale():
    """Rounded once, from the exact total; two years at most."""
    certified("--unit", "kgCO2e/TNE", "--scale", "1")
    record = shown("EX-C-1")

    declared = record["credentialSubject"]["declared"]
    assert declared == {"value": "896.5", "unit": "kgCO2e/TNE", "scale": 1}
    assert record["validUntil"][:4] == str(int(record["validFrom"][:4]) + 2)
    assert record["validUntil"][4:10] == record["validFrom"][4:10]
    assert record["credentialSubject"]["basis"] == "notStated"


def test_a_certificate_rests_on_every_opinion():
    """Also on the one of the certifier itself, and both are shown."""
    index = stated()["index"]
    first = receipt("footprint", "verify", index, *by("body"), *OPINION)["content"]
    second = receipt("footprint", "verify", index, *by("certifier"), *OPINION)["content"]
    receipt("certify", index, *by("certifier"), "--number", "EX-C-1")

    links = shown("EX-C-1")["links"]
    assert {link["contentDigest"] for link in links if link["rel"] == "basedOn"} == {first, second}


def test_a_refused_statement_waits_for_no_certifier():
    """And the certificate is refused all the same."""
    index = stated()["index"]
    finding = ["--finding", "/credentialSubject/total|major|缺少氧化铝|Alumina is missing"]
    said = ["--result", "refused", "--level", "limited", "--materiality", "0.05", *finding]
    receipt("footprint", "verify", index, *by("body"), *said)

    assert inbox("certifier") == []
    refused("workflow.rejected", "certify", index, *by("certifier"), "--number", "EX-C-1")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--authorise", "1001 TNE"], "label.quantity"),
        (["--authorise", "1000001 KGM"], "label.quantity"),
        (["--authorise", "1 TNE", "--until", "2099-01-01T00:00:00Z"], "label.validity"),
        (["--authorise", "1 TNE", "--product-id", "urn:example:another"], "label.claim"),
        (["--authorise", "1TNE"], "desk.option"),
        ([], "record.shape"),
    ],
)
def test_a_label_beyond_its_certificate_is_refused(arguments, code):
    """Quantity, validity and product; a number alone is not enough."""
    certified("--authorise", "1000 TNE")
    receipt("file", "EX-C-1", *by("office"), "--number", "EX-F-1", "--decision", "filed")
    signed = [*by("certifier"), "--number", "EX-L-1", "--resolver", "https://id.example.org"]

    refused(code, "label", "issue", "EX-C-1", *signed, *arguments)


def test_a_label_of_part_of_the_products_has_an_address_without_gtin():
    """The number is then the last segment of the address."""
    certified("--authorise", "1000 TNE")
    receipt("file", "EX-C-1", *by("office"), "--number", "EX-F-1", "--decision", "filed")
    signed = [*by("certifier"), "--number", "EX-L-1", "--resolver", "https://id.example.org/l/"]
    receipt("label", "issue", "EX-C-1", *signed, "--authorise", "1 TNE", "--product-id",
            "urn:example:ingot", "--grade-zh", "示例", "--grade-en", "Example")  # fmt: skip

    subject = shown("EX-L-1")["credentialSubject"]
    assert subject["qr"] == "https://id.example.org/l/EX-L-1"
    assert subject["productIds"] == ["urn:example:ingot"]
    assert subject["grade"] == {"zh": "示例", "en": "Example"}


def test_numbers_name_records_and_kinds_keep_them_apart():
    """A number in use by two kinds of records has to be named by index, where either would do."""
    certified("--authorise", "1000 TNE")
    receipt("file", "EX-C-1", *by("office"), "--number", "EX-C-1", "--decision", "filed")

    refused("record.ambiguous", "show", "EX-C-1")
    # A label is about a certificate, so here only one can be meant.
    signed = [*by("certifier"), "--number", "EX-L-1", "--resolver", "https://id.example.org"]
    receipt("label", "issue", "EX-C-1", *signed, "--authorise", "1 TNE")
    refused("certificate.number", "certify", stated_again(), *by("certifier"), "--number", "EX-C-1")


def stated_again():
    """Log another statement with an opinion; green certificates are used up by the first."""
    rows = [row for row in GOOD if row not in (HYDRO, LOSSES)]
    Path("again.csv").write_bytes(csv_table(rows))
    drafted("again.csv", "again.json")
    index = receipt("footprint", "submit", "again.json", *by("smelter"))["index"]
    receipt("footprint", "verify", index, *by("body"), *OPINION)
    return index


def test_a_green_certificate_of_another_statement_is_refused():
    """Drafted twice, logged once."""
    stated()
    drafted(out="second.json")

    refused("footprint.certificate_twice", "footprint", "submit", "second.json", *by("smelter"))


CBAM = """
cnCode = "760110"
goods = { zh = "示例未锻轧铝", en = "Example unwrought aluminium" }
productionRoute = { zh = "示例电解", en = "Example electrolysis" }
installation = { name = { zh = "示例装置", en = "Example installation" }, country = "CN" }
reportingPeriod = { start = 2025-01-01, end = 2025-12-31 }
direct = { value = "1.5", unit = "tCO2e/TNE" }
precursors = []
carbonPricePaid = []
verifier = "notStated"
dataStatus = "illustrative"
[[sources]]
title = { zh = "示例", en = "Example" }
publisher = { zh = "示例", en = "Example" }
documentNumber = "notStated"
date = "notStated"
locator = "notStated"
"""


def test_cbam_data_are_linked_with_nothing_but_the_rules_and_their_predecessor(tmp_path):
    """A footprint beside them stays beside them."""
    stated()
    (tmp_path / "cbam.toml").write_text(CBAM, encoding="utf-8")
    first = receipt("cbam", "submit", "cbam.toml", *by("smelter"))
    again = ["--supersedes", first["content"]]
    second = receipt("cbam", "submit", "cbam.toml", *by("smelter"), *again)

    assert [link["rel"] for link in shown(first["index"])["links"]] == ["underRule"]
    links = shown(second["index"])["links"]
    assert [link["rel"] for link in links] == ["supersedes", "underRule"]
    (tmp_path / "number.toml").write_text(CBAM.replace('"1.5"', "1.5"), encoding="utf-8")
    refused("statement.number", "cbam", "submit", "number.toml", *by("smelter"))
    index = str(stated_again())
    refused("desk.kind", "cbam", "submit", "cbam.toml", *by("smelter"), "--supersedes", index)


def test_an_inbox_goes_on_where_its_page_ended():
    """Nothing twice, nothing left out."""
    stated()
    stated_again()
    whole = inbox("certifier")
    arguments = ["inbox", "--key", "file:certifier.pem", "--limit", "1", "--json"]
    found, after = [], []
    while True:
        page = json.loads(ok(*arguments, *after).stdout)
        found += [(item["task"], item["index"]) for item in page["items"]]
        if page["next"] is None:
            break
        after = ["--after", str(page["next"])]

    assert found == whole
    assert len(whole) >= 2


def test_the_inbox_says_in_both_languages_what_to_type():
    """With the product and who signed it."""
    index = stated()["index"]
    english = ok("inbox", "--key", "file:body.pem", "--lang", "en").stdout
    chinese = ok("inbox", "--key", "file:body.pem", "--lang", "zh").stdout

    assert f"#{index}  verification of the footprint  0 days" in english
    assert "Example ingot  (Example Smelter 30)" in english
    assert f"suyuan footprint verify {index} --key file:body.pem" in english
    assert "待核查" in chinese
    assert "示例铝锭  (示例冶炼厂30)" in chinese
