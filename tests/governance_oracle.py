"""Does an admission stand? The rules once more, over a script instead of signed bytes.

Small and slow on purpose, written from the rules and not from the verifier: no index is kept, every
question walks the whole script. It knows what `honest_stories` and `mutations` can make, not more:
no witness, no anchor, no shape of a record.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from governance_records import EVERY_ROLE
from retold_story import Line
from simulator import START, Actor, stamp

ROLE = {
    "Assignment": {"admitter"},
    "Return": {"admitter", "authority", "checker"},
    "Objection": set(EVERY_ROLE),
    "FactorSupersession": {"admitter"},
    "TraceabilityCheck": {"checker"},
    "ExpertReview": {"expert"},
    "AuthorityVerification": {"authority"},
    "FactorAdmission": {"admitter"},
    "FactorWithdrawal": {"admitter"},
    "FactorErratum": {"admitter"},
    "StatusList": {"statusPublisher"},
    "FactorSubmission": {"submitter"},
}
ACTS_ON = {
    "Assignment": ("about", {"FactorSubmission"}),
    "Return": ("about", {"FactorSubmission"}),
    "Objection": ("about", None),
    "FactorSupersession": ("supersedes", {"FactorAdmission"}),
    "TraceabilityCheck": ("about", {"FactorSubmission"}),
    "ExpertReview": ("about", {"FactorSubmission"}),
    "AuthorityVerification": ("about", {"FactorSubmission"}),
    "FactorAdmission": ("about", {"FactorSubmission"}),
    "FactorWithdrawal": ("withdraws", {"FactorAdmission"}),
    "FactorErratum": ("corrects", {"FactorAdmission"}),
    "StatusChange": ("about", {"FactorSubmission", "FactorAdmission"}),
}
OUTCOME = {
    "TraceabilityCheck": "verdict",
    "ExpertReview": "recommendation",
    "AuthorityVerification": "result",
}
ROOT_GRANTS = {"registrar", "authority", "admitter", "statusPublisher"}
IDENTITY = {"EnrolmentRequest", "Enrolment", "EnrolmentRevocation"}
EVENTS = {
    "EnrolmentRevocation",
    "StatusChange",
    "FactorSupersession",
    "FactorWithdrawal",
    "FactorErratum",
}


class Oracle:
    """Answers for one script, told by these actors; line n has log index n."""

    def __init__(self, lines: list[Line], actors: dict[str, Actor]) -> None:
        self.lines = lines
        self.actors = actors
        self.at = {line.label: index for index, line in enumerate(lines)}

    def stands(self) -> bool:
        """Whether everybody was entitled, every rule is kept, and nothing ended the admission."""
        return (
            all(map(self._entitled, self.lines))
            and all(map(self._governed, self.lines))
            and self._listed()
            and not self._ended()
        )

    # who

    def _entitled(self, line: Line) -> bool:
        if line.kind == "RuleSet":
            return line.signer == "root"
        if line.kind == "EnrolmentRequest":
            names = self.actors[line.signer].organisation["name"]
            answers = (
                other for other in self._of("Enrolment") if self._one(other, "about") == line
            )
            return line.subject["organisation"]["name"] == names and any(answers)
        if line.kind == "Enrolment":
            return self._granted(line) and len(self._persons(line)) == 1
        if line.kind == "EnrolmentRevocation":
            return all(self._may_revoke(line, other) for other in self._all(line, "about"))
        return self._standing(line, self._roles(line)) is not None

    def _roles(self, line: Line) -> set[str]:
        if line.kind != "StatusChange":
            return ROLE[line.kind]
        target = self._one(line, "about")
        own = self._organisation(line.signer) == self._organisation(target.signer)
        return {"supervisor"} | (self._roles(target) if own else set())

    def _standing(self, line: Line, roles: set[str], scope_of: dict | None = None) -> Line | None:
        """The enrolment by which somebody signs a line in one of these roles."""
        at, actor = self.at[line.label], self.actors[line.signer]
        time = stamp(START + timedelta(minutes=at))
        factor = None if scope_of is not None else self._factor(line)
        if factor is False:
            return None
        for enrolment in self._of("Enrolment"):
            said = enrolment.subject
            if (
                said["id"] == actor.did
                and self.at[enrolment.label] < at
                and said["organisation"]["name"] == actor.organisation["name"]
                and roles & set(said["roles"])
                and said["notBefore"] <= time <= said["notAfter"]
                and self._granted(enrolment)
                and at < self._cut(enrolment)
                and (factor is None or _covers(said["scope"], factor))
                and (scope_of is None or _contains(said["scope"], scope_of))
            ):
                return enrolment
        return None

    def _factor(self, line: Line) -> dict | bool | None:
        """What the line is about in the end; None if nothing, False if it acts on a wrong kind."""
        if line.kind == "FactorSubmission":
            return line.subject
        if line.kind not in ACTS_ON:
            return None
        rel, kinds = ACTS_ON[line.kind]
        target = self._one(line, rel)
        right = target is not None and (kinds is None or target.kind in kinds)
        return self._factor(target) if right else False

    def _granted(self, enrolment: Line) -> bool:
        request, said = self._one(enrolment, "about"), enrolment.subject
        if enrolment.signer != "root" and (
            set(said["roles"]) & ROOT_GRANTS
            or self._standing(enrolment, {"registrar"}, said["scope"]) is None
        ):
            return False
        return (
            request is not None
            and request.kind == "EnrolmentRequest"
            and self.at[request.label] < self.at[enrolment.label]
            and self.actors[request.signer].did == said["id"]
            and request.subject["organisation"] == said["organisation"]
            and request.subject.get("personId") == said.get("personId")
            and set(said["roles"]) <= set(request.subject["roles"])
        )

    def _may_revoke(self, revocation: Line, enrolment: Line) -> bool:
        said, at = revocation.subject, self.at[revocation.label]
        own = self.actors[revocation.signer].did == said["id"]
        back = said["fromIndex"] < at
        if (
            enrolment.kind != "Enrolment"
            or enrolment.subject["id"] != said["id"]
            or self.at[enrolment.label] >= at
        ):
            return False
        if back and (own or said["reason"] != "compromised"):
            return False
        if own or revocation.signer == "root":
            return True
        return (
            enrolment.signer == revocation.signer
            and self._standing(revocation, {"registrar"}) is not None
        )

    def _cut(self, enrolment: Line) -> float:
        ends = (
            line.subject["fromIndex"]
            for line in self._of("EnrolmentRevocation")
            if enrolment in self._all(line, "about") and self._may_revoke(line, enrolment)
        )
        return min(ends, default=float("inf"))

    def _persons(self, enrolment: Line) -> set[tuple[str, str]]:
        """All that one key was enrolled as: one person of one organisation, for ever."""
        did, at = enrolment.subject["id"], self.at[enrolment.label]
        return {
            _person(other.subject)
            for other in self._of("Enrolment")
            if other.subject["id"] == did and self.at[other.label] <= at
        }

    def _organisation(self, signer: str) -> str:
        return self.actors[signer].organisation["registeredId"]

    # what after what

    def _governed(self, line: Line) -> bool:
        if line.kind in IDENTITY | {"RuleSet", "FactorSubmission", "StatusChange", "StatusList"}:
            return True
        at = self.at[line.label]
        rules = [other for other in self._of("RuleSet") if self.at[other.label] < at]
        if not rules or self._one(line, "underRule") != rules[-1]:
            return False
        entries = [entry for entry in rules[-1].subject["workflow"] if entry["kind"] == line.kind]
        if not entries or self._standing(line, set(entries[0]["roles"])) is None:
            return False
        return (
            self._independent(line, entries[0]["independence"])
            and self._gates_pass(line, entries[0])
            and (line.kind != "TraceabilityCheck" or self._checked(line, rules[-1]))
            and (line.kind != "FactorAdmission" or self._nothing_left_out(line))
        )

    def _independent(self, line: Line, asked: str) -> bool:
        target = self._one(line, "about")
        if asked == "none" or target is None:
            return True
        own = self._standing(line, ROLE[line.kind]).subject["organisation"]
        other = self._standing(target, ROLE[target.kind]).subject["organisation"]
        if asked == "organisation":
            return own["registeredId"] != other["registeredId"]
        return not _groups(own) & _groups(other)

    def _gates_pass(self, line: Line, entry: dict) -> bool:
        at, last = self.at[line.label], -1
        for rel in {gate["rel"] for gate in entry["after"]}:
            kinds = {gate["kind"] for gate in entry["after"] if gate["rel"] == rel}
            for other in self._all(line, rel):
                if other.kind not in kinds or self.at[other.label] >= at:
                    return False
                if line.kind == "FactorAdmission" and rel == "basedOn":
                    size = line.subject["reviewedTreeSize"]
                    about = self._one(other, "about") == self._one(line, "about")
                    if not about or not self.at[other.label] < size <= at:
                        return False
        for gate in entry["after"]:
            linked = [other for other in self._all(line, gate["rel"]) if other.kind == gate["kind"]]
            counted = self._counted(line, gate, linked)
            if counted is None or len(counted) < gate["quorum"]:
                return False
            places = [self.at[other.label] for other in counted]
            if entry["order"] == "listed" and min(places) < last:
                return False
            last = max(places)
        return True

    def _counted(self, line: Line, gate: dict, linked: list[Line]) -> list[Line] | None:
        """Those in favour, the last word of each person; None if too many are against."""
        if gate["kind"] not in OUTCOME:
            return linked
        resolved = {row["record"] for row in line.subject.get("conditions", [])}
        last_words = {}
        for other in sorted(linked, key=lambda each: self.at[each.label]):
            standing = self._standing(other, ROLE[other.kind])
            last_words[_person(standing.subject)] = other
        favour, against = [], 0
        for other in last_words.values():
            if other.subject.get("conflictOfInterest", {}).get("declaration") == "exists":
                continue
            word = other.subject[OUTCOME[other.kind]]
            against += word in gate.get("reject", [])
            if word in gate["accept"] or (
                word in gate.get("conditional", []) and f"@{other.label}" in resolved
            ):
                favour.append(other)
        return None if against > gate.get("tolerate", 0) else favour

    def _nothing_left_out(self, line: Line) -> bool:
        """Whoever has all records sees which opinion an admission does not name."""
        return all(
            other in self._all(line, "basedOn")
            for other in self.lines
            if other.kind in OUTCOME
            and self._one(other, "about") == self._one(line, "about")
            and self.at[other.label] < line.subject["reviewedTreeSize"]
        )

    def _checked(self, line: Line, rules: Line) -> bool:
        """The stories' rule sets name one rule: the value is more than nothing."""
        (rule,) = rules.subject["traceability"]["rules"]
        good = Decimal(self._one(line, "about").subject["value"]) > 0
        verdict = "pass" if good else {"error": "fail", "warning": "conditional"}[rule["severity"]]
        (row,) = line.subject["results"]
        submitted = self.at[self._one(line, "about").label]
        return (
            submitted < line.subject["asOfTreeSize"] <= self.at[line.label]
            and row["severity"] == rule["severity"]
            and row["outcome"] == ("pass" if good else "fail")
            and line.subject["verdict"] == verdict
        )

    # what stands

    def _listed(self) -> bool:
        lists = self._of("StatusList")
        if not lists:
            return False
        at, size = self.at[lists[-1].label], lists[-1].subject["asOfTreeSize"]
        speaks_of = [line for line in self.lines if line.kind not in EVENTS | {"StatusList"}]
        return size <= at and all(self.at[line.label] < size for line in speaks_of)

    def _ended(self) -> bool:
        state = {}
        for line in self.lines:
            if line.subject.get("impact") == "recall":
                return True
            if line.kind == "StatusChange":
                target = self._one(line, "about").label
                if state.get(target) not in ("revoked", "cancelled"):
                    state[target] = line.subject["to"]
        return any(last != "active" for last in state.values())

    # lines

    def _of(self, kind: str) -> list[Line]:
        return [line for line in self.lines if line.kind == kind]

    def _all(self, line: Line, rel: str) -> list[Line]:
        return [self.lines[self.at[label]] for name, label in line.links if name == rel]

    def _one(self, line: Line, rel: str) -> Line | None:
        return next(iter(self._all(line, rel)), None)


def _person(said: dict) -> tuple[str, str]:
    return said["organisation"]["registeredId"], said.get("personId", "")


def _groups(organisation: dict) -> set[str]:
    return {organisation["registeredId"], organisation.get("parentGroupId")} - {None}


def _covers(scope: dict, factor: dict) -> bool:
    place = factor["geography"]["code"]
    return factor["seriesType"] in scope.get("series", [factor["seriesType"]]) and any(
        place == code or place.startswith(f"{code}-") for code in scope.get("geography", [place])
    )


def _contains(wide: dict, narrow: dict) -> bool:
    """The stories' registrars have no scope, or the same as whom they enrol."""
    return not wide or wide == narrow
