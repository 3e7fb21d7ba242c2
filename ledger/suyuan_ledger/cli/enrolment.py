"""`suyuan enrol`: ask for enrolment with one's own key, and grant it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from suyuan_ledger.cli.context import (
    HomeOption,
    JsonOption,
    PassphraseOption,
    issuer_of,
    now_text,
    opened,
    read_file,
    read_json,
    show,
    signer_of,
    write_file,
)
from suyuan_ledger.cli.key_changes import revoke, rotate
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.records.drafts import new_record
from suyuan_ledger.records.profile import Link, format_digest, parse_record
from suyuan_ledger.records.signing import check_proof, sign_record

app = typer.Typer(help="Ask for enrolment, grant it, end it, hand it on.", no_args_is_help=True)


@app.command()
def request(
    organisation: Annotated[
        Path,
        typer.Argument(help="JSON: registeredId, name, nameZh, orgType, parentGroupId?"),
    ],
    roles: Annotated[str, typer.Option("--roles", help="Comma-separated roles to ask for.")],
    key: Annotated[str, typer.Option("--key", help="The applicant's key URI.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Signed request to write.")],
    person: Annotated[
        str | None, typer.Option("--person", help="Opaque id of the person behind the key.")
    ] = None,
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Sign an EnrolmentRequest, which proves that one holds a key."""
    signer = signer_of(key, passphrase_file)
    described = read_json(organisation)
    if not isinstance(described, dict):
        raise RefusedError("file.json", pointer=str(organisation), expected="an object")
    subject: dict[str, Any] = {"organisation": described, "roles": sorted(roles.split(","))}
    if person is not None:
        subject["personId"] = person
    now = now_text()
    issuer = {
        "id": signer.did,
        "name": described.get("name", ""),
        "nameZh": described.get("nameZh", ""),
    }
    signed = sign_record(
        new_record("EnrolmentRequest", issuer, subject, valid_from=now), signer, now
    )
    write_file(out, signed + b"\n")
    digest = format_digest(parse_record(signed).content_digest)
    show({"request": str(out), "did": signer.did, "content": digest}, as_json=as_json)


@app.command()
def grant(
    request_file: Annotated[Path, typer.Argument(help="The applicant's signed request.")],
    key: Annotated[str, typer.Option("--key", help="Key URI of the root or registrar.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Signed enrolment to write.")],
    not_after: Annotated[str, typer.Option("--not-after", help="YYYY-MM-DDThh:mm:ssZ.")],
    not_before: Annotated[
        str | None, typer.Option("--not-before", help="YYYY-MM-DDThh:mm:ssZ; now if left out.")
    ] = None,
    roles: Annotated[
        str | None,
        typer.Option("--roles", help="Roles to grant; all that were asked for if left out."),
    ] = None,
    scope: Annotated[
        Path | None, typer.Option("--scope", help="JSON: classification?, geography?, series?")
    ] = None,
    name: Annotated[str | None, typer.Option("--name", help="Root authority's name.")] = None,
    name_zh: Annotated[
        str | None, typer.Option("--name-zh", help="Root authority's Chinese name.")
    ] = None,
    home: HomeOption = None,
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Sign an Enrolment that answers a request. Check the applicant by another channel first."""
    asked = parse_record(read_file(request_file))
    check_proof(asked)
    if asked.kind != "EnrolmentRequest":
        raise RefusedError("record.kind", expected="EnrolmentRequest", found=asked.kind)
    signer = signer_of(key, passphrase_file)
    wanted = asked.value["credentialSubject"]
    now = now_text()
    subject: dict[str, Any] = {
        "id": asked.issuer,
        "organisation": wanted["organisation"],
        "roles": sorted(roles.split(",")) if roles else wanted["roles"],
        "scope": read_json(scope) if scope else {},
        "notBefore": not_before or now,
        "notAfter": not_after,
    }
    if "personId" in wanted:
        subject["personId"] = wanted["personId"]
    if name and name_zh:
        issuer = {"id": signer.did, "name": name, "nameZh": name_zh}
    else:
        with opened(home) as ledger:
            issuer = issuer_of(ledger, signer)
    link = Link("about", format_digest(asked.content_digest))
    signed = sign_record(
        new_record("Enrolment", issuer, subject, valid_from=now, links=[link]), signer, now
    )
    write_file(out, signed + b"\n")
    digest = format_digest(parse_record(signed).content_digest)
    show({"enrolment": str(out), "did": asked.issuer, "content": digest}, as_json=as_json)


app.command()(revoke)
app.command()(rotate)
