"""Rows of the tables `files` and `file_history` as the domain's values, and back."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from domain.events import FileEvent, FileEventName
from domain.file_head import Compression
from domain.file_state import FileState, Lease, ResultFile, SchemaReference
from domain.file_status import FileStatus, Outcome
from domain.file_type import FileType
from domain.processing_options import MaxErrors, OnError, ProcessingOptions
from domain.processing_report import RowCounts
from domain.progress import Progress

Json = Mapping[str, Any]
"""A JSON object as read from a column; we wrote it, so its shape is known."""


def file_row(state: FileState) -> dict[str, object]:
    """The row that keeps the whole state."""
    schema, lease = state.schema, state.lease
    return {
        "id": state.id,
        "tenant": state.tenant,
        "original_name": state.original_name,
        "bucket": state.bucket,
        "key": state.key,
        "etag": state.etag,
        "file_type": state.file_type.value,
        "compression": state.compression.value if state.compression else None,
        "size_bytes": state.size_bytes,
        "sha256": state.sha256,
        "status": state.status.value,
        "outcome": state.outcome.value if state.outcome else None,
        "error_code": state.error_code,
        "error_message": state.error_message,
        "schema_name": schema.name if schema else None,
        "schema_version": schema.version if schema else None,
        "options": asdict(state.options),
        "metadata": dict(state.metadata),
        "rows": asdict(state.rows) if state.rows else None,
        "results": [asdict(result) for result in state.results],
        "bytes_read": state.progress.bytes_read,
        "rows_read": state.progress.rows_read,
        "generation": state.generation,
        "attempt": state.attempt,
        "failures": state.failures,
        "retries": state.retries,
        "starts": state.starts,
        "republications": state.republications,
        "lease_owner": lease.owner if lease else None,
        "lease_expires_at": lease.expires_at if lease else None,
        "generation_started_at": state.generation_started_at,
        "next_attempt_at": state.next_attempt_at,
        "published_at": state.published_at,
        "processed_at": state.processed_at,
        "created_at": state.created_at,
        "updated_at": state.updated_at,
        "erased_at": state.erased_at,
        "removal_due_at": state.removal_due_at,
        "version": state.version,
        "parent_id": state.parent_id,
        "trace_parent": state.trace_parent,
    }


def file_state(row: Row[Any]) -> FileState:
    """The state that `file_row` made the row of."""
    return FileState(
        id=row.id,
        tenant=row.tenant,
        original_name=row.original_name,
        bucket=row.bucket,
        key=row.key,
        etag=row.etag,
        file_type=FileType(row.file_type),
        compression=Compression(row.compression) if row.compression else None,
        size_bytes=row.size_bytes,
        sha256=row.sha256,
        status=FileStatus(row.status),
        outcome=Outcome(row.outcome) if row.outcome else None,
        error_code=row.error_code,
        error_message=row.error_message,
        schema=_schema(row.schema_name, row.schema_version),
        options=processing_options(row.options),
        metadata=row.metadata,
        rows=RowCounts(**row.rows) if row.rows else None,
        results=tuple(ResultFile(**result) for result in row.results),
        progress=Progress(bytes_read=row.bytes_read, rows_read=row.rows_read),
        generation=row.generation,
        attempt=row.attempt,
        failures=row.failures,
        retries=row.retries,
        starts=row.starts,
        republications=row.republications,
        lease=_lease(row.lease_owner, row.lease_expires_at),
        generation_started_at=row.generation_started_at,
        next_attempt_at=row.next_attempt_at,
        published_at=row.published_at,
        processed_at=row.processed_at,
        created_at=row.created_at,
        updated_at=row.updated_at,
        erased_at=row.erased_at,
        removal_due_at=row.removal_due_at,
        version=row.version,
        parent_id=row.parent_id,
        trace_parent=row.trace_parent,
    )


def event_row(event: FileEvent) -> dict[str, object]:
    """The row that keeps the event."""
    return {
        "file_id": event.file_id,
        "tenant": event.tenant,
        "name": event.name.value,
        "at": event.at,
        "generation": event.generation,
        "attempt": event.attempt,
        "from_status": event.from_status.value if event.from_status else None,
        "to_status": event.to_status.value,
        "seconds": event.seconds,
        "outcome": event.outcome.value if event.outcome else None,
        "error_code": event.error_code,
        "error_message": event.error_message,
        "details": dict(event.details),
    }


def file_event(row: Row[Any]) -> FileEvent:
    """The event that `event_row` made the row of."""
    return FileEvent(
        name=FileEventName(row.name),
        file_id=row.file_id,
        tenant=row.tenant,
        at=row.at,
        generation=row.generation,
        attempt=row.attempt,
        from_status=FileStatus(row.from_status) if row.from_status else None,
        to_status=FileStatus(row.to_status),
        seconds=row.seconds,
        outcome=Outcome(row.outcome) if row.outcome else None,
        error_code=row.error_code,
        error_message=row.error_message,
        details=row.details,
    )


def _schema(name: str | None, version: int | None) -> SchemaReference | None:
    if name is None or version is None:
        return None
    return SchemaReference(name=name, version=version)


def _lease(owner: str | None, expires_at: datetime | None) -> Lease | None:
    if owner is None or expires_at is None:
        return None
    return Lease(owner=owner, expires_at=expires_at)


def processing_options(stored: Json) -> ProcessingOptions:
    """The options that `asdict` made the JSON of."""
    max_errors = stored["max_errors"]
    return ProcessingOptions(
        on_error=OnError(stored["on_error"]),
        max_errors=MaxErrors(**max_errors) if max_errors else None,
        outputs=tuple(stored["outputs"]),
        encoding=stored["encoding"],
        delimiter=stored["delimiter"],
        header=stored["header"],
    )
