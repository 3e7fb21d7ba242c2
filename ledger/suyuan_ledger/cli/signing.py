"""How every record of the desk is made: drafted, shown in full, confirmed, signed, submitted.

What a person confirms is what is signed: the lines on the screen are written from the very members
that the signature covers, and the content digest above them is the one that the log will hold.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from suyuan_ledger.cli.context import (
    issuer_of,
    language,
    note,
    now_text,
    opened,
    read_json,
    show,
    signer_of,
    write_file,
)
from suyuan_ledger.cli.submission import result_json
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.records.drafts import content_of, new_record
from suyuan_ledger.records.signing import sign_record

if TYPE_CHECKING:
    from suyuan_ledger.desk.drafts import Draft
    from suyuan_ledger.desk.standing import Desk
    from suyuan_ledger.footprint_desk.drafts import FootprintDrafter
    from suyuan_ledger.keys.signer import Signer
    from suyuan_ledger.service import Ledger

KeyOption = Annotated[str, typer.Option("--key", help="Key URI of the signer.")]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Sign without asking.")]
OutOption = Annotated[
    Path | None,
    typer.Option(
        "--out",
        "-o",
        help="Write the signed record here instead of submitting it.",
        show_default=False,
    ),
]
ZhOption = Annotated[
    str | None, typer.Option("--zh", help="What you say, in Chinese.", show_default=False)
]
EnOption = Annotated[
    str | None, typer.Option("--en", help="What you say, in English.", show_default=False)
]
FromOption = Annotated[
    Path | None,
    typer.Option(
        "--from",
        help="JSON file of members of the credentialSubject; options go before it.",
        show_default=False,
    ),
]
EffectiveOption = Annotated[
    str | None,
    typer.Option("--effective-from", help="YYYY-MM-DDThh:mm:ssZ; now if left out."),
]
NameOption = Annotated[
    str | None, typer.Option("--name", help="Root authority's name.", show_default=False)
]
NameZhOption = Annotated[
    str | None, typer.Option("--name-zh", help="Root authority's Chinese name.", show_default=False)
]


@dataclass(frozen=True, slots=True)
class Signing:
    """What every signing command is told.

    Attributes:
        key: key URI of the signer.
        home: folder of the ledger.
        passphrase_file: opens the keys.
        out: write the signed record here instead of submitting it.
        yes: do not ask.
        as_json: print the result for scripts.
        name: issuer's name, for a root authority, which no enrolment names.
        name_zh: issuer's Chinese name, likewise.
    """

    key: str
    home: Path | None
    passphrase_file: Path | None
    out: Path | None
    yes: bool
    as_json: bool
    name: str | None = None
    name_zh: str | None = None


@contextmanager
def desk_of(ledger: Ledger) -> Iterator[Desk]:
    """Read the log as it is now."""
    from suyuan_ledger.desk.standing import Desk  # noqa: PLC0415 - slow import, see context
    from suyuan_ledger.log.clock import system_clock  # noqa: PLC0415

    with ledger.store.read() as connection:
        yield Desk(connection, ledger.roots, system_clock())


def sign_and_submit(signing: Signing, make: Callable[[FootprintDrafter], Draft]) -> None:
    """Draft a record, show it, ask, sign it, and submit or write it.

    Args:
        signing: what the command was told.
        make: drafts the record.

    Raises:
        RefusedError: `desk.not_confirmed`, what the draft or the door refuses.
    """
    from suyuan_ledger.footprint_desk.drafts import FootprintDrafter  # noqa: PLC0415 - slow import

    signer = signer_of(signing.key, signing.passphrase_file)
    with opened(signing.home) as ledger, desk_of(ledger) as desk:
        draft = make(FootprintDrafter(desk, signer.did))
        issuer = stated_issuer(ledger, signer, signing)
        record = new_record(
            draft.kind,
            issuer,
            draft.subject,
            valid_from=now_text(),
            valid_until=draft.valid_until,
            links=draft.links,
        )
        present(desk, record)
    confirm(yes=signing.yes)
    deliver([sign_record(record, signer, now_text())], signing)


def deliver(signed: list[bytes], signing: Signing) -> None:
    """Submit signed records one after the other and print their receipts, or write them.

    Raises:
        LedgerError: the first record that is refused; what was printed before it is logged.
    """
    if signing.out is not None:
        write_file(signing.out, b"".join(line + b"\n" for line in signed))
        show({"record": str(signing.out)}, as_json=signing.as_json)
        return
    with opened(signing.home, write=True, passphrase_file=signing.passphrase_file) as ledger:
        for raw in signed:
            receipt = result_json(ledger.submit(raw))
            if not signing.as_json:
                del receipt["ok"]
            show(receipt, as_json=signing.as_json)


def confirm(*, yes: bool) -> None:
    """Ask whether to sign what was shown.

    Raises:
        RefusedError: `desk.not_confirmed`.
    """
    if yes:
        return
    question = "确认签名？" if language() == "zh" else "Sign this?"
    if not sys.stdin.isatty() or not typer.confirm(question, err=True):
        raise RefusedError("desk.not_confirmed")


def members(
    given: Path | None, options: dict[str, Any], text: tuple[str, str | None, str | None] | None
) -> dict[str, Any]:
    """Put a `credentialSubject` together from a file and options; options win.

    Args:
        given: JSON file of members, or None.
        options: members by name; None is left out.
        text: name, Chinese and English of the member that `--zh` and `--en` state.

    Raises:
        RefusedError: `desk.two_languages`, `file.json`.
    """
    subject = read_json(given) if given else {}
    if not isinstance(subject, dict):
        raise RefusedError("file.json", pointer=str(given), expected="an object")
    subject = subject | {name: value for name, value in options.items() if value is not None}
    if text is not None and (text[1] or text[2]):
        subject[text[0]] = both(text[1], text[2])
    return subject


def both(zh: str | None, en: str | None) -> dict[str, str]:
    """Make text for people, which is always in both languages.

    Raises:
        RefusedError: `desk.two_languages`.
    """
    if not zh or not en:
        raise RefusedError("desk.two_languages", expected="--zh and --en", found=zh or en)
    return {"zh": zh, "en": en}


def stated_issuer(ledger: Ledger, signer: Signer, signing: Signing) -> dict[str, str]:
    """Return the `issuer` member: as enrolled, or as stated for a root authority.

    Raises:
        KeyAccessError: `key.not_enrolled`.
    """
    if signing.name and signing.name_zh:
        return {"id": signer.did, "name": signing.name, "nameZh": signing.name_zh}
    return issuer_of(ledger, signer)


def present(desk: Desk, record: dict[str, Any]) -> None:
    """Show what will be signed: the content digest, and every member in words."""
    from suyuan_ledger.desk.provenance import describe_digest  # noqa: PLC0415 - slow import
    from suyuan_ledger.desk.view import record_lines  # noqa: PLC0415

    lang = language()
    digest = content_of(record)
    note(f"to be signed: {digest}", f"将要签名：{digest}")
    for line in record_lines(record, lang, lambda content: describe_digest(desk, content, lang)):
        note(f"  {line}")
