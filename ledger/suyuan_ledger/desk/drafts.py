"""Drafts of governance records: what follows from the log is filled in, the rest is the signer's.

The rule set in force, the records that a new one is about and rests on, the tree size that an
admission has reviewed, the status that a change starts from: a person should not copy any of it.
What is left is what the person says. A draft is not judged here; the door does that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.records.canonical import check_values
from suyuan_ledger.records.digest import parse_digest
from suyuan_ledger.records.profile import Link, format_digest
from suyuan_ledger.records.rules import check_kind
from suyuan_ledger.records.shape import subject_errors
from suyuan_ledger.store import repository
from suyuan_ledger.store.register import to_logged
from suyuan_ledger.workflow.entitlement import entitle
from suyuan_ledger.workflow.gates import OUTCOMES
from suyuan_ledger.workflow.status_change import state_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from suyuan_ledger.desk.standing import Desk
    from suyuan_ledger.workflow.statements import Logged

    Subject = dict[str, Any]

_MAX_INDEX_DIGITS = 18
_SUBMISSION = "FactorSubmission"
_ADMISSION = "FactorAdmission"
_DOCUMENTS = ("Certificate", "Filing", "LabelIssuance")
"""Kinds that bear a number besides the admission."""
# Most links of one relation, by kind (docs/spec/record.md#kinds).
_MAX_BASED_ON = {"ExpertReview": 16, "AuthorityVerification": 64, "Return": 16}
_MAX_RESPONDS = 4


@dataclass(frozen=True, slots=True)
class Draft:
    """What will be signed, but for the envelope.

    Attributes:
        kind: the record's kind.
        subject: its `credentialSubject`.
        links: its links.
        valid_until: when it lapses, or None.
    """

    kind: str
    subject: Subject
    links: tuple[Link, ...]
    valid_until: str | None = None


class Drafter:
    """Makes drafts for one key.

    Args:
        desk: one reading of the log.
        did: the key that will sign.
    """

    def __init__(self, desk: Desk, did: str) -> None:
        self._desk = desk
        self._did = did

    def find(self, which: str, *kinds: str) -> Logged:
        """Return a logged record.

        Args:
            which: content digest, log index, or the number of an admission, a certificate, a filing
                or a label.
            kinds: the record has to be of one of these; any if left out.

        Raises:
            RefusedError: `record.unknown`, `record.digest`, `record.ambiguous`, `desk.kind`.
        """
        found = find_record(self._desk, which, kinds)
        if kinds and found.kind not in kinds:
            raise RefusedError(
                "desk.kind", pointer=which, expected=" | ".join(kinds), found=found.kind
            )
        return found

    def check(self, which: str, subject: Subject) -> Draft:
        """Draft a TraceabilityCheck whose subject was computed from a submission."""
        target = self.find(which, _SUBMISSION)
        return self._governed("TraceabilityCheck", subject, target, self._assignments(target))

    def review(self, which: str, subject: Subject) -> Draft:
        """Draft an ExpertReview: it rests on the logged checks, and answers to its assignment."""
        target = self.find(which, _SUBMISSION)
        checks = [one for one in self._opinions(target) if one.kind == "TraceabilityCheck"]
        links = [*_based_on("ExpertReview", checks), *self._assignments(target)]
        return self._governed("ExpertReview", subject, target, links)

    def verification(self, which: str, subject: Subject) -> Draft:
        """Draft an AuthorityVerification: it rests on every check and review that is logged."""
        target = self.find(which, _SUBMISSION)
        read = [one for one in self._opinions(target) if one.kind != "AuthorityVerification"]
        links = _based_on("AuthorityVerification", read)
        return self._governed("AuthorityVerification", subject, target, links)

    def admission(
        self,
        which: str,
        subject: Subject,
        resolutions: dict[str, dict[str, str]],
        supersedes: str | None = None,
    ) -> Draft:
        """Draft a FactorAdmission: it rests on EVERY opinion logged so far, dissent included.

        Args:
            which: the submission.
            subject: `registryNumber` and `effectiveFrom`.
            resolutions: how the condition of an opinion was met, by the opinion's index or digest.
            supersedes: the admission that this one replaces in the registry.
        """
        target = self.find(which, _SUBMISSION)
        opinions = self._opinions(target)
        links = [Link("basedOn", format_digest(opinion.content)) for opinion in opinions]
        if supersedes is not None:
            old = self.find(supersedes, _ADMISSION)
            links.append(Link("supersedes", format_digest(old.content)))
        conditions = [
            {"record": format_digest(self.find(key, *OUTCOMES).content), "resolution": text}
            for key, text in resolutions.items()
        ]
        whole = {**subject, "reviewedTreeSize": self._desk.moment.index}
        if conditions:
            whole["conditions"] = sorted(conditions, key=lambda item: str(item["record"]))
        return self._governed(_ADMISSION, whole, target, links)

    def assignment(self, which: str, subject: Subject) -> Draft:
        """Draft an Assignment."""
        return self._governed("Assignment", subject, self.find(which, _SUBMISSION))

    def return_(self, which: str, subject: Subject) -> Draft:
        """Draft a Return: it rests on the opinions that do not simply accept."""
        target = self.find(which, _SUBMISSION)
        accepting = {"pass", "accept", "verified"}
        reasons = [
            one
            for one in self._opinions(target)
            if one.subject[OUTCOMES[one.kind]] not in accepting
        ]
        return self._governed("Return", subject, target, _based_on("Return", reasons))

    def objection(self, which: str, subject: Subject) -> Draft:
        """Draft an Objection, to a record of any kind."""
        return self._governed("Objection", subject, self.find(which))

    def withdrawal(self, which: str, subject: Subject) -> Draft:
        """Draft a FactorWithdrawal."""
        links = [_link("withdraws", self.find(which, _ADMISSION))]
        return self._governed("FactorWithdrawal", subject, None, links)

    def supersession(self, which: str, new: str, subject: Subject) -> Draft:
        """Draft a FactorSupersession of one admission by another."""
        links = [
            _link("supersedes", self.find(which, _ADMISSION)),
            _link("basedOn", self.find(new, _ADMISSION)),
        ]
        return self._governed("FactorSupersession", subject, None, links)

    def erratum(
        self, which: str, subject: Subject, corrections: dict[str, str], by: str | None = None
    ) -> Draft:
        """Draft a FactorErratum: what was wrong is read from the submission itself.

        Args:
            which: the admission.
            subject: `cause`, `effectiveFrom`, `impact`.
            corrections: what is right, by JSON Pointer into the submission.
            by: the admission of the corrected figure, if there is one.
        """
        admission = self.find(which, _ADMISSION)
        submission = self._desk.register.find(admission.targets("about")[0])
        stated = submission.value if submission else {}
        whole = {
            **subject,
            "corrections": [
                {"pointer": pointer, "was": _text_at(stated, pointer), "is": right}
                for pointer, right in corrections.items()
            ],
        }
        links = [_link("corrects", admission)]
        if by is not None:
            links.append(_link("basedOn", self.find(by, _ADMISSION)))
        return self._governed("FactorErratum", whole, None, links)

    def status_change(self, which: str, subject: Subject) -> Draft:
        """Draft a StatusChange from the status that the record has now."""
        target = self.find(which)
        events = self._desk.register.events(target.index)
        whole = {"from": state_of(events, self._desk.moment.time), **subject}
        return _checked("StatusChange", whole, [_link("about", target)])

    def rule_set(self, subject: Subject) -> Draft:
        """Draft a RuleSet that follows the one in force."""
        before = self._desk.register.rule_set()
        links = [Link("supersedes", format_digest(before.content))] if before else []
        return _checked("RuleSet", subject, links)

    def method(self, subject: Subject, supersedes: str | None = None) -> Draft:
        """Draft a MethodReference."""
        links = []
        if supersedes is not None:
            links.append(_link("supersedes", self.find(supersedes, "MethodReference")))
        return _checked("MethodReference", subject, links)

    def revocation(self, did: str, subject: Subject) -> Draft:
        """Draft an EnrolmentRevocation of every Enrolment of a key that still stands.

        Args:
            did: the enrolled key.
            subject: `reason`, and `fromIndex` unless it is the log's next index.

        Raises:
            RefusedError: `desk.nothing_to_revoke`.
        """
        index = self._desk.moment.index
        grants = [
            grant
            for grant in self._desk.register.grants(did)
            if self._desk.authority.stands(grant, index)
        ]
        enrolments = [self._desk.register.enrolment(grant.index) for grant in grants]
        links = [_link("about", one) for one in enrolments if one is not None]
        if not links:
            raise RefusedError("desk.nothing_to_revoke", found=did)
        return _checked("EnrolmentRevocation", {"fromIndex": index, **subject, "id": did}, links)

    def _opinions(self, target: Logged) -> list[Logged]:
        """Return the opinions about a submission, without those that a revocation made void."""
        found = []
        for opinion in self._desk.register.opinions(target.content):
            try:
                entitle(
                    self._desk.authority, opinion.kind, opinion.value, opinion.index, opinion.time
                )
            except RefusedError:
                continue
            found.append(opinion)
        return found

    def _assignments(self, target: Logged) -> list[Link]:
        """Answer to the newest Assignments of a submission to this key."""
        found = repository.find_linking(
            self._desk.connection, target.content, "about", ("Assignment",)
        )
        mine = [
            record for record in map(to_logged, found) if record.subject["assignee"] == self._did
        ]
        return [_link("responds", record) for record in mine[-_MAX_RESPONDS:]]

    def _governed(
        self, kind: str, subject: Subject, target: Logged | None, links: Iterable[Link] = ()
    ) -> Draft:
        """Finish a draft of a governed kind: what it is about, and the rule set in force."""
        rules = self._desk.register.rule_set()
        if rules is None:
            raise RefusedError("workflow.rule_set", expected="a RuleSet in the log", found="none")
        whole = [*links, Link("underRule", format_digest(rules.content))]
        if target is not None:
            whole.append(_link("about", target))
        return _checked(kind, subject, whole)


def find_record(desk: Desk, which: str, kinds: Sequence[str] = ()) -> Logged:
    """Return a logged record by content digest, log index, or a number that is in a record.

    Args:
        desk: one reading of the log.
        which: the digest, the index, or the number of an admission, a certificate, a filing or a
            label.
        kinds: of records with the same number, those of these kinds are meant.

    Raises:
        RefusedError: `record.unknown`, `record.digest`, `record.ambiguous`.
    """
    if which.startswith("sha256:"):
        found = desk.register.find(parse_digest(which))
    else:
        index = int(which) if _is_index(which) else _numbered(desk, which, kinds)
        stored = None if index is None else repository.find_record(desk.connection, index)
        found = None if stored is None else to_logged(stored)
    if found is None:
        raise RefusedError("record.unknown", found=which)
    return found


def _is_index(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _MAX_INDEX_DIGITS


def _numbered(desk: Desk, number: str, kinds: Sequence[str]) -> int | None:
    """Find the one record that bears a number, which is unique among records of its kind alone."""
    found = {_ADMISSION: desk.register.numbered(number)}
    found |= {kind: desk.register.documented(kind, number) for kind in _DOCUMENTS}
    bearing = {kind: index for kind, index in found.items() if index is not None}
    indexes = {kind: index for kind, index in bearing.items() if kind in kinds} or bearing
    if len(indexes) > 1:
        raise RefusedError("record.ambiguous", pointer=number, found=", ".join(indexes))
    return next(iter(indexes.values()), None)


def _checked(kind: str, subject: Subject, links: Sequence[Link]) -> Draft:
    """Hold what the signer says to the shape of its kind.

    Raises:
        RefusedError: the first rule that the subject breaks.
    """
    check_values(subject)
    for error in subject_errors(kind, subject):
        raise error
    check_kind(kind, subject)
    return Draft(kind, subject, tuple(dict.fromkeys(links)))


def _link(rel: str, target: Logged) -> Link:
    return Link(rel, format_digest(target.content))


def _based_on(kind: str, records: Sequence[Logged]) -> list[Link]:
    """Link the newest records, as many as the kind may rest on."""
    return [_link("basedOn", record) for record in records[-_MAX_BASED_ON[kind] :]]


def _text_at(subject: Subject, pointer: str) -> str:
    """Return the text at a JSON Pointer (RFC 6901).

    Raises:
        RefusedError: `desk.pointer`, there is no text.
    """
    place: Any = subject
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(place, list) and name.isdecimal() and int(name) < len(place):
            place = place[int(name)]
        else:
            place = place.get(name) if isinstance(place, dict) else None
    if not isinstance(place, str):
        raise RefusedError("desk.pointer", expected="a text of the submission", found=pointer)
    return place
