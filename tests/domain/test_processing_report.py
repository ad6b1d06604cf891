"""The report: exact counts, the first errors, and the verdict."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.file_head import Compression
from domain.file_status import Outcome
from domain.file_type import FileType
from domain.processing_options import MaxErrors, OnError, ProcessingOptions
from domain.processing_report import (
    DETAILED_ERRORS,
    Dialect,
    Encoding,
    EncodingSource,
    HeaderFault,
    ProcessingReport,
    ReportColumn,
    RowCounts,
    file_error,
)
from domain.report_builder import ReportBuilder
from domain.row_error import RowError, row_error
from domain.transform import Change, Rule


def bad(row: int = 1, column: str | None = "a") -> RowError:
    return row_error("type_error", row=row, line=row + 1, column=column, value="x", reason="is bad")


def report(
    *, accepted: int = 0, rejected: int = 0, skipped: int = 0, **options: Any
) -> ProcessingReport:
    builder = ReportBuilder(ProcessingOptions(**options))
    for _ in range(accepted):
        builder.accept_row()
    for number in range(rejected):
        builder.reject_row([bad(number)])
    for _ in range(skipped):
        builder.skip_row()
    return builder.build()


@pytest.mark.parametrize(
    ("counts", "options", "outcome", "code"),
    [
        ({}, {}, Outcome.CLEAN, None),
        ({"skipped": 2}, {}, Outcome.CLEAN, None),
        ({"accepted": 3, "skipped": 1}, {"on_error": OnError.REJECT_FILE}, Outcome.CLEAN, None),
        ({"accepted": 3, "rejected": 1}, {}, Outcome.PARTIAL, None),
        ({"rejected": 2, "skipped": 1}, {}, Outcome.REJECTED, "no_valid_rows"),
        (
            {"accepted": 9, "rejected": 1},
            {"on_error": OnError.REJECT_FILE},
            Outcome.REJECTED,
            "rows_rejected",
        ),
        ({"accepted": 9, "rejected": 1}, {"max_errors": MaxErrors(count=1)}, Outcome.PARTIAL, None),
        (
            {"accepted": 9, "rejected": 2},
            {"max_errors": MaxErrors(count=1)},
            Outcome.REJECTED,
            "too_many_errors",
        ),
        (
            {"accepted": 9, "rejected": 1},
            {"max_errors": MaxErrors(percent=10)},
            Outcome.PARTIAL,
            None,
        ),
        (
            {"accepted": 8, "rejected": 1},
            {"max_errors": MaxErrors(percent=10)},
            Outcome.REJECTED,
            "too_many_errors",
        ),
    ],
)
def test_the_verdict_follows_from_the_counts_and_the_policy(
    counts: dict[str, int], options: dict[str, Any], outcome: Outcome, code: str | None
) -> None:
    result = report(**counts, **options)

    assert result.outcome is outcome
    assert (result.file_error and result.file_error.code) == code


def test_the_verdict_states_its_numbers() -> None:
    result = report(accepted=9, rejected=2, max_errors=MaxErrors(percent=5))

    assert result.file_error is not None
    assert result.file_error.message == "2 of 11 rows are bad, at most 5% may be"


def test_the_verdict_over_one_row_is_in_the_singular() -> None:
    rejected = report(rejected=1, on_error=OnError.REJECT_FILE).file_error

    assert rejected is not None
    assert rejected.message == "1 of 1 row is bad, and one is enough to reject the file"
    assert report(rejected=1).file_error == file_error(
        "no_valid_rows", rows="the only row could not"
    )


def test_blank_rows_are_no_part_of_the_total_that_is_shared() -> None:
    result = report(accepted=9, rejected=1, skipped=990, max_errors=MaxErrors(percent=5))

    assert result.file_error is not None
    assert result.file_error.message == "1 of 10 rows is bad, at most 5% may be"


def test_what_stopped_the_reading_outweighs_the_counts() -> None:
    builder = ReportBuilder(ProcessingOptions())
    builder.accept_row()

    result = builder.build(file_error=file_error("gzip_corrupt", offset=7, reason="it is damaged"))

    assert result.outcome is Outcome.REJECTED
    assert result.file_error == file_error("gzip_corrupt", offset=7, reason="it is damaged")


@given(st.lists(st.sampled_from(["accept", "reject", "skip"])))
def test_the_counts_always_add_up(steps: list[str]) -> None:
    result = report(
        accepted=steps.count("accept"),
        rejected=steps.count("reject"),
        skipped=steps.count("skip"),
    )

    assert result.rows.read == len(steps)
    assert result.error_total == steps.count("reject")


def test_counts_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(ValueError, match="add up"):
        RowCounts(read=3, accepted=1, rejected=1, skipped=0)


@pytest.mark.parametrize(
    ("outcome", "rejected", "error"),
    [
        (Outcome.CLEAN, 1, None),
        (Outcome.REJECTED, 1, None),
        (Outcome.PARTIAL, 1, file_error("empty_file")),
    ],
)
def test_a_verdict_that_the_counts_deny_is_refused(
    outcome: Outcome, rejected: int, error: Any
) -> None:
    rows = RowCounts(read=rejected, accepted=0, rejected=rejected, skipped=0)

    with pytest.raises(ValueError, match="file"):
        ProcessingReport(outcome=outcome, rows=rows, file_error=error)


def test_all_errors_are_counted_and_the_first_shown() -> None:
    builder = ReportBuilder(ProcessingOptions())
    for row in range(1, 601):
        builder.reject_row([bad(row, "b"), bad(row, "a")])
    builder.reject_row([bad(601, None)])

    result = builder.build()

    assert [(it.code, it.column, it.count) for it in result.error_counts] == [
        ("type_error", None, 1),
        ("type_error", "a", 600),
        ("type_error", "b", 600),
    ]
    assert len(result.errors) == DETAILED_ERRORS
    assert [error.row for error in result.errors[-2:]] == [500, 500]
    assert result.to_json()["errorsTruncated"] is True


def test_changes_are_counted_by_column_and_rule_in_a_fixed_order() -> None:
    builder = ReportBuilder(ProcessingOptions())
    builder.accept_row([Change("b", Rule.CASE), Change("b", Rule.TRIM)])
    builder.accept_row([Change("b", Rule.TRIM)])
    builder.accept_rows(5, {Change("a", Rule.DEFAULT): 3, Change("b", Rule.TRIM): 1})
    builder.accept_rows(5, {Change("a", Rule.CASE): 0})

    result = builder.build()

    assert [(it.column, it.rule, it.count) for it in result.changes] == [
        ("a", "default", 3),
        ("b", "trim", 3),
        ("b", "case", 1),
    ]


def test_the_json_is_plain_and_in_a_fixed_order() -> None:
    builder = ReportBuilder(ProcessingOptions())
    builder.accept_row([Change("a", Rule.TRIM)])
    builder.reject_row([bad(2)])

    result = builder.build(
        file_type=FileType.CSV,
        compression=Compression.GZIP,
        encoding=Encoding(name="utf-8", source=EncodingSource.MARK),
        dialect=Dialect(delimiter=";"),
        columns=[ReportColumn(name="a", type="integer")],
        header_faults=[HeaderFault(code="header_blank", column="", position=2, message="none")],
    )

    assert json.dumps(result.to_json()) == json.dumps(
        {
            "outcome": "partial",
            "fileError": None,
            "rows": {"read": 2, "accepted": 1, "rejected": 1, "skipped": 0},
            "fileType": "csv",
            "compression": "gzip",
            "encoding": "utf-8",
            "encodingSource": "mark",
            "dialect": {
                "delimiter": ";",
                "delimiterSource": "content",
                "quote": '"',
                "header": True,
            },
            "columns": [{"name": "a", "type": "integer", "profile": None}],
            "headerFaults": [
                {"code": "header_blank", "column": "", "position": 2, "message": "none"}
            ],
            "changes": [{"column": "a", "rule": "trim", "count": 1}],
            "errorTotal": 1,
            "errorCounts": [{"code": "type_error", "column": "a", "count": 1}],
            "errors": [
                {
                    "row": 2,
                    "line": 3,
                    "column": "a",
                    "code": "type_error",
                    "value": "x",
                    "message": '"x" is bad',
                }
            ],
            "errorsTruncated": False,
        }
    )
