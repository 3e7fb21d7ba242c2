"""A small registry of admitted factors of one example product, for rules over a set."""

from __future__ import annotations

from suyuan_ledger.traceability import AdmittedFactor, AdmittedFactors, traits_of
from traceability_cases import sound, submission, text

OWN = "sha256:own"


def product(value, **changes):
    """A submission of the example product with another value."""
    return submission({**sound(), "value": value, **changes})


def admit(*records):
    """An index of admitted factors; the n-th has registry number REG-n."""
    return AdmittedFactors(
        AdmittedFactor(place, f"REG-{place}", f"sha256:{place}", f"sha256:a{place}", traits_of(one))
        for place, one in enumerate(records)
    )


def peer(number, value, **changes):
    """An admitted factor of the same product, of another works."""
    owner = {"dataSetOwner": text(f"示例厂{number}"), "factorCode": f"PEER-{number}"}
    return product(value, **owner, **changes)
