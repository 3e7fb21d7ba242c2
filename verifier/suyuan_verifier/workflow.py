"""Step 8: are the rules satisfied that were in force at that place in the log?

The engine re-executes the rule set that the trust policy names for a record's log index: who may
sign, how far from the submitter, after which records, by how many different persons, in which
order. No status field is believed (docs/spec/workflow.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from suyuan_verifier.authority import Authority, Standing
from suyuan_verifier.canonical import format_digest
from suyuan_verifier.certification import LabelledQuantities, Numbers, check_certification
from suyuan_verifier.enrolments import Logged
from suyuan_verifier.errors import ProofError, VerifierError
from suyuan_verifier.events import Event
from suyuan_verifier.kinds import GOVERNED_KINDS, OUTCOME_MEMBER
from suyuan_verifier.policy import TrustPolicy, covers
from suyuan_verifier.quorum import Count, count_gate, in_conflict
from suyuan_verifier.report import Check, Outcome
from suyuan_verifier.resting import check_in_force, check_replaced, find_adverse
from suyuan_verifier.rule_set import KindRules, read_workflow
from suyuan_verifier.traceability_check import re_execute

_UNDECIDED = frozenset({"policy.ruleset", "workflow.absent"})
_COMPLETE = {
    "FactorAdmission": frozenset(OUTCOME_MEMBER) - {"Filing", "Surveillance"},
    "Certificate": frozenset({"FootprintVerification"}),
    "LabelIssuance": frozenset({"Filing"}),
}
"""Kinds that decide, and the opinions about the same record that they may not leave out."""


class Workflow:
    """Executes step 8 over the records of one bundle, after step 4 found nothing wrong.

    Args:
        logged: the records, in log order.
        known: all records that somebody entitled to signed, those of a status file included.
        events: what is known to act on each record, by its content digest.
        policy: names the rule set in force at each index.
        authority: knows as whom each record was signed.

    Attributes:
        confirmed: after `check`, content digests of the footprint statements that a body verified
            which the rules allow to.
    """

    def __init__(
        self,
        logged: list[Logged],
        known: list[Logged],
        *,
        events: Mapping[str, list[Event]],
        policy: TrustPolicy,
        authority: Authority,
    ) -> None:
        self._logged = logged
        self._events = events
        self._opinions: dict[str, list[Logged]] = {}
        known = sorted(known, key=lambda each: each.position.index)
        for item in known:
            if item.record.kind in OUTCOME_MEMBER:
                about = next(target for rel, target in item.record.links if rel == "about")
                self._opinions.setdefault(about, []).append(item)
        self._policy = policy
        self._authority = authority
        self._rule_sets: dict[str, dict[str, KindRules]] = {}
        self._known = known
        self._labels = LabelledQuantities(known)
        self._numbers = Numbers(known)
        self._last_words: dict[str, frozenset[int]] = {}
        self.confirmed: set[str] = set()

    def check(self, subject: Logged | None) -> Iterator[Check]:
        """Yield the checks of step 8, a verdict on each governed record and notes about it.

        Args:
            subject: the record that the bundle is about.
        """
        governed = False
        for item in self._logged:
            if item.record.kind not in GOVERNED_KINDS:
                continue
            governed = True
            digest = format_digest(item.record.content_digest)
            try:
                notes = list(self._judge(item))
            except VerifierError as error:
                outcome = Outcome.UNKNOWN if error.code in _UNDECIDED else Outcome.FAIL
                yield Check(
                    8, error.code, outcome, digest, error.pointer, error.expected, error.found
                )
            else:
                yield Check(8, "workflow.valid", Outcome.PASS, digest)
                yield from notes
                self._note_confirmed(item)
        yield from find_adverse(self._known)
        asked = 8 in self._policy.required_steps
        if asked and subject is not None and subject.record.kind == "FactorSubmission":
            # Whoever asks for this step must not take for admitted what only was sent in.
            digest = format_digest(subject.record.content_digest)
            yield Check(8, "workflow.not_admitted", Outcome.UNKNOWN, digest)
        elif not governed:
            yield Check(8, "workflow.not_governed", Outcome.NOT_APPLICABLE)

    def _judge(self, item: Logged) -> Iterator[Check]:
        """Judge one record; yield what has to be said although nothing is wrong."""
        record = item.record
        rule_set = self.rule_set(item)
        rules = self._workflow(rule_set).get(record.kind)
        if rules is None:
            raise ProofError(
                "workflow.kind", expected="a kind that the rule set provides for", found=record.kind
            )
        standing = self._authority.standing(item)
        if standing is None:
            # Step 4 could not say either: what the record acts on is not in the bundle.
            raise ProofError("workflow.absent", found="the record that it acts on")
        if not self._authority.holds(item, rules.roles):
            raise ProofError("workflow.role", expected=" | ".join(sorted(rules.roles)))
        self._check_independence(item, standing, rules.independence)
        counts = self._check_gates(item, rules)
        if record.kind == "TraceabilityCheck":
            yield from self._re_execute(item, rule_set.record.subject)
        check_replaced(item, self._authority)
        check_in_force(item, self._authority, self._events)
        self._numbers.check(item)
        check_certification(item, self._authority, self._labels, rule_set.record.subject)
        digest = format_digest(record.content_digest)
        if record.kind in _COMPLETE:
            self._check_omitted(item)
        if record.kind == "FactorAdmission":
            yield Check(
                8,
                "workflow.completeness",
                Outcome.UNKNOWN,
                digest,
                "/links",
                found=record.value["issuer"]["name"],
            )
        for count in counts:
            for against in count.dissent:
                yield Check(
                    8,
                    "workflow.dissent",
                    Outcome.PASS,
                    format_digest(against.record.content_digest),
                    found=against.record.value["issuer"]["name"],
                )

    def _check_omitted(self, item: Logged) -> None:
        """No opinion that is at hand was left out, in favour or against.

        Whether one was that is not at hand only the log can tell.
        """
        linked = {digest for _, digest in item.record.links}
        about = next(digest for rel, digest in item.record.links if rel == "about")
        horizon = item.record.subject.get("reviewedTreeSize", item.position.index)
        for opinion in self._opinions.get(about, ()):
            digest = format_digest(opinion.record.content_digest)
            if opinion.position.index >= horizon:
                break
            if opinion.record.kind in _COMPLETE[item.record.kind] and digest not in linked:
                raise ProofError(
                    "workflow.omitted",
                    pointer="/links",
                    expected=f"{opinion.record.kind} at index {opinion.position.index}",
                    found=f"not linked: {digest}",
                )

    def rule_set(self, item: Logged) -> Logged:
        """Return the rule set in force at a record's index, which the record must name.

        Raises:
            ProofError: `policy.ruleset` or `workflow.rule_set`.
        """
        index = item.position.index
        digest = next(
            (
                row.content_digest
                for row in self._policy.rule_sets
                if covers(row.from_index, row.until_index, index)
            ),
            None,
        )
        if digest is None:
            raise ProofError("policy.ruleset", found=f"index {index}")
        named = next(target for rel, target in item.record.links if rel == "underRule")
        rule_set = self._authority.by_digest[named]
        if named != digest or rule_set.record.kind != "RuleSet" or rule_set.position.index >= index:
            raise ProofError("workflow.rule_set", pointer="/links", expected=digest, found=named)
        return rule_set

    def _workflow(self, rule_set: Logged) -> dict[str, KindRules]:
        digest = format_digest(rule_set.record.content_digest)
        if digest not in self._rule_sets:
            self._rule_sets[digest] = read_workflow(rule_set.record.subject)
        return self._rule_sets[digest]

    def _check_independence(self, item: Logged, standing: Standing, asked: str) -> None:
        """Compare the signer's organisation, and its group, with the issuer of what it is about."""
        if asked == "none":
            return
        for rel, digest in item.record.links:
            if rel != "about":
                continue
            about = self._authority.by_digest[digest]
            other = self._authority.standing(about)
            if other is None:
                raise ProofError("workflow.absent", found="the enrolment of the submitter")
            if asked == "group":
                shared = self._authority.groups(item) & self._authority.groups(about)
            else:
                shared = frozenset({standing.organisation} & {other.organisation})
            if shared:
                raise ProofError(
                    "workflow.independence",
                    pointer="/issuer",
                    expected=f"another {asked} than that of the submitter",
                    found=", ".join(sorted(shared)),
                )

    def _check_gates(self, item: Logged, rules: KindRules) -> list[Count]:
        """Check every gate, and the order of the gates if the rules ask for one."""
        linked = self._linked(item, rules)
        admits = item.record.kind == "FactorAdmission"
        # The conditions of a certificate are a text; those of an admission name opinions.
        met = item.record.subject.get("conditions", ()) if admits else ()
        resolved = {row["record"] for row in met}
        counts = [
            count_gate(gate, linked[gate.rel, gate.kind], resolved, self._authority.standing)
            for gate in rules.gates
        ]
        if rules.in_order:
            for (first, second), gate in zip(pairwise(counts), rules.gates[1:], strict=True):
                last = max(each.position.index for each in first.counted)
                begin = min(each.position.index for each in second.counted)
                if begin < last:
                    raise ProofError(
                        "workflow.order",
                        pointer="/links",
                        expected=f"{gate.kind} after index {last}",
                        found=f"index {begin}",
                    )
        return counts

    def _linked(self, item: Logged, rules: KindRules) -> dict[tuple[str, str], list[Logged]]:
        """Sort the records that `item` links to by gate.

        Raises:
            ProofError: `workflow.absent`, `workflow.about`, `workflow.before`, `workflow.reviewed`.
        """
        linked: dict[tuple[str, str], list[Logged]] = {
            (gate.rel, gate.kind): [] for gate in rules.gates
        }
        rels = {rel for rel, _ in linked}
        for number, (rel, digest) in enumerate(item.record.links):
            if rel not in rels:
                continue
            pointer = f"/links/{number}"
            target = self._authority.by_digest.get(digest)
            if target is None:
                # Only links that a bundle need not carry get here: step 1 found it closed.
                raise ProofError("workflow.absent", pointer=pointer, found=digest)
            if (rel, target.record.kind) not in linked:
                kinds = sorted(kind for name, kind in linked if name == rel)
                raise ProofError(
                    "workflow.about",
                    pointer=pointer,
                    expected=" | ".join(kinds),
                    found=target.record.kind,
                )
            if target.position.index >= item.position.index:
                raise ProofError(
                    "workflow.before",
                    pointer=pointer,
                    expected=f"< {item.position.index}",
                    found=target.position.index,
                )
            if item.record.kind in _COMPLETE and rel == "basedOn":
                _check_same(item, target, pointer)
                if item.record.kind == "FactorAdmission":
                    _check_reviewed(item, target)
            linked[rel, target.record.kind].append(target)
        return linked

    def _note_confirmed(self, item: Logged) -> None:
        """Note what a sound verification confirms, if no body's last word at hand is a refusal."""
        if item.record.kind != "FootprintVerification":
            return
        about = next(digest for rel, digest in item.record.links if rel == "about")
        if about not in self._last_words:
            last: dict[str, Logged] = {}
            for each in self._opinions.get(about, ()):
                if each.record.kind == "FootprintVerification" and not in_conflict(each):
                    last[self._authority.organisation(each)] = each
            refused = any(each.record.subject["result"] != "verified" for each in last.values())
            self._last_words[about] = frozenset(
                () if refused else (each.position.index for each in last.values())
            )
        if item.position.index in self._last_words[about]:
            self.confirmed.add(about)

    def _re_execute(self, item: Logged, rule_set: dict[str, Any]) -> Iterator[Check]:
        about = self._authority.targets.of(item.record)
        if about is None:  # the kind has exactly one target, which step 4 found
            raise ProofError("workflow.absent")
        size = item.record.subject["asOfTreeSize"]
        if not about.position.index < size <= item.position.index:
            raise ProofError(
                "check.as_of",
                pointer="/credentialSubject/asOfTreeSize",
                expected=f"{about.position.index + 1} to {item.position.index}",
                found=size,
            )
        yield from re_execute(item.record, about.record, rule_set)


def _check_same(item: Logged, target: Logged, pointer: str) -> None:
    """What a decision is based on speaks of the same record."""
    own = next(digest for rel, digest in item.record.links if rel == "about")
    spoken = next((digest for rel, digest in target.record.links if rel == "about"), None)
    if spoken != own:
        raise ProofError("workflow.about", pointer=pointer, expected=own, found=spoken)


def _check_reviewed(item: Logged, target: Logged) -> None:
    """What an admission is based on lies in what it reviewed."""
    size = item.record.subject["reviewedTreeSize"]
    if target.position.index >= size or size > item.position.index:
        raise ProofError(
            "workflow.reviewed",
            pointer="/credentialSubject/reviewedTreeSize",
            expected=f"{target.position.index + 1} to {item.position.index}",
            found=size,
        )
