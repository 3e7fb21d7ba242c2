"""EnrolmentRequest, Enrolment, EnrolmentRevocation: check digits, keys, validity."""

from __future__ import annotations

from typing import Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.records.rules.values import (
    check_did,
    check_order,
    check_roles,
    check_time,
    check_whole_numbers,
)
from suyuan_ledger.records.uscc import is_uscc


def check_request(subject: dict[str, Any], at: str) -> None:
    """Check 登记申请."""
    organisation = subject["organisation"]
    for name in ("registeredId", "parentGroupId"):
        if name in organisation and not is_uscc(organisation[name]):
            raise RefusedError(
                "record.uscc",
                pointer=f"{at}/organisation/{name}",
                expected="the check character of GB 32100",
                found=organisation[name],
            )
    check_roles(subject["roles"], f"{at}/roles")


def check_enrolment(subject: dict[str, Any], at: str) -> None:
    """Check 主体与密钥登记."""
    check_request(subject, at)
    check_did(subject["id"], f"{at}/id")
    check_time(subject["notBefore"], f"{at}/notBefore")
    check_time(subject["notAfter"], f"{at}/notAfter")
    check_order(subject["notBefore"], subject["notAfter"], at)


def check_revocation(subject: dict[str, Any], at: str) -> None:
    """Check 登记撤销."""
    check_whole_numbers(subject, at)
    check_did(subject["id"], f"{at}/id")
