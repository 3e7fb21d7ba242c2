"""A story as a script of lines, so that one line can be changed and the whole be told again.

The records are signed anew by whoever the line names, with the links and digests that follow from
the change, and logged in the order of the lines: a change of mind before the fact, not a forgery
after it.
"""

from __future__ import annotations

from dataclasses import dataclass

from governance_story import Story
from simulated_status import derive, segments
from simulator import Actor, content_digest

NOTHING = "sha256:" + "0" * 64
"""Digest of what was never made."""


@dataclass(frozen=True, repr=False)
class Line:
    """One record to be.

    Attributes:
        label: its name in the story.
        kind: its type.
        signer: label of the actor who signs.
        subject: what it says; digests of other records are written `@LABEL`.
        links: (rel, label of the other record).
    """

    label: str
    kind: str
    signer: str
    subject: dict
    links: tuple[tuple[str, str], ...]

    def __repr__(self) -> str:
        """The label: a failing example prints the change, not the whole script."""
        return self.label


def script_of(story: Story) -> list[Line]:
    """The lines of a story, in log order."""
    signers = {actor.did: label for label, actor in story.actors.items()}
    names = {content_digest(story.record(label)): label for label in story.at}
    lines = []
    for label in sorted(story.at, key=story.at.__getitem__):
        record = story.record(label)
        links = ((link["rel"], names[link["contentDigest"]]) for link in record.get("links", []))
        lines.append(
            Line(
                label,
                record["type"][1],
                signers[record["issuer"]["id"]],
                _named(record["credentialSubject"], names),
                tuple(links),
            )
        )
    return lines


def tell(lines: list[Line], actors: dict[str, Actor]) -> Story:
    """Tell a script; status lists say what honestly follows from the lines before them."""
    story = Story(**actors)
    by_label = {line.label: line for line in lines}

    def digest_of(label: str) -> str:
        """Sign what is named first, wherever in the log it will be."""
        if label not in by_label:
            return NOTHING
        sign(by_label[label])
        return content_digest(story.record(label))

    def sign(line: Line) -> None:
        if line.label not in story.drafts:
            for _, other in line.links:
                digest_of(other)
            subject = _resolved(line.subject, digest_of)
            story.drafts[line.label] = story.make(line.kind, line.signer, subject, line.links)

    lists = [line for line in lines if line.kind == "StatusList"]
    for line in lines:
        if line not in lists:
            sign(line)
    for line in lines:
        if line in lists:
            as_of = line.subject["asOfTreeSize"]
            bits = derive(story.ledger.records, as_of, story.ledger.next_time)
            subject = {"asOfTreeSize": as_of, "segments": segments(bits)}
            story.drafts[line.label] = story.make(line.kind, line.signer, subject, line.links)
        story.append(line.label, story.drafts[line.label])
    story.drafts.clear()
    return story


def _named(value, names: dict[str, str]):
    """Write the digests of records as `@LABEL`."""
    if isinstance(value, dict):
        return {name: _named(item, names) for name, item in value.items()}
    if isinstance(value, list):
        return [_named(item, names) for item in value]
    return f"@{names[value]}" if isinstance(value, str) and value in names else value


def _resolved(value, digest_of):
    """Write `@LABEL` as the digest of the record; conditions are sorted by it."""
    if isinstance(value, dict):
        whole = {name: _resolved(item, digest_of) for name, item in value.items()}
        if "conditions" in whole:
            whole["conditions"].sort(key=lambda row: row["record"])
        return whole
    if isinstance(value, list):
        return [_resolved(item, digest_of) for item in value]
    return digest_of(value[1:]) if isinstance(value, str) and value.startswith("@") else value
