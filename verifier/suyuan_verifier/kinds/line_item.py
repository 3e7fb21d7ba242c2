"""One line of a footprint: an activity, and how its emission follows.

See docs/spec/kinds.md#line-items.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from suyuan_verifier import shape
from suyuan_verifier.kinds.terms import (
    CODE,
    DATA_STATUS,
    DIGEST,
    EMISSION_UNIT,
    EVIDENCE,
    NAME,
    PERIOD,
    SHARE,
    SOURCE,
    UNITS,
    VERSION,
    Subject,
    check_ascending,
    check_evidence,
    check_period,
    check_sources,
    not_negative,
    positive,
)
from suyuan_verifier.shape import array, bilingual, fail, obj, one_of, pattern, text

STAGES = ("distribution", "endOfLife", "production", "rawMaterial", "use")
CATEGORIES = ("biogenic", "biogenicUptake", "fossil", "landUseChange")
FORMULAS = ("anodeOxidation", "pfcSlope")
SALTED_DIGEST = r"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]"
"""SHA-256 as base64url without padding; the unused bits of the last symbol are zero."""

Span = tuple[str | None, str]
"""Stage and category of a line: the two subtotals that it is part of."""

_FIGURES = ("emission", "quantity")
_COMMON = {
    "id": CODE,
    "type": one_of("activityFactor", "directEmission", "upstreamStatement", "external"),
    "stage": one_of(*STAGES),
    "activity": bilingual(),
    "category": one_of(*CATEGORIES),
    "unit": one_of(*UNITS),
    "dataStatus": one_of(*DATA_STATUS),
    "activityDataSource": one_of("primary", "secondary"),
}
_OPTIONAL = {
    "quantity": not_negative,
    "emission": shape.decimal,
    "_sd": array(pattern(SALTED_DIGEST), 1, 1),
    "conversion": obj(
        {"factor": positive, "to": one_of(*UNITS), "basis": bilingual()}, {"source": SOURCE}
    ),
    "allocation": obj({"method": text(64), "share": SHARE, "basis": bilingual()}),
    "evidence": array(EVIDENCE, 1, 16),
}
_VALUE = {"value": shape.decimal, "valueUnit": EMISSION_UNIT}
_ELECTRICITY = obj(
    {"instrument": one_of("grid", "directLine", "own", "greenCertificate"), "period": PERIOD},
    {
        # One spelling: a certificate that differs in case or blanks would count twice.
        "certificateIds": array(pattern(r"[A-Z0-9][A-Z0-9._/-]{0,63}"), 1, 64),
        "transmissionOf": array(CODE, 1, 64),
        "basis": SOURCE,
    },
)
_FORMULA = obj(
    {
        "id": one_of(*FORMULAS),
        "parameters": array(
            obj({"name": CODE, "value": not_negative}, {"source": text(500)}), 1, 8
        ),
    }
)
_SHAPES = {
    "activityFactor": obj(
        {
            **_COMMON,
            "factor": obj(
                {"admission": DIGEST, "factorCode": CODE, "factorVersion": VERSION, **_VALUE}
            ),
        },
        {**_OPTIONAL, "electricity": _ELECTRICITY},
    ),
    "directEmission": obj(
        {**_COMMON, "unit": one_of("KGM", "TNE")},
        {**_OPTIONAL, "gas": obj({"name": text(32), "gwp": positive}), "formula": _FORMULA},
    ),
    "upstreamStatement": obj(
        {**_COMMON, "statement": obj({"contentDigest": DIGEST, **_VALUE})}, _OPTIONAL
    ),
    "external": obj(
        {
            **_COMMON,
            "external": obj(
                {"database": NAME, "version": NAME, "dataset": text(500), **_VALUE},
            ),
        },
        _OPTIONAL,
    ),
}


def line_item(value: Any, pointer: str) -> None:
    """Check the members of one line, by its type."""
    if not isinstance(value, dict):
        raise fail(pointer, "an object", type(value).__name__)
    if "type" not in value:
        raise fail(f"{pointer}/type", "a required member", "absent")
    _COMMON["type"](value["type"], f"{pointer}/type")
    _SHAPES[value["type"]](value, pointer)


def check_line_item(item: Subject, pointer: str) -> None:
    """Check what the members of a line, whose shape holds, say together."""
    sealed = "_sd" in item
    given = [name for name in _FIGURES if name in item]
    if given != ([] if sealed else list(_FIGURES)):
        raise fail(pointer, "quantity and emission, or _sd instead of both", given)
    if item["type"] == "directEmission" and ("gas" in item) == ("formula" in item):
        raise fail(pointer, "either gas or formula", "both" if "gas" in item else "neither")
    if "formula" in item:
        if sealed:
            raise fail(pointer, "a formula in the open", "_sd", "record.sealed")
        check_ascending(
            item["formula"]["parameters"],
            lambda parameter: parameter["name"],
            f"{pointer}/formula/parameters",
            "name",
        )
    check_evidence(item.get("evidence", ()), f"{pointer}/evidence")
    conversion = item.get("conversion", {})
    if "source" in conversion:
        check_sources([conversion["source"]], f"{pointer}/conversion/source")
    if "electricity" in item:
        _check_electricity(item["electricity"], f"{pointer}/electricity")


def check_sealed(items: list[Subject], pointer: str) -> None:
    """Check that no subtotals, and no open line, give a sealed line away.

    Subtotals fix a line exactly if only that line joins what lies on its two sides: its stage and
    its category have to be connected by other sealed lines, too. How much a transmission line
    carries follows from the lines that it names, so that they are sealed together or not at all,
    and it connects nothing (docs/spec/footprint.md#sealed).
    """
    sealed = {item["id"]: "_sd" in item for item in items}
    digests: set[str] = set()
    lines: list[tuple[int, Span, bool]] = []
    for position, item in enumerate(items):
        carries = item.get("electricity", {}).get("transmissionOf")
        for name in carries or ():
            if sealed.get(name, sealed[item["id"]]) != sealed[item["id"]]:
                raise fail(
                    f"{pointer}/{position}",
                    "sealed like the lines that it transmits",
                    name,
                    "record.sealed",
                )
        if not sealed[item["id"]]:
            continue
        if item["_sd"][0] in digests:
            raise fail(f"{pointer}/{position}/_sd", "a digest of its own", "twice", "record.sealed")
        digests.add(item["_sd"][0])
        # Stages leave uptake out, so that it stands in one subtotal only.
        stage = None if item["category"] == "biogenicUptake" else item["stage"]
        lines.append((position, (stage, item["category"]), carries is None))
    spans = Counter(span for _, span, telling in lines if telling)
    for position, span, telling in lines:
        if not _is_joined(span, spans - Counter([span] if telling else [])):
            raise fail(
                f"{pointer}/{position}",
                "other sealed lines that connect its stage and category, transmission apart",
                items[position]["id"],
                "record.sealed",
            )


def _is_joined(span: Span, others: Iterable[Span]) -> bool:
    """Tell whether the two ends of a span are on one island of other spans."""
    islands: list[set[str | None]] = []
    for ends in others:
        touched = [island for island in islands if not island.isdisjoint(ends)]
        apart = [island for island in islands if island.isdisjoint(ends)]
        islands = [*apart, set(ends).union(*touched)]
    return any(island.issuperset(span) for island in islands)


def _check_electricity(supply: Subject, pointer: str) -> None:
    check_period(supply["period"], f"{pointer}/period")
    for name in ("certificateIds", "transmissionOf"):
        check_ascending(supply.get(name, ()), lambda item: item, f"{pointer}/{name}")
    certified = supply["instrument"] == "greenCertificate" and "transmissionOf" not in supply
    if certified != ("certificateIds" in supply):
        raise fail(
            f"{pointer}/certificateIds",
            "present exactly for electricity by green certificate",
            supply["instrument"],
            "record.electricity",
        )
    if "basis" in supply:
        check_sources([supply["basis"]], f"{pointer}/basis")
