"""`suyuan enrol revoke` and `rotate`: end a key's enrolments, or hand them on to a new key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from suyuan_ledger.cli.context import (
    HomeOption,
    JsonOption,
    PassphraseOption,
    issuer_of,
    now_text,
    opened,
    signer_of,
)
from suyuan_ledger.cli.signing import (
    EnOption,
    KeyOption,
    NameOption,
    NameZhOption,
    OutOption,
    Signing,
    YesOption,
    ZhOption,
    confirm,
    deliver,
    desk_of,
    members,
    present,
    sign_and_submit,
    stated_issuer,
)
from suyuan_ledger.errors import KeyAccessError, RefusedError
from suyuan_ledger.records.drafts import content_of, new_record
from suyuan_ledger.records.profile import Link
from suyuan_ledger.records.signing import sign_record

if TYPE_CHECKING:
    from suyuan_ledger.desk.standing import Desk
    from suyuan_ledger.keys.signer import Signer
    from suyuan_ledger.workflow.statements import Logged


def revoke(
    did: Annotated[str, typer.Argument(help="did:key whose enrolments end.")],
    key: KeyOption,
    reason: Annotated[
        Literal["superseded", "ceased", "compromised"], typer.Option("--reason", help="Why.")
    ],
    from_index: Annotated[
        int | None,
        typer.Option(
            "--from-index",
            min=0,
            help="What the key signed from this index on is void; the log's next if left out.",
            show_default=False,
        ),
    ] = None,
    zh: ZhOption = None,
    en: EnOption = None,
    name: NameOption = None,
    name_zh: NameZhOption = None,
    out: OutOption = None,
    yes: YesOption = False,
    home: HomeOption = None,
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """End every enrolment of a key.

    By a root, by the registrar that gave it, or by the key itself.

    Only --reason compromised by a root or registrar reaches back before the log's next index.
    """
    subject = members(None, {"reason": reason, "fromIndex": from_index}, ("statement", zh, en))
    signing = Signing(key, home, passphrase_file, out, yes, as_json, name, name_zh)
    sign_and_submit(signing, lambda drafter: drafter.revocation(did, subject))


def rotate(
    old_key: Annotated[str, typer.Option("--old-key", help="Key URI that is given up.")],
    new_key: Annotated[str, typer.Option("--new-key", help="Key URI that takes its place.")],
    key: Annotated[
        str | None,
        typer.Option("--key", help="Key URI of the root or registrar that grants it."),
    ] = None,
    name: NameOption = None,
    name_zh: NameZhOption = None,
    out: OutOption = None,
    yes: YesOption = False,
    home: HomeOption = None,
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Hand a key's enrolments on to a new key.

    With --key (a root's or registrar's) the request, the new enrolments and the revocation of the
    old key are signed and logged in this order. Without it only the request is written to --out,
    for the registrar: `suyuan enrol grant`, then `suyuan enrol revoke OLD --reason superseded`.
    """
    signing = Signing(key or old_key, home, passphrase_file, out, yes, as_json, name, name_zh)
    if key is None and out is None:
        raise RefusedError("desk.rotate_out", expected="--key or --out", found="neither")
    old, new = signer_of(old_key, passphrase_file), signer_of(new_key, passphrase_file)
    with opened(home) as ledger, desk_of(ledger) as desk:
        standing = _standing(desk, old)
        request = _request(standing, new)
        drafts = [(request, new)]
        if key is not None:
            granter = signer_of(key, passphrase_file)
            issuer = stated_issuer(ledger, granter, signing)
            drafts += [(one, granter) for one in _enrolments(desk, standing, request, issuer)]
            drafts.append((_revocation(desk, old, len(standing), issuer_of(ledger, old)), old))
        for record, _ in drafts:
            present(desk, record)
    confirm(yes=yes)
    deliver([sign_record(record, signer, now_text()) for record, signer in drafts], signing)


def _standing(desk: Desk, old: Signer) -> list[Logged]:
    """Return the Enrolments of a key that stand now.

    Raises:
        KeyAccessError: `key.not_enrolled`.
    """
    found = [desk.register.enrolment(grant.index) for grant in desk.grants(old.did)]
    standing = [enrolment for enrolment in found if enrolment is not None]
    if not standing:
        raise KeyAccessError("key.not_enrolled", found=old.did)
    return standing


def _request(standing: list[Logged], new: Signer) -> dict[str, Any]:
    """Ask, with the new key, for what the old one has."""
    first = standing[0].subject
    organisation = first["organisation"]
    subject: dict[str, Any] = {
        "organisation": organisation,
        "roles": sorted({role for enrolment in standing for role in enrolment.subject["roles"]}),
    }
    if "personId" in first:
        subject["personId"] = first["personId"]
    issuer = {"id": new.did, "name": organisation["name"], "nameZh": organisation["nameZh"]}
    return new_record("EnrolmentRequest", issuer, subject, valid_from=now_text())


def _enrolments(
    desk: Desk, standing: list[Logged], request: dict[str, Any], issuer: dict[str, str]
) -> list[dict[str, Any]]:
    """Grant the new key each enrolment of the old one, from now to its old end."""
    about = Link("about", content_of(request))
    return [
        new_record(
            "Enrolment",
            issuer,
            {
                **enrolment.subject,
                "id": request["issuer"]["id"],
                "notBefore": desk.moment.time,
            },
            valid_from=now_text(),
            links=[about],
        )
        for enrolment in standing
    ]


def _revocation(desk: Desk, old: Signer, standing: int, issuer: dict[str, str]) -> dict[str, Any]:
    """Give the old key up, from the index behind the request and the new enrolments."""
    from suyuan_ledger.desk.drafts import Drafter  # noqa: PLC0415 - slow import, see context

    subject = {"reason": "superseded", "fromIndex": desk.moment.index + 1 + standing}
    draft = Drafter(desk, old.did).revocation(old.did, subject)
    return new_record(draft.kind, issuer, draft.subject, valid_from=now_text(), links=draft.links)
