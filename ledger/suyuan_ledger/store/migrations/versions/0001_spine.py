"""The tables of the spine: records, tree, checkpoints, outbox, anchors, enrolments.

Revision ID: 0001
Revises: nothing
"""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INT64 = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
HASH = sa.LargeBinary(length=32)
TEXT = sqlmodel.AutoString()


def upgrade() -> None:
    op.create_table(
        "anchor",
        sa.Column("chain_id", INT64, autoincrement=False, nullable=False),
        sa.Column("contract", TEXT, nullable=False),
        sa.Column("anchor_index", INT64, autoincrement=False, nullable=False),
        sa.Column("size", INT64, nullable=False),
        sa.Column("root", HASH, nullable=False),
        sa.Column("block_number", INT64, nullable=False),
        sa.Column("block_hash", TEXT, nullable=False),
        sa.Column("time", INT64, nullable=False),
        sa.Column("tx_hash", TEXT, nullable=True),
        sa.Column("final", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("chain_id", "contract", "anchor_index", name="pk_anchor"),
    )
    with op.batch_alter_table("anchor") as batch_op:
        batch_op.create_index("ix_anchor_size", ["size"], unique=False)

    op.create_table(
        "anchor_tx",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract", TEXT, nullable=False),
        sa.Column("chain_id", INT64, nullable=False),
        sa.Column("old_size", INT64, nullable=False),
        sa.Column("size", INT64, nullable=False),
        sa.Column("root", HASH, nullable=False),
        sa.Column("proof", sa.JSON(), nullable=False),
        sa.Column("sender", TEXT, nullable=False),
        sa.Column("nonce", INT64, nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("tx_hash", TEXT, nullable=False),
        sa.Column("gas_limit", TEXT, nullable=False),
        sa.Column("gas_price", TEXT, nullable=True),
        sa.Column("max_fee_per_gas", TEXT, nullable=True),
        sa.Column("max_priority_fee_per_gas", TEXT, nullable=True),
        sa.Column("created_time", INT64, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("block_number", INT64, nullable=True),
        sa.Column("block_hash", TEXT, nullable=True),
        sa.CheckConstraint(
            "state IN ('signed', 'sent', 'mined', 'final', 'replaced', 'dropped')",
            name="ck_anchor_tx_state",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_anchor_tx"),
        sa.UniqueConstraint("tx_hash", name="uq_anchor_tx_tx_hash"),
    )
    with op.batch_alter_table("anchor_tx") as batch_op:
        batch_op.create_index("ix_anchor_tx_state", ["state"], unique=False)

    op.create_table(
        "checkpoint",
        sa.Column("size", INT64, autoincrement=False, nullable=False),
        sa.Column("root", HASH, nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("time", INT64, nullable=False),
        sa.PrimaryKeyConstraint("size", name="pk_checkpoint"),
    )
    op.create_table(
        "contract",
        sa.Column("chain_id", INT64, autoincrement=False, nullable=False),
        sa.Column("address", TEXT, nullable=False),
        sa.Column("predecessor", TEXT, nullable=True),
        sa.Column("last_index", INT64, nullable=True),
        sa.Column("deployed_block", INT64, nullable=False),
        sa.Column("code_hash", TEXT, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("chain_id", "address", name="pk_contract"),
    )
    op.create_table(
        "log_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", INT64, nullable=False),
        sa.Column("root", HASH, nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("time", INT64, nullable=False),
        sa.CheckConstraint("id = 1", name="ck_log_head_single"),
        sa.PrimaryKeyConstraint("id", name="pk_log_head"),
    )
    op.create_table(
        "meta",
        sa.Column("key", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_meta"),
    )
    op.create_table(
        "record",
        sa.Column("index", INT64, autoincrement=False, nullable=False),
        sa.Column("content", HASH, nullable=False),
        sa.Column("envelope", HASH, nullable=False),
        sa.Column("record_id", TEXT, nullable=False),
        sa.Column("issuer", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("entry", sa.LargeBinary(), nullable=False),
        sa.Column("time", INT64, nullable=False),
        sa.PrimaryKeyConstraint("index", name="pk_record"),
        sa.UniqueConstraint("content", name="uq_record_content"),
        sa.UniqueConstraint("issuer", "record_id", name="uq_record_issuer"),
    )
    op.create_table(
        "tile",
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("index", INT64, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "index", name="pk_tile"),
    )
    op.create_table(
        "anchor_outbox",
        sa.Column("size", INT64, autoincrement=False, nullable=False),
        sa.Column("root", HASH, nullable=False),
        sa.Column("created_time", INT64, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.CheckConstraint("state IN ('pending', 'covered')", name="ck_anchor_outbox_state"),
        sa.ForeignKeyConstraint(
            ["size"], ["checkpoint.size"], name="fk_anchor_outbox_size_checkpoint"
        ),
        sa.PrimaryKeyConstraint("size", name="pk_anchor_outbox"),
    )
    with op.batch_alter_table("anchor_outbox") as batch_op:
        batch_op.create_index("ix_anchor_outbox_state_size", ["state", "size"], unique=False)

    op.create_table(
        "enrolment",
        sa.Column("index", INT64, autoincrement=False, nullable=False),
        sa.Column("subject_did", TEXT, nullable=False),
        sa.Column("issuer_did", TEXT, nullable=False),
        sa.Column("registered_id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("name_zh", TEXT, nullable=False),
        sa.Column("person_id", TEXT, nullable=True),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("not_before", TEXT, nullable=False),
        sa.Column("not_after", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["index"], ["record.index"], name="fk_enrolment_index_record"),
        sa.PrimaryKeyConstraint("index", name="pk_enrolment"),
    )
    with op.batch_alter_table("enrolment") as batch_op:
        batch_op.create_index("ix_enrolment_issuer_did", ["issuer_did"], unique=False)
        batch_op.create_index("ix_enrolment_subject_did", ["subject_did"], unique=False)

    op.create_table(
        "link",
        sa.Column("source_index", INT64, nullable=False),
        sa.Column("rel", TEXT, nullable=False),
        sa.Column("target", HASH, nullable=False),
        sa.ForeignKeyConstraint(
            ["source_index"], ["record.index"], name="fk_link_source_index_record"
        ),
        sa.PrimaryKeyConstraint("source_index", "rel", "target", name="pk_link"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("link") as batch_op:
        batch_op.create_index("ix_link_target", ["target"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("link") as batch_op:
        batch_op.drop_index("ix_link_target")

    op.drop_table("link")
    with op.batch_alter_table("enrolment") as batch_op:
        batch_op.drop_index("ix_enrolment_subject_did")
        batch_op.drop_index("ix_enrolment_issuer_did")

    op.drop_table("enrolment")
    with op.batch_alter_table("anchor_outbox") as batch_op:
        batch_op.drop_index("ix_anchor_outbox_state_size")

    op.drop_table("anchor_outbox")
    op.drop_table("tile")
    op.drop_table("record")
    op.drop_table("meta")
    op.drop_table("log_head")
    op.drop_table("contract")
    op.drop_table("checkpoint")
    with op.batch_alter_table("anchor_tx") as batch_op:
        batch_op.drop_index("ix_anchor_tx_state")

    op.drop_table("anchor_tx")
    with op.batch_alter_table("anchor") as batch_op:
        batch_op.drop_index("ix_anchor_size")

    op.drop_table("anchor")
