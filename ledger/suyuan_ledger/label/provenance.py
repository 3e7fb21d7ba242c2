"""What a label rests on, record by record, as its bundle carries it.

Nothing is computed. A sealed figure stays sealed, also where the bundle discloses it: its holder
disclosed it to whoever got the bundle, and a print is read by everybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from suyuan_ledger.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from suyuan_ledger.label.source import LabelSource, Logged


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor of the registry that a line item names.

    Attributes:
        admission: its FactorAdmission.
        submission: the FactorSubmission that was admitted.
    """

    admission: Logged
    submission: Logged


@dataclass(frozen=True, slots=True)
class Line:
    """One line item of the footprint.

    Attributes:
        item: as the statement has it.
        factor: the admitted factor that it names, None for another type of line.
        upstream: the FootprintStatement that it names, None for another type of line.
    """

    item: dict[str, Any]
    factor: Factor | None
    upstream: Logged | None

    @property
    def sealed(self) -> bool:
        """Whether quantity and emission are a trade secret."""
        return "_sd" in self.item


@dataclass(frozen=True, slots=True)
class Provenance:
    """The records between a label and its factors."""

    label: Logged
    certificate: Logged
    statement: Logged
    verifications: tuple[Logged, ...]
    filings: tuple[Logged, ...]
    lines: tuple[Line, ...]

    @property
    def factors(self) -> list[Factor]:
        """The factors, each once, in the order in which the line items name them."""
        named = (line.factor for line in self.lines if line.factor is not None)
        return list({factor.admission.content: factor for factor in named}.values())

    @property
    def upstream(self) -> list[Logged]:
        """The upstream statements, each once, in the order in which the line items name them."""
        named = (line.upstream for line in self.lines if line.upstream is not None)
        return list({record.content: record for record in named}.values())


def trace(source: LabelSource) -> Provenance:
    """Follow a label down to its factors.

    Raises:
        RefusedError: `print.incomplete` if the bundle lacks a record or names one of another kind.
    """
    records = source.records
    certificate = _one(source, source.label.links("about"), "Certificate")
    statement = _one(source, certificate.links("about"), "FootprintStatement")
    lines = []
    for item in statement.subject["lineItems"]:
        factor = upstream = None
        if "factor" in item:
            admission = _one(source, [item["factor"]["admission"]], "FactorAdmission")
            submission = _one(source, admission.links("about"), "FactorSubmission")
            factor = Factor(admission, submission)
        elif "statement" in item:
            upstream = _one(source, [item["statement"]["contentDigest"]], "FootprintStatement")
        lines.append(Line(item, factor, upstream))
    return Provenance(
        label=source.label,
        certificate=certificate,
        statement=statement,
        verifications=_several(records, certificate.links("basedOn"), "FootprintVerification"),
        filings=_several(records, source.label.links("basedOn"), "Filing"),
        lines=tuple(lines),
    )


def _one(source: LabelSource, digests: list[str], kind: str) -> Logged:
    found = [source.records[digest] for digest in digests if digest in source.records]
    if len(digests) != 1 or not found or found[0].kind != kind:
        raise RefusedError(
            "print.incomplete",
            expected=f"one {kind}",
            found=", ".join(record.kind for record in found) or "none",
        )
    return found[0]


def _several(records: dict[str, Logged], digests: Iterable[str], kind: str) -> tuple[Logged, ...]:
    found = [records[digest] for digest in digests if digest in records]
    return tuple(
        sorted((record for record in found if record.kind == kind), key=lambda record: record.index)
    )
