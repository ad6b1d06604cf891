"""A page of errors costs the same wherever it is, and holds what reading them all would give."""

import json
from collections.abc import Generator
from dataclasses import asdict

import pytest

from adapters.memory.file_storage import MemoryFileStorage
from application.ports.content_engine import ContentEngine, EngineJob
from application.ports.file_storage import FileStorage
from application.use_cases.list_row_errors import ListRowErrors
from domain.error_index import ErrorIndexBuilder
from domain.file_state import FileState
from domain.file_status import Outcome
from domain.processing_report import ProcessingReport
from domain.row_error import RowError
from tests.application.conftest import TENANT, Story
from tests.builders import build_report

COUNT = 400


def _error(row: int) -> RowError:
    is_rare = row % 97 == 0
    return RowError(
        row=row,
        line=row + 1,
        column=None if is_rare else f"c{row % 3}",
        code="extra_cell" if is_rare else "required",
        value="ïndigo" * (row % 5),
        message="it is wrong",
    )


ERRORS = [_error(row) for row in range(1, COUNT + 1)]


class IndexingEngine(ContentEngine):
    """Finds ERRORS in every file, and says where each tenth begins."""

    def process(self, job: EngineJob) -> ProcessingReport:
        builder = ErrorIndexBuilder(errors_per_block=10)
        sink = job.sinks.open("errors.ndjson", media_type="application/x-ndjson")
        for error in ERRORS:
            line = json.dumps(asdict(error), ensure_ascii=False).encode() + b"\n"
            builder.add((error.code, error.column), size=len(line))
            sink.write(line)
        sink.commit(rows=COUNT)
        index = builder.build()
        assert index is not None
        sink = job.sinks.open("errors.index.json", media_type="application/json")
        sink.write(json.dumps(index.to_json()).encode())
        sink.commit(rows=None)
        return build_report(outcome=Outcome.PARTIAL)


class CountingStorage(MemoryFileStorage):
    """Knows how many bytes of errors were read."""

    def __init__(self) -> None:
        super().__init__()
        self._read = 0

    def open(
        self, key: str, *, etag: str | None = None, start: int = 0, length: int | None = None
    ) -> Generator[bytes]:
        for chunk in super().open(key, etag=etag, start=start, length=length):
            self._read += len(chunk) if key.endswith(".ndjson") else 0
            yield chunk

    def forget_read(self) -> int:
        read, self._read = self._read, 0
        return read


@pytest.fixture
def file(story: Story) -> FileState:
    story.service.container.register(ContentEngine, instance=IndexingEngine())
    return story.finish(story.upload())


@pytest.mark.parametrize("code", [None, "required", "extra_cell", "enum"])
@pytest.mark.parametrize("column", [None, "c1", "c9"])
@pytest.mark.parametrize("limit", [1, 7, 50])
def test_pages_together_hold_every_error_once(
    story: Story, file: FileState, code: str | None, column: str | None, limit: int
) -> None:
    list_errors = story.service.get(ListRowErrors)
    wanted = [
        error
        for error in ERRORS
        if (code or error.code) == error.code and (column or error.column) == error.column
    ]

    found: list[RowError] = []
    for page in range(1, len(wanted) // limit + 2):
        errors = list_errors(TENANT, file.id, page=page, limit=limit, code=code, column=column)
        found.extend(errors.items)
        assert errors.total == len(wanted)

    assert found == wanted


def test_the_last_page_reads_no_more_than_the_first(story: Story) -> None:
    storage = CountingStorage()
    story.service.container.register(FileStorage, instance=storage)
    story.service.container.register(ContentEngine, instance=IndexingEngine())
    file = story.finish(story.upload())
    list_errors = story.service.get(ListRowErrors)

    list_errors(TENANT, file.id, page=1, limit=10)
    first_page = storage.forget_read()
    list_errors(TENANT, file.id, page=COUNT // 10, limit=10)

    assert 0 < storage.forget_read() < 2 * first_page
