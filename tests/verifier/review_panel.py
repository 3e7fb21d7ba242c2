"""A factor under rules that ask for a number of experts, and what they say of it."""

from __future__ import annotations

import governance_records as says
from governance_story import Story
from simulator import content_digest

WORDS = {"accept": ["accept"], "conditional": ["acceptWithChanges"], "reject": ["reject"]}


def panel(quorum: int, *, tolerate: int = 0, order: str = "any", more=(), **actors) -> Story:
    """A factor under rules that ask for reviews by a number of experts; four are enrolled."""
    gates = [
        says.gate("FactorSubmission"),
        says.gate("ExpertReview", "basedOn", quorum, **WORDS, tolerate=tolerate),
        *more,
    ]
    workflow = says.workflow(FactorAdmission={"after": gates, "order": order})
    experts = ("expert1", "expert2", "expert3", "expert4")
    story = Story(**actors).cast("submitter", "checker", *experts, "authority", "admitter")
    return story.govern(workflow=workflow).submit()


def heard(story: Story, words: str) -> Story:
    """Reviews in this order: `1+` accepts, `1-` rejects, `1?` asks for changes, `1.` abstains."""
    recommendation = {"+": "accept", "-": "reject", "?": "acceptWithChanges", ".": "abstain"}
    for number, word in enumerate(words.split()):
        expert, conflicted = f"expert{word[0]}", word.endswith("!")
        changes = says.conflicted() if conflicted else {}
        story.review(expert, f"{number}", recommendation=recommendation[word[1]], **changes)
    return story


def resolved(story: Story, *labels: str) -> list[dict]:
    """The `conditions` of an admission that says how these reviews' conditions were met."""
    digests = sorted(content_digest(story.record(label)) for label in labels)
    return [{"record": digest, "resolution": says.words("Done")} for digest in digests]
