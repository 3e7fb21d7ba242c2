"""Single changes of a script (hypothesis): somebody does one thing otherwise."""

from __future__ import annotations

import copy
from dataclasses import replace

import governance_records as says
from hypothesis import assume
from hypothesis import strategies as st
from retold_story import Line

_SCOPES = ({"geography": ["CN-GZ"]}, {"geography": ["CN"]}, {"series": ["ELEC_FOOTPRINT"]})
_CHOICES = {
    "TraceabilityCheck": {"verdict": ("pass", "conditional", "fail")},
    "ExpertReview": {
        "recommendation": ("accept", "acceptWithChanges", "reject", "abstain"),
        "conflictOfInterest": (says.conflicted()["conflictOfInterest"],),
    },
    "AuthorityVerification": {"result": ("verified", "refused")},
    "FactorSubmission": {"value": ("0", "-1.250", "1.251")},
    "FactorWithdrawal": {"impact": ("recall", "noNewUse", "informOnly")},
    "FactorSupersession": {"impact": ("recall", "noNewUse", "informOnly")},
    "FactorErratum": {"impact": ("recall", "noNewUse", "informOnly")},
    "EnrolmentRevocation": {"reason": ("superseded", "ceased", "compromised")},
    "StatusChange": {"to": ("active", "suspended", "revoked", "cancelled")},
    "Enrolment": {
        "scope": _SCOPES,
        "notAfter": tuple(f"2026-01-05T08:{minute:02}:00Z" for minute in range(5, 45)),
        "notBefore": tuple(f"2026-01-05T08:{minute:02}:00Z" for minute in range(5, 45)),
        "roles": (["checker"], ["expert"], ["admitter"], ["registrar"]),
        "personId": ("person-0003", "person-0004", "person-9999"),
    },
    "EnrolmentRequest": {"personId": ("person-0003", "person-0004", "person-9999")},
}
"""Members that are one of a few words."""
_WHO = {"EnrolmentRequest", "Enrolment"}
_NUMBERS = {
    "TraceabilityCheck": "asOfTreeSize",
    "FactorAdmission": "reviewedTreeSize",
    "EnrolmentRevocation": "fromIndex",
    "StatusList": "asOfTreeSize",
}


@st.composite
def mutated(draw, lines: list[Line]) -> list[Line]:
    """Draw the script with one change."""
    later = [at for at, line in enumerate(lines) if line.kind not in _WHO]
    everywhere = range(len(lines))
    place = draw(st.sampled_from([*everywhere, *later * (2 * len(lines) // len(later))]))
    change = draw(st.sampled_from(_CHANGES))
    changed = change(draw, list(lines), place)
    assume(changed != lines)
    return changed


def _say(draw, lines: list[Line], place: int) -> list[Line]:
    """Say something else."""
    line = lines[place]
    options = [
        (name, value) for name, values in _CHOICES.get(line.kind, {}).items() for value in values
    ]
    number = _NUMBERS.get(line.kind)
    if number:
        options += [(number, value) for value in range(1, len(lines) + 2)]
    if "conditions" in line.subject:
        options += [("conditions", line.subject["conditions"][1:])]
    assume(options)
    name, value = draw(st.sampled_from(options))
    subject = {**line.subject, name: value}
    if value == []:
        del subject[name]
    lines[place] = replace(line, subject=subject)
    return lines


def _sign(draw, lines: list[Line], place: int) -> list[Line]:
    """Let somebody else sign."""
    signer = draw(st.sampled_from(sorted({line.signer for line in lines})))
    lines[place] = replace(lines[place], signer=signer)
    return lines


def _link(draw, lines: list[Line], place: int) -> list[Line]:
    """Name another record in a link, or leave the link out."""
    line = lines[place]
    assume(line.links)
    number = draw(st.integers(0, len(line.links) - 1))
    rest = line.links[:number] + line.links[number + 1 :]
    others = [
        other.label
        for other in lines
        if other.kind != "StatusList" and line.label not in _behind(lines, other.label)
    ]
    target = draw(st.sampled_from(["", *others]))
    link = (line.links[number][0], target)
    lines[place] = replace(line, links=(*rest, link) if target and link not in rest else rest)
    return lines


def _behind(lines: list[Line], label: str) -> set[str]:
    """A record and all that it names, directly or not: naming it there would make a circle."""
    links = {line.label: [other for _, other in line.links] for line in lines}
    found, left = set(), [label]
    while left:
        each = left.pop()
        if each not in found:
            found.add(each)
            left += links[each]
    return found


def _move(draw, lines: list[Line], place: int) -> list[Line]:
    """Log a record earlier or later."""
    line = lines.pop(place)
    lines.insert(draw(st.integers(0, len(lines))), line)
    return lines


def _leave_out(_draw, lines: list[Line], place: int) -> list[Line]:
    """Never make a record; nobody names it then."""
    gone = lines.pop(place).label
    assume(gone != "admission")
    return [
        replace(line, links=tuple(link for link in line.links if link[1] != gone)) for line in lines
    ]


def _rule(draw, lines: list[Line], _place: int) -> list[Line]:
    """Make another rule."""
    place = draw(st.sampled_from([at for at, line in enumerate(lines) if line.kind == "RuleSet"]))
    subject = copy.deepcopy(lines[place].subject)
    entry = draw(st.sampled_from(subject["workflow"]))
    gates = [gate for gate in entry["after"] if gate["quorum"]]
    what = draw(st.sampled_from(["roles", "independence", "order", "quorum", "tolerate", "entry"]))
    if what == "roles":
        entry["roles"] = [draw(st.sampled_from(["admitter", "checker", "expert", "supervisor"]))]
    elif what == "independence":
        entry["independence"] = draw(st.sampled_from(["none", "organisation", "group"]))
    elif what == "order":
        entry["order"] = draw(st.sampled_from(["any", "listed"]))
    elif what == "entry":
        subject["workflow"].remove(entry)
    else:
        gates = [gate for gate in gates if what == "quorum" or "tolerate" in gate]
        assume(gates)
        draw(st.sampled_from(gates))[what] = draw(st.integers(what == "quorum", 4))
    lines[place] = replace(lines[place], subject=subject)
    return lines


def _become(draw, lines: list[Line], _place: int) -> list[Line]:
    """Be enrolled as somebody else: another person, or of a group."""
    label = draw(st.sampled_from([line.label for line in lines if line.kind == "Enrolment"]))
    if draw(st.booleans()):
        person = draw(st.sampled_from(["", "person-0003", "person-0004", "person-0005"]))
        change = {"personId": person} if person else {}
    else:
        group = draw(st.sampled_from([line for line in lines if line.kind == "Enrolment"]))
        parent = group.subject["organisation"]["registeredId"]
        change = {"organisation": {"parentGroupId": parent}}
    for place, line in enumerate(lines):
        if line.label in (label, f"{label}.request"):
            subject = {**line.subject, **change}
            if "organisation" in change:
                subject["organisation"] = {**line.subject["organisation"], **change["organisation"]}
            lines[place] = replace(line, subject=subject)
    return lines


def _add(draw, lines: list[Line], _place: int) -> list[Line]:
    """Log one more event, by anybody, anywhere before the status list."""
    signers = sorted({line.signer for line in lines if line.kind != "EnrolmentRequest"})
    signer = draw(st.sampled_from([*signers, "admitter", "supervisor", "registrar", "root"]))
    rules = next(line.label for line in lines if line.kind == "RuleSet")
    enrolled = draw(st.sampled_from([line for line in lines if line.kind == "Enrolment"]))
    kinds = {
        "FactorWithdrawal": (
            says.ending(impact=draw(st.sampled_from(["recall", "noNewUse"]))),
            (("withdraws", "admission"), ("underRule", rules)),
        ),
        "StatusChange": (
            says.status_change(draw(st.sampled_from(["suspended", "cancelled"]))),
            (("about", draw(st.sampled_from(["admission", "factor"]))),),
        ),
        "EnrolmentRevocation": (
            says.revocation(
                enrolled.subject["id"],
                draw(st.integers(0, len(lines))),
                reason=draw(st.sampled_from(["ceased", "compromised"])),
            ),
            (("about", enrolled.label),),
        ),
    }
    kind = draw(st.sampled_from(sorted(kinds)))
    place = draw(st.integers(0, len(lines) - 1))
    lines.insert(place, Line("added", kind, signer, *kinds[kind]))
    # The list that follows speaks of one record more, as the honest one would.
    last = lines[-1]
    lines[-1] = replace(last, subject={**last.subject, "asOfTreeSize": len(lines) - 1})
    return lines


def _hear(draw, lines: list[Line], _place: int) -> list[Line]:
    """Hear one review more for the admission, of anybody who signed anything."""
    admission = next(line for line in lines if line.kind == "FactorAdmission")
    rules = next(link for link in admission.links if link[0] == "underRule")
    signer = draw(st.sampled_from(sorted({line.signer for line in lines} - {"root"})))
    word = draw(st.sampled_from(["accept", "reject"]))
    review = Line(
        "added",
        "ExpertReview",
        signer,
        says.review(recommendation=word),
        (("about", "factor"), rules),
    )
    place = lines.index(admission)
    size = admission.subject["reviewedTreeSize"] + 1
    lines[place] = replace(
        admission,
        links=(*admission.links, ("basedOn", "added")),
        subject={**admission.subject, "reviewedTreeSize": size},
    )
    lines.insert(draw(st.integers(place - 3, place)), review)
    last = lines[-1]
    lines[-1] = replace(last, subject={**last.subject, "asOfTreeSize": len(lines) - 1})
    return lines


_CHANGES = (_say, _say, _say, _sign, _link, _move, _leave_out, _rule, _become, _add, _add, _hear)
