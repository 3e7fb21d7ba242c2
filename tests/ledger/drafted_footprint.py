"""Drafts of footprints with everything that they rest on, as subjects: no log, no signatures.

What the records say comes from `footprint_records`; organisations and products are fictional.
"""

from __future__ import annotations

import footprint_records as says
from illustrative import illustrative_factor
from suyuan_ledger.footprint.arithmetic import calculate
from suyuan_ledger.footprint.foundations import Foundations

RULES = says.rule_set()
"""`credentialSubject` of the rule set under which everything here stands."""

WIDGET, MEASURED, CODES = "widget", "measured", (says.AVERAGE, says.HYDRO, says.LINES)
UPSTREAM = "upstream"


def digest_of(name):
    """A content digest that stands for a record."""
    return f"sha256:{name.encode().hex():0<64}"[:71]


def factor(**changes):
    """A submission's subject: 1.250 tCO2e/TNE, illustrative, cradle to gate, 2025."""
    return {**illustrative_factor(), "systemBoundary": "cradleToGate", **changes}


FACTORS = {
    WIDGET: factor(value="1.250", gwpSet="AR6"),
    MEASURED: factor(value="2.5", gwpSet="AR6", dataStatus="measured"),
    **{code: factor(**says.official(code)) for code in (*CODES, says.GRID_CO2)},
}


def foundations(method=None, **changes):
    """Every factor of `FACTORS`, members of one replaced by `changes`, and one statement."""
    factors = {**FACTORS, **changes}
    upstream = calculate(
        {**says.statement(), "lineItems": [fuel()], "result": result()}, Foundations(), RULES
    )
    return Foundations(
        {digest_of(name): subject for name, subject in factors.items()},
        {digest_of(UPSTREAM): upstream},
        method,
    )


def result(unit="kgCO2e/TNE", scale=3):
    """How a draft asks for its result."""
    return {"unit": unit, "scale": scale}


def fuel(name="fuel", quantity="2.5", **changes):
    """2.5 t of CO2 that a furnace emits."""
    gas = {"name": "CO2", "gwp": "1"}
    return says.line(
        name, "directEmission", **{"quantity": quantity, "unit": "TNE", "gas": gas, **changes}
    )


def activity(name, by, quantity, unit="KGM", **changes):
    """A quantity times a factor of `FACTORS`."""
    named = FACTORS[by]
    copied = {key: named[key] for key in ("factorCode", "factorVersion", "value", "valueUnit")}
    given = {"admission": digest_of(by), **copied}
    return says.line(
        name, "activityFactor", **{"quantity": quantity, "unit": unit, "factor": given, **changes}
    )


def power(name, by=says.AVERAGE, quantity="100", **changes):
    """Electricity, from the grid unless told otherwise."""
    given = {"electricity": says.electricity(), "unit": "KWH", **changes}
    return activity(name, by, quantity, **given)


def bought(name, quantity, **changes):
    """A product that another statement is about."""
    stated = foundations().statements[digest_of(UPSTREAM)]["result"]
    used = {
        "contentDigest": digest_of(UPSTREAM),
        "value": stated["value"],
        "valueUnit": stated["unit"],
    }
    return says.line(
        name,
        "upstreamStatement",
        **{"quantity": quantity, "unit": "TNE", "statement": used, **changes},
    )


def grown(name, quantity, **changes):
    """What a plant took from the air, by a figure of a database."""
    figure = says.external("-1.5", "kgCO2e/KGM")
    members = {"unit": "KGM", "category": "biogenicUptake", "external": figure}
    return says.line(name, "external", quantity=quantity, **{**members, **changes})


def draft(*lines, **changes):
    """A statement that nothing was calculated of yet; line items in the order of their ids."""
    items = sorted(lines or (fuel(),), key=lambda line: line["id"])
    return {**says.statement(), "result": result(), "lineItems": items, **changes}


def sound(*lines, rules=RULES, on=None, **changes):
    """A statement that is right."""
    return calculate(draft(*lines, **changes), on or foundations(), rules)
