"""Governance: what follows from revocations, rule sets, submissions, admissions, status records.

A log of version 0001 holds nothing but enrolments and submissions. Their part of the new tables
is read from their bodies here; everything else starts empty.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import json

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INT64 = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
HASH = sa.LargeBinary(length=32)
TEXT = sqlmodel.AutoString()

_CHUNK = 500


def upgrade() -> None:
    with op.batch_alter_table("enrolment") as batch_op:
        batch_op.add_column(sa.Column("parent_group_id", TEXT, nullable=True))

    op.create_table(
        "revocation",
        sa.Column("index", INT64, nullable=False),
        sa.Column("enrolment_index", INT64, nullable=False),
        sa.Column("subject_did", TEXT, nullable=False),
        sa.Column("issuer_did", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("from_index", INT64, nullable=False),
        sa.ForeignKeyConstraint(["index"], ["record.index"], name="fk_revocation_index_record"),
        sa.ForeignKeyConstraint(
            ["enrolment_index"],
            ["enrolment.index"],
            name="fk_revocation_enrolment_index_enrolment",
        ),
        sa.PrimaryKeyConstraint("index", "enrolment_index", name="pk_revocation"),
    )
    with op.batch_alter_table("revocation") as batch_op:
        batch_op.create_index("ix_revocation_subject_did", ["subject_did"], unique=False)

    op.create_table(
        "rule_set",
        sa.Column("index", INT64, autoincrement=False, nullable=False),
        sa.Column("content", HASH, nullable=False),
        sa.Column("rule_set_id", TEXT, nullable=False),
        sa.Column("version", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["index"], ["record.index"], name="fk_rule_set_index_record"),
        sa.PrimaryKeyConstraint("index", name="pk_rule_set"),
    )
    case = op.create_table(
        "factor_case",
        sa.Column("index", INT64, autoincrement=False, nullable=False),
        sa.Column("registered_id", TEXT, nullable=False),
        sa.Column("factor_code", TEXT, nullable=False),
        sa.Column("factor_version", TEXT, nullable=False),
        sa.Column("series", TEXT, nullable=False),
        sa.Column("geography_scheme", TEXT, nullable=False),
        sa.Column("geography_code", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("updated_index", INT64, nullable=False),
        sa.CheckConstraint(
            "state = 'open' OR state = 'returned' OR state = 'admitted'",
            name="ck_factor_case_state",
        ),
        sa.PrimaryKeyConstraint("index", name="pk_factor_case"),
    )
    with op.batch_alter_table("factor_case") as batch_op:
        batch_op.create_index("ix_factor_case_state_index", ["state", "index"], unique=False)

    op.create_table(
        "admission",
        sa.Column("index", INT64, autoincrement=False, nullable=False),
        sa.Column("submission_index", INT64, nullable=False),
        sa.Column("registry_number", TEXT, nullable=False),
        sa.Column("effective_from", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["index"], ["record.index"], name="fk_admission_index_record"),
        sa.ForeignKeyConstraint(
            ["submission_index"],
            ["factor_case.index"],
            name="fk_admission_submission_index_factor_case",
        ),
        sa.PrimaryKeyConstraint("index", name="pk_admission"),
        sa.UniqueConstraint("registry_number", name="uq_admission_registry_number"),
    )
    with op.batch_alter_table("admission") as batch_op:
        batch_op.create_index("ix_admission_submission_index", ["submission_index"], unique=False)

    op.create_table(
        "status_event",
        sa.Column("index", INT64, nullable=False),
        sa.Column("target_index", INT64, nullable=False),
        sa.Column("action", TEXT, nullable=False),
        sa.Column("impact", TEXT, nullable=True),
        sa.Column("effective_from", TEXT, nullable=True),
        sa.Column("from_index", INT64, nullable=True),
        sa.ForeignKeyConstraint(["index"], ["record.index"], name="fk_status_event_index_record"),
        sa.ForeignKeyConstraint(
            ["target_index"], ["record.index"], name="fk_status_event_target_index_record"
        ),
        sa.PrimaryKeyConstraint("index", "target_index", name="pk_status_event"),
    )
    with op.batch_alter_table("status_event") as batch_op:
        batch_op.create_index("ix_status_event_target_index", ["target_index"], unique=False)

    _fill_parent_groups()
    _fill_cases(case)


def downgrade() -> None:
    with op.batch_alter_table("status_event") as batch_op:
        batch_op.drop_index("ix_status_event_target_index")

    op.drop_table("status_event")
    with op.batch_alter_table("admission") as batch_op:
        batch_op.drop_index("ix_admission_submission_index")

    op.drop_table("admission")
    with op.batch_alter_table("factor_case") as batch_op:
        batch_op.drop_index("ix_factor_case_state_index")

    op.drop_table("factor_case")
    op.drop_table("rule_set")
    with op.batch_alter_table("revocation") as batch_op:
        batch_op.drop_index("ix_revocation_subject_did")

    op.drop_table("revocation")
    with op.batch_alter_table("enrolment") as batch_op:
        batch_op.drop_column("parent_group_id")


# The columns as they are at this revision; the program's own tables may differ one day.
_RECORD = sa.table(
    "record",
    sa.column("index", INT64),
    sa.column("kind", sa.String),
    sa.column("issuer", sa.String),
    sa.column("body", sa.LargeBinary),
)
_ENROLMENT = sa.table(
    "enrolment",
    sa.column("index", INT64),
    sa.column("subject_did", sa.String),
    sa.column("registered_id", sa.String),
    sa.column("parent_group_id", sa.String),
)


def _fill_parent_groups() -> None:
    connection = op.get_bind()
    query = sa.select(_RECORD.c.index, _RECORD.c.body).where(_RECORD.c.kind == "Enrolment")
    for index, body in connection.execute(query).all():
        organisation = json.loads(body)["credentialSubject"]["organisation"]
        if "parentGroupId" in organisation:
            connection.execute(
                sa.update(_ENROLMENT)
                .where(_ENROLMENT.c.index == index)
                .values(parent_group_id=organisation["parentGroupId"])
            )


def _fill_cases(case: sa.Table) -> None:
    connection = op.get_bind()
    # A key belongs to one organisation for ever, so any of its enrolments names it.
    query = sa.select(_ENROLMENT.c.subject_did, _ENROLMENT.c.registered_id)
    organisations = {row[0]: row[1] for row in connection.execute(query)}
    after = -1
    while True:
        rows = connection.execute(
            sa.select(_RECORD.c.index, _RECORD.c.issuer, _RECORD.c.body)
            .where(_RECORD.c.kind == "FactorSubmission", _RECORD.c.index > after)
            .order_by(_RECORD.c.index)
            .limit(_CHUNK)
        ).all()
        if not rows:
            return
        after = rows[-1][0]
        connection.execute(sa.insert(case), [_case(organisations, *row) for row in rows])


def _case(
    organisations: dict[str, str], index: int, issuer: str, body: bytes
) -> dict[str, str | int]:
    subject = json.loads(body)["credentialSubject"]
    return {
        "index": index,
        "registered_id": organisations[issuer],
        "factor_code": subject["factorCode"],
        "factor_version": subject["factorVersion"],
        "series": subject["seriesType"],
        "geography_scheme": subject["geography"]["scheme"],
        "geography_code": subject["geography"]["code"],
        "state": "open",
        "updated_index": index,
    }
