"""Reports of labels, footprints and factors to show, and what hostile records would say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

import footprint_records as says
from footprint_story import FootprintStory, certified_story, label_story, stated_story
from simulator import jcs
from suyuan_verifier import Report, Verdict, parse_policy, verify

Files = tuple[bytes, bytes, str]
"""A bundle, a trust policy, and a time at which it is verified."""


def files(story: FootprintStory, subject: str, **how: Any) -> Files:
    """A bundle of a story as it is sent."""
    bundle, policy = story.export(subject, **how)
    return jcs(bundle), jcs(policy), story.ledger.now


def report_on(sent: Files) -> Report:
    """What the verifier finds in it."""
    bundle, policy, now = sent
    return verify(bundle, parse_policy(policy), now=datetime.fromisoformat(now))


@cache
def told() -> FootprintStory:
    """A label, its certificate and footprint."""
    return label_story()


@cache
def label_report() -> Report:
    """The label's report."""
    report = report_on(files(told(), "label"))
    assert report.verdict is Verdict.VALID
    return report


@cache
def certificate_report() -> Report:
    """The report of a certificate that no label rests on."""
    return report_on(files(certified_story(), "certificate"))


def emission(name: str, kilograms: str, **changes: Any) -> dict:
    """A line item of so many kilograms of CO2."""
    figures = {"quantity": kilograms, "unit": "KGM", "gas": {"name": "CO2", "gwp": "1"}}
    return says.line(name, "directEmission", **{**figures, **changes})


@cache
def sealed_story() -> FootprintStory:
    """A statement with two sealed line items of three; the open one is a hundredth of a percent."""
    lines = [emission("open", "0.01"), emission("secret-1", "25"), emission("secret-2", "75")]
    return stated_story().state(lines=lines, seal=["secret-1", "secret-2"])


def sealed_report(disclosed: Iterable[str]) -> Report:
    """The report of that statement, with what the holder chose to disclose."""
    return report_on(files(sealed_story(), "statement", disclose={"statement": disclosed}))


HOSTILE = "</td><script>alert('x')</script><img src=https://evil.example/x onerror=\"y\">&amp;"
"""Text that a record may carry, made to leave its place on a page."""


@cache
def hostile_report() -> Report:
    """A statement whose every text is hostile, and which is in order otherwise."""
    text = {"en": HOSTILE, "zh": HOSTILE}
    line = emission(
        "x",
        "1",
        activity=text,
        allocation={"method": HOSTILE[:64], "share": "0.5", "basis": text},
        gas={"name": "CO2", "gwp": "1"},
    )
    story = stated_story().state(
        lines=[line],
        product={"name": text, "specification": text},
        facility={"name": text, "geography": {"scheme": "ISO3166", "code": "CN"}},
        cutOff={"items": [{"name": text, "share": "0", "reason": text}]},
    )
    return report_on(files(story, "statement"))
