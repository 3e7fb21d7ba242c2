"""Checks and admissions with lists out of order, and a comparison that ends before it starts."""

from __future__ import annotations

from functools import partial

from cases_changed import Change, cases_of
from cases_sound import accept
from corpus_base import Case, Value, link, sign, text
from corpus_governance import FULL, check
from corpus_links import SIGNER, signed_text, unsigned

RESULTS = check()["results"]
CONDITIONS: list[Value] = sorted(
    (
        {"record": link("basedOn", seed)["contentDigest"], "resolution": text("已补充", "added")}
        for seed in ("one", "other")
    ),
    key=lambda item: str(item["record"]),
)


def order_refused() -> list[Case]:
    """Return the lists and periods that must be refused."""
    period = {"start": "2024-12-31", "end": "2024-12-30"}
    tables: list[tuple[str, str, dict[str, Change]]] = [
        ("TraceabilityCheck", "record.order", {
            "results-unsorted": ("results", RESULTS[::-1]),
            "results-twice": ("results", [RESULTS[0], RESULTS[0]]),
        }),
        ("TraceabilityCheck", "record.period", {
            "period-backwards": ("crossChecks.0.period", period),
        }),
        ("FactorAdmission", "record.order", {
            "conditions-unsorted": ("conditions", CONDITIONS[::-1]),
            "conditions-twice": ("conditions", [CONDITIONS[0], CONDITIONS[0]]),
        }),
    ]  # fmt: skip
    return [
        case
        for kind, code, changes in tables
        for case in cases_of(kind, code, partial(signed_text, kind), FULL[kind], changes)
    ]


def order_accepted() -> list[Case]:
    """Return an admission of two conditions, in order."""
    subject = {**FULL["FactorAdmission"], "conditions": CONDITIONS}
    record = unsigned("FactorAdmission", "two-conditions", subject)
    return [accept("FactorAdmission-two-conditions", "two in order", sign(record, SIGNER))]
