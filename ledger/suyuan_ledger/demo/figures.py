"""The demo's own factors: every figure invented, marked `illustrative`, and said to be so.

No official footprint factor of a province exists; the national one of hydropower, 0.0141
kgCO2e/kWh, is among the official figures. Round numbers, so that nobody takes them for measured.
"""

from __future__ import annotations

from typing import Any

YUNNAN_CODE = "EXAMPLE-YN-HYDRO"
WITHDRAWN_CODE = "EXAMPLE-PRODUCT-1"
CORRECTED_CODE = "EXAMPLE-PRODUCT-2"
VOIDED_CODE = "EXAMPLE-PRODUCT-3"
CROWDED_CODE = "EXAMPLE-PRODUCT-4"
WAITING_CODE = "EXAMPLE-PRODUCT-5"

_SOURCE = {
    "title": {
        "zh": "演示用数值，无公开来源（虚构）",
        "en": "Demo figure without public source (fictional)",
    },
    "publisher": {
        "zh": "示例云南水电协会（虚构）",
        "en": "Example Yunnan hydropower association (fictional)",
    },
    "documentNumber": "notStated",
    "date": "notStated",
    "locator": "notStated",
}


def yunnan_hydropower(version: str, value: str) -> dict[str, Any]:
    """Return a FactorSubmission's subject for hydropower in Yunnan, in kgCO2e per kWh.

    Args:
        version: `factorVersion`.
        value: decimal.
    """
    return _factor(
        YUNNAN_CODE,
        version,
        {"zh": "云南水电（示例值）", "en": "Hydropower, Yunnan (illustrative)"},
        value,
        seriesType="ELEC_FOOTPRINT",
        declaredUnit="KWH",
        valueUnit="kgCO2e/KWH",
    )


def product(code: str, name: str, value: str) -> dict[str, Any]:
    """Return a FactorSubmission's subject for an invented product, in kgCO2e per kg.

    Args:
        code: `factorCode`.
        name: the product's Chinese ordinal, such as `甲`.
        value: decimal.
    """
    number = code.rpartition("-")[2]
    return _factor(
        code,
        "1",
        {"zh": f"示例产品{name}（虚构）", "en": f"Example product {number} (fictional)"},
        value,
        seriesType="PRODUCT_FOOTPRINT",
        declaredUnit="KGM",
        valueUnit="kgCO2e/KGM",
    )


def _factor(
    code: str, version: str, name: dict[str, str], value: str, **members: Any
) -> dict[str, Any]:
    return {
        "factorCode": code,
        "factorVersion": version,
        "productName": name,
        "value": value,
        "systemBoundary": "cradleToGate",
        "gwpSet": "AR6",
        "referencePeriod": {"start": "2024-01-01", "end": "2024-12-31"},
        "geography": {"scheme": "ISO3166", "code": "CN-YN"},
        "dataStatus": "illustrative",
        "sources": [_SOURCE],
        **members,
    }
