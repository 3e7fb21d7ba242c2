"""The parts of the page about one file: verdict, tree, line items, signers, steps, status."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from suyuan_verifier.codes import codes
from suyuan_verifier.render.line_items import LineRow, line_rows
from suyuan_verifier.render.markup import Cell, Markup, facts, join, table, tag
from suyuan_verifier.render.page_words import age, say
from suyuan_verifier.render.provenance import Node, is_illustrative, provenance
from suyuan_verifier.render.signers import Signer, signers
from suyuan_verifier.render.terms import ILLUSTRATIVE, fact_name
from suyuan_verifier.render.words import (
    MEANING,
    OUTCOMES,
    STEP_NAMES,
    is_note,
    pick,
    verdict_text,
    word,
)
from suyuan_verifier.report import Check, Outcome, Report, Verdict
from suyuan_verifier.shape import is_time

_TIME = "%Y-%m-%dT%H:%M:%SZ"
_MARKED = {Outcome.FAIL: "fail", Outcome.UNKNOWN: "unknown"}


def subject_parts(
    source: dict[str, str | None], report: Report, now: str, lang: str
) -> list[Markup]:
    """Return the parts about one file.

    Args:
        source: its name and SHA-256, as in the JSON report.
        report: what was found.
        now: time of the verification.
        lang: `en` or `zh`.
    """
    parts = [
        _verdict(str(source["name"]), report, lang),
        tag("p", pick(MEANING, lang)),
    ]
    if report.verdict is not Verdict.VALID:
        parts += _reasons(report, lang)
    record = report.record
    if record is None:
        parts.append(tag("p", say("nothing", lang), class_="fail"))
    else:
        parts += _content(record, report.verdict, lang)
    steps = [_step(step, report, lang) for step in STEP_NAMES]
    columns = [say(key, lang) for key in ("step", "outcome", "details")]
    parts += [
        tag("h2", say("steps", lang)),
        table(columns, [row for row in steps if row]),
        tag("h2", say("status", lang)),
        _status(report, now, lang),
    ]
    if source["sha256"] is not None:
        parts.append(facts([(say("sha256", lang), str(source["sha256"]))]))
    return parts


def _verdict(name: str, report: Report, lang: str) -> Markup:
    return tag(
        "div",
        tag("strong", verdict_text(report, lang)),
        name,
        class_=f"verdict {report.verdict.value}",
    )


def _reasons(report: Report, lang: str) -> list[Markup]:
    """Say what decided the verdict: what failed, or else what could not be checked."""
    failed = [check for check in report.checks if check.outcome is Outcome.FAIL]
    open_ = [check for check in report.checks if check.outcome is Outcome.UNKNOWN]
    deciding = failed or [check for check in open_ if not is_note(check)]
    # Each reason once: a thousand records may fail for the same.
    reasons = dict.fromkeys(check.code for check in deciding)
    words = [tag("li", codes()[code].message[lang], " ", tag("code", code)) for code in reasons]
    return [tag("h2", say("why", lang)), tag("ul", *words)] if words else []


def _content(record: dict[str, Any], verdict: Verdict, lang: str) -> list[Markup]:
    parts = []
    if is_illustrative(record):
        parts.append(tag("p", pick(ILLUSTRATIVE, lang), class_="example"))
    if verdict is not Verdict.VALID:
        parts.append(tag("p", say("claims", lang), class_="fail"))
    tree = tag("ul", _branch(provenance(record, lang)), class_="tree")
    parts += [tag("h2", say("tree", lang)), tree]
    if "footprint" in record:
        parts += [tag("h2", say("items", lang)), _items(record["footprint"], lang)]
    parts += [tag("h2", say("signers", lang)), _signers(signers(record, lang), lang)]
    return parts


def _branch(node: Node) -> Markup:
    """Write a node of the tree; its own data status stands where its figure stands."""
    status = tag("span", f" ({node.status})", class_="mark" if node.illustrative else "dim")
    parts: list[str] = [tag("b", node.name), " · ".join(node.words)]
    if node.status:
        parts.append(status)
    if node.facts:
        parts.append(facts(node.facts))
    if node.children:
        parts.append(tag("ul", *map(_branch, node.children)))
    return tag("li", *parts)


def _items(footprint: dict[str, Any], lang: str) -> Markup:
    names = ("item", "stage", "activity", "quantity", "factor", "emission", "share", "status")
    columns = [fact_name(name, lang) for name in names]
    return table(columns, [_item(row) for row in line_rows(footprint, lang)])


def _item(row: LineRow) -> list[Cell]:
    mark = "mark" if row.illustrative else ""
    note = tag("span", f" ({row.note})", class_="dim") if row.note else ""
    return [
        Cell(tag("code", row.id)),
        Cell(f"{row.stage}, {row.category}"),
        Cell(row.activity),
        Cell(tag("span", row.quantity, note), "number"),
        Cell(row.factor, "number"),
        Cell(row.emission, "number"),
        Cell(row.share, "number"),
        Cell(tag("span", f"{row.status}; {row.source}", class_=mark)),
    ]


def _signers(found: list[Signer], lang: str) -> Markup:
    columns = [
        fact_name("place", lang),
        say("signature", lang),
        fact_name("organisation", lang),
        fact_name("opinion", lang),
        fact_name("digest", lang),
    ]
    rows = [
        [
            Cell(f"#{signer.place}"),
            Cell(signer.kind),
            Cell(tag("span", signer.name, " ", tag("code", signer.did))),
            Cell(signer.opinion),
            Cell(tag("code", signer.digest)),
        ]
        for signer in found
    ]
    return table(columns, rows)


def _step(step: int, report: Report, lang: str) -> list[Cell]:
    """Write a step as a row; nothing if the report does not have it."""
    checks = [check for check in report.checks if check.step == step]
    if not checks:
        return []
    outcome = report.outcome(step)
    basis = report.trust_basis
    said = []
    if step == 7 and outcome is Outcome.PASS and basis:
        said.append(tag("div", f"{word('basis', lang)}: {_basis(basis)}"))
    said += [_check(check, lang) for check in checks]
    return [
        Cell(f"{step} {pick(STEP_NAMES[step], lang)}" if step else pick(STEP_NAMES[0], lang)),
        Cell(tag("span", pick(OUTCOMES[outcome], lang), class_=_MARKED.get(outcome, ""))),
        Cell(tag("div", *said)),
    ]


def _basis(basis: dict[str, Any]) -> str:
    return (
        f"{basis['basis']}, chain {basis['chainId']}, block {basis['block']}, {basis['anchoredAt']}"
    )


def _check(check: Check, lang: str) -> Markup:
    """Write what a check has to say; one that only passed has nothing."""
    note = is_note(check)
    if not note and check.outcome not in _MARKED:
        return join()
    row = codes()[check.code]
    kind = "" if note else _MARKED[check.outcome]
    said = (tag("span", row.message[lang], class_=kind), " ", tag("code", check.code))
    named = [("@", " ".join(part for part in (check.record, check.pointer) if part))]
    named += [
        (word(label, lang), value or "")
        for label, value in (("expected", check.expected), ("found", check.found))
    ]
    if not note:
        named += [(word("hint", lang), row.hint[lang])]
        named += [(word("see", lang), f"docs/spec/{row.spec}")]
    return tag("div", *said, facts((name, value) for name, value in named if value))


def _status(report: Report, now: str, lang: str) -> Markup:
    """Say whose word it is that it still stands, and how old that word is at `now`."""
    check = next((check for check in report.checks if check.code == "status.valid"), None)
    listed = (check.found or "")[-20:] if check else ""
    if check is None or not is_time(listed):
        return tag("p", say("unlisted", lang), class_="unknown")
    seconds = (_read(now) - _read(listed)).total_seconds()
    pairs = [(say("listed", lang), listed), (say("age", lang), age(int(seconds), lang))]
    return join(tag("p", f"{codes()[check.code].message[lang]}: {check.found}"), facts(pairs))


def _read(time: str) -> datetime:
    return datetime.strptime(time, _TIME).replace(tzinfo=UTC)
