"""The tables of who may call; see `adapters.sql.tables`."""

from sqlalchemy import JSON, CheckConstraint, Column, Index, String, Table

from adapters.sql.tables import metadata
from adapters.sql.utc_date_time import UtcDateTime

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String, primary_key=True),
    # The secret itself is nowhere: this is its HMAC under a pepper that the database has not.
    Column("secret_hash", String, nullable=False),
    Column("tenant", String, nullable=False),
    Column("name", String, nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
    Column("last_used_at", UtcDateTime),
    # No key has no secret, whatever a script or a shell stores.
    CheckConstraint("length(secret_hash) = 64", name="secret_hash_is_whole"),
)
Index("ix_api_keys_tenant", api_keys.c.tenant, api_keys.c.created_at, api_keys.c.id)
