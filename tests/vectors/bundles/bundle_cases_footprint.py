"""Step 9: what a footprint rests on, and whether the factors that it names are those it may use."""

from __future__ import annotations

import footprint_records as says
from bundle_case import ASSERTED, case, invalid, refused, told
from footprint_story import FootprintStory, label_story, stated_story, widget_lines
from simulator import content_digest

good = case("VALID", ASSERTED)
ALL_STEPS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]


def stated(story: FootprintStory, subject: str = "statement", **export):
    """End a story that asks for no status: export with the steps up to the arithmetic."""
    return told(story, subject, **{"requiredSteps": ALL_STEPS[:-1], **export})


def _with_widget(**factor) -> FootprintStory:
    """Rules in force, and a factor admitted that says something else than the usual one."""
    return FootprintStory().cast().govern().register("widget", **factor)


def _widgets(story: FootprintStory, **named) -> list[dict]:
    """Line items that name the factor, with members of it replaced."""
    line = story.activity("widgets", "widget", "10")
    return [{**line, "factor": story.named("widget", **named)}]


# Right


@good
def good_label():
    """The whole way: factors, statement, verification, certificate, filing, label, surveillance."""
    story = label_story()
    return story.ledger, *story.export("label")


@good
def good_footprint_of_every_type():
    """Lines of all four types, a conversion, an allocation, what grew, and both formulas."""
    story = stated_story("producer2")
    lines = widget_lines(story)
    lines[3] |= {
        "quantity": "2.5",
        "unit": "LTR",
        "conversion": says.conversion("0.835", "KGM"),
        "allocation": says.allocation("0.6"),
    }
    story.state("upstream", by="producer2", productIds=["urn:example:billet"])
    ash = says.formula("anodeOxidation", ash="0.004", sulphur="0.0215")
    pfc = says.formula("pfcSlope", anodeEffectMinutes="0.2", slope="0.143", weightRatio="0.121")
    wood = {"external": says.external("-1.5", "kgCO2e/KGM"), "category": "biogenicUptake"}
    lines += [
        says.line("anode", "directEmission", quantity="420.5", unit="KGM", formula=ash),
        says.line("pfc", "directEmission", quantity="1", unit="TNE", formula=pfc),
        story.bought("billets", "upstream", "0.75", stage="rawMaterial"),
        says.line("wood", "external", quantity="10", unit="KGM", stage="rawMaterial", **wood),
    ]
    return stated(story.state(lines=lines, declaredAmount="3"))


@good
def good_factor_of_a_sounder_day():
    """The factor was suspended, and active again when the statement was made."""
    story = stated_story("supervisor").change_status("out", "suspended", of=_AVERAGE_IN)
    story.change_status("in", "active", of=_AVERAGE_IN, **{"from": "suspended"})
    return stated(story.state())


@case("VALID", ASSERTED, (10, "status.no_new_use", "pass"))
def good_factor_withdrawn_later():
    """The factor was withdrawn for new uses after the statement, which may stand."""
    story = stated_story().state()
    story.end("FactorWithdrawal", "end", of=_AVERAGE_IN, by="registry", impact="noNewUse")
    return stated(story)


_AVERAGE_IN = f"{says.AVERAGE}.admission"


# What it rests on


@refused(9, "footprint.rules")
def footprint_without_rules():
    """The rule set in force does not say how footprints are judged."""
    rules = says.rule_set()
    del rules["footprint"]
    story = stated_story()
    right = story.record("rules")["credentialSubject"]
    story.log("bare", "RuleSet", "root", {**rules, "version": "2"}, [("supersedes", "rules")])
    return stated(story.state(rules="bare", calculated_by=right))


@refused(9, "footprint.link")
def footprint_links_what_no_line_names():
    """The statement says that it uses a factor, and no line does."""
    story = stated_story().register("widget")
    return stated(story.state(uses=[_AVERAGE_IN, "widget.admission"]))


@refused(9, "footprint.link")
def footprint_line_without_link():
    """A line names an admission that the statement's links leave out: a recall would miss it."""
    return stated(stated_story().state(uses=[]))


@refused(9, "footprint.not_admitted")
def footprint_of_a_submission():
    """A line names the submission of a factor instead of its admission."""
    story = _with_widget()
    submitted = content_digest(story.record("widget"))
    return stated(story.state(lines=_widgets(story, admission=submitted)))


@refused(9, "footprint.not_admitted")
def footprint_method_is_none():
    """The method that the statement names is a rule set."""
    return stated(stated_story().state(links=[("basedOn", "rules")]))


@refused(9, "footprint.before")
def footprint_before_the_admission():
    """The statement was logged before the factor was admitted."""
    story = FootprintStory().cast().govern().submit("widget", by="provider")
    story.check("widget.check", by="registry", of="widget")
    links = [("about", "widget"), ("basedOn", "widget.check"), ("underRule", "rules")]
    subject = {
        "registryNumber": "EXAMPLE-9999",
        "effectiveFrom": says.VALID_FROM,
        "reviewedTreeSize": story.ledger.size,
    }
    admission = story.make("FactorAdmission", "registry", subject, links)
    story.drafts["widget.admission"] = admission
    return stated(story.state(lines=_widgets(story)).append("widget.admission", admission))


@refused(9, "footprint.not_in_force", (10, "status.used_after"))
def footprint_of_a_withdrawn_factor():
    """The factor had been withdrawn for new uses before the statement."""
    story = stated_story()
    story.end("FactorWithdrawal", "end", of=_AVERAGE_IN, by="registry", impact="noNewUse")
    return stated(story.state())


@refused(9, "footprint.not_in_force")
def footprint_of_a_suspended_factor():
    """The factor was suspended when the statement was made; that it is active again is too late."""
    story = stated_story("supervisor").change_status("out", "suspended", of=_AVERAGE_IN).state()
    return stated(story.change_status("in", "active", of=_AVERAGE_IN, **{"from": "suspended"}))


@refused(9, "footprint.not_in_force")
def footprint_of_a_suspended_submission():
    """Not the admission but what was admitted was suspended when the statement was made."""
    story = stated_story("supervisor").change_status("out", "suspended", of=says.AVERAGE).state()
    return stated(story.change_status("in", "active", of=says.AVERAGE, **{"from": "suspended"}))


# Whether the factors fit


@refused(9, "footprint.factor")
def footprint_with_another_value():
    """A line names an admitted factor, and another value."""
    story = _with_widget()
    return stated(story.state(lines=_widgets(story, value="1.249")))


@refused(9, "footprint.factor")
def footprint_with_other_digits():
    """The value of a factor without its last zero is not what was admitted."""
    story = _with_widget()
    return stated(story.state(lines=_widgets(story, value="1.25")))


@refused(9, "footprint.series", (9, "footprint.unit"))
def footprint_of_grid_emissions():
    """The grid's carbon dioxide factor belongs to organisations' accounts, not to footprints."""
    story = stated_story().transcribe(says.GRID_CO2)
    power = story.activity("power", says.GRID_CO2, "100", "KWH", emission="13.33")
    return stated(story.state(lines=[power]))


@refused(9, "footprint.boundary")
def footprint_with_a_wider_factor():
    """The factor counts use and disposal, the statement ends at the gate."""
    story = _with_widget(systemBoundary="cradleToGrave")
    return stated(story.state(lines=_widgets(story)))


@refused(9, "footprint.period")
def footprint_with_an_old_factor():
    """The factor's period ended more than five years before the statement's began."""
    story = _with_widget(referencePeriod={"start": "2019-01-01", "end": "2019-12-31"})
    return stated(story.state(lines=_widgets(story)))


@refused(9, "footprint.period")
def footprint_with_a_factor_of_the_future():
    """The factor's period begins after the statement's ended."""
    story = _with_widget(referencePeriod={"start": "2026-01-01", "end": "2026-12-31"})
    return stated(story.state(lines=_widgets(story)))


@refused(9, "footprint.gwp_set")
def footprint_of_two_gwp_sets():
    """The factor was calculated with the potentials of an older report."""
    story = _with_widget(gwpSet="AR5")
    return stated(story.state(lines=_widgets(story)))


def _upstream(**changes) -> FootprintStory:
    """Somebody else's statement, which the producer may rest on."""
    story = stated_story("producer2")
    given = {"by": "producer2", "productIds": ["urn:example:billet"], **changes}
    return story.state("upstream", **given)


@refused(9, "footprint.upstream")
def footprint_with_another_upstream_value():
    """A line names another producer's statement, and another result."""
    story = _upstream()
    used = story.bought("billets", "upstream", "2")
    used["statement"]["value"] = "57.769"
    return stated(story.state(lines=[used]))


@refused(9, "footprint.upstream")
def footprint_upstream_of_another_gwp_set():
    """The statement before was made with the potentials of an older report."""
    story = _upstream(gwpSet="AR5")
    return stated(story.state(lines=[story.bought("billets", "upstream", "2")]))


@refused(9, "footprint.boundary")
def footprint_upstream_of_a_wider_boundary():
    """The statement before goes on to the grave: one in between does not change what it counts."""
    story = _upstream(systemBoundary="cradleToGrave")
    return stated(story.state(lines=[story.bought("billets", "upstream", "2")]))


@invalid(9, "footprint.period")
def footprint_upstream_of_long_ago():
    """The statement before is of a year whose factors might not be used any more."""
    story = FootprintStory().cast("producer", "producer2").govern()
    gas = {"name": "CO2", "gwp": "1"}
    fuel = says.line("fuel", "directEmission", quantity="500", unit="KGM", gas=gas)
    long_ago = {"start": "2019-01-01", "end": "2019-12-31"}
    given = {"by": "producer2", "productIds": ["urn:example:billet"], "referencePeriod": long_ago}
    story.state("upstream", [fuel], **given)
    return stated(story.state(lines=[story.bought("billets", "upstream", "2")]))


@refused(9, "footprint.not_in_force")
def footprint_of_an_admission_that_has_run_out():
    """The admission said until when it was valid, and that was before the statement."""
    story = FootprintStory().cast().govern().submit("widget", by="provider")
    story.check("widget.check", by="registry", of="widget")
    links = [("about", "widget"), ("basedOn", "widget.check"), ("underRule", "rules")]
    subject = {
        "registryNumber": "EXAMPLE-9999",
        "effectiveFrom": says.VALID_FROM,
        "reviewedTreeSize": story.ledger.size,
    }
    until = {"validUntil": "2026-01-05T08:09:30Z"}
    admission = story.make("FactorAdmission", "registry", subject, links, **until)
    return stated(story.append("widget.admission", admission).state(lines=_widgets(story)))


@refused(9, "footprint.not_in_force")
def footprint_of_a_suspended_footprint():
    """The statement before was suspended when this one was made."""
    story = _upstream().enrol("supervisor").change_status("out", "suspended", of="upstream")
    story.state(lines=[story.bought("billets", "upstream", "2")])
    return stated(story.change_status("in", "active", of="upstream", **{"from": "suspended"}))


@refused(9, "footprint.cycle")
def footprint_of_itself():
    """By way of another producer, the statement rests on one of the same product and year."""
    story = stated_story("producer2").state("first")
    story.state(
        "middle",
        [story.bought("ingots", "first", "1")],
        by="producer2",
        productIds=["urn:example:billet"],
    )
    return stated(story.state(lines=[story.bought("billets", "middle", "1")]))
