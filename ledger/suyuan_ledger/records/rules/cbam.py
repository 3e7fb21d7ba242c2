"""CbamInstallationData: embedded emissions of an installation's goods, a series of its own."""

from __future__ import annotations

from typing import Any

from suyuan_ledger.records.rules.values import check_period, check_sources


def check_installation_data(subject: dict[str, Any], at: str) -> None:
    """Check the period and the days of the sources; the schema says the rest."""
    check_period(subject["reportingPeriod"], f"{at}/reportingPeriod")
    check_sources(subject["sources"], f"{at}/sources")
