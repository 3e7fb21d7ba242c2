"""A FootprintStatement at the door: what it names, and what the log says about that.

The arithmetic is in `suyuan_ledger.footprint`. Here it gets its foundations from the log, each
judged at the statement's own place, and the two questions are asked that go beyond one statement:
whether a product is among its own precursors, and whether a green certificate was used before.
Source: docs/spec/footprint.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.footprint.arithmetic import check
from suyuan_ledger.footprint.electricity import certificates_of
from suyuan_ledger.footprint.foundations import AT, Foundations
from suyuan_ledger.workflow.resting import find_end, is_revoked
from suyuan_ledger.workflow.statements import Logged, link_targets

if TYPE_CHECKING:
    from suyuan_ledger.log.submission import Submission
    from suyuan_ledger.workflow.authority import Authority
    from suyuan_ledger.workflow.register import Register

_STATEMENT, _CBAM = "FootprintStatement", "CbamInstallationData"
_REPLACING = frozenset({_STATEMENT, "Certificate", _CBAM})
_KINDS = {"activityFactor": "FactorAdmission", "upstreamStatement": _STATEMENT}
"""What a line item of a type names."""


def check_statement(
    authority: Authority, record: Submission, rule_set: dict[str, Any], index: int, time: str
) -> None:
    """Refuse a statement that verification step 9 would fail.

    Args:
        authority: answers for the log before the record.
        record: the FootprintStatement.
        rule_set: `credentialSubject` of the rule set in force.
        index: the position that it will have.
        time: the time that its entry will carry.

    Raises:
        RefusedError: a `footprint.*` code, or `cbam.link`.
    """
    register, subject = authority.register, record.value["credentialSubject"]
    _check_links(register, record)
    foundations = _gather(register, record, index, time)
    _check_cycle(register, record)
    check(subject, foundations, rule_set)
    _check_certificates(register, record, index, time)


def check_replaced(register: Register, record: Submission) -> None:
    """Refuse to supersede what the record cannot take the place of.

    Nothing needs to have what it supersedes in its bundle, so that only what is logged is judged.

    Raises:
        RefusedError: `workflow.about` for a record of another kind, organisation, product or time;
            `cbam.link` where CBAM data are one of two kinds.
    """
    if record.kind not in _REPLACING:
        return
    for place, link in enumerate(record.links):
        target = _linked(register, link.content_digest) if link.rel == "supersedes" else None
        if target is None:
            continue
        if target.kind != record.kind:
            raise RefusedError(
                "cbam.link" if _CBAM in (record.kind, target.kind) else "workflow.about",
                pointer=f"/links/{place}",
                expected=record.kind,
                found=target.kind,
            )
        problem = _misfit(register, record, target)
        if problem is not None:
            raise RefusedError(
                "workflow.about",
                pointer=f"/links/{place}",
                expected=f"a {record.kind} of the same {problem}",
                found=f"the one at index {target.index}",
            )


def _misfit(register: Register, record: Submission, target: Logged) -> str | None:
    """Say in what a record differs from one of its kind that it wants to replace."""
    if _organisation(register, record.issuer) != _organisation(register, target.issuer):
        return "organisation"
    if record.kind == _CBAM:
        return None
    subject = record.value["credentialSubject"]
    if not set(subject["productIds"]) & set(target.subject["productIds"]):
        return "product"
    own, theirs = subject["referencePeriod"], target.subject["referencePeriod"]
    return None if _overlap(own, theirs) else "time"


def _overlap(one: dict[str, str], other: dict[str, str]) -> bool:
    return one["start"] <= other["end"] and other["start"] <= one["end"]


def _check_links(register: Register, record: Submission) -> None:
    """Refuse links that no line item names, and names that nothing links."""
    named = {
        _named(item): place
        for place, item in enumerate(record.value["credentialSubject"]["lineItems"])
        if item["type"] in _KINDS
    }
    linked = {
        link.content_digest: place for place, link in enumerate(record.links) if link.rel == "uses"
    }
    for digest, place in linked.items():
        if digest not in named:
            target = _linked(register, digest)
            raise RefusedError(
                "cbam.link" if target and target.kind == _CBAM else "footprint.link",
                pointer=f"/links/{place}",
                expected="a record that a line item names",
                found=digest,
            )
    for digest, place in named.items():
        if digest not in linked:
            raise RefusedError(
                "footprint.link",
                pointer=f"{AT}/lineItems/{place}",
                expected="a link of relation uses to it",
                found=digest,
            )


def _gather(register: Register, record: Submission, index: int, time: str) -> Foundations:
    """Read what a statement names, and refuse what is not admitted or not in force."""
    factors: dict[str, dict[str, Any]] = {}
    statements: dict[str, dict[str, Any]] = {}
    for place, item in enumerate(record.value["credentialSubject"]["lineItems"]):
        kind, pointer = _KINDS.get(item["type"]), f"{AT}/lineItems/{place}"
        if kind is None or _named(item) in factors or _named(item) in statements:
            continue
        target = _require(register, _named(item), kind, pointer)
        used = [target]
        if kind == _STATEMENT:
            statements[_named(item)] = target.subject
        else:
            about = f"sha256:{target.targets('about')[0].hex()}"
            used.append(_require(register, about, "FactorSubmission", pointer))
            factors[_named(item)] = used[-1].subject
        for one in used:
            end = find_end(register, one, index, time)
            if end is not None:
                raise RefusedError(
                    "footprint.not_in_force",
                    pointer=pointer,
                    expected=f"{one.kind} in force at index {index}, {time}",
                    found=end,
                )
    method = None
    for place, link in enumerate(record.links):
        if link.rel == "basedOn":
            at = f"/links/{place}"
            method = _require(register, link.content_digest, "MethodReference", at).subject
    return Foundations(factors, statements, method)


def _check_cycle(register: Register, record: Submission) -> None:
    """Refuse a product among its own precursors: the same maker, product and time.

    Digests cannot form a circle, but products can, and would count for anything.
    """
    subject = record.value["credentialSubject"]
    products, period = set(subject["productIds"]), subject["referencePeriod"]
    maker = _organisation(register, record.issuer)
    waiting, seen = link_targets(record.value, "uses"), set[bytes]()
    while waiting:
        content = waiting.pop()
        if content in seen:
            continue
        seen.add(content)
        other = register.find(content)
        if other is None or other.kind != _STATEMENT:
            continue
        waiting += other.targets("uses")
        theirs = other.subject["referencePeriod"]
        shared = products.intersection(other.subject["productIds"])
        if shared and maker == _organisation(register, other.issuer) and _overlap(period, theirs):
            raise RefusedError(
                "footprint.cycle",
                pointer=f"{AT}/productIds",
                expected="no precursor of the same maker, product and time",
                found=f"{min(shared)} in the statement at index {other.index}",
            )


def _check_certificates(register: Register, record: Submission, index: int, time: str) -> None:
    """Refuse green certificates that another statement uses, unless this one takes its place.

    It does not as long as the other one is certified: its labels would stay on the goods.
    """
    named = dict(certificates_of(record.value["credentialSubject"]))
    uses = register.used_energy(list(named))
    if not uses:
        return
    replaced = _replaced(register, record)
    for use in uses:
        older = replaced.get(use.index)
        if older is None or any(
            about.kind == "Certificate" and not is_revoked(register, about, index, time)
            for about in register.opinions(older.content)
        ):
            raise RefusedError(
                "footprint.certificate_twice",
                pointer=named[use.certificate_id],
                expected="a certificate that only statements use which this one replaces",
                found=f"{use.certificate_id}, used at index {use.index}"
                + ("" if older is None else ", which is certified"),
            )


def _replaced(register: Register, record: Submission) -> dict[int, Logged]:
    """Return the maker's own statements that one replaces, however far back, by log index."""
    maker, value = _organisation(register, record.issuer), record.value
    found: dict[int, Logged] = {}
    while targets := link_targets(value, "supersedes"):
        older = register.find(targets[0])
        if (
            older is None
            or older.kind != _STATEMENT
            or _organisation(register, older.issuer) != maker
        ):
            break
        found[older.index] = older
        value = older.value
    return found


def _organisation(register: Register, did: str) -> str:
    # A key belongs to one organisation for ever: any of its enrolments names it.
    return register.grants(did)[0].registered_id


def _named(item: dict[str, Any]) -> str:
    """Return the digest that a line item of a type of `_KINDS` names."""
    stated = (
        item["factor"]["admission"]
        if item["type"] == "activityFactor"
        else item["statement"]["contentDigest"]
    )
    return str(stated)


def _require(register: Register, digest: str, kind: str, pointer: str) -> Logged:
    target = _linked(register, digest)
    if target is None:
        raise RefusedError(
            "footprint.before",
            pointer=pointer,
            expected="a record that is logged before the statement",
            found=digest,
        )
    if target.kind != kind:
        raise RefusedError(
            "cbam.link" if target.kind == _CBAM else "footprint.not_admitted",
            pointer=pointer,
            expected=kind,
            found=f"{target.kind} at index {target.index}",
        )
    return target


def _linked(register: Register, digest: str) -> Logged | None:
    return register.find(bytes.fromhex(digest.removeprefix("sha256:")))
