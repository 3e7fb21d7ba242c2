"""CbamInstallationData: embedded emissions under the EU border mechanism's own boundary.

Kept beside footprints and never derived from one, nor the reverse. See
docs/spec/kinds.md#cbaminstallationdata.
"""

from __future__ import annotations

from typing import Any

from suyuan_verifier.kinds.terms import (
    AT,
    COUNTRY,
    DATA_STATUS,
    NAME,
    NOT_STATED,
    PERIOD,
    SOURCE,
    Subject,
    check_period,
    check_sources,
    not_negative,
    positive,
)
from suyuan_verifier.shape import array, bilingual, obj, one_of, pattern

_CN_CODE = pattern(r"(?:[0-9]{2}){2,4}")  # heading, subheading or full code of the nomenclature
_EMBEDDED = obj({"value": not_negative, "unit": one_of("tCO2e/TNE")})
_VERIFIER = obj({"name": bilingual(), "accreditation": NAME})


def _verifier(value: Any, pointer: str) -> None:
    if value != NOT_STATED:
        _VERIFIER(value, pointer)


_DATA = obj(
    {
        "cnCode": _CN_CODE,
        "goods": bilingual(),
        "productionRoute": bilingual(),
        "installation": obj(
            {"name": bilingual(), "country": COUNTRY},
            {"unLocode": pattern(r"[A-Z]{2} ?[A-Z2-9]{3}"), "id": NAME},
        ),
        "reportingPeriod": PERIOD,
        "direct": _EMBEDDED,
        "precursors": array(
            obj(
                {
                    "cnCode": _CN_CODE,
                    "name": bilingual(),
                    "quantity": positive,
                    "direct": _EMBEDDED,
                },
                {"indirect": _EMBEDDED, "installation": bilingual()},
            ),
            0,
            32,
        ),
        "carbonPricePaid": array(
            obj(
                {
                    "amount": not_negative,
                    "currency": pattern(r"[A-Z]{3}"),
                    "instrument": bilingual(),
                    "basis": bilingual(),
                }
            ),
            0,
            8,
        ),
        "verifier": _verifier,
        "dataStatus": one_of(*DATA_STATUS),
        "sources": array(SOURCE, 1, 32),
    },
    {"indirect": _EMBEDDED},
)


def check_cbam(subject: Subject) -> None:
    """CBAM 设施数据: what an installation reports for the EU border mechanism."""
    _DATA(subject, AT)
    check_period(subject["reportingPeriod"], f"{AT}/reportingPeriod")
    check_sources(subject["sources"], f"{AT}/sources")
