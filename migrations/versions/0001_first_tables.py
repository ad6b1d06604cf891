"""The first tables: files and their history, outbox, keys, schemas, queue."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# What the application calls its types may change; what this revision made does not.
_MOMENT = sa.DateTime(timezone=True)
_JSON = sa.JSON()
_ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _create_files()
    _create_file_history()
    _create_outbox()
    _create_idempotency_keys()
    _create_schemas()
    _create_queue_messages()


def downgrade() -> None:
    op.drop_table("queue_messages")
    op.drop_table("schemas")
    op.drop_table("idempotency_keys")
    op.drop_table("outbox")
    op.drop_table("file_history")
    op.drop_table("files")


def _create_files() -> None:
    op.create_table(
        "files",
        *_files_columns(),
        *_files_checks(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_files")),
    )
    op.create_index(
        "ix_files_list", "files", ["tenant", "created_at", "id"], **_only_where("erased_at IS NULL")
    )
    op.create_index("ix_files_unfinished", "files", ["id"], **_only_where("outcome IS NULL"))


def _files_columns() -> list[sa.Column[Any]]:
    return [*_columns_of_the_submission(), *_columns_of_the_work()]


def _columns_of_the_submission() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("original_name", sa.String(), nullable=False),
        sa.Column("bucket", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("etag", sa.String(), nullable=False),
        sa.Column("file_type", sa.String(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("schema_name", sa.String()),
        sa.Column("schema_version", sa.Integer()),
        sa.Column("options", _JSON, nullable=False),
        sa.Column("metadata", _JSON, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("parent_id", sa.Uuid()),
        sa.Column("trace_parent", sa.String()),
    ]


def _columns_of_the_work() -> list[sa.Column[Any]]:
    return [
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("outcome", sa.String()),
        sa.Column("error_code", sa.String()),
        sa.Column("error_message", sa.String()),
        sa.Column("rows", _JSON),
        sa.Column("results", _JSON, nullable=False),
        sa.Column("bytes_read", sa.BigInteger(), nullable=False),
        sa.Column("rows_read", sa.BigInteger(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("retries", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.String()),
        sa.Column("lease_expires_at", _MOMENT),
        sa.Column("generation_started_at", _MOMENT, nullable=False),
        sa.Column("next_attempt_at", _MOMENT, nullable=False),
        sa.Column("published_at", _MOMENT),
        sa.Column("processed_at", _MOMENT),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.Column("erased_at", _MOMENT),
        sa.Column("version", sa.Integer(), nullable=False),
    ]


def _files_checks() -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint(
            "(status = 'PROCESSING') = (lease_owner IS NOT NULL)",
            name=op.f("ck_files_lease_while_processing"),
        ),
        sa.CheckConstraint(
            "(status IN ('PENDING', 'PROCESSING') AND outcome IS NULL)"
            " OR (status = 'COMPLETED' AND outcome IS NOT NULL"
            " AND outcome IN ('clean', 'partial'))"
            " OR (status = 'FAILED' AND outcome IS NOT NULL"
            " AND outcome IN ('rejected', 'dead_lettered', 'cancelled'))",
            name=op.f("ck_files_outcome_fits_status"),
        ),
        sa.CheckConstraint(
            "erased_at IS NULL OR (outcome IS NOT NULL AND original_name = '' AND key = ''"
            " AND etag = '' AND sha256 = '' AND error_message IS NULL)",
            name=op.f("ck_files_erased_is_tombstone"),
        ),
        sa.CheckConstraint(
            "(lease_owner IS NULL) = (lease_expires_at IS NULL)",
            name=op.f("ck_files_lease_is_whole"),
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (processed_at IS NULL)", name=op.f("ck_files_processed_when_final")
        ),
        sa.CheckConstraint(
            "(schema_name IS NULL) = (schema_version IS NULL)",
            name=op.f("ck_files_schema_is_whole"),
        ),
        sa.CheckConstraint("attempt >= starts", name=op.f("ck_files_attempt_counts_every_start")),
        sa.CheckConstraint(
            "generation >= 1 AND version >= 1", name=op.f("ck_files_numbers_from_one")
        ),
        sa.CheckConstraint(
            "size_bytes >= 0 AND bytes_read >= 0 AND rows_read >= 0"
            " AND failures >= 0 AND retries >= 0 AND starts >= 0",
            name=op.f("ck_files_counts_not_negative"),
        ),
    ]


def _create_file_history() -> None:
    op.create_table(
        "file_history",
        sa.Column("id", _ROW_NUMBER, nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("from_status", sa.String()),
        sa.Column("to_status", sa.String(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("outcome", sa.String()),
        sa.Column("error_code", sa.String()),
        sa.Column("error_message", sa.String()),
        sa.Column("details", _JSON, nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_file_history_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_history")),
    )
    op.create_index("ix_file_history_file", "file_history", ["file_id", "id"])


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", _ROW_NUMBER, nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("attributes", _JSON, nullable=False),
        sa.Column("available_at", _MOMENT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.String()),
        sa.Column("claimed_until", _MOMENT),
        sa.Column("sent_at", _MOMENT),
        sa.Column("last_error", sa.String()),
        sa.CheckConstraint(
            "(claimed_by IS NULL) = (claimed_until IS NULL)", name=op.f("ck_outbox_claim_is_whole")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_outbox_unsent",
        "outbox",
        ["id", "available_at", "claimed_until"],
        **_only_where("sent_at IS NULL"),
    )
    op.create_index(
        "ix_outbox_unsent_by_file", "outbox", ["file_id"], **_only_where("sent_at IS NULL")
    )


def _create_idempotency_keys() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("route", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "route", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_index("ix_idempotency_keys_age", "idempotency_keys", ["created_at"])


def _create_schemas() -> None:
    op.create_table(
        "schemas",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("descriptor", _JSON, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_schemas_version_from_one")),
        sa.PrimaryKeyConstraint("tenant", "name", "version", name=op.f("pk_schemas")),
    )


def _create_queue_messages() -> None:
    op.create_table(
        "queue_messages",
        sa.Column("id", _ROW_NUMBER, nullable=False),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("enqueued_at", _MOMENT, nullable=False),
        sa.Column("visible_at", _MOMENT, nullable=False),
        sa.Column("receive_count", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "receive_count >= 0", name=op.f("ck_queue_messages_receive_count_not_negative")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_messages")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_queue_messages_due", "queue_messages", ["queue", "visible_at", "id"])


def _only_where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}
