"""What is said about a footprint: opinion, certificate, filing, label, surveillance.

Whether a certificate says what the statement says is judged where it is logged
(docs/spec/certification.md); here each record is read on its own.
"""

from __future__ import annotations

from typing import Any

from suyuan_ledger.records.rules.values import (
    check_figure,
    check_period,
    check_product_ids,
    check_sorted,
    check_time,
    check_whole_numbers,
)


def check_opinion(subject: dict[str, Any], at: str) -> None:
    """Check 核查意见."""
    check_time(subject["completedOn"], f"{at}/completedOn")


def check_certificate(subject: dict[str, Any], at: str) -> None:
    """Check 产品碳足迹标识认证证书."""
    _check_issued(subject, at)
    check_figure(subject["declared"], f"{at}/declared")
    check_period(subject["referencePeriod"], f"{at}/referencePeriod")


def check_filing(subject: dict[str, Any], at: str) -> None:
    """Check 备案."""
    check_time(subject["receivedOn"], f"{at}/receivedOn")


def check_label(subject: dict[str, Any], at: str) -> None:
    """Check 标识发放."""
    _check_issued(subject, at)
    check_figure(subject["displayed"], f"{at}/displayed")


def check_surveillance(subject: dict[str, Any], at: str) -> None:
    """Check 获证后监督."""
    check_time(subject["performedOn"], f"{at}/performedOn")


def _check_issued(subject: dict[str, Any], at: str) -> None:
    """Check what a certificate and a label both say."""
    check_whole_numbers(subject, at)
    check_product_ids(subject["productIds"], f"{at}/productIds")
    check_sorted(subject.get("lots", []), f"{at}/lots")
