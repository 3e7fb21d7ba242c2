"""What several statements say together: products among their own precursors, certificates twice.

See docs/spec/footprint.md#cycle and #electricity.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain

from suyuan_verifier.canonical import format_digest
from suyuan_verifier.enrolments import Logged
from suyuan_verifier.errors import ProofError
from suyuan_verifier.footprint.electricity import certificates_of
from suyuan_verifier.footprint.statement import Statement
from suyuan_verifier.kinds.terms import AT

OrganisationOf = Callable[[Logged], str]
"""Names the organisation that signed a record."""
Standing = Callable[[Logged], bool]
"""Tells whether a certificate was logged before a record, and had not ended there."""


def find_cycles(
    statements: Sequence[Statement], organisation: OrganisationOf
) -> dict[int, ProofError]:
    """Find statements that rest on a statement about their own product and time.

    Digests cannot form a circle, but products can: an ingot counted by way of the scrap of the same
    ingots would have any footprint.

    Args:
        statements: in log order.
        organisation: of a statement's producer.

    Returns:
        Problems by log index.
    """
    places = {_digest(statement): place for place, statement in enumerate(statements)}
    reach: list[int] = []  # one bit for each statement below
    same: dict[tuple[str, str], int] = {}  # one bit for each statement about a product
    problems: dict[int, ProofError] = {}
    for place, statement in enumerate(statements):
        below = 0
        for rel, digest in statement.logged.record.links:
            other = places.get(digest)
            if rel == "uses" and other is not None and other < place:
                below |= reach[other] | 1 << other
        reach.append(below)
        owner, alike = organisation(statement.logged), 0
        for product in statement.subject["productIds"]:
            alike |= same.get((owner, product), 0)
            same[owner, product] = same.get((owner, product), 0) | 1 << place
        own = next(
            (each for each in _members(alike & below) if _overlap(statement, statements[each])),
            None,
        )
        if own is not None:
            problems[statement.logged.position.index] = ProofError(
                "footprint.cycle",
                pointer=f"{AT}/productIds",
                expected="no precursor of the same product and time",
                found=f"index {statements[own].logged.position.index}",
            )
    return problems


def find_reused_certificates(
    statements: Sequence[Statement],
    organisation: OrganisationOf,
    certified: Mapping[str, Sequence[Standing]],
) -> Iterator[tuple[int, ProofError]]:
    """Find green certificates that two statements claim, unless one takes the other's place.

    It does not as long as the other is certified: its labels would stay on the goods.

    Args:
        statements: in log order.
        organisation: of a statement's producer.
        certified: the certificates about statements, by the statement's digest.

    Yields:
        Log index of the later statement, and the problem.
    """
    ancestors = _ancestors(statements, organisation)
    digests = [_digest(statement) for statement in statements]
    holding = sum(1 << place for place, digest in enumerate(digests) if digest in certified)
    claimed: dict[str, int] = {}  # one bit for each statement that claims a certificate
    for place, statement in enumerate(statements):
        told = False
        for line in statement.lines:
            for certificate in certificates_of(line):
                earlier = claimed.get(certificate, 0) & ~(1 << place)  # twice in one: told already
                claimed[certificate] = earlier | 1 << place
                if told:
                    continue  # once for each statement: else reports grow with the product
                held = (
                    each
                    for each in _members(earlier & ancestors[place] & holding)
                    if any(stands(statement.logged) for stands in certified[digests[each]])
                )
                other = next(chain(_members(earlier & ~ancestors[place]), held), None)
                if other is None:
                    continue
                told = True
                yield (
                    statement.logged.position.index,
                    line.problem(
                        "footprint.certificate_twice",
                        "electricity/certificateIds",
                        expected="not claimed before",
                        found=f"{certificate}, at index {statements[other].logged.position.index}",
                    ),
                )


def _ancestors(statements: Sequence[Statement], organisation: OrganisationOf) -> list[int]:
    """Return which statements each one takes the place of, within one organisation, as bits."""
    places = {_digest(statement): place for place, statement in enumerate(statements)}
    ancestors: list[int] = []
    for place, statement in enumerate(statements):
        replaced = 0
        for rel, digest in statement.logged.record.links:
            older = places.get(digest, place) if rel == "supersedes" else place
            if older < place and (
                organisation(statements[older].logged) == organisation(statement.logged)
            ):
                replaced = ancestors[older] | 1 << older
        ancestors.append(replaced)
    return ancestors


def _members(bits: int) -> Iterator[int]:
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def _overlap(first: Statement, second: Statement) -> bool:
    one, other = first.subject["referencePeriod"], second.subject["referencePeriod"]
    return bool(one["start"] <= other["end"] and other["start"] <= one["end"])


def _digest(statement: Statement) -> str:
    return format_digest(statement.logged.record.content_digest)
