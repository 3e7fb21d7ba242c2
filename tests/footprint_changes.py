"""Single changes of a footprint (hypothesis): one figure or word is signed otherwise.

What a statement says changes after everything in it was calculated, and nothing else follows: the
producer signs it so. Some changes are harmless, another name for the same number for example.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import footprint_records as says
from footprint_story import FootprintStory
from honest_footprints import FACTORS, UNFIT
from hypothesis import assume
from hypothesis import strategies as st

Path = tuple[Any, ...]

_WORDS = {
    "stage": ("distribution", "endOfLife", "production", "rawMaterial", "use"),
    "category": ("biogenic", "biogenicUptake", "fossil", "landUseChange"),
    "activityDataSource": ("primary", "secondary"),
    "dataStatus": ("measured", "calculated", "secondary", "illustrative"),
    "instrument": ("grid", "directLine", "own", "greenCertificate"),
    "unit": ("KGM", "TNE", "KWH", "MWH", "LTR", "MTQ"),
    "to": ("KGM", "TNE", "KWH", "MWH", "TKM"),
    "systemBoundary": ("cradleToGate", "cradleToGrave", "gateToGate", "gateToGrave"),
    "gwpSet": ("AR4", "AR5", "AR6"),
    "start": ("2019-01-01", "2024-12-31", "2025-01-01", "2030-01-01"),
    "end": ("2024-12-31", "2025-12-30", "2025-12-31", "2030-12-31"),
    "valueUnit": ("gCO2e/KGM", "kgCO2e/KGM", "kgCO2/KGM", "kgCO2e/KWH", "tCO2e/TNE"),
    "factorCode": (says.AVERAGE, says.HYDRO, "EXAMPLE-WIDGET"),
    "factorVersion": ("1", "2"),
}
"""Members that are one of a few words."""
_OPTIONAL = (
    "allocation",
    "conversion",
    "electricity",
    "evidence",
    "basis",
    "transmissionOf",
    "certificateIds",
    "source",
)
_FIGURES = {
    "quantity",
    "emission",
    "value",
    "factor",
    "share",
    "gwp",
    "total",
    "declaredAmount",
    "activity",
    "both",
}


@st.composite
def changed(draw, story: FootprintStory, subject: dict) -> dict:
    """Draw a statement with one change."""
    change = draw(st.sampled_from(_CHANGES))
    result = change(draw, story, copy.deepcopy(subject))
    assume(result != subject)
    return result


def _figure(draw, _story: FootprintStory, subject: dict) -> dict:
    """Another number, or the same one written otherwise."""
    path = draw(st.sampled_from([*_members(subject, _is_figure)]))
    _put(subject, path, draw(st.sampled_from(_numbers(_at(subject, path)))))
    return subject


def _numbers(text: str) -> list[str]:
    """Neighbours of a number, as a mistake or a lie would make them."""
    places = len(text.partition(".")[2])
    step = Decimal(1).scaleb(-places)
    number = Decimal(text)
    near = [number + step, number - step, -number, number * 1000, number / 1000, Decimal(0)]
    more = [f"{text}0" if places else f"{text}.0", text.removesuffix("0") if places > 1 else text]
    written = [f"{each:f}" for each in near]
    return sorted({each for each in [*written, *more] if each != text and "E" not in each})


def _word(draw, _story: FootprintStory, subject: dict) -> dict:
    path = draw(st.sampled_from([*_members(subject, lambda name, _: name in _WORDS)]))
    _put(subject, path, draw(st.sampled_from(_WORDS[path[-1]])))
    return subject


def _scale(draw, _story: FootprintStory, subject: dict) -> dict:
    subject["result"]["scale"] = draw(st.integers(0, 18))
    return subject


def _omit(draw, _story: FootprintStory, subject: dict) -> dict:
    paths = [*_members(subject, lambda name, _: name in _OPTIONAL)]
    assume(paths)
    path = draw(st.sampled_from(paths))
    del _at(subject, path[:-1])[path[-1]]
    return subject


def _less(draw, _story: FootprintStory, subject: dict) -> dict:
    """One line less."""
    lines = subject["lineItems"]
    assume(len(lines) > 1)
    del lines[draw(st.integers(0, len(lines) - 1))]
    return subject


def _twice(draw, _story: FootprintStory, subject: dict) -> dict:
    """One line once more, of electricity if there is any."""
    lines = subject["lineItems"]
    power = [line for line in lines if "electricity" in line]
    lines.append({**draw(st.sampled_from(power or lines)), "id": "zz"})
    return subject


def _cut_off(draw, _story: FootprintStory, subject: dict) -> dict:
    """Inputs that were left out, as the rules allow it or not."""
    shares = st.sampled_from(["0", "0.005", "0.01", "0.0101", "1"])
    subject["cutOff"] = says.cut_off(*draw(st.lists(shares, min_size=1, max_size=7)))
    return subject


def _row(draw, _story: FootprintStory, subject: dict) -> dict:
    rows = subject[draw(st.sampled_from(["byStage", "byCategory"]))]
    assume(len(rows) > 1)
    del rows[draw(st.integers(0, len(rows) - 1))]
    return subject


def _name(draw, story: FootprintStory, subject: dict) -> dict:
    """Another admitted factor, as a whole or only its digest."""
    lines = [line for line in subject["lineItems"] if "factor" in line]
    assume(lines)
    line = draw(st.sampled_from(lines))
    labels = [*FACTORS, *UNFIT, says.AVERAGE, says.HYDRO, says.LINES, says.GRID_CO2, "plant"]
    named = story.named(draw(st.sampled_from(labels)))
    if draw(st.booleans()):
        line["factor"] = named
    else:
        line["factor"]["admission"] = named["admission"]
    return subject


def _supply(draw, _story: FootprintStory, subject: dict) -> dict:
    """Electricity of another line, or of another kind."""
    ids = [line["id"] for line in subject["lineItems"]]
    line = draw(st.sampled_from(subject["lineItems"]))
    assume("factor" in line)
    supply = draw(
        st.sampled_from(
            [
                says.electricity(),
                says.electricity("own"),
                says.electricity("greenCertificate", certificateIds=["EXAMPLE-GEC"]),
                says.electricity(transmissionOf=[draw(st.sampled_from(ids))]),
            ]
        )
    )
    line["electricity"] = supply
    return subject


def _formula(draw, _story: FootprintStory, subject: dict) -> dict:
    """Another name for a parameter, or for the formula."""
    lines = [line for line in subject["lineItems"] if "formula" in line]
    assume(lines)
    formula = draw(st.sampled_from(lines))["formula"]
    if draw(st.booleans()):
        formula["id"] = draw(st.sampled_from(["anodeOxidation", "pfcSlope"]))
    else:
        del formula["parameters"][-1]
    return subject


def _digest(draw, story: FootprintStory, subject: dict) -> dict:
    """Another record in the place of an admission or a statement."""
    lines = [line for line in subject["lineItems"] if "factor" in line or "statement" in line]
    assume(lines)
    line = draw(st.sampled_from(lines))
    label = draw(st.sampled_from(["widget", "widget.check", "rules", "upstream", "cbam"]))
    if "factor" in line:
        line["factor"]["admission"] = story.digest(label)
    else:
        line["statement"]["contentDigest"] = story.digest(label)
    return subject


_CHANGES = (
    *(_figure, _figure, _figure, _figure, _word, _word, _word, _name, _name, _supply, _supply),
    *(_less, _twice, _row, _omit, _scale, _formula, _digest, _cut_off),
)


def _is_figure(name: str, value: Any) -> bool:
    return name in _FIGURES and isinstance(value, str)


def _members(value: Any, fits: Callable[[str, Any], bool], path: Path = ()) -> Iterator[Path]:
    """Every path to a member that fits by its name and value."""
    if isinstance(value, dict):
        for name, member in value.items():
            if fits(name, member):
                yield (*path, name)
            yield from _members(member, fits, (*path, name))
    if isinstance(value, list):
        for place, member in enumerate(value):
            yield from _members(member, fits, (*path, place))


def _at(value: Any, path: Path) -> Any:
    for key in path:
        value = value[key]
    return value


def _put(value: Any, path: Path, to: Any) -> None:
    _at(value, path[:-1])[path[-1]] = to
