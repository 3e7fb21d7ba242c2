"""The report of one file as text for a terminal, in English or Chinese.

One line per step, the same numbers as in the spec; a failure says expected, found, hint and where
to read on. Hostile bytes never reach the terminal raw.
"""

from __future__ import annotations

from typing import Any

from suyuan_verifier.codes import codes
from suyuan_verifier.render.terminal import pad, printable
from suyuan_verifier.render.words import (
    OUTCOMES,
    STEP_NAMES,
    is_note,
    issuer_name,
    kind_name,
    opinion_name,
    pick,
    status_name,
    verdict_text,
    word,
)
from suyuan_verifier.report import Check, Outcome, Report

NOT_STATED = "notStated"
NUMBERS = ("registryNumber", "certificateNumber", "filingNumber", "labelNumber")


def render(name: str, report: Report, lang: str) -> str:
    """Return the text report of one file, without the closing explanation."""
    lines = [f"{printable(name)}  {verdict_text(report, lang)}"]
    if report.record is not None:
        if "footprint" in report.record:
            # Loaded only where there is a tree: a factor's bundle starts without it.
            from suyuan_verifier.render.tree import tree_lines  # noqa: PLC0415

            lines += tree_lines(report.record, lang)
        else:
            lines += _record_lines(report.record, lang)
    for step in STEP_NAMES:
        checks = [check for check in report.checks if check.step == step]
        if checks:
            lines += _step_lines(step, checks, report, lang)
    return "\n".join(lines)


def _record_lines(record: dict[str, Any], lang: str) -> list[str]:
    """Show the claim, who signed it, and the documents that it states as its sources."""
    claim = record["claim"]
    shown = kind_name(record["kind"], lang)
    shown += "".join(f"  {claim[name]}" for name in NUMBERS if name in claim)
    if "productName" in claim:
        shown = _figure(claim, lang)
    elif "dataStatus" in claim:
        shown += f"  ({status_name(claim['dataStatus'], lang)})"
    lines = [f"  {word('record', lang)}: {printable(shown)}", _signer(record, lang)]
    factor = record.get("factor")
    if factor is not None:
        claim = factor["claim"]
        lines += [
            f"  {word('factor', lang)}: {printable(_figure(claim, lang))}",
            _signer(factor, lang),
        ]
    lines += [
        f"  {word('source', lang)}: {printable(cite(source, lang))}"
        for source in claim.get("sources", [])
    ]
    for opinion in record.get("basedOn", []):
        words = [
            kind_name(opinion["kind"], lang),
            opinion_name(opinion["outcome"] or "", lang),
            issuer_name(opinion, lang),
            opinion["time"],
        ]
        said = "  ".join(part for part in words if part)
        lines.append(f"  {word('basedOn', lang)}: {printable(said)}")
    return lines


def cite(source: dict[str, Any], lang: str) -> str:
    """Write a source document in one line."""
    parts = [source["title"][lang], source["publisher"][lang]]
    stated = (source[name] for name in ("documentNumber", "date", "locator"))
    parts += [part for part in stated if part != NOT_STATED]
    return ", ".join(parts)


def _figure(claim: dict[str, Any], lang: str) -> str:
    """Say what a factor claims in one line, and of what kind its data are."""
    status = status_name(claim["dataStatus"], lang)
    return f"{claim['productName'][lang]}  {claim['value']} {claim['valueUnit']}  ({status})"


def _signer(item: dict[str, Any], lang: str) -> str:
    name = printable(issuer_name(item, lang))
    return f"  {word('signer', lang)}: {name}  {item['contentDigest']}"


def _step_lines(step: int, checks: list[Check], report: Report, lang: str) -> list[str]:
    outcome = report.outcome(step)
    name = pick(STEP_NAMES[step], lang)
    detail = f"{len(checks)}" if outcome is Outcome.PASS and len(checks) > 1 else ""
    if outcome is Outcome.PASS and step == 7 and report.trust_basis:
        basis = report.trust_basis
        detail = (
            f"{word('basis', lang)}: {basis['basis']}, chain {basis['chainId']}, "
            f"block {basis['block']}, {basis['anchoredAt']}"
        )
    number = step or "-"
    lines = [
        f"  {number:>2} {pad(name, 11)} {pad(pick(OUTCOMES[outcome], lang), 9)}{detail}".rstrip()
    ]
    for check in checks:
        if is_note(check):
            said = f"{word('note', lang)}: {codes()[check.code].message[lang]}"
            lines.append(f"       {said}" + (f": {printable(check.found)}" if check.found else ""))
        elif check.outcome in (Outcome.FAIL, Outcome.UNKNOWN):
            lines += _problem_lines(check, lang)
    return lines


def _problem_lines(check: Check, lang: str) -> list[str]:
    row = codes()[check.code]
    where = " ".join(part for part in (check.record, check.pointer) if part)
    lines = [f"       {row.message[lang]} [{check.code}]"]
    if where:
        lines.append(f"         @ {printable(where)}")
    for label, value in (("expected", check.expected), ("found", check.found)):
        if value is not None:
            lines.append(f"         {word(label, lang)}: {printable(value)}")
    if row.hint[lang]:
        lines.append(f"         {word('hint', lang)}: {row.hint[lang]}")
    lines.append(f"         {word('see', lang)}: docs/spec/{row.spec}")
    return lines
