"""The factor that the simulator's provider submits, unless told otherwise."""

from __future__ import annotations


def illustrative_factor() -> dict:
    """The subject of a FactorSubmission; every figure in it is illustrative and says so."""
    return {
        "factorCode": "EXAMPLE-WIDGET",
        "factorVersion": "1",
        "seriesType": "PRODUCT_FOOTPRINT",
        "productName": {"zh": "示例产品", "en": "Example product"},
        "declaredUnit": "KGM",
        "value": "1.250",
        "valueUnit": "kgCO2e/KGM",
        "systemBoundary": "cradleToGate",
        "gwpSet": "AR6",
        "referencePeriod": {"start": "2025-01-01", "end": "2025-12-31"},
        "geography": {"scheme": "ISO3166", "code": "CN-YN"},
        "dataStatus": "illustrative",
        "sources": [
            {
                "title": {"zh": "示例来源（虚构）", "en": "Example source (fictional)"},
                "publisher": {"zh": "示例机构（虚构）", "en": "Example publisher (fictional)"},
                "documentNumber": "notStated",
                "date": "notStated",
                "locator": "notStated",
            }
        ],
    }
