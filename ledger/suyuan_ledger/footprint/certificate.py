"""What a certificate may say of its statement, and for how long (docs/spec/certification.md).

A certificate repeats what it certifies, because it is read without the statement; the declared
figure is the statement's total once more, rounded once from the exact number, never a second time
from a figure that was rounded already.
"""

from __future__ import annotations

from calendar import monthrange
from typing import Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.footprint.figures import number
from suyuan_ledger.footprint.foundations import AT, Subject
from suyuan_ledger.footprint.totals import DISPLAYED_DIGITS, check_digits, result_text

_CLAIMED = ("product", "productIds", "systemBoundary", "referencePeriod", "dataStatus")
_MONTHS = 12
_LAST_YEAR = 9999


def check_certificate_claim(subject: Subject, statement: Subject) -> None:
    """Hold what a certificate repeats against its statement.

    Args:
        subject: `credentialSubject` of the Certificate.
        statement: that of the FootprintStatement that it is about.

    Raises:
        RefusedError: `certificate.claim`.
    """
    hold_members("certificate.claim", subject, statement, _CLAIMED)


def check_certificate_value(subject: Subject, statement: Subject) -> None:
    """Hold the declared figure against the statement's total; arguments as above.

    Raises:
        RefusedError: `certificate.value`.
    """
    check_figure("certificate.value", "declared", subject["declared"], statement)


def check_figure(code: str, member: str, figure: Subject, statement: Subject) -> None:
    """Hold a figure of a certificate or a label against the total of its statement.

    Args:
        code: of the refusal.
        member: `declared` or `displayed`.
        figure: what that member says.
        statement: `credentialSubject` of the FootprintStatement.

    Raises:
        RefusedError: with `code`.
    """
    at = f"{AT}/{member}"
    expected = declared_text(statement, figure["unit"], figure["scale"], code, at)
    if figure["value"] != expected:
        raise RefusedError(code, pointer=f"{at}/value", expected=expected, found=figure["value"])
    check_digits(statement, figure, DISPLAYED_DIGITS, code, at)


def declared_text(
    statement: Subject,
    unit: str,
    scale: int,
    code: str = "certificate.value",
    pointer: str = f"{AT}/declared",
) -> str:
    """Write a statement's total per declared unit as a certificate declares it.

    Args:
        statement: `credentialSubject` of a FootprintStatement.
        unit: such as `tCO2e/TNE`, per the statement's declared unit.
        scale: places after the point.
        code: of the refusal.
        pointer: where the figure stands.

    Raises:
        RefusedError: with `code`, the unit is per something else; `footprint.result`.
    """
    per = unit.partition("/")[2]
    if per != statement["declaredUnit"]:
        raise RefusedError(
            code,
            pointer=f"{pointer}/unit",
            expected=f"per {statement['declaredUnit']}",
            found=unit,
        )
    total, amount = number(statement["total"]), number(statement["declaredAmount"])
    return result_text(total, amount, unit, scale, f"{pointer}/value")


def check_certificate_validity(record: dict[str, Any], months: int) -> None:
    """Refuse a certificate without an end, or with one that lies too far ahead.

    Args:
        record: the Certificate.
        months: the rule set's `caps.certificateMonths`.

    Raises:
        RefusedError: `certificate.validity`.
    """
    latest = add_months(record["validFrom"], months)
    until = record.get("validUntil")
    if until is None or until > latest:
        raise RefusedError(
            "certificate.validity",
            pointer="/validUntil",
            expected=f"at most {latest}, {months} months after validFrom",
            found=until or "absent",
        )


def add_months(time: str, months: int) -> str:
    """Return the same day and time so many calendar months later.

    In a shorter month it is its last day; what would lie beyond the year 9999 is its end, because
    no record can name a later moment.

    Args:
        time: `YYYY-MM-DDThh:mm:ssZ`.
        months: zero or more.
    """
    years, month = divmod(int(time[5:7]) - 1 + months, _MONTHS)
    year = int(time[:4]) + years
    if year > _LAST_YEAR:
        return f"{_LAST_YEAR}-12-31T23:59:59Z"
    day = min(int(time[8:10]), monthrange(year, month + 1)[1])
    return f"{year:04}-{month + 1:02}-{day:02}{time[10:]}"


def hold_members(code: str, subject: Subject, other: Subject, names: tuple[str, ...]) -> None:
    """Refuse a record whose members are not those of the record that it repeats.

    Raises:
        RefusedError: with `code`.
    """
    for name in names:
        if subject[name] != other[name]:
            raise RefusedError(
                code, pointer=f"{AT}/{name}", expected=other[name], found=subject[name]
            )
