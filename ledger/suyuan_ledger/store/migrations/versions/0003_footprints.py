"""Footprints: numbers of certificates, filings and labels, green certificates, labelled quantities.

A program of version 0002 lets none of these kinds in; a log that was taken back to it may hold some.
What follows from them is read from their bodies.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INT64 = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXT = sqlmodel.AutoString()

WAITING = "kind = 'FootprintStatement' OR kind = 'Certificate' OR kind = 'LabelIssuance'"
_NUMBERS = {
    "Certificate": "certificateNumber",
    "Filing": "filingNumber",
    "LabelIssuance": "labelNumber",
}


def upgrade() -> None:
    number = op.create_table(
        "document_number",
        sa.Column("index", INT64, autoincrement=False, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("number", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["index"], ["record.index"], name="fk_document_number_index_record"
        ),
        sa.PrimaryKeyConstraint("index", name="pk_document_number"),
        sa.UniqueConstraint("kind", "number", name="uq_document_number_kind"),
    )

    energy = op.create_table(
        "energy_certificate",
        sa.Column("certificate_id", TEXT, nullable=False),
        sa.Column("index", INT64, nullable=False),
        sa.ForeignKeyConstraint(
            ["index"], ["record.index"], name="fk_energy_certificate_index_record"
        ),
        sa.PrimaryKeyConstraint("certificate_id", "index", name="pk_energy_certificate"),
    )
    with op.batch_alter_table("energy_certificate") as batch_op:
        batch_op.create_index("ix_energy_certificate_index", ["index"], unique=False)

    quantity = op.create_table(
        "label_quantity",
        sa.Column("index", INT64, autoincrement=False, nullable=False),
        sa.Column("certificate_index", INT64, nullable=False),
        sa.Column("quantity", TEXT, nullable=False),
        sa.Column("unit", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["index"], ["record.index"], name="fk_label_quantity_index_record"),
        sa.ForeignKeyConstraint(
            ["certificate_index"],
            ["record.index"],
            name="fk_label_quantity_certificate_index_record",
        ),
        sa.PrimaryKeyConstraint("index", name="pk_label_quantity"),
    )
    with op.batch_alter_table("label_quantity") as batch_op:
        batch_op.create_index(
            "ix_label_quantity_certificate_index", ["certificate_index"], unique=False
        )

    op.create_index(
        "ix_record_waiting_kind",
        "record",
        ["kind", "index"],
        unique=False,
        sqlite_where=sa.text(WAITING),
        postgresql_where=sa.text(WAITING),
    )

    _fill(number, energy, quantity)


def downgrade() -> None:
    op.drop_index("ix_record_waiting_kind", table_name="record")

    with op.batch_alter_table("label_quantity") as batch_op:
        batch_op.drop_index("ix_label_quantity_certificate_index")

    op.drop_table("label_quantity")
    with op.batch_alter_table("energy_certificate") as batch_op:
        batch_op.drop_index("ix_energy_certificate_index")

    op.drop_table("energy_certificate")
    op.drop_table("document_number")


# The columns as they are at this revision; the program's own tables may differ one day.
_RECORD = sa.table(
    "record",
    sa.column("index", INT64),
    sa.column("kind", sa.String),
    sa.column("content", sa.LargeBinary),
    sa.column("body", sa.LargeBinary),
)


def _fill(number: sa.Table, energy: sa.Table, quantity: sa.Table) -> None:
    connection = op.get_bind()
    kinds = (*_NUMBERS, "FootprintStatement")
    query = sa.select(_RECORD.c.index, _RECORD.c.kind, _RECORD.c.body)
    for index, kind, body in connection.execute(query.where(_RECORD.c.kind.in_(kinds))).all():
        record = json.loads(body)
        subject = record["credentialSubject"]
        if kind == "FootprintStatement":
            for name in _certificates(subject):
                connection.execute(sa.insert(energy).values(certificate_id=name, index=index))
            continue
        row = {"index": index, "kind": kind, "number": subject[_NUMBERS[kind]]}
        connection.execute(sa.insert(number).values(row))
        if kind == "LabelIssuance" and "authorised" in subject:
            row = {"index": index, "certificate_index": _about(record), **subject["authorised"]}
            connection.execute(sa.insert(quantity).values(row))


def _certificates(subject: dict[str, Any]) -> list[str]:
    return [
        name
        for item in subject["lineItems"]
        for name in item.get("electricity", {}).get("certificateIds", ())
    ]


def _about(record: dict[str, Any]) -> int:
    (digest,) = [one["contentDigest"] for one in record["links"] if one["rel"] == "about"]
    content = bytes.fromhex(digest.removeprefix("sha256:"))
    query = sa.select(_RECORD.c.index).where(_RECORD.c.content == content)
    return int(op.get_bind().execute(query).scalar_one())
