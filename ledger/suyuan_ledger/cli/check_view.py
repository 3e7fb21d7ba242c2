"""How a traceability check is shown to people, in English or Chinese."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import typer

from suyuan_ledger.cli.context import language
from suyuan_ledger.records.factor_rows import ascii_safe
from suyuan_ledger.traceability.catalogue import RULES
from suyuan_ledger.traceability.systems_table import SYSTEMS
from suyuan_ledger.traceability.words import in_chinese

_WORDS = {
    "pass": ("pass", "通过"),
    "conditional": ("conditional", "有条件通过"),
    "fail": ("FAIL", "不通过"),
    "notApplicable": ("n/a", "不适用"),
    "notEvaluated": ("not evaluated", "未判定"),
    "error": ("error", "错误"),
    "warning": ("warning", "警告"),
    "info": ("info", "提示"),
    "observed": ("found", "实为"),
    "expected": ("expected", "应为"),
    "verdict": ("verdict", "结论"),
}


def word(name: str) -> str:
    """Return an outcome, severity, verdict or label in the user's language."""
    en, zh = _WORDS[name]
    return zh if language() == "zh" else en


def show_check(subject: dict[str, Any]) -> None:
    """Print every result of a check: outcome, severity, rule, what it is called, what was found."""
    show_results(subject["results"])
    for item in subject.get("crossChecks", ()):
        typer.echo(_cross_check(item))
    typer.echo(f"{word('verdict')}: {word(subject['verdict'])}")


def show_results(results: Iterable[dict[str, Any]]) -> None:
    """Print results, one a line, with two more for what was found and expected."""
    for result in results:
        rule = RULES[result["ruleId"]]
        name = rule.zh if language() == "zh" else rule.en
        severity = word(result["severity"]) if result["outcome"] == "fail" else ""
        typer.echo(
            f"{_wide(word(result['outcome']), 14)}{_wide(severity, 9)}{result['ruleId']:<21}{name}"
        )
        for label in ("observed", "expected"):
            if label in result:
                said = ascii_safe(result[label])
                said = in_chinese(said) if language() == "zh" else said
                typer.echo(f"{'':23}{word(label)}: {said}")


def show_failures(place: str, subject: dict[str, Any]) -> None:
    """Print in one line what keeps one of many submissions from passing."""
    broken = [
        result["ruleId"]
        for result in subject["results"]
        if result["outcome"] == "fail" and result["severity"] != "info"
    ]
    if broken:
        typer.echo(f"{place}: {word(subject['verdict'])}: {', '.join(broken)}")


def show_totals(verdicts: Counter[str]) -> None:
    """Print how many checks came to which verdict."""
    parts = [f"{word(name)} {verdicts[name]}" for name in ("pass", "conditional", "fail")]
    typer.echo(", ".join(parts))


def _cross_check(item: dict[str, Any]) -> str:
    period = f"{item['period']['start']}/{item['period']['end']}"
    figures = f"{item['submitted']} : {item['reported']} {ascii_safe(item['unit'])}"
    limit = f"{item['relativeDifference']} ({item['tolerance']})"
    name = ascii_safe(item["item"])
    system = SYSTEMS[item["system"]] if language() == "zh" else item["system"]
    return f"{_wide(word(item['outcome']), 23)}{system} {name} {period} {figures}, {limit}"


def _wide(text: str, width: int) -> str:
    """Fill up to a width in which a Chinese character takes two places."""
    taken = sum(1 if char.isascii() else 2 for char in text)
    return text + " " * max(1, width - taken)
