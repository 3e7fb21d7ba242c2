"""Commands that write what leaves the ledger: bundles and trust policies."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import orjson
import typer

from suyuan_ledger.cli.chain import client_of, finality_of
from suyuan_ledger.cli.context import (
    HomeOption,
    JsonOption,
    note,
    opened,
    progress,
    read_json,
    settings_of,
    show,
    write_file,
)
from suyuan_ledger.errors import RefusedError

if TYPE_CHECKING:
    from suyuan_ledger.anchor.evidence import Evidence
    from suyuan_ledger.export.disclose import Disclosures
    from suyuan_ledger.export.evidence import EvidenceSource
    from suyuan_ledger.service import Ledger
    from suyuan_ledger.store.repository import StoredRecord

FACTOR_KIND = "FactorSubmission"

trust_app = typer.Typer(help="Write trust policies for verifying parties.", no_args_is_help=True)


def bundle(
    which: Annotated[
        list[str] | None,
        typer.Argument(
            help="Content digests, log indexes, factor codes, or numbers of admissions, "
            "certificates, filings or labels."
        ),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="One bundle per factor submission.")] = False,
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the bundles.")] = Path(),
    at_block: Annotated[
        int | None,
        typer.Option(
            "--at-block", min=0, help="Prove the anchor at this block.", show_default=False
        ),
    ] = None,
    unanchored: Annotated[
        bool, typer.Option("--unanchored", help="Ask no chain: bundles without an anchor.")
    ] = False,
    disclosures: Annotated[
        list[Path] | None,
        typer.Option("--disclosures", help="A holder's file of sealed figures; may be repeated."),
    ] = None,
    disclose: Annotated[
        str | None,
        typer.Option(
            "--disclose",
            help="What of the files is disclosed: all, none, or ids of line items with commas.",
            show_default=False,
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite existing files.")] = False,
    home: HomeOption = None,
) -> None:
    """Write bundles: one file each that proves a record offline."""
    from suyuan_ledger.export.bundle import SUFFIX, export_bundle  # noqa: PLC0415 - slow import
    from suyuan_ledger.export.evidence import EvidenceSource  # noqa: PLC0415

    settings = settings_of(home)
    chosen = _disclosed(disclosures or [], disclose)
    with opened(home) as ledger:
        subjects = _subjects(ledger, which or [], every=every)
        evidence = (
            None
            if unanchored
            else EvidenceSource(ledger.store, client_of(settings), finality_of(settings), at_block)
        )
        for name, record in progress(subjects.items(), len(subjects), "bundles"):
            anchor = _anchor(ledger, evidence, record.index) if evidence else None
            data = export_bundle(ledger, record.content, anchor, chosen)
            write_file(out / f"{name}{SUFFIX}", data, force=force)
        _warn(ledger, chosen)
    count = len(subjects)
    note(
        f"{count} bundle{'' if count == 1 else 's'} written to {out}",
        f"已将 {count} 个证明包写入 {out}",
    )
    if subjects:
        command = f"suyuan-verify {out / next(iter(subjects))}{SUFFIX} --trust TRUST.json"
        note(f"verify: {command}", f"验证：{command}")


@trust_app.command("export")
def export(
    out: Annotated[Path, typer.Option("--out", "-o", help="Policy file to write.")],
    pin_block: Annotated[
        int | None,
        typer.Option("--pin-block", min=0, help="Block to pin; the newest final one if left out."),
    ] = None,
    online: Annotated[
        bool, typer.Option("--online", help="Accept --rpc endpoints as well.")
    ] = False,
    sealed: Annotated[
        bool,
        typer.Option(
            "--accept-sealed", help="Accept sealed figures where a verified opinion covers them."
        ),
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a trust policy: keys, contracts and one pinned block.

    A proposal: whoever relies on it compares root keys, log key, contract and block hash by
    another channel first.
    """
    from suyuan_ledger.anchor.register import contracts  # noqa: PLC0415 - slow imports
    from suyuan_ledger.export.evidence import EvidenceSource  # noqa: PLC0415
    from suyuan_ledger.export.trust import PinnedBlock, export_trust  # noqa: PLC0415

    settings = settings_of(home)
    with opened(home) as ledger:
        source = EvidenceSource(ledger.store, client_of(settings), finality_of(settings), pin_block)
        pinned = PinnedBlock(settings.chain_id, source.block, source.block_hash())
        data = export_trust(ledger, contracts(ledger.store), [pinned], online=online, sealed=sealed)
        write_file(out, data, force=force)
        value = orjson.loads(data)
        show(
            {
                "trust": str(out),
                "roots": ", ".join(ledger.roots),
                "log": ledger.vkey,
                "block": f"{pinned.number} {pinned.hash}",
                "ruleSets": len(value["ruleSets"]),
                "requiredSteps": ", ".join(str(step) for step in value["requiredSteps"]),
                "maxStatusAge": value["maxStatusAge"],
            },
            as_json=as_json,
        )


def _anchor(ledger: Ledger, evidence: EvidenceSource, index: int) -> Evidence:
    """Choose the anchor to prove a record with.

    The first one that covers it says earliest that it existed. Where the log publishes status
    lists, the newest one counts: the newest list and the newest events are under it.
    """
    from suyuan_ledger.store.by_role import find_newest_list  # noqa: PLC0415 - slow import

    with ledger.store.read() as connection:
        listed = find_newest_list(connection, ledger.checkpoint().size)
    return evidence.covering(index) if listed is None else evidence.newest(index)


def _subjects(ledger: Ledger, which: list[str], *, every: bool) -> dict[str, StoredRecord]:
    """Find the records that were named, by file name."""
    if every == bool(which):
        raise RefusedError(
            "bundle.which",
            expected="digests, indexes or factor codes, or --all alone",
            found="--all and names" if every else "nothing",
        )
    if every:
        return {_name(record): record for record in ledger.records() if record.kind == FACTOR_KIND}
    found = {}
    for text in which:
        for record in _find(ledger, text):
            found[_name(record)] = record
    return found


def _find(ledger: Ledger, text: str) -> list[StoredRecord]:
    from suyuan_ledger.recall.which import find_named  # noqa: PLC0415 - slow imports
    from suyuan_ledger.store import repository  # noqa: PLC0415

    with ledger.store.read() as connection:
        named = find_named(connection, text)
        records = [repository.find_record(connection, index) for index in sorted(named.indexes)]
        records += [repository.find_content(connection, content) for content in named.contents]
    good = [record for record in records if record is not None]
    if not good:
        raise RefusedError("bundle.unknown", found=text)
    return good


def _disclosed(files: list[Path], disclose: str | None) -> list[Disclosures]:
    """Read the holder's files and choose what of them goes into every bundle."""
    if not files and disclose in (None, "none"):
        return []
    from suyuan_ledger.export.disclose import choose  # noqa: PLC0415 - slow imports
    from suyuan_ledger.footprint_desk.disclosures import read_disclosures  # noqa: PLC0415

    listed = []
    for path in files:
        private = read_json(path)
        by_item = read_disclosures(private)
        listed.append((str(private["statement"]), by_item))
    if disclose is None:
        raise RefusedError("disclosures.item", expected="--disclose all, none or ids", found="none")
    return choose(listed, disclose)


def _warn(ledger: Ledger, chosen: list[Disclosures]) -> None:
    """Tell the holder where what stays sealed follows from what was disclosed."""
    if not chosen:
        return
    from suyuan_ledger.export.disclose import given_away  # noqa: PLC0415 - slow imports

    records = [ledger.record(one.statement) for one in chosen]
    for digest in given_away(chosen, [record for record in records if record is not None]):
        note(
            f"{digest}: a subtotal gives away a line item that stays sealed",
            f"{digest}：未披露的行可由小计推算得出",
        )


def _name(record: StoredRecord) -> str:
    """Name a bundle's file: the log index makes it unique, the factor code tells a person."""
    if record.kind != FACTOR_KIND:
        return f"{record.index:06}-{record.kind}"
    return f"{record.index:06}-{_factor_code(record)}"


def _factor_code(record: StoredRecord) -> str:
    code: str = orjson.loads(record.body)["credentialSubject"]["factorCode"]
    return code
