"""Footprints built to be slow: the work stays in proportion to the records (tests/instructions.py).

Whoever signs everything may state what they like, as often as they like.
"""

from __future__ import annotations

import footprint_records as says
from footprint_story import CERTIFIERS, FootprintStory, stated_story
from instructions import growth
from verdicts import report_on

STEPS = [1, 2, 3, 4, 5, 6, 7, 8, 9]


def _judging(story: FootprintStory, subject: str):
    """A call that verifies what the story exports, for a policy without status."""
    bundle, policy = story.export(subject, requiredSteps=STEPS)
    return lambda: report_on(story.ledger, bundle, policy)


def _chain(count: int):
    """Each statement rests on the one before, all of one product, each of another year."""
    story = stated_story(footprint=says.footprint_rules(factorAgeYears=50))
    lines = None
    for number in range(count):
        year = 2025 + number
        period = {"start": f"{year}-01-01", "end": f"{year}-12-31"}
        if number:
            lines = [story.bought("before", f"statement {number - 1}", "1")]
        else:
            lines = [story.power("electricity")]
        story.state(f"statement {number}", lines, referencePeriod=period)
    return _judging(story, f"statement {count - 1}")


def test_a_long_chain_of_statements_about_one_product():
    assert growth(_chain, 16) < 2.2


def _replacements(count: int):
    """Each statement takes the place of the one before, and claims the same green certificate."""
    story = stated_story()
    story.transcribe(says.HYDRO, says.LINES)
    for number in range(count):
        lines = [
            story.power(
                "hydro",
                says.HYDRO,
                electricity=says.electricity("greenCertificate", certificateIds=["GREEN-1"]),
            ),
            story.power(
                "lines", says.LINES, electricity=says.electricity(transmissionOf=["hydro"])
            ),
        ]
        links = [("supersedes", f"statement {number - 1}")] if number else []
        story.state(f"statement {number}", lines, links=links)
    return _judging(story, f"statement {count - 1}")


def test_a_long_row_of_statements_with_one_green_certificate():
    assert growth(_replacements, 16) < 2.1


def _labels(count: int):
    """Labels of one certificate, each for a little of what it authorises."""
    story = stated_story(*CERTIFIERS).state().verify_footprint()
    story.certify(authorised={"quantity": "100000", "unit": "TNE"}).file()
    for number in range(count):
        authorised = {"quantity": "1", "unit": "TNE"}
        story.issue(f"label {number}", labelNumber=f"EXAMPLE-{number}", authorised=authorised)
    return _judging(story, "label 0")


def test_many_labels_of_one_certificate():
    assert growth(_labels, 16) < 2.1


def _verifications(count: int):
    """Certificates of one statement, between verifications of it."""
    story = stated_story(*CERTIFIERS).state()
    for number in range(count):
        story.verify_footprint(f"verification {number}")
    return _judging(story, "verification 0")


def test_many_verifications_of_one_statement():
    assert growth(_verifications, 16) < 2.1


def _lines(count: int):
    """One statement of many lines, all by the same factor."""
    story = stated_story()
    lines = [story.power(f"line-{number:04}", quantity=f"{number}.5") for number in range(count)]
    return _judging(story.state(lines=lines), "statement")


def test_many_lines_of_one_statement():
    assert growth(_lines, 64) < 2.1
