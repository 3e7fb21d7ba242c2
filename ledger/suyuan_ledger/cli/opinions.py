"""What people say about a submission: review, verify-authority, assign, return, object."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import typer

from suyuan_ledger.cli.context import HomeOption, JsonOption, PassphraseOption
from suyuan_ledger.cli.signing import (
    EnOption,
    FromOption,
    KeyOption,
    OutOption,
    Signing,
    YesOption,
    ZhOption,
    both,
    members,
    sign_and_submit,
)
from suyuan_ledger.errors import RefusedError

WhichArgument = Annotated[str, typer.Argument(help="The submission: content digest or log index.")]


def review(
    which: WhichArgument,
    key: KeyOption,
    recommend: Annotated[
        Literal["accept", "acceptWithChanges", "reject", "abstain"] | None,
        typer.Option("--recommend", help="Your recommendation."),
    ] = None,
    review_type: Annotated[
        str | None, typer.Option("--type", help="ILCD review type.", show_default=False)
    ] = None,
    scope: Annotated[
        list[str] | None,
        typer.Option("--scope", help='"SCOPE=METHOD,METHOD" in ILCD words; may be repeated.'),
    ] = None,
    finding: Annotated[
        list[str] | None,
        typer.Option(
            "--finding", help='"POINTER|minor or major or critical|Chinese|English"; repeatable.'
        ),
    ] = None,
    dqi: Annotated[
        list[str] | None, typer.Option("--dqi", help='"INDICATOR=VALUE" in ILCD words; repeatable.')
    ] = None,
    conflict: Annotated[
        bool,
        typer.Option("--conflict", help="You have a conflict of interest; say which: --zh, --en."),
    ] = False,
    zh: ZhOption = None,
    en: EnOption = None,
    given: FromOption = None,
    out: OutOption = None,
    yes: YesOption = False,
    home: HomeOption = None,
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Sign an expert's review of a submission.

    It rests on the checks that are logged, and answers to the assignments of its key.
    """
    subject = members(
        given,
        {
            "recommendation": recommend,
            "reviewType": review_type,
            "scopes": [_scope(text) for text in scope] if scope else None,
            "findings": [read_finding(text) for text in finding] if finding else None,
            "dqi": [_pair(text, "indicator", "value") for text in dqi] if dqi else None,
        },
        None,
    )
    subject.setdefault("reviewType", "Independent external review")
    if conflict:
        subject["conflictOfInterest"] = {"declaration": "exists", "statement": both(zh, en)}
    subject.setdefault("conflictOfInterest", {"declaration": "none"})
    signing = Signing(key, home, passphrase_file, out, yes, as_json)
    sign_and_submit(signing, lambda drafter: drafter.review(which, subject))


def verify_authority(
    which: WhichArgument,
    key: KeyOption,
    result: Annotated[
        Literal["verified", "refused"] | None, typer.Option("--result", help="Your result.")
    ] = None,
    document: Annotated[
        str | None,
        typer.Option("--document", help="Document number; notStated if left out."),
    ] = None,
    zh: ZhOption = None,
    en: EnOption = None,
    given: FromOption = None,
    out: OutOption = None,
    yes: YesOption = False,
    home: HomeOption = None,
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Sign the competent authority's verification.

    --zh and --en state its basis. It rests on the checks and reviews that are logged.
    """
    subject = members(given, {"result": result, "documentNumber": document}, ("basis", zh, en))
    subject.setdefault("documentNumber", "notStated")
    signing = Signing(key, home, passphrase_file, out, yes, as_json)
    sign_and_submit(signing, lambda drafter: drafter.verification(which, subject))


def assign(
    which: WhichArgument,
    key: KeyOption,
    to: Annotated[str, typer.Option("--to", help="did:key of the one who shall do it.")],
    task: Annotated[
        Literal["TraceabilityCheck", "ExpertReview", "AuthorityVerification"],
        typer.Option("--task", help="What to do."),
    ],
    due: Annotated[str, typer.Option("--due", help="YYYY-MM-DD.")],
    out: OutOption = None,
    yes: YesOption = False,
    home: HomeOption = None,
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Assign a task to a key, with a due date."""
    subject: dict[str, Any] = {"assignee": to, "task": task, "dueDate": due}
    signing = Signing(key, home, passphrase_file, out, yes, as_json)
    sign_and_submit(signing, lambda drafter: drafter.assignment(which, subject))


def return_(
    which: WhichArgument,
    key: KeyOption,
    change: Annotated[
        list[str] | None,
        typer.Option("--change", help='"POINTER|Chinese|English" of what to mend; repeatable.'),
    ] = None,
    due: Annotated[
        str | None, typer.Option("--due", help="YYYY-MM-DD.", show_default=False)
    ] = None,
    zh: ZhOption = None,
    en: EnOption = None,
    given: FromOption = None,
    out: OutOption = None,
    yes: YesOption = False,
    home: HomeOption = None,
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Return a submission for amendment.

    --zh and --en state the reason.
    """
    changes = [_change(text) for text in change] if change else None
    subject = members(given, {"changes": changes, "dueDate": due}, ("reason", zh, en))
    signing = Signing(key, home, passphrase_file, out, yes, as_json)
    sign_and_submit(signing, lambda drafter: drafter.return_(which, subject))


def object_(
    which: Annotated[str, typer.Argument(help="Any record: content digest or log index.")],
    key: KeyOption,
    request: Annotated[
        Literal["withdraw", "correct", "recheck", "explain"] | None,
        typer.Option("--request", help="What you ask for."),
    ] = None,
    zh: ZhOption = None,
    en: EnOption = None,
    given: FromOption = None,
    out: OutOption = None,
    yes: YesOption = False,
    home: HomeOption = None,
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Object to a record; any enrolled key may.

    --zh and --en state the grounds.
    """
    subject = members(given, {"request": request}, ("grounds", zh, en))
    signing = Signing(key, home, passphrase_file, out, yes, as_json)
    sign_and_submit(signing, lambda drafter: drafter.objection(which, subject))


def _scope(text: str) -> dict[str, Any]:
    name, methods = split_option(text, "=", 2, "--scope")
    return {"name": name, "methods": [method.strip() for method in methods.split(",")]}


def read_finding(text: str) -> dict[str, Any]:
    """Read what `--finding` was given.

    Raises:
        RefusedError: `desk.option`.
    """
    pointer, severity, zh, en = split_option(text, "|", 4, "--finding")
    return {"pointer": pointer, "severity": severity, "text": {"zh": zh, "en": en}}


def _change(text: str) -> dict[str, Any]:
    pointer, zh, en = split_option(text, "|", 3, "--change")
    return {"pointer": pointer, "text": {"zh": zh, "en": en}}


def _pair(text: str, first: str, second: str) -> dict[str, str]:
    left, right = split_option(text, "=", 2, "--dqi")
    return {first: left, second: right}


def split_option(text: str, separator: str, count: int, option: str) -> list[str]:
    """Split what an option was given into a fixed number of parts.

    Raises:
        RefusedError: `desk.option`.
    """
    parts = [part.strip() for part in text.split(separator, count - 1)]
    if len(parts) != count:
        expected = f"{count} parts, separated by {separator}"
        raise RefusedError("desk.option", pointer=option, expected=expected, found=text)
    return parts
