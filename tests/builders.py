"""Values with defaults, so that a test states only what it is about.

`START` is where ManualClock begins; ids are new in every call.
"""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from application.ports.idempotency_keys import IdempotencyRecord
from application.ports.outbox import OutgoingMessage, Topic
from application.ports.schema_repository import SchemaVersion
from domain.access import Scope
from domain.api_key import ApiKey
from domain.fault import Fault, FaultKind
from domain.file import File
from domain.file_state import FileState, Lease
from domain.file_status import Outcome
from domain.file_type import FileType
from domain.processing_report import ProcessingReport, RowCounts, file_error

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TENANT = "acme"

_numbers = count(1)


def build_id() -> UUID:
    """A UUIDv7 above all that were built before."""
    return UUID(int=next(_numbers) << 80 | 7 << 76 | 2 << 62)


def build_file_state(**changes: Any) -> FileState:
    """A PENDING CSV file of TENANT, received at START; other times follow `created_at`."""
    file_id = changes.get("id") or build_id()
    created_at = changes.get("created_at", START)
    defaults: dict[str, Any] = {
        "id": file_id,
        "tenant": TENANT,
        "original_name": "people.csv",
        "bucket": "bucket",
        "key": f"uploads/{file_id}/people.csv",
        "etag": "an-etag",
        "file_type": FileType.CSV,
        "size_bytes": 8,
        "sha256": "7dfd0c3ab9e02cc1ea8fa3bd7db6b3e1fe1b3a1e4cc3fdee53dbbb4f4ac5b1a3",
        "created_at": created_at,
        "updated_at": created_at,
        "generation_started_at": created_at,
        "next_attempt_at": created_at,
    }
    return FileState(**(defaults | changes))


def build_api_key(**changes: Any) -> ApiKey:
    """A key of TENANT for reading files, made at START."""
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "id": f"key{number:05}",
        "secret_hash": f"{number:064x}",
        "tenant": TENANT,
        "name": "the bakery",
        "scopes": frozenset({Scope.FILES_READ}),
        "created_at": START,
    }
    return ApiKey(**(defaults | changes))


def build_file(**changes: Any) -> File:
    """A file just received, with that event unsaved; see `build_file_state`."""
    return File.receive(build_file_state(**changes))


def build_lease(owner: str = "worker-1", *, at: datetime = START, seconds: float = 240) -> Lease:
    """A lease that `owner` takes at `at`."""
    return Lease(owner=owner, expires_at=at + timedelta(seconds=seconds))


def build_fault(kind: FaultKind = FaultKind.FAILURE, **changes: Any) -> Fault:
    """A defect of ours, unless another kind is asked for."""
    defaults = {"code": "internal_error", "message": "something broke"}
    return Fault(kind=kind, **(defaults | changes))


def build_message(**changes: Any) -> OutgoingMessage:
    """A work message for some file."""
    file_id = changes.get("file_id") or build_id()
    defaults: dict[str, Any] = {
        "topic": Topic.FILE_PROCESSING,
        "file_id": file_id,
        "tenant": TENANT,
        "body": f'{{"fileId": "{file_id}"}}',
        "attributes": (("tenant", TENANT),),
    }
    return OutgoingMessage(**(defaults | changes))


def build_idempotency_record(**changes: Any) -> IdempotencyRecord:
    """The record of an upload's key, taken at START."""
    defaults: dict[str, Any] = {
        "tenant": TENANT,
        "route": "POST /files/upload",
        "key": "key-1",
        "fingerprint": "a-fingerprint",
        "file_id": build_id(),
        "created_at": START,
    }
    return IdempotencyRecord(**(defaults | changes))


def build_schema_version(**changes: Any) -> SchemaVersion:
    """The first version of the schema `people`, with one field."""
    defaults: dict[str, Any] = {
        "tenant": TENANT,
        "name": "people",
        "version": 1,
        "descriptor": {"fields": [{"name": "name", "type": "string"}]},
        "created_at": START,
    }
    return SchemaVersion(**(defaults | changes))


def build_report(outcome: Outcome = Outcome.CLEAN, **changes: Any) -> ProcessingReport:
    """A report of one row that was accepted, or rejected where the outcome says so."""
    is_rejected = outcome is Outcome.REJECTED
    defaults: dict[str, Any] = {
        "rows": RowCounts(
            read=1, accepted=int(not is_rejected), rejected=int(is_rejected), skipped=0
        ),
        "file_error": file_error("no_valid_rows", rows="the only row could not")
        if is_rejected
        else None,
    }
    return ProcessingReport(outcome=outcome, **(defaults | changes))
