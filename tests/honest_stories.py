"""Random honest governance stories (hypothesis): whatever may happen on the way, rightly told."""

from __future__ import annotations

from dataclasses import replace

import governance_records as says
from governance_story import CAST, Story, everybody
from hypothesis import strategies as st
from simulator import content_digest

_EXPERTS = ("expert1", "expert2", "expert3", "expert4")
_AFTER = ("", "noNewUse", "informOnly", "erratum", "objection", "suspended")


@st.composite
def honest_stories(draw, *, noise: bool = True) -> Story:
    """Draw a story that ends with an admission that stands, and a status list that says so.

    Experts of one organisation or of several, one of them against, some with conditions that the
    admission resolves; keys that are rotated before or revoked after their review; rules that
    change between any two steps; steps in any order or in the order that the rules ask for; a
    submission that was returned once; an older version that this one replaces, admitted under
    milder rules; what may be said of an admission that stands. `noise` logs records of others in
    between.
    """
    experts = _EXPERTS[: draw(st.integers(1, 4))]
    against = draw(st.sampled_from(["", *experts[1:]]))
    quorum = draw(st.integers(1, len(experts) - bool(against)))
    ordered = draw(st.booleans())
    rules = _rules(quorum, tolerate=draw(st.integers(bool(against), 2)), ordered=ordered)
    story = _cast(draw, experts)
    old = draw(st.booleans())
    if old:
        _earlier_version(story)
    story.govern(old="early rules" if old else "", **rules)
    _submit(draw, story)
    conditions = []
    steps = [*experts, "check", "verification"]
    steps = ["check", *experts, "verification"] if ordered else draw(st.permutations(steps))
    for number, step in enumerate(steps):
        if draw(st.integers(0, 9)) == 0:
            version = str(number + 3)
            story.govern(f"rules {version}", old=story.rules, version=version, **rules)
        if noise:
            story.fill(draw(st.integers(0, 2)))
        if step == "check":
            story.check()
        elif step == "verification":
            story.verify()
        else:
            word = "reject" if step == against else draw(_FAVOUR)
            _review(draw, story, step, word)
            if word == "acceptWithChanges":
                conditions.append(content_digest(story.record(f"review of {step}")))
    resolved = [
        {"record": digest, "resolution": says.words("Resolved")} for digest in sorted(conditions)
    ]
    story.admit(**({"conditions": resolved} if resolved else {}))
    if old:
        impact = draw(st.sampled_from(["noNewUse", "informOnly"]))
        links = [("basedOn", "admission")]
        story.end("FactorSupersession", "supersession", of="old", links=links, impact=impact)
    _afterwards(draw, story)
    return story.publish()


_FAVOUR = st.sampled_from(["accept", "accept", "acceptWithChanges"])


def _rules(quorum: int, *, tolerate: int, ordered: bool) -> dict:
    """The simulator's rules with another quorum, tolerance and order."""
    (entry,) = (row for row in says.workflow() if row["kind"] == "FactorAdmission")
    gates = [
        {**gate, "quorum": quorum, "tolerate": tolerate} if gate["kind"] == "ExpertReview" else gate
        for gate in entry["after"]
    ]
    order = "listed" if ordered else "any"
    return {"workflow": says.workflow(FactorAdmission={"after": gates, "order": order})}


def _cast(draw, experts: tuple[str, ...]) -> Story:
    """Everybody; the experts may be persons of one organisation."""
    actors = everybody()
    if draw(st.booleans()):
        shared = {name: replace(actors[name], serial=390) for name in experts}
        actors |= shared
    renewed = {f"new {name}": replace(actors[name], label=f"new {name}") for name in experts}
    story = Story(**{name: actors[name] for name in experts}, **renewed)
    others = [name for name in CAST if not name.startswith("expert")]
    return story.cast(*draw(st.permutations([*others, *experts, "supervisor"])))


def _earlier_version(story: Story) -> None:
    """A version admitted under rules that asked for less, as was right then."""
    gates = [says.gate("FactorSubmission"), says.gate("ExpertReview", "basedOn", accept=["accept"])]
    story.govern(
        "early rules", version="0", workflow=says.workflow(FactorAdmission={"after": gates})
    )
    story.submit("old factor", factorVersion="0").review("expert1", "old review", of="old factor")
    story.admit("old", of="old factor", registryNumber="EXAMPLE-0000")


def _submit(draw, story: Story) -> None:
    """A submission, which may be the answer to a return of a first one."""
    if draw(st.booleans()):
        story.submit("draft", value="1.240")
        signer = draw(st.sampled_from(["admitter", "authority", "checker"]))
        story.remark("return", "Return", signer, says.return_(), of="draft")
        links = [
            {"rel": rel, "contentDigest": content_digest(story.record(label))}
            for rel, label in (("responds", "return"), ("supersedes", "draft"))
        ]
        story.submit(links=links)
    else:
        story.submit()


def _review(draw, story: Story, expert: str, word: str) -> None:
    """One review, assigned or not, with a key that may be new before it, or revoked after it."""
    signer = expert
    links = []
    if draw(st.booleans()):
        task = f"assignment of {expert}"
        subject = says.assignment(story.actors[expert].did)
        story.remark(task, "Assignment", "admitter", subject)
        links = [("responds", task)]
    fate = draw(st.sampled_from(["", "", "", "rotated", "revoked", "resigned"]))
    if fate == "rotated":
        signer = f"new {expert}"
        story.revoke(expert, f"end of {expert}", reason="superseded")
        story.enrol(signer, ["expert"])
    story.review(signer, f"review of {expert}", links=links, recommendation=word)
    if fate == "revoked":
        story.revoke(expert, f"end of {expert}", reason="compromised")
    if fate == "resigned":
        story.revoke(expert, f"end of {expert}", by=expert)


def _afterwards(draw, story: Story) -> None:
    """What may happen to an admission that stands."""
    event = draw(st.sampled_from(_AFTER))
    if event in ("noNewUse", "informOnly"):
        story.end("FactorWithdrawal", "end", impact=event)
    elif event == "erratum":
        story.end("FactorErratum", "erratum", impact="informOnly")
    elif event == "objection":
        signer = draw(st.sampled_from(["submitter", "publisher", "supervisor"]))
        story.remark("objection", "Objection", signer, says.objection(), of="admission")
    elif event == "suspended":
        story.change_status("suspension", "suspended")
        story.change_status("relief", "active", by="admitter", **{"from": "suspended"})
