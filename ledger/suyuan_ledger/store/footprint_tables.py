"""The tables that follow from footprints, certificates, filings and labels.

Derived, as those of `governance_tables`: each row repeats what the record at its `index` states, is
written in the transaction of that record, and `fsck` recomputes it. They answer what the door asks
of the whole log: is this number taken, this green certificate used, how much labelled already.
"""

from __future__ import annotations

from sqlmodel import Field, UniqueConstraint

from suyuan_ledger.store.tables import Int64, Table


class DocumentNumber(Table, table=True):
    """The number of a Certificate, a Filing or a LabelIssuance.

    Attributes:
        kind: the record's kind.
        number: unique for its kind; the door refuses a second use before the database does.
    """

    __tablename__ = "document_number"
    __table_args__ = (UniqueConstraint("kind", "number"),)

    index: int = Field(
        primary_key=True,
        sa_type=Int64,
        foreign_key="record.index",
        sa_column_kwargs={"autoincrement": False},
    )
    kind: str
    number: str


class EnergyCertificate(Table, table=True):
    """A green certificate that the FootprintStatement at an index uses.

    Not unique by itself: a statement may use again what the one uses that it replaces.
    """

    __tablename__ = "energy_certificate"

    certificate_id: str = Field(primary_key=True)
    index: int = Field(primary_key=True, sa_type=Int64, foreign_key="record.index", index=True)


class LabelQuantity(Table, table=True):
    """How much of a certificate's goods the LabelIssuance at an index is for.

    Attributes:
        certificate_index: the certificate's position.
        quantity: as the label states it.
        unit: of the quantity.
    """

    __tablename__ = "label_quantity"

    index: int = Field(
        primary_key=True,
        sa_type=Int64,
        foreign_key="record.index",
        sa_column_kwargs={"autoincrement": False},
    )
    certificate_index: int = Field(sa_type=Int64, foreign_key="record.index", index=True)
    quantity: str
    unit: str
