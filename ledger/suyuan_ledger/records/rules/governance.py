"""What is said about a submission, and what becomes of it: check, review, admission, events."""

from __future__ import annotations

from typing import Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.records.rules.values import (
    check_ascending,
    check_did,
    check_named_once,
    check_period,
    check_time,
    check_whole_numbers,
)


def check_traceability_check(subject: dict[str, Any], at: str) -> None:
    """Check 数据溯源性校验."""
    check_whole_numbers(subject, at)
    check_ascending(subject["results"], ("ruleId",), f"{at}/results")
    for place, item in enumerate(subject.get("crossChecks", ())):
        check_period(item["period"], f"{at}/crossChecks/{place}/period")


def check_review(subject: dict[str, Any], at: str) -> None:
    """Check 专家评审意见: an indicator or a scope has one answer."""
    check_named_once(subject["scopes"], "name", f"{at}/scopes")
    check_named_once(subject.get("dqi", ()), "indicator", f"{at}/dqi")


def check_assignment(subject: dict[str, Any], at: str) -> None:
    """Check 评审分派."""
    check_did(subject["assignee"], f"{at}/assignee")
    check_time(subject["dueDate"], f"{at}/dueDate")


def check_return(subject: dict[str, Any], at: str) -> None:
    """Check 退回补正."""
    if "dueDate" in subject:
        check_time(subject["dueDate"], f"{at}/dueDate")


def check_admission(subject: dict[str, Any], at: str) -> None:
    """Check 入库."""
    check_whole_numbers(subject, at)
    check_time(subject["effectiveFrom"], f"{at}/effectiveFrom")
    check_ascending(subject.get("conditions", ()), ("record",), f"{at}/conditions")


def check_event(subject: dict[str, Any], at: str) -> None:
    """Check 更替, 撤回 or 勘误."""
    check_time(subject["effectiveFrom"], f"{at}/effectiveFrom")


def check_status_change(subject: dict[str, Any], at: str) -> None:
    """Check 状态变更."""
    check_event(subject, at)
    if subject["from"] == subject["to"]:
        raise RefusedError(
            "record.shape", pointer=f"{at}/to", expected="another status", found=subject["to"]
        )
