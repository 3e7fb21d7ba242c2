"""Stories of footprints of power by green certificates, for logs."""

from __future__ import annotations

import footprint_records as says
from footprint_story import CERTIFIERS, stated_story


def certified_power(*labels):
    """A footprint of hydropower by two certificates, verified, certified and filed."""
    story = stated_story(*CERTIFIERS, *labels).transcribe(says.HYDRO, says.LINES)
    story.state(lines=green_power(story, "EX-1", "EX-2"))
    return story.verify_footprint().certify().file()


def green_power(story, *certificates):
    """Line items of power by certificates, and of its way through the grid."""
    used = says.electricity("greenCertificate", certificateIds=list(certificates))
    return [
        story.power("a", says.HYDRO, electricity=used),
        story.power("b", says.LINES, electricity=says.electricity(transmissionOf=["a"])),
    ]
