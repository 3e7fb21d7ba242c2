"""The traceability section that the default rule set proposes (docs/spec/traceability.md#defaults).

Nothing here is a norm: an authority that signs a rule set decides. The intervals come from general
physical reasoning, which the specification gives unit by unit, and the spread from the usual
threshold for outliers by median and deviation. The tolerances are a start without a source.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from suyuan_ledger.traceability.catalogue import RULES

_SECTION: dict[str, Any] = {
    "rules": [{"ruleId": name, "severity": rule.severity} for name, rule in sorted(RULES.items())],
    "plausible": [
        {"unit": "3B", "low": "0.0003", "high": "0.6"},
        {"unit": "KGM", "low": "0.0001", "high": "1000"},
        {"unit": "KWH", "low": "0.001", "high": "2"},
        {"unit": "LTR", "low": "0.0001", "high": "1000"},
        {"unit": "MTK", "low": "0.01", "high": "5000"},
        {"unit": "MTQ", "low": "0.01", "high": "10000"},
        {"unit": "MWH", "low": "1", "high": "2000"},
        {"unit": "TKM", "low": "0.001", "high": "5"},
        {"unit": "TNE", "low": "0.1", "high": "1000000"},
    ],
    # 3.5 / 0.6745: Iglewicz and Hoaglin (1993), How to Detect and Handle Outliers, section 3.3.
    "range": {"minimumSample": 5, "spread": "5.19"},
    "tolerances": [
        {"system": "emissionMonitoring", "relative": "0.10"},
        {"system": "energyMonitoring", "relative": "0.05"},
        {"system": "environmentalStatistics", "relative": "0.10"},
        {"system": "ghgReport", "relative": "0.05"},
    ],
}
_CONVERSIONS: list[dict[str, str]] = [
    {"from": "KGM", "to": "TNE", "factor": "0.001"},
    {"from": "KWH", "to": "MWH", "factor": "0.001"},
    {"from": "MWH", "to": "KWH", "factor": "1000"},
    {"from": "TNE", "to": "KGM", "factor": "1000"},
]


def default_traceability() -> dict[str, Any]:
    """Return the `traceability` member of the default rule set."""
    return deepcopy(_SECTION)


def default_conversions() -> list[dict[str, str]]:
    """Return the `conversions` that line items need, in both directions."""
    return deepcopy(_CONVERSIONS)
