"""What callers see of files, results, errors and schemas: JSON values with camelCase names."""

from collections.abc import Iterable
from datetime import datetime

from application.ports.schema_repository import SchemaVersion
from application.use_cases.list_row_errors import RowErrorPage
from domain.events import FileEvent
from domain.file_state import FileState, ResultFile
from domain.file_status import FileStatus
from entrypoints.http.answers import wire_time

REJECTED_ROWS = ("rejected.csv", "rejected.json", "rejected.ndjson")


def file_resource(file: FileState, *, now: datetime) -> dict[str, object]:
    """The File. `now` only tells the speed of work that is going on."""
    return {
        "id": str(file.id),
        "originalName": file.original_name,
        "s3Bucket": file.bucket,
        "s3Key": file.key,
        "fileType": file.file_type,
        "compression": file.compression,
        "fileSize": file.size_bytes,
        "sha256": file.sha256,
        "status": file.status,
        "outcome": file.outcome,
        "done": file.is_final,
        "errorCode": file.error_code,
        "errorMessage": file.error_message,
        "schema": None if file.schema is None else str(file.schema),
        "rows": _rows(file),
        "progress": _progress(file, now),
        "attempt": file.attempt,
        "generation": file.generation,
        "metadata": dict(file.metadata),
        "parentId": None if file.parent_id is None else str(file.parent_id),
        "createdAt": wire_time(file.created_at),
        "updatedAt": wire_time(file.updated_at),
        "processedAt": wire_time(file.processed_at),
        "links": _links(file),
    }


def result_resource(file: FileState, result: ResultFile) -> dict[str, object]:
    """One result file."""
    return {
        "name": result.name,
        "mediaType": result.media_type,
        "bytes": result.size_bytes,
        "rows": result.rows,
        "sha256": result.sha256,
        "link": _result_link(file, result.name),
    }


def event_resource(event: FileEvent) -> dict[str, object]:
    """One line of a file's history."""
    return {
        "event": event.name,
        "at": wire_time(event.at),
        "generation": event.generation,
        "attempt": event.attempt,
        "fromStatus": event.from_status,
        "toStatus": event.to_status,
        "seconds": event.seconds,
        "outcome": event.outcome,
        "errorCode": event.error_code,
        "errorMessage": event.error_message,
        "details": {_camel(name): _detail(name, fact) for name, fact in event.details.items()},
    }


def row_errors_resource(errors: RowErrorPage) -> dict[str, object]:
    """A page's row errors, and the exact totals of the whole file."""
    return {
        "items": [
            {
                "row": error.row,
                "line": error.line,
                "column": error.column,
                "code": error.code,
                "value": error.value,
                "message": error.message,
            }
            for error in errors.items
        ],
        "totals": [
            {"code": total.code, "column": total.column, "count": total.count}
            for total in errors.totals
        ],
    }


def schema_resource(schema: SchemaVersion) -> dict[str, object]:
    """One version of a schema."""
    return {
        "name": schema.name,
        "version": schema.version,
        "schema": dict(schema.descriptor),
        "createdAt": wire_time(schema.created_at),
        "links": {
            "self": schema_link(schema.name, schema.version),
            "versions": f"/schemas/{schema.name}/versions",
            "template": f"/schemas/{schema.name}/template.csv?version={schema.version}",
            "check": f"/schemas/{schema.name}/check?version={schema.version}",
        },
    }


def file_link(file: FileState) -> str:
    """Where the file is."""
    return f"/files/{file.id}"


def schema_link(name: str, version: int) -> str:
    """Where that version of the schema is."""
    return f"/schemas/{name}/versions/{version}"


def _rows(file: FileState) -> dict[str, int] | None:
    rows = file.rows
    if rows is None:
        return None
    return {
        "read": rows.read,
        "accepted": rows.accepted,
        "rejected": rows.rejected,
        "skipped": rows.skipped,
    }


def _progress(file: FileState, now: datetime) -> dict[str, object]:
    done, total = file.progress.bytes_read, file.size_bytes
    if file.status is FileStatus.COMPLETED:
        done = total
    rate, eta = _speed(file, now)
    return {
        "bytes": done,
        "totalBytes": total,
        "rows": file.rows.read if file.rows is not None else file.progress.rows_read,
        "percent": min(100.0, round(100 * done / total, 1)) if total else 100.0,
        "rowsPerSecond": rate,
        "etaSeconds": eta,
    }


def _speed(file: FileState, now: datetime) -> tuple[float | None, int | None]:
    """Rows a second and seconds left; None for both while there is nothing to tell them from."""
    # The last move of a file that is being processed was its start.
    seconds = (now - file.updated_at).total_seconds()
    progress = file.progress
    if file.status is not FileStatus.PROCESSING or seconds <= 0 or progress.bytes_read == 0:
        return None, None
    left = max(0, file.size_bytes - progress.bytes_read)
    return round(progress.rows_read / seconds, 1), round(left * seconds / progress.bytes_read)


def _links(file: FileState) -> dict[str, str | None]:
    self_link = file_link(file)
    return {
        "self": self_link,
        "content": f"{self_link}/content",
        "results": f"{self_link}/results",
        "rejected": _rejected_link(file, (result.name for result in file.results)),
        "errors": f"{self_link}/errors",
        "history": f"{self_link}/history",
        "schema": (
            None if file.schema is None else schema_link(file.schema.name, file.schema.version)
        ),
    }


def _rejected_link(file: FileState, names: Iterable[str]) -> str | None:
    if file.rows is None or not file.rows.rejected:
        return None
    return next((_result_link(file, name) for name in names if name in REJECTED_ROWS), None)


def _result_link(file: FileState, name: str) -> str:
    return f"{file_link(file)}/results/{name}"


def _detail(name: str, fact: str | int) -> str | int | None:
    # The events keep their times as the log shows them.
    return wire_time(datetime.fromisoformat(str(fact))) if name.endswith("_at") else fact


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.title() for word in others)
