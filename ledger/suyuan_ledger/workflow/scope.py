"""Scopes: which factors an enrolment covers, and whether one scope lies within another.

A scope restricts by series, by geography and by classification; a dimension that is absent does not
restrict. Source: docs/spec/authority.md.
"""

from __future__ import annotations

from typing import Any


def covers(scope: dict[str, Any], factor: dict[str, Any]) -> bool:
    """Tell whether a factor lies within a scope.

    Args:
        scope: the `scope` of an Enrolment.
        factor: the `credentialSubject` of a FactorSubmission, or the part that scopes ask about.
    """
    if not scope:
        return True
    if "series" in scope and factor["seriesType"] not in scope["series"]:
        return False
    if "geography" in scope:
        place = factor["geography"]
        if not any(_covers_place(code, place) for code in scope["geography"]):
            return False
    return "classification" not in scope or _covers_codes(
        scope["classification"], factor.get("classification", ())
    )


def lies_within(inner: dict[str, Any], outer: dict[str, Any]) -> bool:
    """Tell whether a scope covers nothing that another does not."""
    if not outer.keys() <= inner.keys():
        return False
    if "series" in outer and not set(inner["series"]) <= set(outer["series"]):
        return False
    if "geography" in outer and not all(
        any(_contains(wide, code) for wide in outer["geography"]) for code in inner["geography"]
    ):
        return False
    return "classification" not in outer or _narrows(
        _by_scheme(inner["classification"]), _by_scheme(outer["classification"])
    )


def _covers_codes(rules: list[dict[str, str]], stated: Any) -> bool:
    """Ask for a code that is covered, and for none of a named scheme that is not.

    One code that a provider may use would open every product otherwise.
    """
    named = _by_scheme(rules)
    codes = [item for item in stated if item["scheme"] in named]
    return bool(codes) and all(item["code"].startswith(named[item["scheme"]]) for item in codes)


def _narrows(inner: dict[str, tuple[str, ...]], outer: dict[str, tuple[str, ...]]) -> bool:
    """Every prefix within one of the other's, and no scheme left out, which would be open."""
    return inner.keys() == outer.keys() and all(
        prefix.startswith(outer[scheme]) for scheme in inner for prefix in inner[scheme]
    )


def _by_scheme(rules: list[dict[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for rule in rules:
        found[rule["scheme"]] = (*found.get(rule["scheme"], ()), rule["prefix"])
    return found


def _covers_place(code: str, place: dict[str, str]) -> bool:
    """Tell whether a scope's geography code covers a factor's; CN covers every grid region."""
    if place["scheme"] == "CN-GRID":
        return code in ("CN", place["code"])
    return _contains(code, place["code"])


def _contains(code: str, inner: str) -> bool:
    return inner == code or inner.startswith(code + "-")
