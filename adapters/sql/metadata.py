"""What all tables belong to, and the types of columns that they share."""

from sqlalchemy import JSON, BigInteger, Integer, MetaData

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

Json = JSON(none_as_null=True)
"""A JSON value, or NULL."""

# SQLite numbers rows by itself only in a column declared INTEGER.
RowNumber = BigInteger().with_variant(Integer(), "sqlite")
"""The primary key of rows that the database numbers."""
