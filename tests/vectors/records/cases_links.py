"""The links of each kind: as many of each relation as it may carry, and no other relation."""

from __future__ import annotations

from cases_bytes import refuse
from cases_sound import accept
from corpus_base import Case, Value, enrolment, product_factor, sign
from corpus_footprint import FOOTPRINT_FULL
from corpus_governance import FULL
from corpus_links import LIMITS, SIGNER, fewest, signed_text, unsigned

RELS = (
    "about", "basedOn", "uses", "underRule", "supersedes", "corrects", "withdraws", "responds",
)  # fmt: skip


def _subject(kind: str) -> Value:
    subjects = {"FactorSubmission": product_factor(), "Enrolment": enrolment()}
    return {**subjects, **FULL, **FOOTPRINT_FULL}[kind]


def links_accepted() -> list[Case]:
    """Return each kind with as many links as it may carry."""
    cases = []
    for kind, limits in LIMITS.items():
        name = f"most-links-{kind}"
        record = unsigned(
            kind, name, _subject(kind), {rel: most for rel, (_, most) in limits.items()}
        )
        cases.append(accept(name, f"all the links of {kind}", sign(record, SIGNER)))
    return cases


def links_refused() -> list[Case]:
    """Return each kind with a relation that is not its own, with too few links, and too many."""
    cases = []
    for kind, limits in LIMITS.items():
        needed = fewest(kind)
        wrong: dict[str, dict[str, int]] = {}
        for rel in RELS:
            low, most = limits.get(rel, (0, 0))
            if low:
                wrong[f"no-{rel}"] = {**needed, rel: low - 1}
            wrong[f"{most + 1}-{rel}"] = {**needed, rel: most + 1}
        for label, counts in wrong.items():
            name = f"kind-links-{kind}-{label}"
            text = signed_text(kind, name, _subject(kind), counts)
            cases.append(refuse(name, "record.links", f"links of {kind}: {label}", text))
    return cases
