"""Open the database so that "committed" means "on the disk".

SQLite runs in WAL mode with `synchronous=FULL`: a commit returns after its WAL frames are synced,
so power loss cannot take it back. A writer begins with `BEGIN IMMEDIATE`, so it holds the only
write lock before it reads what it decides on; a reader begins a plain transaction and sees one
snapshot. Every other engine uses its own transactions at SERIALIZABLE.

Nothing of the driver's own errors leaves this module: `write` and `read` turn them into
`StorageError`, after the transaction was rolled back.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlmodel import Session

from suyuan_ledger.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Connection, Engine

BUSY_TIMEOUT_MS = 10_000
# A record with its entry is 2 kB and a tile 8 kB. With 4 KiB pages both spill into chains of
# overflow pages; 16 KiB halve the cost of a row in a batch (benchmarks/ingestion.py).
PAGE_SIZE = 16_384
# Pages of the unique indexes are written again in every batch; copying them back less often than
# SQLite's default of 1,000 saves the same page from being copied many times.
WAL_AUTOCHECKPOINT_PAGES = 2_048
CACHE_KIB = 65_536
_WRITE = "suyuan_write"

# SQLite's own wording (sqlite3ErrStr); the driver gives no other stable name for a primary code.
_SQLITE_CODES = (
    ("database or disk is full", "store.full"),
    ("disk i/o error", "store.io"),
    ("readonly database", "store.readonly"),
    ("is locked", "store.busy"),
    ("malformed", "store.corrupt"),
    ("not a database", "store.corrupt"),
    ("unable to open", "store.open"),
)


def database_url(place: str | Path) -> URL:
    """Return the URL of a database: a URL as it is, a path as a SQLite file."""
    if isinstance(place, str) and "://" in place:
        return make_url(place)
    return URL.create("sqlite", database=str(place))


def storage_error(error: Exception) -> StorageError:
    """Name what the database said, by one of our codes."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    text = str(cause).lower()
    for phrase, code in _SQLITE_CODES:
        if phrase in text:
            return StorageError(code, found=cause)
    return StorageError("store.failed", found=f"{type(cause).__name__}: {cause}")


class Store:
    """The database of one log, shared by every thread of a process.

    Args:
        place: a path (SQLite) or a database URL.
        create: whether a SQLite file that is absent may be created.
        foreign_keys: off only while a migration rebuilds tables.

    Raises:
        StorageError: `store.open`, the file is absent and must not be created.
    """

    def __init__(
        self, place: str | Path, *, create: bool = True, foreign_keys: bool = True
    ) -> None:
        self.url = database_url(place)
        if not create and self._is_absent():
            raise StorageError("store.open", expected="a database", found=self.url.database)
        self.engine = _engine(self.url, foreign_keys=foreign_keys)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that sees one snapshot and changes nothing.

        Raises:
            StorageError: the database cannot be read.
        """
        with self._connection(write=False) as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give a connection that holds the write lock; commit at the end, roll back on any error.

        Raises:
            StorageError: nothing of the transaction was stored.
        """
        with self._connection(write=True) as connection:
            yield connection

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Give an ORM session inside `write`, for code off the hot path.

        Raises:
            StorageError: nothing of the transaction was stored.
        """
        with self._connection(write=True) as connection, Session(bind=connection) as session:
            yield session
            session.flush()

    @contextmanager
    def _connection(self, *, write: bool) -> Iterator[Connection]:
        try:
            with self.engine.connect() as raw:
                connection = raw.execution_options(**{_WRITE: write})
                with connection.begin():
                    yield connection
        except SQLAlchemyError as error:
            raise storage_error(error) from error

    def _is_absent(self) -> bool:
        """Tell whether a SQLite file is not there; opening it would leave an empty one behind."""
        name = self.url.database
        return self.url.get_backend_name() == "sqlite" and (name is None or not Path(name).exists())

    def close(self) -> None:
        """Close every pooled connection; SQLite then folds its WAL into the file."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _engine(url: URL, *, foreign_keys: bool) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, isolation_level="SERIALIZABLE")
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: object) -> None:
        # The driver would open transactions by itself, deferred, and leave DDL outside them.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            f"page_size = {PAGE_SIZE}",
            "journal_mode = WAL",
            "synchronous = FULL",
            f"foreign_keys = {'ON' if foreign_keys else 'OFF'}",
            f"busy_timeout = {BUSY_TIMEOUT_MS}",
            f"wal_autocheckpoint = {WAL_AUTOCHECKPOINT_PAGES}",
            f"cache_size = -{CACHE_KIB}",
            "trusted_schema = OFF",
            "cell_size_check = ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        write = connection.get_execution_options().get(_WRITE, True)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine
