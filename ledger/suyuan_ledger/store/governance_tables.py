"""The tables that follow from governance records, so that the door need not read every body.

All of them are derived: a row repeats what the record at its `index` states, is written in the
transaction of that record, and `fsck` recomputes it. Conventions as in `tables`.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint
from sqlalchemy import Index as TableIndex
from sqlmodel import Field

from suyuan_ledger.store.tables import Hash, Int64, Table

CASE_STATES = ("open", "returned", "admitted")


class Revocation(Table, table=True):
    """What an EnrolmentRevocation takes from one of the Enrolments that it names.

    Attributes:
        index: the revocation's position.
        enrolment_index: the Enrolment's position.
        subject_did: the enrolled key.
        issuer_did: who revoked.
        reason: `superseded`, `ceased` or `compromised`.
        from_index: first index at which the Enrolment is worth nothing.
    """

    __tablename__ = "revocation"

    index: int = Field(primary_key=True, sa_type=Int64, foreign_key="record.index")
    enrolment_index: int = Field(primary_key=True, sa_type=Int64, foreign_key="enrolment.index")
    subject_did: str = Field(index=True)
    issuer_did: str
    reason: str
    from_index: int = Field(sa_type=Int64)


class RuleSet(Table, table=True):
    """A RuleSet: in force from the index after its own to that of its successor.

    Attributes:
        content: its content digest, which the records under it link to.
        rule_set_id: its name, as it states it.
        version: its version, as it states it.
    """

    __tablename__ = "rule_set"

    index: int = Field(
        primary_key=True,
        sa_type=Int64,
        foreign_key="record.index",
        sa_column_kwargs={"autoincrement": False},
    )
    content: bytes = Field(sa_type=Hash)
    rule_set_id: str
    version: str


class FactorCase(Table, table=True):
    """Where the work on one submission stands; one narrow row for every FactorSubmission.

    No foreign key: looking the record up for every row of an import costs a fifth of its insertion,
    and `fsck` compares each row with its record.

    Attributes:
        index: the submission's position.
        registered_id: the submitter's organisation.
        state: `open`, `returned` or `admitted`.
        updated_index: newest record of the workflow about it, or its own position.
    """

    __tablename__ = "factor_case"
    __table_args__ = (
        # Not IN: SQLite builds its list anew for every row, which doubles the cost of an insertion.
        CheckConstraint(" OR ".join(f"state = '{state}'" for state in CASE_STATES), name="state"),
        TableIndex("ix_factor_case_state_index", "state", "index"),
    )

    index: int = Field(primary_key=True, sa_type=Int64, sa_column_kwargs={"autoincrement": False})
    registered_id: str
    factor_code: str
    factor_version: str
    series: str
    geography_scheme: str
    geography_code: str
    state: str
    updated_index: int = Field(sa_type=Int64)


class Admission(Table, table=True):
    """A FactorAdmission: the registry's number for a submission.

    Attributes:
        submission_index: the submission's position.
        registry_number: unique in the log; the door refuses a second use before the database does.
        effective_from: as the record states it.
    """

    __tablename__ = "admission"

    index: int = Field(
        primary_key=True,
        sa_type=Int64,
        foreign_key="record.index",
        sa_column_kwargs={"autoincrement": False},
    )
    submission_index: int = Field(sa_type=Int64, foreign_key="factor_case.index", index=True)
    registry_number: str = Field(unique=True)
    effective_from: str


class StatusEvent(Table, table=True):
    """What a status record says about one other record.

    Attributes:
        index: the event's position.
        target_index: the record that it acts on.
        action: as in the log entry's `effect`.
        impact: likewise, for supersede, withdraw and correct.
        effective_from: likewise, for all but the revocation of an Enrolment.
        from_index: likewise, for the revocation of an Enrolment.
    """

    __tablename__ = "status_event"

    index: int = Field(primary_key=True, sa_type=Int64, foreign_key="record.index")
    target_index: int = Field(
        primary_key=True, sa_type=Int64, foreign_key="record.index", index=True
    )
    action: str
    impact: str | None = None
    effective_from: str | None = None
    from_index: int | None = Field(default=None, sa_type=Int64)
