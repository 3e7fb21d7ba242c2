"""What `suyuan check` does: one submission, all open ones, or a file to try out.

Loads the database layer and the schema compiler, and is therefore imported by the command only.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import typer

from suyuan_ledger.cli.check_view import show_check, show_failures, show_totals
from suyuan_ledger.cli.context import (
    give_hint,
    index_of,
    issuer_of,
    language,
    note,
    now_text,
    opened,
    progress,
    read_file,
    settings_of,
    signer_of,
    write_file,
)
from suyuan_ledger.cli.submission import place_of
from suyuan_ledger.cli.trial import Trial, read_trials
from suyuan_ledger.errors import LedgerError, RefusedError
from suyuan_ledger.keys.signer import Signer
from suyuan_ledger.records.canonical import write_canonical
from suyuan_ledger.records.digest import parse_digest
from suyuan_ledger.records.profile import format_digest
from suyuan_ledger.records.signing import sign_for_door, sign_record
from suyuan_ledger.service import Ledger
from suyuan_ledger.store import casework
from suyuan_ledger.store.repository import StoredRecord
from suyuan_ledger.traceability import AdmittedFactors, Inputs
from suyuan_ledger.traceability import check as execute_check
from suyuan_ledger.traceability.defaults import default_conversions, default_traceability
from suyuan_ledger.traceability.evidence import read_evidence
from suyuan_ledger.traceability.setting import Setting, draft_check, read_setting
from suyuan_ledger.traceability.systems_table import read_systems

PAGE = 2_000
"""Submissions that are checked, signed and logged together."""


def read_inputs(files: Path | None, systems: Path | None) -> Inputs:
    """Read what the checker was given; a bad cell of an export stops everything.

    Raises:
        RefusedError: `file.read`, `trace.inputs`, a `csv.*` code.
    """
    table = None
    if systems is not None:
        table, problems = read_systems(systems.name, read_file(systems))
        for problem in problems:
            error = problem.as_error(language())
            note(f"{systems}: {error.text(language())}")
            give_hint(error, "  ")
        if problems:
            raise typer.Exit(1)
    return Inputs(None if files is None else read_evidence(files), table)


def check_one(
    which: str,
    key: str,
    inputs: Inputs,
    home: Path | None,
    passphrase_file: Path | None,
    *,
    out: Path | None,
    submit: bool,
    as_json: bool,
) -> bool:
    """Check one logged submission and show it; sign and write it, or sign and submit it.

    Returns:
        Whether the verdict is not fail.
    """
    signer = signer_of(key, passphrase_file)
    now = now_text()
    with opened(home, write=submit, passphrase_file=passphrase_file) as ledger:
        draft = _draft(ledger, _find(ledger, which), signer, inputs, now)
        digest = format_digest(sha256(write_canonical(draft)).digest())
        subject = draft["credentialSubject"]
        answer: dict[str, Any] = {"check": subject, "content": digest}
        if not as_json:
            show_check(subject)
        if out is None and not submit:
            note(
                "nothing was signed; --submit signs and submits, --out writes the signed check",
                "未签名；--submit 签名并提交，--out 写出已签名的校验记录",
            )
        else:
            note(f"signing {digest} as {signer.did}", f"以 {signer.did} 签名 {digest}")
            signed = sign_record(draft, signer, now)
        if out is not None:
            _write_signed(out, [signed])
        elif submit:
            answer["index"] = ledger.submit(signed).index
            note(f"logged at index {answer['index']}", f"已写入日志，序号 {answer['index']}")
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False, sort_keys=True))
    return bool(subject["verdict"] != "fail")


def check_open(
    key: str,
    inputs: Inputs,
    home: Path | None,
    passphrase_file: Path | None,
    *,
    out: Path | None,
    as_json: bool,
) -> bool:
    """Check every open submission that this key has not checked; one signature each.

    Returns:
        Whether no verdict is fail and every check was logged or written.
    """
    signer = signer_of(key, passphrase_file)
    verdicts: Counter[str] = Counter()
    refused = 0
    kept: list[bytes] = []
    with opened(home, write=out is None, passphrase_file=passphrase_file) as ledger:
        issuer = issuer_of(ledger, signer)
        with ledger.store.read() as connection:
            setting = read_setting(connection)
        for page in _pages(ledger, setting, signer.did):
            drafts = _draft_page(ledger, page, setting, issuer, signer.did, inputs, verdicts)
            # What goes to a file is checked here, what goes to the door is checked there.
            sign = sign_for_door if out is None else sign_record
            signed = [sign(draft, signer, draft["validFrom"]) for draft in drafts]
            if out is None:
                refused += _submit_page(ledger, page, signed)
            else:
                kept += signed
    if out is not None:
        _write_signed(out, kept)
    if as_json:
        typer.echo(json.dumps({"verdicts": dict(verdicts), "refused": refused}, sort_keys=True))
    else:
        show_totals(verdicts)
        note(f"{refused} checks were refused", f"{refused} 条校验记录被拒绝")
    return not refused and not verdicts["fail"]


def try_out(path: Path, inputs: Inputs, home: Path | None, *, as_json: bool) -> bool:
    """Execute the rules over a file's submissions, logged or not; nothing is signed.

    Returns:
        Whether no verdict is fail and every row could be read.
    """
    trials, problems = read_trials(path)
    for problem in problems:
        note(f"{path}: {problem.text(language())}")
        give_hint(problem, "  ")
    setting = _setting_at_hand(home)
    verdicts: Counter[str] = Counter()
    for trial in trials:
        subject = _try(trial, setting, inputs)
        verdicts[subject["verdict"]] += 1
        if as_json:
            typer.echo(json.dumps(subject, ensure_ascii=False, sort_keys=True))
        elif len(trials) == 1:
            show_check(subject)
        else:
            show_failures(place_of(path, "row", trial.row), subject)
    if len(trials) != 1 and not as_json:
        show_totals(verdicts)
    return not problems and not verdicts["fail"]


def _try(trial: Trial, setting: Setting, inputs: Inputs) -> dict[str, Any]:
    return execute_check(
        trial.record,
        trial.content,
        setting.rules,
        admitted=setting.admitted,
        as_of=setting.as_of,
        inputs=inputs,
    )


def _setting_at_hand(home: Path | None) -> Setting:
    """Read the rule set in force of the ledger at hand, or take the one that we propose."""
    try:
        with opened(home) as ledger, ledger.store.read() as connection:
            return read_setting(connection)
    except RefusedError as error:
        if error.code not in {"ledger.absent", "trace.no_rule_set"}:
            raise
    note(
        f"no rule set in {settings_of(home).home}: the default rules are used",
        f"{settings_of(home).home} 中没有规则集：使用默认规则",
    )
    rules = {"traceability": default_traceability(), "conversions": default_conversions()}
    return Setting(0, "", rules, AdmittedFactors(()))


def _draft(
    ledger: Ledger, stored: StoredRecord, signer: Signer, inputs: Inputs, now: str
) -> dict[str, Any]:
    record = orjson.loads(stored.body)
    with ledger.store.read() as connection:
        setting = read_setting(connection, series=record["credentialSubject"]["seriesType"])
        assigned = casework.read_assignments(connection, [stored.content], signer.did)
    return draft_check(
        setting,
        record,
        format_digest(stored.content),
        issuer_of(ledger, signer),
        valid_from=now,
        inputs=inputs,
        assignments=assigned.get(stored.content, ()),
    )


def _pages(ledger: Ledger, setting: Setting, checker: str) -> Iterator[list[StoredRecord]]:
    """Yield the open submissions that a key has not checked, a page at a time."""
    after = -1
    while True:
        with ledger.store.read() as connection:
            page = casework.read_unchecked(
                connection, checker, after=after, before=setting.as_of, limit=PAGE
            )
        if not page:
            return
        yield page
        after = page[-1].index


def _draft_page(
    ledger: Ledger,
    page: Sequence[StoredRecord],
    setting: Setting,
    issuer: dict[str, str],
    checker: str,
    inputs: Inputs,
    verdicts: Counter[str],
) -> Iterator[dict[str, Any]]:
    """Check a page and yield the records to sign; show what failed, count the verdicts."""
    with ledger.store.read() as connection:
        contents = [stored.content for stored in page]
        assigned = casework.read_assignments(connection, contents, checker)
    now = now_text()
    label = "checking" if language() == "en" else "校验"
    for stored in progress(page, len(page), label):
        draft = draft_check(
            setting,
            orjson.loads(stored.body),
            format_digest(stored.content),
            issuer,
            valid_from=now,
            inputs=inputs,
            assignments=assigned.get(stored.content, ()),
        )
        subject = draft["credentialSubject"]
        show_failures(str(stored.index), subject)
        verdicts[subject["verdict"]] += 1
        yield draft


def _submit_page(ledger: Ledger, page: Sequence[StoredRecord], signed: Sequence[bytes]) -> int:
    """Log the checks of a page; say which were refused, and return how many."""
    refused = 0
    results = ledger.submit_many(signed)
    label = "logging" if language() == "en" else "写入日志"
    for stored, result in zip(page, progress(results, len(page), label), strict=True):
        if isinstance(result, LedgerError):
            refused += 1
            note(f"{stored.index}: {result.text(language())}")
            give_hint(result, "  ")
    return refused


def _write_signed(out: Path, signed: Sequence[bytes]) -> None:
    write_file(out, b"".join(line + b"\n" for line in signed))
    note(
        f"{len(signed)} signed: {out}; the log's operator runs: suyuan submit {out}",
        f"已签名 {len(signed)} 条：{out}；由日志运行方执行：suyuan submit {out}",
    )


def _find(ledger: Ledger, which: str) -> StoredRecord:
    """Return the submission at an index or with a content digest.

    Raises:
        RefusedError: `record.digest`, `record.unknown`, `trace.kind`.
    """
    index = index_of(which)
    found = ledger.record(parse_digest(which)) if index is None else ledger.record_at(index)
    if found is None:
        raise RefusedError("record.unknown", found=which)
    if found.kind != "FactorSubmission":
        raise RefusedError("trace.kind", expected="FactorSubmission", found=found.kind)
    return found
