"""The tables, plain enough for SQLite and PostgreSQL alike.

Conventions, so that a row reads the same in both engines:

- hashes of the log (digests, leaves, roots) are 32 raw bytes; what belongs to the EVM (addresses,
  transaction, block and code hashes) is text, `0x` and lower-case hex;
- `time` columns are whole seconds since 1970-01-01T00:00:00Z; times that a signed record states
  are kept as the text it states;
- amounts that may exceed 63 bits (wei) are decimal text;
- `table=True` classes skip validation, so only the store's own modules write rows, from values
  that were checked before.
"""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    Integer,
    LargeBinary,
    MetaData,
    text,
)
from sqlalchemy import Index as TableIndex
from sqlmodel import Field, SQLModel, UniqueConstraint

# On SQLite only a column declared INTEGER PRIMARY KEY is the row's own address; BIGINT would cost
# a second index. On PostgreSQL INTEGER would end at 2^31.
Int64 = BigInteger().with_variant(Integer(), "sqlite")
Hash = LargeBinary(32)

DIGEST_SIZE = 32
WAITING = " OR ".join(
    f"kind = '{kind}'" for kind in ("FootprintStatement", "Certificate", "LabelIssuance")
)
"""Kinds on which something else follows: an opinion, a filing, surveillance."""
OUTBOX_STATES = ("pending", "covered")
TX_STATES = ("signed", "sent", "mined", "final", "replaced", "dropped")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    """Write the SQL condition that `column` is one of `values`, which are our own literals."""
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class Table(SQLModel):
    """Base of every table: one metadata of our own, with names that migrations can refer to."""

    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Record(Table, table=True):
    """One logged record: its canonical bytes and the log entry that commits to them.

    Attributes:
        index: position in the log, which is also the leaf's position in the tree.
        content: SHA-256 of the JCS bytes without `proof`; unique, two entries never share it.
        envelope: SHA-256 of `body`.
        record_id: the record's `id`; unique together with the issuer.
        issuer: `issuer.id`, a did:key.
        kind: second member of `type`.
        body: JCS bytes of the record with its proof, exactly as they are served.
        entry: JCS bytes of the log entry; the leaf is the hash of these.
        time: when the log integrated the record, non-decreasing by index.
    """

    __tablename__ = "record"
    __table_args__ = (
        UniqueConstraint("issuer", "record_id"),
        # Of the few kinds that inboxes go through, so that an import of factors pays nothing.
        TableIndex(
            "ix_record_waiting_kind",
            "kind",
            "index",
            sqlite_where=text(WAITING),
            postgresql_where=text(WAITING),
        ),
    )

    index: int = Field(primary_key=True, sa_type=Int64, sa_column_kwargs={"autoincrement": False})
    content: bytes = Field(sa_type=Hash, unique=True)
    envelope: bytes = Field(sa_type=Hash)
    record_id: str
    issuer: str
    kind: str
    body: bytes
    entry: bytes
    time: int = Field(sa_type=Int64)


class Link(Table, table=True):
    """One link of a record, so that the provenance graph can be walked backwards."""

    __tablename__ = "link"
    __table_args__: ClassVar[Any] = {"sqlite_with_rowid": False}

    source_index: int = Field(primary_key=True, sa_type=Int64, foreign_key="record.index")
    rel: str = Field(primary_key=True)
    target: bytes = Field(primary_key=True, sa_type=Hash, index=True)


class Tile(Table, table=True):
    """One tile of the tree (C2SP tlog-tiles): 256 hashes, fewer in the last one of a level."""

    __tablename__ = "tile"

    level: int = Field(primary_key=True, sa_type=Integer)
    index: int = Field(primary_key=True, sa_type=Int64)
    data: bytes


class LogHead(Table, table=True):
    """The single row that a writer advances by compare-and-swap on `size`; a fork fails here."""

    __tablename__ = "log_head"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: int = Field(default=1, primary_key=True, sa_column_kwargs={"autoincrement": False})
    size: int = Field(sa_type=Int64)
    root: bytes = Field(sa_type=Hash)
    note: bytes
    time: int = Field(sa_type=Int64)


class Checkpoint(Table, table=True):
    """A checkpoint that the log signed and may have published: (size, root) and the signed note."""

    __tablename__ = "checkpoint"

    size: int = Field(primary_key=True, sa_type=Int64, sa_column_kwargs={"autoincrement": False})
    root: bytes = Field(sa_type=Hash)
    note: bytes
    time: int = Field(sa_type=Int64)


class AnchorOutbox(Table, table=True):
    """A checkpoint that waits for its anchor; written in the transaction of the checkpoint itself.

    Attributes:
        state: `pending`, or `covered` once an anchor of this or a greater size is final.
    """

    __tablename__ = "anchor_outbox"
    __table_args__ = (
        CheckConstraint(_one_of("state", OUTBOX_STATES), name="state"),
        TableIndex("ix_anchor_outbox_state_size", "state", "size"),
    )

    size: int = Field(
        primary_key=True,
        sa_type=Int64,
        foreign_key="checkpoint.size",
        sa_column_kwargs={"autoincrement": False},
    )
    root: bytes = Field(sa_type=Hash)
    created_time: int = Field(sa_type=Int64)
    state: str = "pending"


class Contract(Table, table=True):
    """A contract instance that this log anchors or has anchored in.

    Attributes:
        predecessor: the instance it goes on from, if any.
        last_index: last anchor of the predecessor that it accepts, if any.
        code_hash: keccak-256 of the runtime code found at deployment.
        active: whether new anchors go here; at most one row says so.
    """

    __tablename__ = "contract"

    chain_id: int = Field(
        primary_key=True, sa_type=Int64, sa_column_kwargs={"autoincrement": False}
    )
    address: str = Field(primary_key=True)
    predecessor: str | None = None
    last_index: int | None = Field(default=None, sa_type=Int64)
    deployed_block: int = Field(sa_type=Int64)
    code_hash: str
    active: bool


class AnchorTx(Table, table=True):
    """The sender's journal: a transaction is written here, durably, before it is broadcast.

    Attributes:
        old_size: head size that the transaction compares with.
        proof: consistency proof from `old_size` to `size`, as base64 strings.
        sender: address whose nonce this is.
        raw: the signed transaction; the same bytes are sent again after a reorganisation.
        gas_price: for a legacy transaction, in wei; None for EIP-1559.
        max_fee_per_gas: for an EIP-1559 transaction, in wei; None for legacy.
        max_priority_fee_per_gas: likewise.
    """

    __tablename__ = "anchor_tx"
    __table_args__ = (
        CheckConstraint(_one_of("state", TX_STATES), name="state"),
        TableIndex("ix_anchor_tx_state", "state"),
    )

    id: int | None = Field(default=None, primary_key=True)
    contract: str
    chain_id: int = Field(sa_type=Int64)
    old_size: int = Field(sa_type=Int64)
    size: int = Field(sa_type=Int64)
    root: bytes = Field(sa_type=Hash)
    proof: list[str] = Field(sa_column=Column(JSON, nullable=False))
    sender: str
    nonce: int = Field(sa_type=Int64)
    raw: bytes
    tx_hash: str = Field(unique=True)
    gas_limit: str
    gas_price: str | None = None
    max_fee_per_gas: str | None = None
    max_priority_fee_per_gas: str | None = None
    created_time: int = Field(sa_type=Int64)
    state: str = "signed"
    block_number: int | None = Field(default=None, sa_type=Int64)
    block_hash: str | None = None


class Anchor(Table, table=True):
    """An anchor seen in a contract's storage; `final` once its block can no longer be undone."""

    __tablename__ = "anchor"

    chain_id: int = Field(
        primary_key=True, sa_type=Int64, sa_column_kwargs={"autoincrement": False}
    )
    contract: str = Field(primary_key=True)
    anchor_index: int = Field(
        primary_key=True, sa_type=Int64, sa_column_kwargs={"autoincrement": False}
    )
    size: int = Field(sa_type=Int64, index=True)
    root: bytes = Field(sa_type=Hash)
    block_number: int = Field(sa_type=Int64)
    block_hash: str
    time: int = Field(sa_type=Int64)
    tx_hash: str | None = None
    final: bool


class Enrolment(Table, table=True):
    """What an accepted Enrolment record grants, indexed for the check at the door.

    Derived from the record at the same index; `fsck` compares the two.

    Attributes:
        subject_did: the enrolled key.
        issuer_did: the root or registrar that enrolled it.
        registered_id: the organisation, by its 18-character code.
        name: the organisation's name.
        name_zh: the organisation's Chinese name.
        person_id: opaque id of the person behind the key, if stated.
        roles: granted roles, sorted.
        scope: the record's `scope` member.
        not_before: first instant of validity, as the record states it.
        not_after: last instant of validity, as the record states it.
        parent_group_id: code of the group that the organisation belongs to, if stated.
    """

    __tablename__ = "enrolment"

    index: int = Field(
        primary_key=True,
        sa_type=Int64,
        foreign_key="record.index",
        sa_column_kwargs={"autoincrement": False},
    )
    subject_did: str = Field(index=True)
    issuer_did: str = Field(index=True)
    registered_id: str
    name: str
    name_zh: str
    person_id: str | None = None
    roles: list[str] = Field(sa_column=Column(JSON, nullable=False))
    scope: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    not_before: str
    not_after: str
    parent_group_id: str | None = None


class Meta(Table, table=True):
    """Facts about the log itself: `origin`, `vkey`, `roots` (JSON array of did:key)."""

    __tablename__ = "meta"

    key: str = Field(primary_key=True)
    value: str
