"""A footprint statement as step 9 reads it: its lines, and what was disclosed of sealed ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from suyuan_verifier.disclosure import Figures
from suyuan_verifier.enrolments import Logged
from suyuan_verifier.errors import ProofError
from suyuan_verifier.kinds.terms import AT

UPTAKE = "biogenicUptake"
"""Kept apart: the total is without what the product's biomass took from the air."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a statement.

    Attributes:
        item: the line as the record has it.
        pointer: where it stands in the record.
        quantity: None while it is sealed and not disclosed.
        emission: in kgCO2e for the declared amount; None while it is sealed and not disclosed.
    """

    item: dict[str, Any]
    pointer: str
    quantity: Decimal | None
    emission: Decimal | None

    @property
    def uptake(self) -> bool:
        """Whether the line is biogenic uptake."""
        return bool(self.item["category"] == UPTAKE)

    def problem(
        self, code: str, member: str = "", expected: object = None, found: object = None
    ) -> ProofError:
        """Say what is wrong with the line."""
        return ProofError(
            code,
            pointer=f"{self.pointer}/{member}" if member else self.pointer,
            expected=expected,
            found=found,
        )


@dataclass(frozen=True, slots=True)
class Statement:
    """A FootprintStatement and its lines.

    Attributes:
        logged: the record and its place.
        lines: one for each line item, in order.
    """

    logged: Logged
    lines: tuple[Line, ...]

    @property
    def subject(self) -> dict[str, Any]:
        """Its `credentialSubject`."""
        return self.logged.record.subject

    @property
    def undisclosed(self) -> int:
        """How many lines cannot be recomputed."""
        return sum(line.emission is None for line in self.lines)


def read_statement(logged: Logged, disclosed: Mapping[str, Figures]) -> Statement:
    """Read a statement whose shape holds.

    Args:
        logged: a FootprintStatement.
        disclosed: what the bundle discloses, by digest.
    """
    lines = []
    for position, item in enumerate(logged.record.subject["lineItems"]):
        quantity = emission = None
        if "_sd" in item:
            figures = disclosed.get(item["_sd"][0])
            if figures is not None:
                quantity, emission = figures.quantity, figures.emission
        else:
            quantity, emission = Decimal(item["quantity"]), Decimal(item["emission"])
        lines.append(Line(item, f"{AT}/lineItems/{position}", quantity, emission))
    return Statement(logged, tuple(lines))
