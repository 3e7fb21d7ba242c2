"""A statement's arithmetic from end to end: `calculate` fills a draft, `check` judges a statement.

Both work on `credentialSubject` alone, with the records that it names at hand. What the log says
about those records (admitted when, in force or not, used before) is asked where the log is:
`suyuan_ledger.workflow.footprint`.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.footprint.claims import (
    ILLUSTRATIVE,
    check_claims,
    rests_on_illustration,
)
from suyuan_ledger.footprint.electricity import check_electricity
from suyuan_ledger.footprint.emission import emission_of
from suyuan_ledger.footprint.figures import number, shown
from suyuan_ledger.footprint.foundations import AT, Foundations, Rules, Subject, read_rules
from suyuan_ledger.footprint.shares import (
    check_external,
    check_method,
    check_primary_shares,
    primary_shares,
)
from suyuan_ledger.footprint.totals import (
    UPTAKE,
    Line,
    as_member,
    check_result,
    check_subtotals,
    check_total,
    result_text,
    subtotals,
    sum_total,
)

_LINE_ITEMS = f"{AT}/lineItems"


def calculate(subject: Subject, foundations: Foundations, rule_set: Subject) -> Subject:
    """Fill in what follows from the line items of a draft.

    Each item gets its `emission`; the statement gets `total`, `byStage`, `byCategory`,
    `primaryDataShare`, `result.value` and `dataStatus`. Whatever of these the draft holds is
    replaced. What the draft may say at all is not judged here, but by `check`.

    Args:
        subject: `credentialSubject` of a drafted FootprintStatement: everything that is not named
            above, its items with their quantities, `result` with `unit` and `scale`.
        foundations: the records that its line items name.
        rule_set: `credentialSubject` of the RuleSet under which it is to stand.

    Returns:
        A new subject; the draft stays as it is.

    Raises:
        RefusedError: `footprint.rules`, `footprint.not_admitted`, `footprint.unit`,
            `footprint.gwp`, `footprint.formula`, `record.decimal`, `record.sealed`; a
            `footprint.emission`, `footprint.total`, `footprint.subtotal` or `footprint.result`
            that needs more digits than a record has room for.
    """
    filled = deepcopy(subject)
    rules = read_rules(rule_set)
    lines = []
    for place, item in enumerate(filled["lineItems"]):
        pointer = f"{_LINE_ITEMS}/{place}"
        if "_sd" in item:
            raise RefusedError(
                "record.sealed",
                pointer=f"{pointer}/_sd",
                expected="a draft with all its figures; they are sealed when they are calculated",
                found=item["id"],
            )
        emission = emission_of(item, filled, rules, pointer)
        item["emission"] = as_member(emission, "footprint.emission", f"{pointer}/emission")
        lines.append(Line(pointer, item, emission))
    total = sum_total(lines)
    filled["total"] = as_member(total, "footprint.total", f"{AT}/total")
    for by, member in (("stage", "byStage"), ("category", "byCategory")):
        filled[member] = [
            {by: word, "emission": as_member(value, "footprint.subtotal", f"{AT}/{member}")}
            for word, value in subtotals(lines, by).items()
        ]
    filled["primaryDataShare"] = primary_shares(lines, foundations, rules.share_scale)
    result = filled["result"]
    amount = number(filled["declaredAmount"], f"{AT}/declaredAmount")
    if not amount:
        raise RefusedError(
            "record.decimal",
            pointer=f"{AT}/declaredAmount",
            expected="more than zero",
            found=filled["declaredAmount"],
        )
    result["value"] = result_text(
        total, amount, result["unit"], result["scale"], f"{AT}/result/value"
    )
    filled["dataStatus"] = _data_status(filled, foundations)
    return filled


def check(subject: Subject, foundations: Foundations, rule_set: Subject) -> None:
    """Refuse a statement that does not follow from its line items and the records they name.

    Sealed items are left out: the rest of the statement is held against what they cannot change.

    Args:
        subject: `credentialSubject` of a FootprintStatement whose shape holds.
        foundations: the records that its line items name.
        rule_set: `credentialSubject` of the RuleSet under which it stands.

    Raises:
        RefusedError: a `footprint.*` code.
    """
    rules = read_rules(rule_set)
    lines = []
    for place, item in enumerate(subject["lineItems"]):
        pointer = f"{_LINE_ITEMS}/{place}"
        check_claims(subject, item, foundations, rules, pointer)
        lines.append(_check_line(subject, item, rules, pointer))
    total = check_total(subject, lines)
    check_subtotals(subject, lines, total)
    check_result(subject, total)
    check_primary_shares(subject, lines, foundations, rules)
    check_external(subject, lines, rules)
    check_method(subject, foundations.method, rules)
    expected = _data_status(subject, foundations)
    if subject["dataStatus"] != expected:
        raise RefusedError(
            "footprint.data_status",
            pointer=f"{AT}/dataStatus",
            expected=expected,
            found=subject["dataStatus"],
        )
    check_electricity(subject, foundations, rules)


def _check_line(subject: Subject, item: dict[str, Any], rules: Rules, pointer: str) -> Line:
    """Hold one item's emission against its quantity, unless both are sealed."""
    if "quantity" not in item:
        # Unit and conversion show whatever the quantity is.
        emission_of({**item, "quantity": "0"}, subject, rules, pointer)
        return Line(pointer, item, None)
    expected = emission_of(item, subject, rules, pointer)
    stated = number(item["emission"], f"{pointer}/emission")
    if stated != expected:
        raise RefusedError(
            "footprint.emission",
            pointer=f"{pointer}/emission",
            expected=shown(expected),
            found=item["emission"],
        )
    if (stated > 0) if item["category"] == UPTAKE else (stated < 0):
        raise RefusedError(
            "footprint.sign",
            pointer=f"{pointer}/emission",
            expected="zero or less for biogenicUptake, zero or more for every other category",
            found=item["emission"],
        )
    return Line(pointer, item, stated)


def _data_status(subject: Subject, foundations: Foundations) -> str:
    """What rests on anything illustrative is illustrative itself."""
    illustrated = rests_on_illustration(subject["lineItems"], foundations)
    return ILLUSTRATIVE if illustrated else "calculated"
