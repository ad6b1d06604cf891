"""A file with something in every field, to be stored and read back."""

from datetime import timedelta
from typing import Any

from domain.file_head import Compression
from domain.file_state import FileState, Lease, ResultFile, SchemaReference
from domain.file_status import FileStatus
from domain.file_type import FileType
from domain.processing_options import MaxErrors, OnError, ProcessingOptions
from domain.processing_report import RowCounts
from domain.progress import Progress
from tests.builders import START, build_file_state, build_id
from tests.contracts.steps import after


def build_result(**changes: str) -> ResultFile:
    return ResultFile(
        **({"name": "clean.csv", "key": "results/1/clean.csv"} | changes),
        media_type="text/csv",
        etag="another-etag",
        size_bytes=17,
        sha256="0" * 64,
        rows=3,
    )


def build_full_state(**changes: Any) -> FileState:
    """A state at work in which hardly a field has its default, odd texts included."""
    facts: dict[str, Any] = {
        "original_name": "gültig \U0001f33e \"x\" 'y' %_\\.json",
        "file_type": FileType.JSON,
        "compression": Compression.GZIP,
        "size_bytes": 5 * 1024**3,
        "created_at": START + timedelta(microseconds=1),
        "updated_at": after(1.000001),
        "generation_started_at": after(2),
        "next_attempt_at": after(3.999999),
        "options": ProcessingOptions(
            on_error=OnError.REJECT_FILE,
            max_errors=MaxErrors(percent=2.5),
            outputs=("csv", "json"),
            encoding="windows-1252",
            delimiter=";",
            header=False,
        ),
        "schema": SchemaReference(name="people", version=12),
        "metadata": {"ключ": "line\nbreak", "empty": "", "quote": '"'},
        "parent_id": build_id(),
        "trace_parent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "status": FileStatus.PROCESSING,
        "error_code": "dependency_unavailable",
        "error_message": "storage: no answer",
        "rows": RowCounts(read=4, accepted=2, rejected=1, skipped=1),
        "results": (
            build_result(),
            build_result(name="rejected.csv", key="results/1/rejected.csv"),
        ),
        "progress": Progress(bytes_read=2**33, rows_read=7),
        "generation": 3,
        "attempt": 9,
        "failures": 1,
        "retries": 2,
        "starts": 1,
        "republications": 2,
        "lease": Lease(owner="worker-7", expires_at=after(240.5)),
        "published_at": after(0.5),
        "version": 17,
    }
    return build_file_state(**(facts | changes))
