"""The way from a label down to the factors, as a person reads it.

Label, certificate, filings, statement with its opinions, and every line with the factor behind it:
who submitted it, under which number it was admitted, and what stands of it today.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from suyuan_ledger.desk.provenance import describe
from suyuan_ledger.desk.standing import VALID
from suyuan_ledger.desk.words import code_name, state_name
from suyuan_ledger.footprint_desk.result_view import result_lines
from suyuan_ledger.records.digest import parse_digest
from suyuan_ledger.records.factor_rows import ascii_safe
from suyuan_ledger.store import following
from suyuan_ledger.store.register import to_logged

if TYPE_CHECKING:
    from collections.abc import Mapping

    from suyuan_ledger.desk.standing import Desk
    from suyuan_ledger.workflow.statements import Logged

_STATEMENT = "FootprintStatement"
_SAID = {
    _STATEMENT: ("FootprintVerification",),
    "Certificate": ("Filing", "Surveillance"),
    "LabelIssuance": ("Surveillance",),
}
"""What is said about each of them, and shown with it."""
_INDENT = "  "


def chain_lines(desk: Desk, record: Logged, lang: str) -> list[str]:
    """Write the way from a record to the factors of its footprint, top down.

    Args:
        desk: one reading of the log.
        record: of any kind.
        lang: `en` or `zh`.

    Returns:
        Nothing for a record that concerns no footprint.
    """
    way = _way(desk, record)
    if not way or way[-1].kind != _STATEMENT:
        return []
    lines: list[str] = []
    for depth, one in enumerate(way):
        indent = _INDENT * depth
        lines.append(f"{indent}{_line(desk, one, lang)}")
        for kind in _SAID.get(one.kind, ()):
            said = following.read_about(desk.connection, one.content, kind)
            lines += [f"{indent}{_INDENT}· {_line(desk, to_logged(each), lang)}" for each in said]
    indent = _INDENT * len(way)
    told = result_lines(way[-1].subject, lang, lambda item: _behind(desk, item, lang))
    return [*lines, *(f"{indent}{line}" for line in told)]


def _way(desk: Desk, record: Logged) -> list[Logged]:
    """Follow `about` from a record to its end; what is said about a record leads to it."""
    way = [record]
    while way[-1].kind != _STATEMENT:
        targets = way[-1].targets("about")
        following_one = desk.register.find(targets[0]) if targets else None
        if following_one is None:
            return []
        way.append(following_one)
    return way


def _line(desk: Desk, record: Logged, lang: str) -> str:
    issuer = ascii_safe(record.value["issuer"]["nameZh" if lang == "zh" else "name"])
    words = f"{describe(record, lang)} — {issuer}"
    until = record.value.get("validUntil")
    if until is not None:
        words += f"，有效期至 {until}" if lang == "zh" else f", valid until {until}"
    return words + _mark(desk, record, lang)


def _mark(desk: Desk, record: Logged, lang: str) -> str:
    """Say what stands of a record today, nothing if it is simply valid."""
    state = desk.states([record.index])[record.index]
    if state == VALID and desk.void(record.issuer, record.index):
        state = "void"
    return "" if state == VALID else f" [{state_name(state, lang)}]"


def _behind(desk: Desk, item: Mapping[str, Any], lang: str) -> str:
    """Say what stands behind a line: an admitted factor, or an upstream statement."""
    if item["type"] == "activityFactor":
        admission = desk.register.find(parse_digest(item["factor"]["admission"]))
        submission = admission and desk.register.find(admission.targets("about")[0])
        if not admission or not submission:
            return ""
        issuer = submission.value["issuer"]["nameZh" if lang == "zh" else "name"]
        status = code_name(submission.subject["dataStatus"], lang)
        number = admission.subject["registryNumber"]
        marks = _mark(desk, admission, lang) or _mark(desk, submission, lang)
        code = f"{submission.subject['factorCode']} {submission.subject['factorVersion']}"
        return f"#{admission.index} {number}  {code}  {status} — {ascii_safe(issuer)}{marks}"
    if item["type"] == "upstreamStatement":
        upstream = desk.register.find(parse_digest(item["statement"]["contentDigest"]))
        return _line(desk, upstream, lang) if upstream else ""
    return ""
