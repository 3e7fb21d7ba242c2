"""Factors, and the footprints that are stated with them, told record by record.

A `StatementStory` registers factors (submission, check and admission at once) and states footprints
whose figures `footprint_figures` calculates. Every member of every record can be replaced: before
the figures are calculated (a line item that comes with an emission keeps it) and after, by JSON
Pointer. `footprint_story` goes on from there to the label.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any, Self

import footprint_records as says
from footprint_figures import complete
from footprint_oracle import Oracle
from footprint_sealing import disclosure, seal_of
from governance_story import Link, Story
from simulator import Actor, content_digest

STEPS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
"""What the stories' policy requires."""
TO_ARITHMETIC = STEPS[:-1]
"""Required steps of a story that ends without a status list."""

ROLES = {
    "registrar": ["registrar"],
    "provider": ["submitter", "transcriber"],
    "registry": ["admitter", "checker"],
    "producer": ["producer"],
    "producer2": ["producer"],
    "verifier": ["verificationBody"],
    "certifier": ["certifier"],
    "certifier2": ["certifier"],
    "office": ["filingOffice"],
    "supervisor": ["supervisor"],
    "publisher": ["statusPublisher"],
}
"""Everybody is enrolled by the root, so that a bundle stays short."""
PRODUCERS = ("provider", "registry", "producer")
ENVELOPE = ("validFrom", "validUntil")
"""Members of a record's envelope that a step may be told."""

Line = dict[str, Any]


def everybody() -> dict[str, Actor]:
    """Whoever has a role, each with an organisation of their own."""
    return {label: Actor(label, 400 + place) for place, label in enumerate(ROLES)}


class StatementStory(Story):
    """A ledger with footprints, told step by step; every method that logs returns the story.

    Attributes:
        sealed: the figures of sealed line items by id, by label of their statement.
        disclosures: the same as the holder keeps them, encoded with their salts.
    """

    def __init__(self, **actors: Actor) -> None:
        super().__init__(**{**everybody(), **actors})
        self.sealed: dict[str, dict[str, dict[str, str]]] = {}
        self.disclosures: dict[str, dict[str, str]] = {}
        self._digests: dict[str, str] = {}

    def digest(self, label: str) -> str:
        """The content digest of a record, calculated once for what is logged."""
        if label in self.drafts:
            return content_digest(self.drafts[label])
        if label not in self._digests:
            self._digests[label] = content_digest(self.record(label))
        return self._digests[label]

    def by_digest(self) -> dict[str, str]:
        """Labels of all records, those that are not logged yet included, by content digest."""
        return {self.digest(label): label for label in (*self.at, *self.drafts)}

    def enrol(
        self, label: str, roles: list[str] | None = None, *, by: str | None = None, **grant: Any
    ) -> Self:
        """Log somebody's request, as `LABEL.request`, and the enrolment by the root, as `LABEL`."""
        return super().enrol(label, roles or ROLES[label], by=by or "root", **grant)

    def cast(self, *labels: str, **grants: dict) -> Self:
        """Enrol these, or whoever a statement takes."""
        for label in labels or PRODUCERS:
            self.enrol(label, **grants.get(label, {}))
        return self

    def govern(
        self, label: str = "rules", *, by: str = "root", old: str = "", **changes: Any
    ) -> Self:
        """Log a rule set that provides for footprints; what follows names it."""
        self.rules = label
        links = [("supersedes", old)] if old else []
        return self.log(label, "RuleSet", by, says.rule_set(**changes), links)

    def add(
        self,
        label: str,
        kind: str,
        by: str,
        subject: dict,
        links: Iterable[Link],
        *,
        members: Mapping[str, Any],
    ) -> Self:
        """Log a record under the rules in force; of `members`, those of the envelope are added."""
        envelope = {name: members[name] for name in ENVELOPE if name in members}
        rules = members.get("rules", self.rules)
        record = self.make(kind, by, subject, [("underRule", rules), *links], **envelope)
        return self.append(label, record)

    # factors

    def register(self, label: str, *, by: str = "provider", **changes: Any) -> Self:
        """Log a factor, its check and its admission, as LABEL, LABEL.check, LABEL.admission."""
        self.submit(label, by=by, **changes)
        self.check(f"{label}.check", by="registry", of=label)
        number = f"EXAMPLE-{self.ledger.size:04}"
        return self.admit(
            f"{label}.admission",
            by="registry",
            of=label,
            based_on=[f"{label}.check"],
            registryNumber=number,
        )

    def transcribe(self, *codes: str) -> Self:
        """Log official electricity factors, admitted, each under its code."""
        for code in codes:
            self.register(code, **says.official(code))
        return self

    def named(self, label: str, **changes: Any) -> Line:
        """How a line item names an admitted factor."""
        submitted = self.record(label)["credentialSubject"]
        return {
            "admission": self.digest(f"{label}.admission"),
            **{
                name: submitted[name]
                for name in ("factorCode", "factorVersion", "value", "valueUnit")
            },
            **changes,
        }

    # line items

    def activity(
        self, name: str, of: str, quantity: str, unit: str = "KGM", **changes: Any
    ) -> Line:
        """A line item that multiplies an activity with the factor of a label."""
        figures = {"quantity": quantity, "unit": unit, "factor": self.named(of)}
        return says.line(name, "activityFactor", **{**figures, **changes})

    def power(
        self, name: str, factor: str = says.AVERAGE, quantity: str = "100", **changes: Any
    ) -> Line:
        """A line item of electricity, by default from the grid at the national average."""
        given = {"electricity": says.electricity(), **changes}
        return self.activity(name, factor, quantity, given.pop("unit", "KWH"), **given)

    def bought(self, name: str, upstream: str, quantity: str, **changes: Any) -> Line:
        """A line item that rests on another statement."""
        result = self.record(upstream)["credentialSubject"]["result"]
        used = {
            "contentDigest": self.digest(upstream),
            "value": result["value"],
            "valueUnit": result["unit"],
        }
        given = {"quantity": quantity, "unit": "TNE", "statement": used, **changes}
        return says.line(name, "upstreamStatement", **given)

    # statements

    def state(
        self,
        label: str = "statement",
        lines: Iterable[Line] = (),
        *,
        by: str = "producer",
        seal: Iterable[str] = (),
        edits: Mapping[str, Any] | None = None,
        uses: Iterable[str] | None = None,
        links: Iterable[Link] = (),
        scale: int = 3,
        mass: str = "kg",
        calculated_by: Line | None = None,
        **changes: Any,
    ) -> Self:
        """Log a statement; what its figures have to be is calculated.

        Args:
            label: name of the record.
            lines: line items, with an emission only where it shall be another than calculated;
                by default one, of electricity from the grid.
            by: who signs.
            seal: ids of the line items whose figures travel as digests.
            edits: values by JSON Pointer, put in after everything is calculated; `...` removes.
            uses: labels that are linked instead of those that the line items name.
            links: further links.
            scale: places of the result.
            mass: what it is written in, g, kg or t.
            calculated_by: subject of the rule set that gives conversions and scales, by default
                of the one that the statement names.
            changes: members of the subject, and of the envelope.
        """
        draft = says.statement(lineItems=list(lines) or [self.power("electricity")])
        own = {name: item for name, item in changes.items() if name not in (*ENVELOPE, "rules")}
        rules = calculated_by
        if rules is None:
            rules = self.record(changes.get("rules", self.rules))["credentialSubject"]
        oracle = Oracle(self)
        illustrative = any(map(oracle.is_illustrative, draft["lineItems"]))
        draft["dataStatus"] = "illustrative" if illustrative else "calculated"
        draft |= {name: item for name, item in own.items() if name in draft}
        subject = complete(draft, rules, oracle.is_primary, scale=scale, mass=mass) | own
        subject = edited_at(subject, edits or {})
        self._seal(label, subject, seal)
        if uses is None:
            uses = self.used(subject)
        linked = [*(("uses", name) for name in uses), *links]
        return self.add(label, "FootprintStatement", by, subject, linked, members=changes)

    def used(self, subject: dict) -> list[str]:
        """Labels of what the line items of a statement name, in the order of their first use."""
        labels = self.by_digest()
        used = [
            line.get("factor", {}).get("admission")
            or line.get("statement", {}).get("contentDigest")
            for line in subject["lineItems"]
        ]
        return list(dict.fromkeys(labels[digest] for digest in used if digest in labels))

    def _seal(self, label: str, subject: dict, ids: Iterable[str]) -> None:
        """Replace the figures of line items by salted digests (RFC 9901 section 4.2)."""
        figures, texts = {}, {}
        for line in subject["lineItems"]:
            if line["id"] not in set(ids):
                continue
            known = {name: line.pop(name) for name in ("emission", "quantity")}
            text = disclosure(known, f"{label} {line['id']}")
            line["_sd"] = [seal_of(text)]
            figures[line["id"]], texts[line["id"]] = known, text
        self.sealed[label], self.disclosures[label] = figures, texts

    # what leaves the ledger

    def export(
        self,
        subject: str,
        *,
        disclose: Mapping[str, Iterable[str]] | Iterable[str] | None = None,
        **how: Any,
    ) -> tuple[dict, dict]:
        """Export as `Story.export` does, with disclosures.

        Args:
            subject: label of the record that the bundle is about.
            disclose: ids of line items by label of their statement, or disclosures as they are
                written; all by default.
            how: as for `Story.export`.
        """
        bundle, policy = super().export(subject, **how)
        if disclose is None:
            disclose = {label: known.keys() for label, known in self.disclosures.items()}
        if isinstance(disclose, Mapping):
            disclose = [
                self.disclosures[label][name] for label, ids in disclose.items() for name in ids
            ]
        if texts := list(disclose):
            bundle["disclosures"] = texts
        return bundle, policy

    def policy(self, **changes: Any) -> dict:
        """The ledger's policy; steps up to the newest that the story has something for."""
        steps = STEPS if self.labels("StatusList") else TO_ARITHMETIC
        return super().policy(**{"requiredSteps": steps, **changes})


def edited_at(subject: dict, edits: Mapping[str, Any]) -> dict:
    """A copy with values put in at JSON Pointers; `...` removes."""
    subject = copy.deepcopy(subject)
    for pointer, value in edits.items():
        *path, last = pointer.split("/")[1:]
        target: Any = subject
        for step in path:
            target = target[int(step) if isinstance(target, list) else step]
        key = int(last) if isinstance(target, list) else last
        if value is ...:
            del target[key]
        else:
            target[key] = value
    return subject
