"""What the registry does: admit, supersede, withdraw, correct; and status-change."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from suyuan_ledger.cli.context import HomeOption, JsonOption, PassphraseOption, now_text
from suyuan_ledger.cli.opinions import WhichArgument, split_option
from suyuan_ledger.cli.signing import (
    EffectiveOption,
    EnOption,
    FromOption,
    KeyOption,
    OutOption,
    Signing,
    YesOption,
    ZhOption,
    members,
    sign_and_submit,
)

AdmissionArgument = Annotated[
    str, typer.Argument(help="The admission: registry number, content digest or log index.")
]
ImpactOption = Annotated[
    Literal["recall", "noNewUse", "informOnly"] | None,
    typer.Option("--impact", help="What it means for what rests on the factor."),
]


def admit(
    which: WhichArgument,
    key: KeyOption,
    number: Annotated[
        str | None, typer.Option("--number", help="Registry number, not used before.")
    ] = None,
    resolve: Annotated[
        list[str] | None,
        typer.Option(
            "--resolve",
            help='"INDEX=Chinese|English": how the condition of an opinion was met; repeatable.',
        ),
    ] = None,
    supersedes: Annotated[
        str | None,
        typer.Option("--supersedes", help="The admission that this one replaces."),
    ] = None,
    effective_from: EffectiveOption = None,
    given: FromOption = None,
    out: OutOption = None,
    yes: YesOption = False,
    home: HomeOption = None,
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Admit a submission to the registry.

    The admission rests on every opinion that is logged, dissent included.
    """
    resolutions = dict(_resolution(text) for text in resolve or [])
    subject = _effective(
        members(given, {"registryNumber": number, "effectiveFrom": effective_from}, None)
    )
    signing = Signing(key, home, passphrase_file, out, yes, as_json)
    sign_and_submit(
        signing, lambda drafter: drafter.admission(which, subject, resolutions, supersedes)
    )


def withdraw(
    which: AdmissionArgument,
    key: KeyOption,
    impact: ImpactOption = None,
    effective_from: EffectiveOption = None,
    zh: ZhOption = None,
    en: EnOption = None,
    given: FromOption = None,
    out: OutOption = None,
    yes: YesOption = False,
    home: HomeOption = None,
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Withdraw an admitted factor.

    --zh and --en state the cause.
    """
    subject = _event(given, impact, effective_from, (zh, en))
    signing = Signing(key, home, passphrase_file, out, yes, as_json)
    sign_and_submit(signing, lambda drafter: drafter.withdrawal(which, subject))


def supersede(
    which: AdmissionArgument,
    key: KeyOption,
    by: Annotated[str, typer.Option("--by", help="The new admission.")],
    impact: ImpactOption = None,
    effective_from: EffectiveOption = None,
    zh: ZhOption = None,
    en: EnOption = None,
    given: FromOption = None,
    out: OutOption = None,
    yes: YesOption = False,
    home: HomeOption = None,
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Replace an admitted factor by another.

    --zh and --en state the cause.
    """
    subject = _event(given, impact, effective_from, (zh, en))
    signing = Signing(key, home, passphrase_file, out, yes, as_json)
    sign_and_submit(signing, lambda drafter: drafter.supersession(which, by, subject))


def correct(
    which: AdmissionArgument,
    key: KeyOption,
    right: Annotated[
        list[str],
        typer.Option(
            "--right", help='"/credentialSubject/value=1.5": pointer and what is right; repeatable.'
        ),
    ],
    by: Annotated[
        str | None, typer.Option("--by", help="The admission of the corrected figure.")
    ] = None,
    impact: ImpactOption = None,
    effective_from: EffectiveOption = None,
    zh: ZhOption = None,
    en: EnOption = None,
    given: FromOption = None,
    out: OutOption = None,
    yes: YesOption = False,
    home: HomeOption = None,
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Correct the record of an admitted factor.

    What was wrong is read from the submission; --zh and --en state the cause.
    """
    corrections = dict(_correction(text) for text in right)
    subject = _event(given, impact, effective_from, (zh, en))
    signing = Signing(key, home, passphrase_file, out, yes, as_json)
    sign_and_submit(signing, lambda drafter: drafter.erratum(which, subject, corrections, by))


def status_change(
    which: Annotated[str, typer.Argument(help="The record: number, content digest or log index.")],
    key: KeyOption,
    to: Annotated[
        Literal["active", "suspended", "revoked", "cancelled"],
        typer.Option("--to", help="The new status; revoked and cancelled are for ever."),
    ],
    effective_from: EffectiveOption = None,
    zh: ZhOption = None,
    en: EnOption = None,
    given: FromOption = None,
    out: OutOption = None,
    yes: YesOption = False,
    home: HomeOption = None,
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Suspend, reactivate, revoke or cancel a record.

    From the status that it has now; --zh and --en state the cause.
    """
    subject = _effective(
        members(given, {"to": to, "effectiveFrom": effective_from}, ("cause", zh, en))
    )
    signing = Signing(key, home, passphrase_file, out, yes, as_json)
    sign_and_submit(signing, lambda drafter: drafter.status_change(which, subject))


def _event(
    given: Path | None,
    impact: str | None,
    effective_from: str | None,
    text: tuple[str | None, str | None],
) -> dict[str, Any]:
    """Put together what supersessions, withdrawals and errata have in common."""
    options = {"impact": impact, "effectiveFrom": effective_from}
    return _effective(members(given, options, ("cause", *text)))


def _effective(subject: dict[str, Any]) -> dict[str, Any]:
    subject.setdefault("effectiveFrom", now_text())
    return subject


def _correction(text: str) -> tuple[str, str]:
    pointer, right = split_option(text, "=", 2, "--right")
    return pointer, right


def _resolution(text: str) -> tuple[str, dict[str, str]]:
    which, words = split_option(text, "=", 2, "--resolve")
    zh, en = split_option(words, "|", 2, "--resolve")
    return which, {"zh": zh, "en": en}
