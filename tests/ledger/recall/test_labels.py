"""A recall lists every footprint, certificate and label that it reaches, recalculated."""

from __future__ import annotations

import json

import footprint_records as says
import orjson
import pytest
from footprint_sealing import disclosure
from footprint_story import CERTIFIERS, stated_story, widget_lines
from simulator import jcs
from stored_story import StoredStory
from suyuan_ledger.recall.figure_report import figures_to_csv, figures_to_json, figures_to_text

# 0.5777 x 1000 + 2500 + 40 x 0.35 + 1.25 x 1020.5 = 4367.325 kg for one tonne of ingot
OLD, NEW = "4367.325", "5387.825"


@pytest.fixture
def store(tmp_path):
    """Store stories; every ledger is closed at the end."""
    opened = []

    def store(story, **bent):
        opened.append(StoredStory(story, tmp_path / f"log-{len(opened)}.sqlite", bent))
        return opened[-1]

    yield store
    for stored in opened:
        stored.ledger.close()


def labelled():
    """A label on an ingot made with widgets; a second product is made from two such ingots."""
    story = stated_story(*CERTIFIERS, "supervisor")
    story.state(lines=widget_lines(story)).verify_footprint().certify().file().issue()
    story.state(
        "profile",
        [story.bought("ingots", "statement", "2"), story.power("press", quantity="10")],
        productIds=["urn:gtin:09521234000013"],
        scale=1,
    )
    story.verify_footprint("opinion", of="profile")
    number = "EXAMPLE-CERT-0002"
    story.certify("second", of="profile", based_on=["opinion"], certificateNumber=number)
    story.file("filed", of="second", filingNumber="EXAMPLE-FILING-0002")
    number = "EXAMPLE-LABEL-0002"
    return story.issue("tag", of="second", based_on=["filed"], labelNumber=number)


def corrected(story, value="2.250", kind="FactorErratum", **changes):
    """The widget's factor is replaced by another."""
    story.register("better", factorVersion="2", value=value, **changes)
    links = [("basedOn", "better.admission")]
    return story.end(kind, "event", of="widget.admission", by="registry", links=links)


def shown(rows):
    return {name: (row.stated, row.recomputed, row.changes) for name, row in rows.items()}


@pytest.mark.parametrize("which", ["event", "widget.admission", "widget", "widget.check"])
@pytest.mark.parametrize("kind", ["FactorErratum", "FactorSupersession"])
def test_a_correction_reaches_statement_certificate_and_label_and_those_of_its_users(
    store, which, kind
):
    """Asked for by the event, the admission, the submission or a check: 1.250 becomes 2.250."""
    rows = store(corrected(labelled(), kind=kind)).rows(which)

    first, second = (OLD, NEW, True), ("8740.4", "10781.4", True)
    assert shown(rows) == {
        "statement": first,
        "certificate": first,
        "label": first,
        "profile": second,
        "second": second,
        "tag": second,
    }
    assert {row.share for row in rows.values()} == {"0.2921", "0.2919"}
    assert rows["label"].number == "EXAMPLE-LABEL-0001"
    assert rows["label"].product[1] == "Example ingot (fictional)"


def test_a_label_whose_rounded_figure_stays_is_said_to_stay(store):
    """Half a gram in a tonne is below the last place of both labels."""
    rows = store(corrected(labelled(), "1.2500001")).rows("event")

    assert shown(rows)["label"] == (OLD, OLD, False)
    assert {row.outcome for row in rows.values()} == {"recomputed"}


def test_a_certificate_in_another_unit_and_scale_is_rounded_by_itself(store):
    story = stated_story(*CERTIFIERS)
    story.state(lines=widget_lines(story)).verify_footprint()
    declared = {"value": "4.37", "unit": "tCO2e/TNE", "scale": 2}
    story.certify(declared=declared).file().issue(displayed=declared)

    row = store(corrected(story)).rows("widget")["label"]
    assert (row.stated, row.recomputed, row.unit) == ("4.37", "5.39", "tCO2e/TNE")


def test_a_withdrawal_leaves_the_share_and_no_figure(store):
    story = labelled().end("FactorWithdrawal", "event", of="widget.admission", by="registry")
    rows = store(story).rows("widget.admission")

    assert rows["label"].outcome == "noReplacement"
    assert shown(rows)["label"] == (OLD, None, None)
    assert rows["label"].share == "0.2921"
    assert {rows[name].outcome for name in ("profile", "second", "tag")} == {"upstream"}
    assert rows["tag"].share == "0.2919"


def test_another_admission_may_be_tried_in_the_place_of_what_stands(store):
    """Nothing replaced the widget's factor; the better one is not named by any event."""
    stored = store(labelled().register("better", value="2.250"))
    before, after = stored.rows("widget.admission"), stored.rows("widget", "better.admission")

    assert {row.outcome for row in before.values()} == {"stands"}
    assert before["label"].share == "0.2921"
    assert {row.changes for row in before.values()} == {False}
    assert shown(after)["label"] == (OLD, NEW, True)


def test_a_suspension_ends_a_factor_until_it_is_lifted(store):
    story = labelled()
    of = {"of": "widget.admission", "by": "supervisor"}
    story.change_status("halt", "suspended", **of)
    assert store(story).rows("widget")["label"].outcome == "noReplacement"

    story.change_status("lift", "active", **of, **{"from": "suspended"})
    stored = store(story)
    assert stored.rows("widget")["label"].outcome == "stands"
    # asked for by itself, the suspension decides
    assert stored.rows("halt")["label"].outcome == "noReplacement"


def test_a_thiefs_admission_has_ended_with_the_key(store):
    """The registry's key was in other hands from the widget's admission on; power was before."""
    story = labelled()
    start = story.at["widget.admission"]
    story.revoke("registry", "revocation", reason="compromised", fromIndex=start)
    rows = store(story).rows("revocation")

    assert (rows["label"].outcome, rows["label"].share) == ("noReplacement", "0.2921")
    assert rows["tag"].outcome == "upstream"


def test_the_factor_of_another_line_changes_another_part(store):
    """Electricity: 577.7 of 4367.325 kg in the ingot; 8785.25 kg of profile round to even."""
    power = {**says.official(says.AVERAGE), "value": "0.6000"}
    stored = store(labelled().register("power", **power))
    rows = stored.rows(says.AVERAGE, "power.admission")

    assert shown(rows)["label"] == (OLD, "4389.625", True)
    assert shown(rows)["tag"] == ("8740.4", "8785.2", True)


def sealed():
    """The ingot's widgets and casting wax are sealed; both are raw material."""
    story = stated_story(*CERTIFIERS)
    lines = widget_lines(story)
    wax = {"external": says.external("2", "kgCO2e/KGM"), "stage": "rawMaterial"}
    lines.append(says.line("wax", "external", quantity="7", unit="KGM", **wax))
    story.state(lines=lines, seal=["widgets", "wax"]).verify_footprint().certify().file().issue()
    return corrected(story)


def test_a_sealed_line_is_recomputed_with_the_holders_disclosure_and_not_without(store):
    stored = store(sealed())
    closed = stored.rows("event")["label"]
    assert (closed.outcome, closed.recomputed, closed.share) == ("sealed", None, None)

    texts = stored.story.disclosures["statement"]
    known = {stored.digest("statement"): list(texts.values())}
    opened = stored.rows("event", disclosures=known)["label"]
    assert (opened.stated, opened.recomputed) == ("4381.325", "5401.825")

    other = {stored.digest("statement"): [texts["wax"]]}
    assert stored.rows("event", disclosures=other)["label"].outcome == "sealed"


def test_a_disclosure_that_fits_nothing_is_refused(store, refuses):
    stored = store(sealed())
    texts = list(stored.story.disclosures["statement"].values())
    statement = stored.digest("statement")

    with refuses("disclosures.other"):
        stored.rows("event", disclosures={stored.digest("label"): texts, statement: texts})
    with refuses("disclosures.other"):
        stored.rows("event", disclosures={stored.digest("filing"): texts})
    with refuses("disclosure.twice"):
        stored.rows("event", disclosures={statement: [texts[0], texts[0]]})
    with refuses("disclosure.unmatched"):
        stranger = disclosure({"emission": "14", "quantity": "7"}, "another salt")
        stored.rows("event", disclosures={statement: [stranger]})


def test_a_disclosed_emission_that_is_not_its_quantity_times_the_factor(store):
    """The door never saw it."""
    story = stated_story()
    lines = widget_lines(story)
    lines[3]["emission"] = "1"
    wax = {"external": says.external("2", "kgCO2e/KGM"), "stage": "rawMaterial"}
    lines.append(says.line("wax", "external", quantity="7", unit="KGM", **wax))
    stored = store(corrected(story.state(lines=lines, seal=["widgets", "wax"])))
    known = {stored.digest("statement"): list(story.disclosures["statement"].values())}

    assert stored.rows("event", disclosures=known)["statement"].outcome == "footprint.emission"


def test_a_replacement_of_another_kind_or_not_logged_is_refused(store, refuses):
    stored = store(labelled())
    with refuses("recall.replacement"):
        stored.rows("widget", "statement")
    with refuses("recall.replacement"):
        stored.rows("statement", "widget.admission")


def test_a_statement_is_replaced_by_the_one_that_supersedes_it(store):
    """Its certificate and label would show the newer total, and so would its user."""
    story = labelled()
    links = [("supersedes", "statement")]
    story.state("again", [story.power("electricity", quantity="2000")], links=links)
    rows = store(story).rows("statement")

    assert shown(rows)["label"] == (OLD, "1155.400", True)
    assert shown(rows)["tag"] == ("8740.4", "2316.6", True)


def test_a_body_that_is_not_what_the_log_committed_to_says_nothing(store):
    """Of a statement all that rests on it is unknown; of a label only itself."""
    story = corrected(labelled())
    bent = {**story.record("statement"), "nonce": "A" * 22}
    rows = store(story, statement=jcs(bent)).rows("event")
    assert {row.outcome for row in rows.values()} == {"unreadable", "upstream"}
    assert rows["tag"].outcome == "upstream"

    rows = store(story, label=b"[]", second=b"{").rows("event")
    assert [rows[name].outcome for name in ("label", "second", "statement", "tag")] == [
        "unreadable",
        "unreadable",
        "recomputed",
        "stands",
    ]


def test_a_statement_under_rules_without_footprints_is_not_calculated(store):
    story = stated_story()
    bare = says.rule_set()
    calculated_by = says.rule_set()
    del bare["footprint"]
    story.log("bare", "RuleSet", "root", bare, [("supersedes", "rules")])
    story.state(lines=widget_lines(story), rules="bare", calculated_by=calculated_by)

    assert store(story).rows("widget")["statement"].outcome == "footprint.rules"


def test_the_report_names_every_figure_in_json_csv_and_both_languages(store):
    story = corrected(labelled())
    found, figures = store(story).recall("event")
    assert {record.index for record in found.starts} == {
        story.at["widget.admission"],
        story.at["event"],
    }
    report = figures_to_json(figures)
    assert json.loads(json.dumps(report)) == report
    (base,) = report["bases"]
    assert (base["state"], base["event"]) == ("replaced", story.at["event"])
    assert base["replacement"]["value"] == "2.250"
    assert report["figures"]["counts"] == {"reached": 6, "change": 6, "same": 0, "unknown": 0}
    numbers = [row["number"] for row in report["figures"]["labels"]]
    assert numbers == ["EXAMPLE-LABEL-0001", "EXAMPLE-LABEL-0002"]

    lines = figures_to_csv(figures).splitlines()
    assert lines[0].startswith("kind,index,content,number,productZh")
    assert [line.split(",")[7:10] for line in lines[1:]] == [
        [OLD, NEW, "yes"]
        if name in ("statement", "certificate", "label")
        else ["8740.4", "10781.4", "yes"]
        for name in ("statement", "certificate", "label", "profile", "second", "tag")
    ]
    english = "\n".join(figures_to_text(figures, "en"))
    assert f"{OLD} -> {NEW} kgCO2e/TNE changes, share 0.2921" in english
    assert "displayed figure changes: 6" in english
    chinese = "\n".join(figures_to_text(figures, "zh"))
    assert f"{OLD} -> {NEW} kgCO2e/TNE 改变，占比 0.2921" in chinese
    assert "标识发放" in chinese


def test_the_report_says_why_a_figure_cannot_be_told(store):
    story = labelled().end("FactorWithdrawal", "event", of="widget.admission", by="registry")
    _, figures = store(story).recall("event")
    assert "nothing takes its place" in "\n".join(figures_to_text(figures, "en"))
    assert "没有替代因子" in "\n".join(figures_to_text(figures, "zh"))

    _, figures = store(corrected(labelled(), systemBoundary="gateToGrave")).recall("event")
    assert "[footprint.boundary]" in "\n".join(figures_to_text(figures, "en"))
    _, figures = store(stated_story()).recall(says.AVERAGE)
    assert "no footprint" in "\n".join(figures_to_text(figures, "en"))


def test_a_product_that_begins_like_a_formula_is_text_in_a_spreadsheet(store):
    story = stated_story()
    name = {"zh": "=1+1", "en": "@SUM"}
    story.state(lines=widget_lines(story), product={"name": name})
    _, figures = store(story).recall("widget")

    assert "'=1+1,'@SUM" in figures_to_csv(figures)


def test_bodies_are_those_of_the_entries():
    """The helper writes what the simulator logged."""
    record = stated_story().record(says.AVERAGE)
    assert orjson.loads(jcs(record)) == record
