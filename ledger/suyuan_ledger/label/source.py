"""The bundle that a label is printed from, verified first.

What is printed stands on goods for years and cannot be called back, so that nothing is printed from
a bundle that the verifier calls INVALID, and what it could not decide stands on the print.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import orjson
from suyuan_verifier import Outcome, PolicyError, Verdict, parse_policy, verify
from suyuan_verifier.policy import STEPS
from suyuan_verifier.report import ASSERTED

from suyuan_ledger.errors import RefusedError, ledger_codes
from suyuan_ledger.records.canonical import write_canonical
from suyuan_ledger.records.profile import format_digest

if TYPE_CHECKING:
    from datetime import datetime

    from suyuan_verifier import Report

KIND = "LabelIssuance"
_NOT_PRINTED = (Verdict.INVALID, Verdict.UNREADABLE)


@dataclass(frozen=True, slots=True)
class Logged:
    """A record of the bundle and its place in the log.

    Attributes:
        value: the signed record.
        content: its content digest, `sha256:...`.
        index: its place in the log.
        time: when the log says that it integrated it.
    """

    value: dict[str, Any]
    content: str
    index: int
    time: str

    @property
    def kind(self) -> str:
        """Which kind of record it is."""
        kind: str = self.value["type"][1]
        return kind

    @property
    def subject(self) -> dict[str, Any]:
        """What it says."""
        subject: dict[str, Any] = self.value["credentialSubject"]
        return subject

    @property
    def issuer(self) -> dict[str, str]:
        """Name of the organisation that signed it, by language."""
        return {"zh": self.value["issuer"]["nameZh"], "en": self.value["issuer"]["name"]}

    def links(self, rel: str) -> list[str]:
        """Content digests of the records that it names by a relation."""
        return [link["contentDigest"] for link in self.value.get("links", ()) if link["rel"] == rel]


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the bundle was verified.

    Attributes:
        valid: whether every step passed, and the policy required every one.
        steps: those that it required.
        open: codes of what could not be decided, each once, in the report's order.
        policy: digest of the trust policy, `sha256:...`.
        anchor: where and when the log was anchored, as proven; None if that is not proven.
    """

    valid: bool
    steps: tuple[int, ...]
    open: tuple[str, ...]
    policy: str
    anchor: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class LabelSource:
    """A label and everything that its bundle carries.

    Attributes:
        label: the LabelIssuance.
        records: every record of the bundle, by content digest.
        checkpoint: the signed note in which all of them are proven.
        status_lists: log indexes of the status lists that say whether it stands.
        standing: how far this was verified.
    """

    label: Logged
    records: dict[str, Logged]
    checkpoint: str
    status_lists: tuple[int, ...]
    standing: Standing


def open_label(
    data: bytes, policy: bytes, now: datetime, status: bytes | None = None
) -> LabelSource:
    """Verify a label's bundle and take it apart.

    Args:
        data: the bundle file.
        policy: the trust policy under which it is verified.
        now: time of the verification.
        status: a fresher status file, if there is one.

    Raises:
        RefusedError: `print.refused` if the bundle is not valid or cannot be read, `print.kind` if
            it is about another record than a label, a `policy.*` code.
    """
    try:
        trust = parse_policy(policy)
    except PolicyError as error:
        raise RefusedError(
            error.code, pointer=error.pointer, expected=error.expected, found=error.found
        ) from None
    report = verify(data, trust, now=now, status=status)
    if report.verdict in _NOT_PRINTED:
        raise RefusedError("print.refused", expected="VALID", found=_reasons(report))
    bundle = orjson.loads(data)
    records = read_records(bundle)
    label = records[bundle["subject"]]
    if label.kind != KIND:
        raise RefusedError("print.kind", expected=KIND, found=label.kind)
    undecided = _undecided(report)
    standing = Standing(
        valid=not undecided and report.verdict is Verdict.VALID,
        steps=report.required_steps,
        open=undecided,
        policy=format_digest(trust.digest),
        anchor=report.trust_basis,
    )
    lists = tuple(bundle.get("status", {}).get("lists", ()))
    return LabelSource(label, records, bundle["log"]["checkpoint"], lists, standing)


def read_label(data: bytes) -> dict[str, Any]:
    """Return the signed label record of a bundle that nobody has verified.

    Raises:
        RefusedError: `print.refused` if the bundle cannot be read, `print.kind`.
    """
    try:
        bundle = orjson.loads(data)
        label = read_records(bundle)[bundle["subject"]]
        kind = label.kind
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        raise RefusedError("print.refused", expected="VALID", found="UNREADABLE") from None
    if kind != KIND:
        raise RefusedError("print.kind", expected=KIND, found=kind)
    return label.value


def read_records(bundle: dict[str, Any]) -> dict[str, Logged]:
    """Return the records of a bundle that the verifier could read, by content digest."""
    records = {}
    for value, entry in zip(bundle["records"], bundle["log"]["entries"], strict=True):
        content = {name: member for name, member in value.items() if name != "proof"}
        digest = format_digest(sha256(write_canonical(content)).digest())
        records[digest] = Logged(value, digest, entry["index"], entry["time"])
    return records


def _undecided(report: Report) -> tuple[str, ...]:
    """Return what is open: for a print every step counts, whatever the policy requires."""
    codes = dict.fromkeys(
        check.code
        for check in report.checks
        if check.step in report.required_steps
        and check.outcome in (Outcome.UNKNOWN, Outcome.NOT_RUN)
        and check.code not in ASSERTED
    )
    if set(STEPS) - set(report.required_steps):
        codes["print.steps"] = None
    return tuple(codes)


def _reasons(report: Report) -> str:
    codes = [check.code for check in report.checks if check.outcome is Outcome.FAIL]
    known = [code for code in dict.fromkeys(codes) if code in ledger_codes()]
    return f"{report.verdict.value}: {', '.join(known)}"
