"""Where recall and audit read the log: the ledger's own database, or anybody's mirror."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from suyuan_ledger.cli.context import opened, read_file
from suyuan_ledger.errors import LedgerError, RefusedError
from suyuan_ledger.log.checkpoint import Checkpoint, open_checkpoint
from suyuan_ledger.log.note import parse_vkey
from suyuan_ledger.log.public_log import DatabaseLog, MirrorLog, PublicLog

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from suyuan_ledger.service import Ledger

MirrorOption = Annotated[
    Path | None,
    typer.Option("--mirror", help="Folder of a mirror, instead of a ledger.", show_default=False),
]
VkeyOption = Annotated[
    str | None,
    typer.Option("--vkey", help="The log's key, as a trust policy names it.", show_default=False),
]
TrustOption = Annotated[
    Path | None,
    typer.Option(
        "--trust", help="Trust policy that names the log's key and roots.", show_default=False
    ),
]


@dataclass(frozen=True, slots=True)
class Source:
    """A log whose newest checkpoint is verified.

    Attributes:
        log: its entries and bodies.
        checkpoint: its newest checkpoint.
        roots: root authorities (did, from index, until index), None if nobody named one.
        ledger: the ledger, None for a mirror.
        connection: the snapshot that `log` reads, None for a mirror.
    """

    log: PublicLog
    checkpoint: Checkpoint
    roots: list[tuple[str, int, int | None]] | None
    ledger: Ledger | None = None
    connection: Connection | None = None


@contextmanager
def public_source(
    home: Path | None, mirror: Path | None, vkey: str | None, trust: Path | None
) -> Iterator[Source]:
    """Open a log and verify its checkpoint.

    Raises:
        RefusedError: `public.key` if nobody said whose signature counts, `public.policy`, or a
            `note.*` or `checkpoint.*` code.
        StorageError: `public.absent`.
    """
    if mirror is None:
        with opened(home) as ledger, ledger.store.read() as connection:
            log = DatabaseLog(connection)
            checkpoint = open_checkpoint(log.note(), parse_vkey(vkey or ledger.vkey))
            roots: list[tuple[str, int, int | None]] = [(did, 0, None) for did in ledger.roots]
            yield Source(log, checkpoint, roots, ledger, connection)
        return
    source = MirrorLog(mirror)
    if vkey is not None:
        yield Source(source, open_checkpoint(source.note(), parse_vkey(vkey)), _roots(trust))
    elif trust is not None:
        yield Source(source, _open_by_policy(source.note(), trust), _roots(trust))
    else:
        raise RefusedError("public.key", expected="--vkey or --trust", found="neither")


def _open_by_policy(note: bytes, trust: Path) -> Checkpoint:
    """Open a checkpoint with the key that a policy names for its size."""
    problem: LedgerError = RefusedError("public.key", expected="a log key", found="none")
    for row in _policy(trust)["log"]["keys"]:
        try:
            checkpoint = open_checkpoint(note, parse_vkey(row["vkey"]))
        except LedgerError as error:
            problem = error
            continue
        until = row["untilSize"]
        if row["fromSize"] <= checkpoint.size and (until is None or checkpoint.size < until):
            return checkpoint
        problem = RefusedError("public.key", expected="a key for this size", found=checkpoint.size)
    raise problem


def _roots(trust: Path | None) -> list[tuple[str, int, int | None]] | None:
    if trust is None:
        return None
    return [(row["did"], row["fromIndex"], row["untilIndex"]) for row in _policy(trust)["roots"]]


def _policy(path: Path) -> dict[str, Any]:
    """Read a trust policy, held to its form by the verifier's own reading."""
    from suyuan_verifier import parse_policy  # noqa: PLC0415 - only where one is named
    from suyuan_verifier.errors import VerifierError  # noqa: PLC0415

    data = read_file(path)
    try:
        parse_policy(data)
    except VerifierError as error:
        raise RefusedError("public.policy", pointer=str(path), found=error.code) from None
    value: dict[str, Any] = json.loads(data)
    return value
