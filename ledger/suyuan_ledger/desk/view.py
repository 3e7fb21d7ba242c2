"""A record as a person reads it: every member that is signed, with nothing left out.

What a signature covers must be shown in full, so text for people stands there in both languages
whatever the reader's own is, and members that mean nothing to most (id, nonce) stand there too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from suyuan_ledger.desk.words import code_name, kind_name, member_name, relation_name
from suyuan_ledger.records.factor_rows import ascii_safe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Describe = Callable[[str], str]
    """Says in a few words what a content digest is of."""

_ENVELOPE = ("id", "validFrom", "validUntil", "nonce")
_INDENT = "  "


def record_lines(record: dict[str, Any], lang: str, describe: Describe) -> list[str]:
    """Write a record, with or without proof, as lines of text.

    Args:
        record: the members; what is not one of the profile's is not looked for.
        lang: `en` or `zh`.
        describe: gives the words for a linked record.
    """
    issuer = record["issuer"]
    lines = [
        kind_name(record["type"][1], lang),
        f"{member_name('issuer', lang)}: {_plain(issuer['nameZh'])} / {_plain(issuer['name'])}",
        f"{_INDENT}{issuer['id']}",
    ]
    lines += [f"{member_name(name, lang)}: {record[name]}" for name in _ENVELOPE if name in record]
    for name, member in record["credentialSubject"].items():
        lines += _member(name, member, lang, "")
    for link in record.get("links", ()):
        rel = relation_name(link["rel"], lang)
        lines.append(f"{rel}: {describe(link['contentDigest'])}")
        lines.append(f"{_INDENT}{link['contentDigest']}")
    for name in record.keys() - _KNOWN:
        lines += _member(name, record[name], lang, "")
    return lines


_KNOWN = {
    *_ENVELOPE,
    "@context",
    "type",
    "issuer",
    "credentialSubject",
    "links",
    "proof",
}


def title_of(kind: str, subject: dict[str, Any], lang: str) -> str:
    """Say in a few words what a record of some kind says."""
    member = _TITLES.get(kind)
    if member is None:
        return ""
    parts = []
    for path in member:
        value: Any = subject
        for name in path.split("/"):
            value = value.get(name) if isinstance(value, dict) else None
        if isinstance(value, dict):
            value = value.get(lang, value.get("en", ""))
        if value not in (None, ""):
            parts.append(code_name(_plain(str(value)), lang))
    return " · ".join(parts)


_TITLES: dict[str, tuple[str, ...]] = {
    "FactorSubmission": (
        "factorCode",
        "factorVersion",
        "productName",
        "value",
        "valueUnit",
        "dataStatus",
    ),
    "TraceabilityCheck": ("verdict",),
    "ExpertReview": ("recommendation",),
    "AuthorityVerification": ("result", "documentNumber"),
    "FactorAdmission": ("registryNumber", "effectiveFrom"),
    "FactorSupersession": ("impact", "effectiveFrom", "cause"),
    "FactorWithdrawal": ("impact", "effectiveFrom", "cause"),
    "FactorErratum": ("impact", "effectiveFrom", "cause"),
    "FootprintStatement": ("product/name", "result/value", "result/unit", "dataStatus"),
    "FootprintVerification": ("result", "level"),
    "Certificate": ("certificateNumber", "declared/value", "declared/unit", "dataStatus"),
    "Filing": ("filingNumber", "decision"),
    "LabelIssuance": ("labelNumber", "displayed/value", "displayed/unit", "dataStatus"),
    "Surveillance": ("result", "method", "performedOn"),
    "CbamInstallationData": ("cnCode", "goods", "dataStatus"),
    "StatusChange": ("to", "effectiveFrom", "cause"),
    "Assignment": ("task", "dueDate"),
    "Return": ("reason", "dueDate"),
    "Objection": ("request", "grounds"),
    "RuleSet": ("ruleSetId", "version", "title"),
    "MethodReference": ("standardNumber", "title"),
    "Enrolment": ("organisation/nameZh", "organisation/name"),
    "EnrolmentRequest": ("organisation/nameZh", "organisation/name"),
    "EnrolmentRevocation": ("reason",),
    "StatusList": ("asOfTreeSize",),
}


def _member(name: str, value: Any, lang: str, indent: str) -> Iterator[str]:
    label = f"{indent}{_plain(member_name(name, lang))}:"
    if isinstance(value, dict) and value.keys() == {"zh", "en"}:
        # A draft is shown before its form is judged, so that nothing is what it should be yet.
        yield f"{label} {_plain(str(value['zh']))} / {_plain(str(value['en']))}"
    elif isinstance(value, dict):
        yield label
        for inner, member in value.items():
            yield from _member(inner, member, lang, indent + _INDENT)
    elif isinstance(value, list) and all(not isinstance(item, dict) for item in value):
        yield f"{label} {', '.join(code_name(_plain(str(item)), lang) for item in value)}"
    elif isinstance(value, list):
        yield label
        for place, item in enumerate(value, 1):
            yield from _member(f"{place}", item, lang, indent + _INDENT)
    else:
        yield f"{label} {code_name(_plain(str(value)), lang)}"


def _plain(text: str) -> str:
    """Make text of a stranger's fit for a terminal: one line, no control characters."""
    return ascii_safe(text)
