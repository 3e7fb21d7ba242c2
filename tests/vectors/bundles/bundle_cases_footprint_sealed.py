"""Sealed line items: figures that are trade secrets, and what a holder discloses of them."""

from __future__ import annotations

import copy

import footprint_records as says
from bundle_case import ADVERSE, case, invalid
from bundle_cases_footprint import stated
from footprint_sealing import disclosure, encoded
from footprint_story import FootprintStory

good = case("VALID")
SEALED = ("heat", "other")
PARTIAL = "footprint.partial"
VERIFIED = {"acceptSealed": "verified"}
UNMATCHED = "disclosure.unmatched"
UNKNOWN = (9, PARTIAL, "unknown")
"""A line that was to be opened stays closed."""


def _lines(**other: str) -> list[dict]:
    """Four line items that need no factor; `other` are members of the third."""
    gas = {"unit": "KGM", "gas": {"name": "CO2", "gwp": "1"}}
    figure = {"quantity": "40", "external": says.external("0.35", "kgCO2e/KGM")}
    ore = {"quantity": "1020.5", "external": says.external("1.25", "kgCO2e/KGM")}
    return [
        says.line("fuel", "directEmission", quantity="2500", **gas),
        says.line("heat", "directEmission", quantity="577.7", **gas),
        says.line("other", "external", unit="KGM", **figure, **other),
        says.line("ore", "external", unit="KGM", stage="rawMaterial", **ore),
    ]


def _sealed(*labels: str, **how) -> FootprintStory:
    """A statement of four lines, two of them sealed."""
    story = FootprintStory().cast("producer", *labels).govern()
    return story.state(**{"lines": _lines(), "seal": SEALED, **how})


def _opened(story: FootprintStory, *more: str, without: str = "", **export):
    """Everything that was sealed is disclosed, and more."""
    known = story.disclosures["statement"]
    texts = [text for name, text in known.items() if name != without]
    return stated(story, disclose=[*texts, *more], **export)


# Right


@good
def good_sealed_all_disclosed():
    """Two lines were sealed, and this recipient gets both: everything is recomputed."""
    return stated(_sealed())


def _verified(*ids: str):
    story = _sealed("verifier").verify_footprint()
    return stated(story, disclose={"statement": ids}, **VERIFIED)


@case("VALID", (9, PARTIAL, "pass"))
def good_sealed_none_disclosed():
    """The policy accepts what a verification body has seen, and one has verified the statement."""
    return _verified()


@case("VALID", (9, PARTIAL, "pass"))
def good_sealed_some_disclosed():
    """One of two sealed lines is disclosed: three of four are recomputed."""
    return _verified("other")


# Not enough


def _undecided(*notes):
    return case("UNDECIDED", UNKNOWN, *notes)


@_undecided()
def sealed_and_not_accepted():
    """The policy never accepts what it cannot recompute."""
    story = _sealed("verifier").verify_footprint()
    return stated(story, disclose=[], acceptSealed="never")


@_undecided()
def sealed_and_not_verified():
    """The policy accepts what a verification body has seen, and none has."""
    return stated(_sealed(), disclose={"statement": ["other"]}, **VERIFIED)


@_undecided(ADVERSE)
def sealed_and_refused():
    """A verification body has seen the figures, and refused them."""
    story = _sealed("verifier").verify_footprint(result="refused")
    return stated(story, disclose=[], **VERIFIED)


@_undecided(ADVERSE)
def sealed_and_refused_by_another():
    """One verification body verified the statement, another refused it."""
    story = _sealed("verifier", "certifier").verify_footprint()
    story.verify_footprint("refusal", by="certifier", result="refused")
    return stated(story, disclose=[], **VERIFIED)


@_undecided(ADVERSE)
def sealed_and_refused_later():
    """The verification body that verified the statement refused it later."""
    story = _sealed("verifier").verify_footprint()
    return stated(story.verify_footprint("refusal", result="refused"), disclose=[], **VERIFIED)


@_undecided()
def sealed_and_verified_in_conflict():
    """The verification body declares a conflict of interest."""
    statement = {"declaration": "exists", "statement": says.words("Worked for the producer")}
    story = _sealed("verifier").verify_footprint(conflictOfInterest=statement)
    return stated(story, disclose=[], **VERIFIED)


# Disclosures


@case("INVALID", UNKNOWN, (9, UNMATCHED, "fail"))
def disclosure_with_another_salt():
    """The figures are those that were sealed, the salt is not."""
    story = _sealed()
    figures = story.sealed["statement"]["other"]
    return _opened(story, disclosure(figures, "another salt"), without="other")


@case("INVALID", UNKNOWN, (9, UNMATCHED, "fail"))
def disclosure_with_other_figures():
    """The salt is the one that was used, the figures are not."""
    story = _sealed()
    figures = {**story.sealed["statement"]["other"], "emission": "13"}
    return _opened(story, disclosure(figures, "statement other"), without="other")


@invalid(9, UNMATCHED)
def disclosure_of_another_statement():
    """A disclosure of a line of another statement fits nothing here."""
    story = _sealed()
    return _opened(story, disclosure({"emission": "1", "quantity": "1"}, "elsewhere"))


@case("INVALID", UNKNOWN, (9, "disclosure.twice", "fail"))
def disclosure_given_twice():
    """One line is disclosed twice."""
    story = _sealed()
    return _opened(story, story.disclosures["statement"]["other"])


@case("INVALID", UNKNOWN, (9, "disclosure.shape", "fail"))
def disclosure_that_is_none():
    """A list of two is no disclosure."""
    return _opened(_sealed(), encoded(["figures", {"emission": "1", "quantity": "1"}]))


@case("INVALID", UNKNOWN, (9, "disclosure.shape", "fail"))
def disclosure_with_an_exponent():
    """What is disclosed are quantities, in the one spelling that is read."""
    figures = {"emission": "1", "quantity": "1e3"}
    return _opened(_sealed(), disclosure(figures, "exponent"))


@invalid(9, "footprint.emission")
def disclosed_figures_that_are_wrong():
    """The figures are those that were sealed, and do not follow from each other."""
    return stated(_sealed(lines=_lines(emission="13.999")))


# What a seal must not give away, or hide


@invalid(2, "record.sealed")
def sealed_alone_in_a_category():
    """The subtotal of its category tells the figures of the only sealed line in it."""
    return stated(_sealed(lines=_lines(category="biogenic")))


@invalid(2, "record.sealed")
def sealed_between_two_pairs():
    """What the stage has beside the fossil pair is the wood: one subtotal taken from another."""
    figure = {"unit": "KGM", "external": says.external("0.35", "kgCO2e/KGM")}
    raw = {"stage": "rawMaterial", "category": "biogenic"}
    where = {"fuel": {}, "heat": {}, "wood": {"category": "biogenic"}, "bark": raw, "straw": raw}
    lines = [
        says.line(name, "external", quantity="10", **figure, **members)
        for name, members in where.items()
    ]
    return stated(_sealed(lines=lines, seal=where.keys()))


@invalid(2, "record.sealed")
def sealed_with_one_salt():
    """Two lines with the same figures have the same digest: who opens one has opened both."""
    story = _sealed()
    twin = copy.deepcopy(story.record("statement")["credentialSubject"])
    twin["lineItems"][3]["_sd"] = twin["lineItems"][1]["_sd"]
    story.add("twin", "FootprintStatement", "producer", twin, [], members={})
    return stated(story, "twin", disclose=[])


def _too_much(pointer: str, value: str, **shares: str):
    """A sealed statement with one figure below what is disclosed, and shares that fit it."""
    edits = {pointer: value}
    edits |= {f"/primaryDataShare/{name}": share for name, share in shares.items()}
    if pointer == "/total":
        edits["/result/value"] = value
    return stated(_sealed(edits=edits), disclose=[])


@invalid(9, "footprint.total", (9, "footprint.subtotal"))
def sealed_total_too_small():
    """The lines that are open make more than the total."""
    return _too_much("/total", "3775.624", factor="0.6621", both="0.6621")


@invalid(9, "footprint.subtotal")
def sealed_stage_too_small():
    """The open lines of a stage make more than the stage."""
    return _too_much("/byStage/0/emission", "2499.999")


@invalid(9, "footprint.subtotal")
def sealed_stage_without_seals():
    """A stage without sealed lines is recomputed to the last place."""
    return _too_much("/byStage/1/emission", "1275.626")


@invalid(9, "footprint.subtotal")
def sealed_total_apart_from_its_stages():
    """The stages do not make up the total, and no seal can explain that."""
    return _too_much("/total", "4367.324")


@invalid(9, "footprint.primary_share")
def sealed_share_embellished():
    """However large the sealed lines are, the ore and what is open is too little for this share."""
    lines = _lines(activityDataSource="secondary")
    lines[1]["activityDataSource"] = lines[3]["activityDataSource"] = "secondary"
    edits = {"/primaryDataShare/activity": "0.9999"}
    return stated(_sealed(lines=lines, edits=edits), disclose=[])


@invalid(9, "footprint.external")
def sealed_external_above_its_cap():
    """What is open alone is more of the total than the rules let rest on databases outside."""
    caps = {**says.rule_set()["caps"], "externalShare": "0.29"}
    story = FootprintStory().cast("producer").govern(caps=caps)
    return stated(story.state(lines=_lines(), seal=SEALED), disclose=[])
