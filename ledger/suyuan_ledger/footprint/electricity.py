"""Electricity: which instrument a factor asks for, certificates, transmission and distribution.

Power from the grid has the average factor, wherever it is used. A factor by type of generation
needs a line of one's own, own generation, or green certificates; with certificates the power still
came through the grid, so that its losses are counted once. The average factor holds them already.
Source: docs/spec/footprint.md#electricity.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NoReturn

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.footprint.emission import quantity_in, share_of
from suyuan_ledger.footprint.figures import shown
from suyuan_ledger.footprint.foundations import AT, Foundations, Rules, Subject

ELECTRICITY = "ELEC_FOOTPRINT"
AVERAGE, GENERATION, TRANSMISSION = "average", "generation", "transmission"
_CERTIFICATE = "greenCertificate"
_OWN_SUPPLY = frozenset({"directLine", "own"})


@dataclass(frozen=True, slots=True)
class _Supply:
    """A line item on electricity.

    Attributes:
        pointer: where the item stands.
        item: the item.
        type: of its factor.
    """

    pointer: str
    item: Subject
    type: str

    @property
    def stated(self) -> dict[str, Any]:
        """What the item says about its electricity."""
        stated: dict[str, Any] = self.item["electricity"]
        return stated

    @property
    def certified(self) -> bool:
        """Whether certificates make a factor by generation its own."""
        return self.type == GENERATION and self.stated["instrument"] == _CERTIFICATE


def type_of(factor: Mapping[str, Any], rules: Rules) -> str | None:
    """Return what kind of electricity factor this is, None if it is of another series.

    Only an official factor may be the average or a loss: whoever submits one of its own says how
    the power was generated.
    """
    if factor["seriesType"] != ELECTRICITY:
        return None
    if factor["dataStatus"] != "officialTranscribed":
        return GENERATION
    return rules.electricity.get(factor["factorCode"], GENERATION)


def check_electricity(subject: Mapping[str, Any], foundations: Foundations, rules: Rules) -> None:
    """Refuse electricity that the rules do not allow.

    Raises:
        RefusedError: `footprint.electricity`, `footprint.electricity_period`, `footprint.td`,
            `footprint.td_missing`, `footprint.td_twice`, `footprint.td_quantity`,
            `footprint.certificate_twice`.
    """
    supplies: dict[str, _Supply] = {}
    for place, item in enumerate(subject["lineItems"]):
        pointer = f"{AT}/lineItems/{place}"
        kind = None
        if item["type"] == "activityFactor":
            kind = type_of(foundations.factor_of(item, pointer), rules)
        if (kind is not None) != ("electricity" in item):
            raise RefusedError(
                "footprint.electricity",
                pointer=f"{pointer}/electricity",
                expected="present exactly for a factor of ELEC_FOOTPRINT",
                found="present" if "electricity" in item else "absent",
            )
        if kind is not None:
            supplies[item["id"]] = _Supply(pointer, item, kind)
    for supply in supplies.values():
        _check_instrument(supply)
        _check_period(supply, subject["referencePeriod"])
    _check_transmission(supplies, rules)
    _check_certificates(list(supplies.values()))


def certificates_of(subject: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the energy certificates that a statement uses, each with its pointer, in order."""
    return [
        (identifier, f"{AT}/lineItems/{place}/electricity/certificateIds/{turn}")
        for place, item in enumerate(subject["lineItems"])
        for turn, identifier in enumerate(item.get("electricity", {}).get("certificateIds", ()))
    ]


def _check_instrument(supply: _Supply) -> None:
    stated, instrument = supply.stated, supply.stated["instrument"]
    names = "transmissionOf" in stated
    if supply.type == AVERAGE:
        if instrument != "grid" or names:
            _refuse(supply, "grid without transmissionOf, for an average factor")
    elif supply.type == TRANSMISSION:
        if instrument != "grid" or not names:
            _refuse(supply, "grid with transmissionOf, for a factor of transmission")
    elif names or instrument == "grid":
        _refuse(
            supply,
            "directLine, own or greenCertificate: where power comes through the grid, being near "
            "a plant entitles nobody to its factor",
        )
    elif instrument in _OWN_SUPPLY and "evidence" not in supply.item:
        _refuse(supply, f"evidence of {instrument}")


def _refuse(supply: _Supply, expected: str) -> NoReturn:
    shown_names = " with transmissionOf" if "transmissionOf" in supply.stated else ""
    raise RefusedError(
        "footprint.electricity",
        pointer=f"{supply.pointer}/electricity",
        expected=expected,
        found=supply.stated["instrument"] + shown_names,
    )


def _check_period(supply: _Supply, whole: Mapping[str, str]) -> None:
    period = supply.stated["period"]
    if not whole["start"] <= period["start"] <= period["end"] <= whole["end"]:
        raise RefusedError(
            "footprint.electricity_period",
            pointer=f"{supply.pointer}/electricity/period",
            expected=f"within {whole['start']} to {whole['end']}",
            found=f"{period['start']} to {period['end']}",
        )


def _check_transmission(supplies: Mapping[str, _Supply], rules: Rules) -> None:
    """Refuse losses that are counted twice, not at all, or for other power than they name."""
    by_name: dict[str, str] = {}
    for supply in supplies.values():
        if supply.type != TRANSMISSION:
            continue
        named = []
        for turn, name in enumerate(supply.stated["transmissionOf"]):
            pointer = f"{supply.pointer}/electricity/transmissionOf/{turn}"
            power = supplies.get(name)
            with_reason = "basis" in supply.stated
            if power is None or not (power.certified or (power.type == AVERAGE and with_reason)):
                raise RefusedError(
                    "footprint.td",
                    pointer=pointer,
                    expected="an item with green certificates, or an average one if an official "
                    "text that says so is the basis",
                    found=name,
                )
            if name in by_name:
                raise RefusedError(
                    "footprint.td_twice",
                    pointer=pointer,
                    expected=f"losses of {name} in {by_name[name]} alone",
                    found=supply.item["id"],
                )
            by_name[name] = supply.item["id"]
            named.append(power)
        _check_losses(supply, named, rules)
    for name, supply in supplies.items():
        if supply.certified and name not in by_name:
            raise RefusedError(
                "footprint.td_missing",
                pointer=f"{supply.pointer}/electricity",
                expected="one item on transmission and distribution that names it",
                found="none",
            )


def _check_losses(supply: _Supply, named: Sequence[_Supply], rules: Rules) -> None:
    """Refuse losses of another amount of power; what is sealed cannot be compared.

    What counts is the power that is allocated to the product: losses could else be stated for the
    right amount and then be allocated to something else.
    """
    if any("quantity" not in one.item for one in (supply, *named)):
        return
    try:
        stated, *quantities = [
            quantity_in(one.item, "KWH", rules, one.pointer) * share_of(one.item, one.pointer)
            for one in (supply, *named)
        ]
    except RefusedError as error:
        raise RefusedError(
            "footprint.td_quantity",
            pointer=f"{supply.pointer}/unit",
            expected="quantities that convert to KWH",
            found=error.found,
        ) from error
    expected = sum(quantities, Fraction(0))
    if stated != expected:
        raise RefusedError(
            "footprint.td_quantity",
            pointer=f"{supply.pointer}/quantity",
            expected=f"{shown(expected)} KWH",
            found=f"{shown(stated)} KWH",
        )


def _check_certificates(supplies: Sequence[_Supply]) -> None:
    seen: dict[str, str] = {}
    for supply in supplies:
        for turn, identifier in enumerate(supply.stated.get("certificateIds", ())):
            if identifier in seen:
                raise RefusedError(
                    "footprint.certificate_twice",
                    pointer=f"{supply.pointer}/electricity/certificateIds/{turn}",
                    expected=f"{identifier} in {seen[identifier]} alone",
                    found=supply.item["id"],
                )
            seen[identifier] = supply.item["id"]
