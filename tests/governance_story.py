"""What a factor goes through until it is admitted, and after, told record by record.

A `Story` is a ledger whose records have labels. Each step logs one record, honestly unless told
otherwise: who signs, what the record says and what it links to can all be replaced.

    story = Story().cast().govern().submit()
    story.check().review("expert1").review("expert2").review("expert3").verify().admit().publish()
    bundle, policy = story.export("admission")

`admitted_story()` tells exactly this one.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Self

import governance_records as says
from simulated_status import Bits, derive, segments
from simulator import Actor, Ledger, content_digest, secure

STEPS = [1, 2, 3, 4, 5, 6, 7, 8, 10]
"""What the stories' policy requires."""

ROLES = {
    "registrar": ["registrar"],
    "submitter": ["submitter"],
    "checker": ["checker"],
    "expert1": ["expert"],
    "expert2": ["expert"],
    "expert3": ["expert"],
    "expert4": ["expert"],
    "authority": ["authority"],
    "admitter": ["admitter"],
    "admitter2": ["admitter"],
    "publisher": ["statusPublisher"],
    "supervisor": ["supervisor"],
}
"""The roles of the cast; those that only a root grants are granted by the root."""
BY_ROOT = {"registrar", "authority", "admitter", "admitter2", "publisher"}
PANEL = ("submitter", "checker", "expert1", "expert2", "expert3", "authority", "admitter")
"""Whom an admission takes."""
CAST = (*PANEL, "publisher")

Link = tuple[str, str]
"""(rel, label of the record it names)."""


def everybody() -> dict[str, Actor]:
    """Whoever has a role, each with an organisation of their own; the experts are persons."""
    return {
        label: Actor(
            label,
            300 + place,
            f"person-{place:04}" if label.startswith("expert") else "",
        )
        for place, label in enumerate(ROLES)
    }


class Story:
    """A ledger told step by step; every method that logs returns the story.

    Attributes:
        at: log index of each record, by label.
        drafts: signed records that are not logged yet, by label; others may name them already.
        rules: label of the newest rule set, named by what is logged unless told otherwise.
        actors: who acts under which label; replace one before the step that enrols it.
    """

    def __init__(self, **actors: Actor) -> None:
        self.ledger = Ledger()
        self.actors = {
            "root": self.ledger.root,
            **everybody(),
            **actors,
        }
        self.at: dict[str, int] = {}
        self.drafts: dict[str, dict] = {}
        self.rules = ""

    # any record

    def record(self, label: str) -> dict:
        """The record of a label."""
        return self.drafts[label] if label in self.drafts else self.ledger.records[self.at[label]]

    def make(
        self, kind: str, signer: str, subject: dict, links: Iterable[Link] = (), **members
    ) -> dict:
        """A signed record that is not logged; `members` are added to the envelope."""
        named = [
            {"rel": rel, "contentDigest": content_digest(self.record(label))}
            for rel, label in links
        ]
        named.sort(key=lambda link: (link["rel"], link["contentDigest"]))
        actor = self.actors[signer]
        document = self.ledger.document(kind, actor, subject, named)
        return secure({**document, **members}, actor)

    def log(
        self, label: str, kind: str, signer: str, subject: dict, links: Iterable[Link] = ()
    ) -> Self:
        """Log a record of any kind."""
        return self.append(label, self.make(kind, signer, subject, links))

    def append(self, label: str, record: dict, time: str | None = None, **lies) -> Self:
        """Log a record made elsewhere, a draft for example; lies as for `Ledger.append`."""
        if label in self.at:
            raise ValueError(label)
        self.at[label] = self.ledger.append(record, time, **lies)
        return self

    def fill(self, count: int) -> Self:
        """Log entries of others."""
        self.ledger.fill(count)
        return self

    # who

    def enrol(
        self, label: str, roles: list[str] | None = None, *, by: str | None = None, **grant
    ) -> Self:
        """Log somebody's request, as `LABEL.request`, and the enrolment, as `LABEL`."""
        asked = roles or ROLES[label]
        giver = by or ("root" if label in BY_ROOT else "registrar")
        self.at[f"{label}.request"] = self.ledger.request(self.actors[label], asked)
        self.at[label] = self.ledger.enrol(self.actors[giver], self.at[f"{label}.request"], **grant)
        return self

    def again(self, label: str, actor: Actor) -> Self:
        """Enrol a key once more, as `LABEL again`, by the registrar and as somebody else."""
        name = f"{label} again"
        self.at[f"{name}.request"] = self.ledger.request(actor, ROLES[label])
        self.at[name] = self.ledger.enrol(self.actors["registrar"], self.at[f"{name}.request"])
        return self

    def cast(self, *labels: str, **grants: dict) -> Self:
        """Enrol a registrar and these, or all of `CAST`; `grants` replace members by label."""
        for label in ("registrar", *(labels or CAST)):
            self.enrol(label, **grants.get(label, {}))
        return self

    # the way to admission

    def remark(
        self,
        label: str,
        kind: str,
        by: str,
        subject: dict,
        *,
        of: str = "factor",
        links: Iterable[Link] = (),
        rules: str = "",
    ) -> Self:
        """Log a record about another one, under the rules in force unless told other ones."""
        linked = [("about", of), ("underRule", rules or self.rules), *links]
        return self.log(label, kind, by, subject, linked)

    def govern(self, label: str = "rules", *, by: str = "root", old: str = "", **changes) -> Self:
        """Log a rule set, which supersedes the one labelled `old`; what follows names it."""
        self.rules = label
        links = [("supersedes", old)] if old else []
        return self.log(label, "RuleSet", by, says.rule_set(**changes), links)

    def submit(self, label: str = "factor", *, by: str = "submitter", **changes) -> Self:
        """Log a factor submission."""
        return self.append(label, self.ledger.factor(self.actors[by], **changes))

    def check(
        self, label: str = "check", *, by: str = "checker", of: str = "factor", **changes
    ) -> Self:
        """Log a traceability check."""
        subject = says.check(**{"asOfTreeSize": self.ledger.size, **changes})
        return self.remark(label, "TraceabilityCheck", by, subject, of=of)

    def review(
        self,
        by: str,
        label: str = "",
        *,
        of: str = "factor",
        rules: str = "",
        links: Iterable[Link] = (),
        **changes,
    ) -> Self:
        """Log an expert's review, labelled `review of BY` unless told otherwise."""
        label = label or f"review of {by}"
        subject = says.review(**changes)
        return self.remark(label, "ExpertReview", by, subject, of=of, links=links, rules=rules)

    def verify(
        self, label: str = "verification", *, by: str = "authority", of: str = "factor", **changes
    ) -> Self:
        """Log the competent authority's verification."""
        return self.remark(label, "AuthorityVerification", by, says.verification(**changes), of=of)

    def admit(
        self,
        label: str = "admission",
        *,
        by: str = "admitter",
        of: str = "factor",
        based_on: Iterable[str] | None = None,
        **changes,
    ) -> Self:
        """Log an admission, based on every check, review and verification unless told on which."""
        links = [
            ("basedOn", name) for name in (self.opinions(of) if based_on is None else based_on)
        ]
        subject = says.admission(**{"reviewedTreeSize": self.ledger.size, **changes})
        return self.remark(label, "FactorAdmission", by, subject, of=of, links=links)

    def opinions(self, of: str = "factor") -> list[str]:
        """Labels of every check, review and verification about a submission."""
        kinds = {"TraceabilityCheck", "ExpertReview", "AuthorityVerification"}
        about = {"rel": "about", "contentDigest": content_digest(self.record(of))}
        return [
            label
            for label in self.at
            if self.record(label)["type"][1] in kinds and about in self.record(label)["links"]
        ]

    # after admission

    def end(
        self,
        kind: str,
        label: str,
        *,
        of: str = "admission",
        by: str = "admitter",
        links: Iterable[Link] = (),
        **changes,
    ) -> Self:
        """Log a FactorWithdrawal, FactorSupersession or FactorErratum of an admission."""
        rel = {
            "FactorWithdrawal": "withdraws",
            "FactorSupersession": "supersedes",
            "FactorErratum": "corrects",
        }[kind]
        subject = (says.erratum if kind == "FactorErratum" else says.ending)(**changes)
        return self.log(label, kind, by, subject, [(rel, of), ("underRule", self.rules), *links])

    def revoke(
        self,
        enrolment: str,
        label: str = "revocation",
        *,
        by: str = "registrar",
        from_index: int | None = None,
        links: Iterable[Link] = (),
        **changes,
    ) -> Self:
        """Log the revocation of an enrolment, from its own index on unless told otherwise."""
        if from_index is None:
            from_index = self.ledger.size
        did = self.actors[enrolment.removesuffix(".request")].did
        subject = says.revocation(did, from_index, **changes)
        return self.log(label, "EnrolmentRevocation", by, subject, [("about", enrolment), *links])

    def change_status(
        self, label: str, to: str, *, of: str = "admission", by: str = "supervisor", **changes
    ) -> Self:
        """Log a change of state of a submission or an admission."""
        subject = says.status_change(to, **changes)
        return self.log(label, "StatusChange", by, subject, [("about", of)])

    def publish(
        self,
        label: str = "status",
        *,
        by: str = "publisher",
        old: str = "",
        bits: Bits | None = None,
        as_of: int | None = None,
        **changes,
    ) -> Self:
        """Log a status list of everything so far; `bits` and `as_of` may lie."""
        size = self.ledger.size
        as_of = size if as_of is None else as_of
        if bits is None:
            bits = derive(self.ledger.records, as_of, self.ledger.next_time)
        subject = {"asOfTreeSize": as_of, "segments": segments(bits), **changes}
        return self.log(label, "StatusList", by, subject, [("supersedes", old)] if old else [])

    # what leaves the ledger

    def labels(self, kind: str) -> list[str]:
        """Labels of the records of a kind, in log order."""
        return [label for label in self.at if self.record(label)["type"][1] == kind]

    def export(
        self,
        subject: str,
        *,
        without: Iterable[str] = (),
        lists: Iterable[str] | None = None,
        **policy,
    ) -> tuple[dict, dict]:
        """Anchor the log; return a bundle of every record but `without`, and a policy that fits.

        `lists` are the labels of the status lists, the newest unless told otherwise; `policy`
        replaces members of the policy.
        """
        chosen = {index for label, index in self.at.items() if label not in set(without)}
        anchor = self.ledger.anchor()
        self.ledger.fill(1)
        bundle = self.ledger.bundle(self.at[subject], chosen, anchor)
        if lists is None:
            lists = [label for label in self.labels("StatusList") if self.at[label] in chosen][-1:]
        if lists:
            bundle["status"] = {"lists": sorted(self.at[label] for label in lists)}
        return bundle, self.policy(**policy)

    def policy(self, **changes) -> dict:
        """The ledger's policy with the story's rule sets, each until its successor's index + 1."""
        starts = [self.at[label] + 1 for label in self.labels("RuleSet")]
        rule_sets = [
            {
                "contentDigest": content_digest(self.ledger.records[start - 1]),
                "fromIndex": start,
                "untilIndex": until,
            }
            for start, until in itertools.zip_longest(starts, starts[1:])
        ]
        return self.ledger.policy(**{"ruleSets": rule_sets, "requiredSteps": STEPS, **changes})


def started_story(**actors: Actor) -> Story:
    """The cast is enrolled, the rules are in force, and a factor is submitted."""
    return Story(**actors).cast().govern().submit()


def reviewed_story(**actors: Actor) -> Story:
    """A factor that the checker, three experts and the authority found good."""
    story = started_story(**actors).check()
    return story.review("expert1").review("expert2").review("expert3").verify()


def short_start(*labels: str, **grants: dict) -> Story:
    """A factor submitted under rules that ask for one expert's review and nothing else.

    `labels` are enrolled beside the submitter, the expert and the admitter; `grants` replace
    members of their enrolments.
    """
    words = {"accept": ["accept"], "conditional": ["acceptWithChanges"], "reject": ["reject"]}
    gates = [
        says.gate("FactorSubmission"),
        says.gate("ExpertReview", "basedOn", **words, tolerate=0),
    ]
    workflow = says.workflow(FactorAdmission={"after": gates})
    story = Story().cast("submitter", "expert1", "admitter", *labels, **grants)
    return story.govern(workflow=workflow).submit()


def short_story(*labels: str, **grants: dict) -> Story:
    """The same, reviewed and admitted."""
    return short_start(*labels, **grants).review("expert1").admit()


def admitted_story(**policy) -> tuple[Ledger, dict[str, int], dict, dict]:
    """The whole way of one factor, admitted and not revoked as of the newest status list.

    `policy` replaces members of the policy.

    Returns:
        The ledger, the log indexes by label (`rules`, `factor`, `check`, `review of expert1` to 3,
        `verification`, `admission`, `status`; each actor's enrolment under the actor's name and
        its request as `NAME.request`), the bundle of the admission, and a policy that fits it.
    """
    story = reviewed_story().admit().publish()
    bundle, trust = story.export("admission", **policy)
    return story.ledger, story.at, bundle, trust
