"""Random honest footprints (hypothesis): whatever a producer may rightly state.

All four types of line items, from any unit that leads to the factor's by a conversion, in every
stage and category that the boundary has, allocated or not, electricity in each of the ways that the
rules allow, some figures sealed. What the figures have to be, `footprint_figures` calculates.
"""

from __future__ import annotations

import copy
import functools
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import footprint_records as says
from footprint_figures import KILOGRAMS, counted, emission_of
from footprint_story import FootprintStory
from hypothesis import strategies as st

STAGES = {
    "cradleToGate": ("production", "rawMaterial"),
    "cradleToGrave": ("distribution", "endOfLife", "production", "rawMaterial", "use"),
    "gateToGate": ("production",),
    "gateToGrave": ("distribution", "endOfLife", "production", "use"),
}
GASES = {
    ("CO2", "AR5"): ("1",),
    ("CO2", "AR6"): ("1",),
    ("CH4", "AR5"): ("28", "30"),
    ("CH4", "AR6"): ("27", "27.9", "29.8"),
    ("N2O", "AR5"): ("265",),
    ("N2O", "AR6"): ("273",),
}
FACTORS = {
    "widget": {"value": "1.250"},
    "ore": {
        "value": "0.0375",
        "valueUnit": "tCO2e/TNE",
        "declaredUnit": "TNE",
        "dataStatus": "measured",
    },
    "gas": {
        "value": "2162.1",
        "valueUnit": "gCO2e/MTQ",
        "declaredUnit": "MTQ",
        "dataStatus": "secondary",
        "gwpSet": "AR5",
        "systemBoundary": "gateToGate",
    },
}
UNFIT = {
    "old": {"referencePeriod": {"start": "2018-01-01", "end": "2019-12-31"}},
    "wide": {"systemBoundary": "cradleToGrave"},
}
"""Factors that only some statements may use, or none."""
UNITS = {"widget": ("KGM", "TNE"), "ore": ("TNE",), "gas": ("MTQ",)}
"""Units that lead to the factor's own by the rules."""
PARTIES = ("provider", "registry", "producer", "producer2", "verifier")
OWN_PLANT = {
    "factorCode": "EXAMPLE-PLANT",
    "seriesType": "ELEC_FOOTPRINT",
    "declaredUnit": "KWH",
    "value": "0.0450",
    "valueUnit": "kgCO2e/KWH",
    "dataStatus": "calculated",
}
"""A factor of an own plant; nobody published it."""


@dataclass(frozen=True)
class Honest:
    """One statement before it is told.

    Attributes:
        lines: line items.
        seal: ids of those that are sealed.
        disclose: ids of those of the sealed that the recipient gets.
        how: members of the statement, and how its result is written.
    """

    lines: list[dict]
    seal: tuple[str, ...] = ()
    disclose: tuple[str, ...] = ()
    how: dict[str, Any] = field(default_factory=dict)

    def told(self, story: FootprintStory | None = None, **changes: Any) -> FootprintStory:
        """A story that ends with the statement, by default that of `base_story`."""
        story = story or base_story()
        told = {"seal": self.seal, **self.how, **changes}
        return story.state(lines=copy.deepcopy(self.lines), **told)


def base_story() -> FootprintStory:
    """Factors admitted, another producer's statement to rest on, and nothing stated yet."""
    return copy.deepcopy(_base())


@functools.cache
def _base() -> FootprintStory:
    story = FootprintStory().cast(*PARTIES)
    story.govern().transcribe(says.AVERAGE, says.HYDRO, says.LINES, says.LINES_WITH_LOSSES)
    story.transcribe(says.GRID_CO2)
    for label, changes in (FACTORS | UNFIT).items():
        story.register(label, **{"factorCode": f"EXAMPLE-{label.upper()}", **changes})
    story.register("plant", **OWN_PLANT).cbam()
    return story.state(
        "upstream",
        [story.activity("ore", "ore", "3.5", "TNE", dataStatus="measured")],
        by="producer2",
        productIds=["urn:example:billet"],
        mass="t",
    )


def apart_from(story: FootprintStory, subject: str = "statement") -> set[str]:
    """Labels of what has nothing to do with a record: a bundle need not carry it."""
    needed: set[str] = set()
    enrolments = {story.actors[name].did: name for name in PARTIES}
    labels = story.by_digest()
    left = [subject, *story.labels("FootprintVerification")]
    while left:
        label = left.pop()
        if label in needed:
            continue
        needed.add(label)
        record = story.record(label)
        left += [labels[link["contentDigest"]] for link in record.get("links", [])]
        if record["issuer"]["id"] in enrolments:
            left.append(enrolments[record["issuer"]["id"]])
    return story.at.keys() - needed


@st.composite
def honest_footprints(draw, *, sealed: bool | None = None) -> Honest:
    """Draw a statement that says what follows from its line items.

    `sealed` says whether some of its figures are; by default either.
    """
    boundary = draw(st.sampled_from(sorted(STAGES)))
    # Of the factors and the statement before, some were calculated with the newest potentials.
    gwp_set = draw(st.sampled_from(["AR5", "AR6", "AR6"]))
    makers = [_external, _direct, _oxidation, _perfluorocarbons, _average, _certified, _own, _grown]
    makers += [_factor, _factor, *([_upstream] if gwp_set == "AR6" else [])]
    lines: list[dict] = []
    for maker in draw(st.lists(st.sampled_from(makers), min_size=1, max_size=5)):
        made = maker(draw, f"{chr(ord('a') + len(lines))}-{draw(_LABELS)}", gwp_set)
        lines += [{**line, "stage": draw(st.sampled_from(STAGES[boundary]))} for line in made]
    if all(line["category"] == "biogenicUptake" for line in lines):
        lines += _external(draw, "z", gwp_set)
    if sealed:
        lines += [*_fuel("y-1"), *_fuel("y-2")]
    seal = _sealed(lines) if draw(st.booleans()) or sealed else ()
    how = {
        "systemBoundary": boundary,
        "gwpSet": gwp_set,
        "declaredAmount": draw(st.sampled_from(["1", "3", "0.5", "1200.5", "7"])),
        "mass": draw(st.sampled_from(["g", "kg", "t"])),
    }
    how["scale"] = max(draw(st.integers(0, 8)), _finest(lines, how))
    disclose = tuple(name for name in seal if draw(st.booleans()))
    return Honest(lines, seal, disclose, how)


_LABELS = st.sampled_from(["heat", "melt", "Mill", "saw-2", "x.1"])
_PRIMARY = st.sampled_from(["primary", "secondary"])
_STATUS = st.sampled_from(["measured", "calculated", "secondary", "illustrative", "measured"])
_CATEGORY = st.sampled_from(["fossil", "fossil", "biogenic", "landUseChange"])


def _number(draw, places: int, most: int = 10**7) -> str:
    """Draw a quantity with at most so many places."""
    digits = draw(st.integers(0, most))
    scale = draw(st.integers(0, places))
    text = str(digits).rjust(scale + 1, "0")
    return f"{text[: len(text) - scale]}.{text[len(text) - scale :]}" if scale else text


def _said(draw) -> dict:
    """What any line item says beside its figures."""
    said = {
        "activityDataSource": draw(_PRIMARY),
        "dataStatus": draw(_STATUS),
        "category": draw(_CATEGORY),
    }
    if draw(st.integers(0, 2)) == 0:
        said["allocation"] = says.allocation(f"0.{draw(st.integers(0, 9999)):04}")
    return said


def _external(draw, name: str, _gwp_set: str) -> list[dict]:
    mass, per = draw(st.sampled_from(["g", "kg", "t"])), draw(st.sampled_from(["KGM", "TKM"]))
    figure = says.external(_number(draw, 4, 10**5), f"{mass}CO2e/{per}")
    line = says.line(name, "external", quantity=_number(draw, 4), unit=per, external=figure)
    if draw(st.booleans()):
        line["unit"] = "H87"
        line["conversion"] = says.conversion(_positive(draw, 3), per)
    return [line | _said(draw)]


def _positive(draw, places: int) -> str:
    number = _number(draw, places, 10**4)
    return number if number.strip("0.") else "0.5"


def _grown(draw, name: str, _gwp_set: str) -> list[dict]:
    """What a plant took from the air."""
    value = _number(draw, 4, 10**5)
    figure = says.external(f"-{value}" if value.strip("0.") else "0", "kgCO2e/KGM")
    line = says.line(name, "external", quantity=_number(draw, 4), unit="KGM", external=figure)
    return [line | _said(draw) | {"category": "biogenicUptake"}]


def _direct(draw, name: str, gwp_set: str) -> list[dict]:
    gas = draw(st.sampled_from(["CO2", "CH4", "N2O"]))
    potential = {"name": gas, "gwp": draw(st.sampled_from(GASES[gas, gwp_set]))}
    unit = draw(st.sampled_from(["KGM", "TNE"]))
    line = says.line(name, "directEmission", quantity=_number(draw, 6), unit=unit, gas=potential)
    return [line | _said(draw)]


def _oxidation(draw, name: str, _gwp_set: str) -> list[dict]:
    parameters = {
        "ash": f"0.{draw(st.integers(0, 499)):03}",
        "sulphur": f"0.{draw(st.integers(0, 500)):03}",
    }
    return _formula(draw, name, "anodeOxidation", parameters)


def _perfluorocarbons(draw, name: str, _gwp_set: str) -> list[dict]:
    parameters = {
        "anodeEffectMinutes": _number(draw, 2, 1000),
        "slope": _number(draw, 3, 1000),
        "weightRatio": _number(draw, 3, 1000),
    }
    return _formula(draw, name, "pfcSlope", parameters)


def _formula(draw, name: str, which: str, parameters: dict[str, str]) -> list[dict]:
    given = {"quantity": _number(draw, 4), "unit": draw(st.sampled_from(["KGM", "TNE"]))}
    formula = says.formula(which, **parameters)
    return [says.line(name, "directEmission", formula=formula, **given) | _said(draw)]


def _factor(draw, name: str, gwp_set: str) -> list[dict]:
    label = "gas" if gwp_set == "AR5" else draw(st.sampled_from(["widget", "ore"]))
    unit = draw(st.sampled_from(UNITS[label]))
    line = _base().activity(name, label, _number(draw, 4), unit)
    if draw(st.booleans()):
        line |= {"unit": "H87", "conversion": says.conversion(_positive(draw, 3), unit)}
    return [line | _said(draw)]


def _upstream(draw, name: str, _gwp_set: str) -> list[dict]:
    return [_base().bought(name, "upstream", _number(draw, 4)) | _said(draw)]


def _average(draw, name: str, _gwp_set: str) -> list[dict]:
    unit = draw(st.sampled_from(["KWH", "MWH"]))
    return [_base().power(name, quantity=_number(draw, 4), unit=unit) | _said(draw)]


def _own(draw, name: str, gwp_set: str) -> list[dict]:
    """Generated next door or in an own plant, and shown."""
    factor = says.HYDRO if gwp_set == "AR5" else draw(st.sampled_from([says.HYDRO, "plant"]))
    supply = says.electricity(draw(st.sampled_from(["directLine", "own"])))
    given = {"electricity": supply, "evidence": [says.evidence()]}
    return [_base().power(name, factor, _number(draw, 4), **given) | _said(draw)]


def _certified(draw, name: str, _gwp_set: str) -> list[dict]:
    """Two supplies by green certificate, and one line of what it took to transmit both."""
    first, second = draw(st.integers(0, 10**6)), draw(st.integers(0, 10**6))
    power = [
        _base().power(
            f"{name}.{place}",
            says.HYDRO,
            str(amount),
            electricity=says.electricity(
                "greenCertificate", certificateIds=[f"EXAMPLE-GEC-{name}-{place}".upper()]
            ),
        )
        for place, amount in enumerate((first, second))
    ]
    supply = says.electricity(transmissionOf=[line["id"] for line in power])
    factor = draw(st.sampled_from([says.LINES, says.LINES_WITH_LOSSES]))
    moved = _base().power(f"{name}.td", factor, str(first + second), electricity=supply)
    share = draw(st.sampled_from(["", "0.25"]))
    shared = {"allocation": says.allocation(share)} if share else {}
    lines = [line | _said(draw) for line in (*power, moved)]
    for line in lines:
        line.pop("allocation", None)
    return [line | shared for line in lines]


def _finest(lines: list[dict], how: dict[str, Any]) -> int:
    """Places enough for three significant digits."""
    rules = says.rule_set()
    emissions = [emission_of(line, rules, how["gwpSet"]) for line in lines]
    total = sum(e for e, line in zip(emissions, lines, strict=True) if line in counted(lines))
    per_unit = total / Fraction(how["declaredAmount"]) / KILOGRAMS[how["mass"]]
    return next((scale for scale in range(18) if abs(per_unit) * 10**scale >= 100), 18)


def _fuel(name: str) -> list[dict]:
    """A line item that may be sealed."""
    gas = {"name": "CO2", "gwp": "1"}
    return [says.line(name, "directEmission", quantity="40.5", unit="KGM", gas=gas)]


def _sealed(lines: list[dict]) -> tuple[str, ...]:
    """Fossil line items of the stages that have at least two: no subtotal gives one away."""
    chosen = [
        line
        for line in lines
        if line["category"] == "fossil"
        and "formula" not in line
        and line.get("electricity", {}).get("instrument") != "greenCertificate"
        and "transmissionOf" not in line.get("electricity", {})
    ]
    stages = [line["stage"] for line in chosen]
    return tuple(sorted(line["id"] for line in chosen if stages.count(line["stage"]) > 1))
