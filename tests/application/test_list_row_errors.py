"""Every bad row, page by page."""

import json
from dataclasses import asdict

import pytest

from application.errors import FileNotDoneError, RowsNotCheckedError
from application.ports.content_engine import ContentEngine, EngineJob
from application.use_cases.cancel_file import CancelFile
from application.use_cases.list_row_errors import ListRowErrors, RowErrorTotal
from domain.file_status import Outcome
from domain.processing_report import ProcessingReport
from domain.row_error import RowError
from tests.application.conftest import TENANT, Story
from tests.builders import build_report


def _error(row: int) -> RowError:
    """Odd rows lack a name, even ones have a colour that nobody offers."""
    code, column, value = ("required", "name", None) if row % 2 else ("enum", "colour", "ïndigo")
    return RowError(
        row=row, line=row + 1, column=column, code=code, value=value, message="it is wrong"
    )


ERRORS = [_error(row) for row in range(1, 8)]


class ComplainingEngine(ContentEngine):
    """Finds ERRORS in every file, and says so in chunks that cut lines and characters."""

    def process(self, job: EngineJob) -> ProcessingReport:
        sink = job.sinks.open("errors.ndjson", media_type="application/x-ndjson")
        for error in ERRORS:
            sink.write(json.dumps(asdict(error), ensure_ascii=False).encode() + b"\n")
        sink.commit(rows=len(ERRORS))
        return build_report(outcome=Outcome.PARTIAL)


@pytest.fixture
def story(story: Story) -> Story:
    story.service.container.register(ContentEngine, instance=ComplainingEngine())
    return story


@pytest.mark.parametrize(
    ("page", "expected"), [(1, ERRORS[:3]), (2, ERRORS[3:6]), (3, ERRORS[6:]), (4, [])]
)
def test_errors_come_in_the_order_of_rows(
    story: Story, page: int, expected: list[RowError]
) -> None:
    file = story.finish(story.upload())

    found = story.service.get(ListRowErrors)(TENANT, file.id, page=page, limit=3)

    assert found.items == tuple(expected)
    assert found.total == len(ERRORS)


@pytest.mark.parametrize(
    ("code", "column", "rows"),
    [
        ("enum", None, [2, 4, 6]),
        (None, "name", [1, 3, 5, 7]),
        ("enum", "name", []),
        ("pattern", None, []),
    ],
)
def test_errors_are_found_by_code_and_column(
    story: Story, code: str | None, column: str | None, rows: list[int]
) -> None:
    file = story.finish(story.upload())

    found = story.service.get(ListRowErrors)(
        TENANT, file.id, page=1, limit=10, code=code, column=column
    )

    assert [error.row for error in found.items] == rows
    assert found.total == len(rows)


def test_the_totals_are_exact_whatever_is_shown(story: Story) -> None:
    file = story.finish(story.upload())

    found = story.service.get(ListRowErrors)(TENANT, file.id, page=9, limit=1, code="enum")

    assert found.totals == (
        RowErrorTotal(code="required", column="name", count=4),
        RowErrorTotal(code="enum", column="colour", count=3),
    )


def test_before_the_end_nobody_knows_the_errors(story: Story) -> None:
    file = story.upload()

    with pytest.raises(FileNotDoneError, match="PENDING") as caught:
        story.service.get(ListRowErrors)(TENANT, file.id, page=1, limit=20)

    assert "ndjson" not in str(caught.value)


def test_of_a_cancelled_file_nobody_will_ever_know_them(story: Story) -> None:
    file = story.upload()
    story.service.get(CancelFile)(TENANT, file.id)

    with pytest.raises(RowsNotCheckedError, match="cancelled"):
        story.service.get(ListRowErrors)(TENANT, file.id, page=1, limit=20)
