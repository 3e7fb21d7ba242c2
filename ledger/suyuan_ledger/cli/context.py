"""What the commands share: the opened ledger, keys, output, and the one place errors are shown.

The database layer takes more than a second to import, so that it is loaded only by the commands
that open a ledger, at the moment they do.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO, TypeVar

import typer

from suyuan_ledger.errors import KeyAccessError, LedgerError, RefusedError
from suyuan_ledger.keys.passphrase import passphrase_source
from suyuan_ledger.keys.signer import Signer, open_signer
from suyuan_ledger.settings import Settings, load_settings
from suyuan_ledger.words import PROGRESS_NAMES, RESULT_NAMES

if TYPE_CHECKING:
    from suyuan_ledger.service import Ledger

Item = TypeVar("Item")
# More digits than a database's integer has.
_INDEX_DIGITS = 18

HomeOption = Annotated[
    Path | None,
    typer.Option(
        "--home", help="Folder of the ledger (SUYUAN_HOME, else .suyuan).", show_default=False
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object for scripts.")]
PassphraseOption = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file",
        help="File whose first line opens the key (else SUYUAN_PASSPHRASE, else asked).",
        show_default=False,
    ),
]


def settings_of(home: Path | None) -> Settings:
    """Read the settings of a home."""
    return load_settings(home)


@contextmanager
def opened(
    home: Path | None, *, write: bool = False, passphrase_file: Path | None = None
) -> Iterator[Ledger]:
    """Open the ledger of a home, with the log's key if something is to be written."""
    from suyuan_ledger.service import Ledger  # noqa: PLC0415 - see above

    settings = load_settings(home)
    require_database(settings)
    signer = signer_of(settings.log_key_uri, passphrase_file) if write else None
    with Ledger.open(settings.database_place, signer=signer) as ledger:
        yield ledger


def require_database(settings: Settings) -> None:
    """Refuse to open what `suyuan init` has not made.

    Raises:
        RefusedError: `ledger.absent`.
    """
    place = settings.database_place
    if isinstance(place, Path) and not place.exists():
        raise RefusedError("ledger.absent", found=str(settings.home))


def signer_of(uri: str, passphrase_file: Path | None) -> Signer:
    """Open a signing key."""
    return open_signer(uri, passphrase_source(passphrase_file, key=uri))


def issuer_of(ledger: Ledger, signer: Signer) -> dict[str, str]:
    """Return the `issuer` member of a key that is enrolled, or of a root authority's key."""
    from suyuan_ledger.store import repository  # noqa: PLC0415 - see above

    with ledger.store.read() as connection:
        grants = repository.read_grants(connection, signer.did)
    if grants:
        return {"id": signer.did, "name": grants[-1].name, "nameZh": grants[-1].name_zh}
    raise KeyAccessError("key.not_enrolled", found=signer.did)


def index_of(text: str) -> int | None:
    """Read a log index, None if the text is none."""
    if not (text.isascii() and text.isdecimal()) or len(text) > _INDEX_DIGITS:
        return None
    return int(text)


def now_text() -> str:
    """Return the time as records write it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_file(path: Path) -> bytes:
    """Read an input file.

    Raises:
        RefusedError: `file.read`.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise RefusedError("file.read", pointer=str(path), found=error.strerror) from None


def read_json(path: Path) -> Any:
    """Read a JSON file of our own user's, for example an organisation's description.

    Raises:
        RefusedError: `file.read`, `file.json`.
    """
    try:
        return json.loads(read_file(path))
    except (ValueError, RecursionError):
        raise RefusedError("file.json", pointer=str(path)) from None


def write_file(path: Path, data: bytes, *, force: bool = False) -> None:
    """Write an output file, never over an existing one unless asked to.

    Raises:
        RefusedError: `file.exists`, `file.write`.
    """
    make_folder(path.parent)
    try:
        with path.open("wb" if force else "xb") as stream:
            _write_whole(path, stream, data)
    except FileExistsError:
        raise RefusedError("file.exists", pointer=str(path)) from None
    except OSError as error:
        raise RefusedError("file.write", pointer=str(path), found=error.strerror) from None


def make_folder(path: Path) -> None:
    """Make a folder and those above it, if they are not there.

    Raises:
        RefusedError: `file.write`.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RefusedError("file.write", pointer=str(path), found=error.strerror) from None


def _write_whole(path: Path, stream: BinaryIO, data: bytes) -> None:
    try:
        stream.write(data)
        stream.flush()
    except OSError:
        # Half a file would stand in the way of the next attempt.
        path.unlink(missing_ok=True)
        raise


def show(value: dict[str, Any], *, as_json: bool) -> None:
    """Print a result: one JSON object for scripts, else a line per member."""
    if as_json:
        typer.echo(json.dumps(value, ensure_ascii=False, sort_keys=True))
        return
    if language() == "zh":
        for name, member in value.items():
            typer.echo(f"{RESULT_NAMES.get(name, name)}：{_plain(member, '是', '否', '无')}")
        return
    width = max((len(name) for name in value), default=0)
    for name, member in value.items():
        typer.echo(f"{name:<{width}}  {_plain(member, 'yes', 'no', 'none')}")


def _plain(member: object, yes: str, no: str, none: str) -> object:
    if isinstance(member, bool):
        return yes if member else no
    return none if member in ("", None) else member


def language() -> str:
    """Return the language of notes and errors: `zh` if SUYUAN_LANG says so, else `en`."""
    return "zh" if os.environ.get("SUYUAN_LANG", "").lower().startswith("zh") else "en"


def note(en: str, zh: str | None = None) -> None:
    """Say something to the person, beside the result."""
    typer.echo(en if zh is None or language() == "en" else zh, err=True)


def progress(items: Iterable[Item], total: int | None, label: str) -> Iterator[Item]:
    """Pass items on, with a progress bar on a terminal and in silence elsewhere."""
    if not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console  # noqa: PLC0415 - only where it is shown
    from rich.progress import track  # noqa: PLC0415

    yield from track(items, description=_label(label), total=total, console=Console(stderr=True))


@contextmanager
def progress_callback(label: str) -> Iterator[Callable[[int, int], None]]:
    """Give a callback for (done, in all) that draws a bar on a terminal and nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.console import Console  # noqa: PLC0415 - only where it is shown
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task(_label(label))
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _label(name: str) -> str:
    return PROGRESS_NAMES.get(name, name) if language() == "zh" else name


def complain(error: LedgerError) -> None:
    """Show an error the way every command does: what, then what to do."""
    lang = language()
    note(f"suyuan: error: {error.text(lang)}", f"suyuan: 错误：{error.text(lang)}")
    give_hint(error, "suyuan: ")


def give_hint(error: LedgerError, prefix: str) -> None:
    """Say what to do about an error, if anything helps."""
    hint = error.hint(language())
    if hint:
        note(f"{prefix}hint: {hint}", f"{prefix}提示：{hint}")
