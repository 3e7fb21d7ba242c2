"""Step 8: checks whose results are not those of the rules, executed again over the same bytes."""

from __future__ import annotations

import governance_records as says
from bundle_case import invalid, told
from governance_story import Story


def _started() -> Story:
    """A submitter and a checker, rules in force, and a factor submitted."""
    return Story().cast("submitter", "checker").govern().submit()


@invalid(8, "check.differs")
def check_claims_another_outcome():
    """The checker says that the value is not positive; whoever executes the rule finds it is."""
    results = [says.result(outcome="fail")]
    return told(_started().check(results=results, verdict="fail"), "check")


@invalid(8, "check.differs")
def check_plays_down_a_rule():
    """A rule whose failure is an error is reported as a matter of information."""
    results = [says.result(severity="info")]
    return told(_started().check(results=results), "check")


@invalid(8, "check.incomplete")
def check_leaves_out_a_rule():
    """The rule set names two rules, and the check reports one."""
    rules = [{"ruleId": name, "severity": "error"} for name in ("period.year", "value.sign")]
    base = says.rule_set()["traceability"]
    story = Story().cast("submitter", "checker")
    story.govern(traceability={**base, "rules": rules}).submit().check()
    return told(story, "check")


@invalid(8, "check.incomplete")
def check_adds_a_rule():
    """The check reports a rule that the rule set does not name."""
    results = [says.result("period.year"), says.result()]
    return told(_started().check(results=results), "check")


@invalid(8, "check.verdict")
def check_verdict_does_not_follow():
    """All rules passed, and the verdict says that they did not."""
    return told(_started().check(verdict="fail"), "check")


@invalid(8, "check.incomplete")
def check_hides_a_rule_in_another_scope():
    """A rule over the submission is passed off as one over files, so that nobody executes it."""
    results = [says.result(scope="files")]
    return told(_started().check(results=results), "check")


@invalid(8, "check.incomplete")
def check_leaves_out_a_comparison():
    """The rules ask for a comparison with another system, and the check is silent about it."""
    story = Story().cast("submitter", "checker").govern(traceability=says.compared_rules())
    return told(story.submit().check(), "check")


@invalid(8, "check.as_of")
def check_before_the_submission():
    """The check compares with a log that did not hold the submission yet."""
    story = _started()
    return told(story.check(asOfTreeSize=story.at["factor"]), "check")


@invalid(8, "check.as_of")
def check_of_the_future():
    """The check says to have looked at a log that is longer than it was."""
    story = _started()
    return told(story.check(asOfTreeSize=story.ledger.size + 1), "check")


def _compared(**row) -> tuple:
    """A check that compares one figure, under rules that ask for it."""
    results = [says.result("systems.cross-check", scope="systems"), says.result()]
    story = Story().cast("submitter", "checker").govern(traceability=says.compared_rules())
    story.submit().check(results=results, crossChecks=[says.comparison(**row)])
    return told(story, "check")


@invalid(8, "check.verdict")
def check_ignores_a_comparison():
    """The reported energy differs from the monitoring system's, and no result says so."""
    return _compared(reported="200", relativeDifference="0.5", outcome="fail")


@invalid(8, "check.comparison")
def check_calls_a_difference_tolerable():
    """Half of what the monitoring system reported was submitted, and the comparison passes."""
    return _compared(reported="200", relativeDifference="0.5")


@invalid(8, "check.comparison")
def check_misstates_a_difference():
    """The figures are near enough, and the difference between them is stated wrongly."""
    return _compared(relativeDifference="0.01")


@invalid(8, "check.comparison")
def check_compares_what_the_rules_do_not():
    """A comparison with a system for which the rules state no tolerance."""
    return _compared(system="ghgReport")


@invalid(8, "check.comparison")
def check_tolerates_more_than_the_rules():
    """The check states a tolerance of its own."""
    return _compared(tolerance="0.5")
