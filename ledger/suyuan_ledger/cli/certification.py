"""What follows a footprint statement: verify, certify, file, surveil; and CBAM data beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from suyuan_ledger.cli.context import (
    HomeOption,
    JsonOption,
    PassphraseOption,
    now_text,
    read_file,
)
from suyuan_ledger.cli.opinions import read_finding, split_option
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

StatementArgument = Annotated[
    str, typer.Argument(help="The statement: content digest or log index.")
]
CertificateArgument = Annotated[
    str, typer.Argument(help="The certificate: number, content digest or log index.")
]
AuthoriseOption = Annotated[
    str | None,
    typer.Option("--authorise", help='Quantity that may be labelled, such as "1000 TNE".'),
]
LotOption = Annotated[
    list[str] | None, typer.Option("--lot", help="A lot that may be labelled; repeatable.")
]
UntilOption = Annotated[
    str | None,
    typer.Option("--until", help="YYYY-MM-DDThh:mm:ssZ; the longest allowed if left out."),
]
FindingOption = Annotated[
    list[str] | None,
    typer.Option(
        "--finding", help='"POINTER|minor or major or critical|Chinese|English"; repeatable.'
    ),
]


def verify(
    which: StatementArgument,
    key: KeyOption,
    result: Annotated[
        Literal["verified", "refused"] | None, typer.Option("--result", help="Your result.")
    ] = None,
    level: Annotated[
        Literal["limited", "reasonable"] | None,
        typer.Option("--level", help="Level of assurance."),
    ] = None,
    standard: Annotated[
        str | None,
        typer.Option("--standard", help="The standard followed; notStated if left out."),
    ] = None,
    materiality: Annotated[
        str | None, typer.Option("--materiality", help="As a share of the total, such as 0.05.")
    ] = None,
    completed_on: Annotated[
        str | None, typer.Option("--completed-on", help="YYYY-MM-DD; today if left out.")
    ] = None,
    finding: FindingOption = None,
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
    """Sign a verification opinion about a footprint statement."""
    options = {
        "result": result,
        "level": level,
        "standard": standard,
        "materiality": materiality,
        "completedOn": completed_on,
        "findings": _findings(finding),
    }
    subject = members(given, options, None)
    subject.setdefault("standard", "notStated")
    subject.setdefault("completedOn", _today())
    if conflict:
        subject["conflictOfInterest"] = {"declaration": "exists", "statement": both(zh, en)}
    subject.setdefault("conflictOfInterest", {"declaration": "none"})
    signing = Signing(key, home, passphrase_file, out, yes, as_json)
    sign_and_submit(signing, lambda drafter: drafter.opinion(which, subject))


def certify(
    which: StatementArgument,
    key: KeyOption,
    number: Annotated[
        str | None, typer.Option("--number", help="Certificate number, not used before.")
    ] = None,
    basis: Annotated[
        str | None,
        typer.Option("--basis", help="The certification rule; notStated if left out."),
    ] = None,
    authorise: AuthoriseOption = None,
    lot: LotOption = None,
    unit: Annotated[
        str | None, typer.Option("--unit", help="Of the declared figure; else the statement's.")
    ] = None,
    scale: Annotated[
        int | None,
        typer.Option("--scale", min=0, max=18, help="Its places; else the statement's."),
    ] = None,
    until: UntilOption = None,
    supersedes: Annotated[
        str | None, typer.Option("--supersedes", help="The certificate that this one replaces.")
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
    """Sign a certificate of a footprint statement.

    Product, boundary and figure are the statement's; the certificate rests on every opinion that is
    logged. --zh and --en state conditions.
    """
    options = {
        "certificateNumber": number,
        "basis": basis,
        "authorised": _quantity(authorise),
        "lots": sorted(lot) if lot else None,
    }
    subject = members(given, options, ("conditions", zh, en))
    subject.setdefault("basis", "notStated")
    signing = Signing(key, home, passphrase_file, out, yes, as_json)
    sign_and_submit(
        signing,
        lambda drafter: drafter.certificate(
            which,
            subject,
            unit=unit,
            scale=scale,
            valid_from=now_text(),
            valid_until=until,
            supersedes=supersedes,
        ),
    )


def file(
    which: CertificateArgument,
    key: KeyOption,
    number: Annotated[
        str | None, typer.Option("--number", help="Filing number, not used before.")
    ] = None,
    decision: Annotated[
        Literal["filed", "refused"] | None, typer.Option("--decision", help="Your decision.")
    ] = None,
    received_on: Annotated[
        str | None, typer.Option("--received-on", help="YYYY-MM-DD; today if left out.")
    ] = None,
    system: Annotated[
        str | None, typer.Option("--system", help="The system in which it is on file.")
    ] = None,
    given: FromOption = None,
    out: OutOption = None,
    yes: YesOption = False,
    home: HomeOption = None,
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Sign the filing of a certificate, or its refusal."""
    options = {
        "filingNumber": number,
        "decision": decision,
        "receivedOn": received_on,
        "system": system,
    }
    subject = members(given, options, None)
    subject.setdefault("receivedOn", _today())
    signing = Signing(key, home, passphrase_file, out, yes, as_json)
    sign_and_submit(signing, lambda drafter: drafter.filing(which, subject))


def issue_label(
    which: CertificateArgument,
    key: KeyOption,
    number: Annotated[
        str | None, typer.Option("--number", help="Label number, not used before; without /.")
    ] = None,
    qr: Annotated[
        str | None, typer.Option("--qr", help="https address in the label's code.")
    ] = None,
    resolver: Annotated[
        str | None,
        typer.Option("--resolver", help="Make that address under this one, as GS1 Digital Link."),
    ] = None,
    product_id: Annotated[
        list[str] | None,
        typer.Option("--product-id", help="Of the certificate's ids; all if left out."),
    ] = None,
    authorise: AuthoriseOption = None,
    lot: LotOption = None,
    until: UntilOption = None,
    grade_zh: Annotated[str | None, typer.Option("--grade-zh", help="Grade, in Chinese.")] = None,
    grade_en: Annotated[str | None, typer.Option("--grade-en", help="Grade, in English.")] = None,
    given: FromOption = None,
    out: OutOption = None,
    yes: YesOption = False,
    home: HomeOption = None,
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Sign the issuance of a label under a filed certificate.

    Product, figure and boundary are the certificate's.
    """
    options = {
        "labelNumber": number,
        "productIds": sorted(product_id) if product_id else None,
        "qr": qr,
        "authorised": _quantity(authorise),
        "lots": sorted(lot) if lot else None,
    }
    subject = members(given, options, ("grade", grade_zh, grade_en))
    signing = Signing(key, home, passphrase_file, out, yes, as_json)
    sign_and_submit(
        signing,
        lambda drafter: drafter.label(which, subject, valid_until=until, resolver=resolver),
    )


def surveil(
    which: Annotated[
        str, typer.Argument(help="Certificate or label: number, content digest or log index.")
    ],
    key: KeyOption,
    result: Annotated[
        Literal["conforming", "nonconforming"] | None,
        typer.Option("--result", help="What was found."),
    ] = None,
    method: Annotated[
        Literal["documentReview", "siteInspection", "productTest", "verification"] | None,
        typer.Option("--method", help="How it was looked at."),
    ] = None,
    performed_on: Annotated[
        str | None, typer.Option("--performed-on", help="YYYY-MM-DD; today if left out.")
    ] = None,
    finding: FindingOption = None,
    zh: ZhOption = None,
    en: EnOption = None,
    given: FromOption = None,
    out: OutOption = None,
    yes: YesOption = False,
    home: HomeOption = None,
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Sign what a later look at a label found, or at its certificate.

    --zh and --en describe the sample.
    """
    options = {
        "result": result,
        "method": method,
        "performedOn": performed_on,
        "findings": _findings(finding),
    }
    subject = members(given, options, ("sample", zh, en))
    subject.setdefault("performedOn", _today())
    signing = Signing(key, home, passphrase_file, out, yes, as_json)
    sign_and_submit(signing, lambda drafter: drafter.surveillance(which, subject))


cbam_app = typer.Typer(
    help="Data for the EU border mechanism, apart.",
    no_args_is_help=True,
)


@cbam_app.command("submit")
def submit_cbam(
    subject_file: Annotated[
        Path, typer.Argument(metavar="FILE", help="TOML or JSON of the credentialSubject.")
    ],
    key: KeyOption,
    supersedes: Annotated[
        str | None, typer.Option("--supersedes", help="The data that these replace.")
    ] = None,
    out: OutOption = None,
    yes: YesOption = False,
    home: HomeOption = None,
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Sign and log an installation's data under the border mechanism's own boundary.

    They are never linked with a product footprint, nor computed from one.
    """
    from suyuan_ledger.footprint_desk.header import read_members  # noqa: PLC0415 - slow import

    subject = read_members(read_file(subject_file))
    signing = Signing(key, home, passphrase_file, out, yes, as_json)
    sign_and_submit(signing, lambda drafter: drafter.cbam(subject, supersedes))


def _findings(texts: list[str] | None) -> list[dict[str, Any]] | None:
    return [read_finding(text) for text in texts] if texts else None


def _quantity(text: str | None) -> dict[str, str] | None:
    if text is None:
        return None
    quantity, unit = split_option(text, " ", 2, "--authorise")
    return {"quantity": quantity, "unit": unit}


def _today() -> str:
    return now_text()[:10]
