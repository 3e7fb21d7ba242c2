"""`suyuan export`: views of a bundle in formats of other systems (docs/spec/views.md)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from suyuan_ledger.cli.context import (
    JsonOption,
    PassphraseOption,
    note,
    read_file,
    show,
    signer_of,
    write_file,
)

if TYPE_CHECKING:
    from suyuan_ledger.exchange.dossier import Dossier

app = typer.Typer(
    help="Write views of a bundle: PACT, UNTP, CBAM, openLCA, CSV.", no_args_is_help=True
)

BundleArgument = Annotated[Path, typer.Argument(help="The bundle; it is verified first.")]
TrustOption = Annotated[Path, typer.Option("--trust", help="Trust policy to verify it under.")]
OutOption = Annotated[Path, typer.Option("--out", "-o", help="File to write.")]
ForceOption = Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")]
KeyOption = Annotated[str, typer.Option("--key", help="Key URI of the record's signer.")]
IssuerOption = Annotated[
    str,
    typer.Option(
        "--issuer",
        envvar="SUYUAN_ISSUER",
        help="The signer's did:web (else SUYUAN_ISSUER).",
    ),
]


@app.command()
def pact(
    bundle: BundleArgument,
    trust: TrustOption,
    out: OutOption,
    standard: Annotated[
        list[str] | None,
        typer.Option("--standard", help="A crossSectoralStandards value of PACT; may be repeated."),
    ] = None,
    fossil_carbon_content: Annotated[
        str | None,
        typer.Option(
            "--fossil-carbon-content",
            help="kg of fossil carbon in the product per declared unit; PACT asks, no record says.",
        ),
    ] = None,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Write a footprint as a PACT v3 ProductFootprint."""
    from suyuan_ledger.exchange.pact import PactFacts, write_pact  # noqa: PLC0415 - slow import

    facts = PactFacts.read(fossil_carbon_content, standard or ())
    _write(bundle, trust, out, lambda held: write_pact(held, facts), force=force, as_json=as_json)


@app.command("untp-dpp")
def untp_dpp(
    bundle: BundleArgument,
    trust: TrustOption,
    out: OutOption,
    key: KeyOption,
    issuer: IssuerOption,
    force: ForceOption = False,
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a footprint as a UNTP product passport, signed with the producer's key."""
    from suyuan_ledger.exchange.token import write_passport  # noqa: PLC0415 - slow import

    signer = signer_of(key, passphrase_file)
    _write(
        bundle,
        trust,
        out,
        lambda held: write_passport(held, issuer, signer),
        force=force,
        as_json=as_json,
    )


@app.command("untp-dcc")
def untp_dcc(
    bundle: BundleArgument,
    trust: TrustOption,
    out: OutOption,
    key: KeyOption,
    issuer: IssuerOption,
    force: ForceOption = False,
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a certificate as a UNTP conformity credential, signed with the certifier's key."""
    from suyuan_ledger.exchange.token import write_conformity  # noqa: PLC0415 - slow import

    signer = signer_of(key, passphrase_file)
    _write(
        bundle,
        trust,
        out,
        lambda held: write_conformity(held, issuer, signer),
        force=force,
        as_json=as_json,
    )


@app.command()
def cbam(
    bundle: BundleArgument,
    trust: TrustOption,
    out: OutOption,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Write an installation's CBAM data, a series of its own: nothing is converted."""
    from suyuan_ledger.exchange.cbam import write_cbam  # noqa: PLC0415 - slow import

    _write(bundle, trust, out, write_cbam, force=force, as_json=as_json)


@app.command()
def openlca(
    bundle: BundleArgument,
    trust: TrustOption,
    out: OutOption,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Write the admitted factors of a bundle as a zip archive for openLCA."""
    from suyuan_ledger.exchange.openlca import write_openlca  # noqa: PLC0415 - slow import

    _write(bundle, trust, out, write_openlca, force=force, as_json=as_json)


@app.command("items-csv")
def items_csv(
    bundle: BundleArgument,
    trust: TrustOption,
    out: OutOption,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Write the line items of a footprint as CSV."""
    from suyuan_ledger.exchange.tables import write_items  # noqa: PLC0415 - slow import

    _write(bundle, trust, out, write_items, force=force, as_json=as_json)


@app.command("factors-csv")
def factors_csv(
    bundle: BundleArgument,
    trust: TrustOption,
    out: OutOption,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Write the admitted factors of a bundle as CSV."""
    from suyuan_ledger.exchange.tables import write_factors  # noqa: PLC0415 - slow import

    _write(bundle, trust, out, write_factors, force=force, as_json=as_json)


@app.command()
def did(
    out: OutOption,
    key: KeyOption,
    issuer: IssuerOption,
    force: ForceOption = False,
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the DID document that the holder of a did:web has to serve for UNTP tokens."""
    from suyuan_ledger.exchange.did_web import write_did_document  # noqa: PLC0415 - slow import

    signer = signer_of(key, passphrase_file)
    write_file(out, write_did_document(issuer, signer.did), force=force)
    show({"issuer": issuer, "key": signer.did, "document": str(out)}, as_json=as_json)


def _write(
    bundle: Path,
    trust: Path,
    out: Path,
    project: Callable[[Dossier], bytes],
    *,
    force: bool,
    as_json: bool,
) -> None:
    """Verify a bundle, project it, and write the view.

    Raises:
        RefusedError: `export.bundle` if the bundle is not valid, or what the view refuses.
    """
    from suyuan_verifier import Verdict  # noqa: PLC0415 - slow import

    from suyuan_ledger.exchange.dossier import open_dossier  # noqa: PLC0415 - slow import

    held, report = open_dossier(read_file(bundle), read_file(trust), datetime.now(UTC))
    if report.verdict is not Verdict.VALID:
        note(
            f"the bundle is {report.verdict.value}: the view is no better",
            f"证明包为 {report.verdict.value}，导出的视图亦然",
        )
    write_file(out, project(held), force=force)
    show({"view": str(out), "record": held.subject.digest}, as_json=as_json)
    note(f"check: suyuan-verify {bundle} --trust {trust} --view {out}")
