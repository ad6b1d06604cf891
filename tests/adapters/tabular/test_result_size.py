"""What a file may make of itself."""

import gzip
from dataclasses import replace

import pytest

from adapters.tabular.limits import Limits
from domain.file_status import Outcome
from domain.file_type import FileType
from domain.processing_options import ProcessingOptions
from domain.processing_report import RowCounts
from tests.adapters.tabular.mill import Milled, mill

PATHS = {"exact": Limits(), "fast": Limits(fast_from_bytes=0, fast_chunk_bytes=2000)}
MIXED = b"id,name\n" + b"".join(
    b"%d,x\n" % row if row % 5 else b"%d\n" % row for row in range(3000)
)
SPARSE = b"\n".join(b'{"a":%d,"c%d":1}' % (row, row % 400) for row in range(1000))
OF_ROWS = ("clean.csv", "rejected.csv", "errors.ndjson")


def _mill_csv(limits: Limits, *, most: int) -> Milled:
    """The mixed rows, whose results may take so many bytes."""
    return mill(MIXED, limits=replace(limits, result_bytes=most, result_ratio=0))


@pytest.mark.parametrize("limits", PATHS.values(), ids=PATHS)
def test_results_may_take_exactly_as_much_as_the_limit_says(limits: Limits) -> None:
    unlimited = mill(MIXED, limits=limits)
    size = sum(len(unlimited.results[name]) for name in OF_ROWS)

    fitting, surplus = (_mill_csv(limits, most=most) for most in (size, size - 1))

    assert fitting.results == unlimited.results
    assert surplus.report.file_error is not None
    assert surplus.report.file_error.code == "results_too_large"
    assert str(size - 1) in surplus.report.file_error.message


@pytest.mark.parametrize("limits", PATHS.values(), ids=PATHS)
@pytest.mark.parametrize("most", [0, 1000, 50_000])
def test_of_a_file_that_makes_too_much_only_the_verdict_is_kept(limits: Limits, most: int) -> None:
    milled = _mill_csv(limits, most=most)

    assert milled.report.outcome is Outcome.REJECTED
    assert milled.report.rows == RowCounts(read=0, accepted=0, rejected=0, skipped=0)
    assert milled.results.keys() == {"report.json", "errors.ndjson"}
    assert milled.results["errors.ndjson"] == b""
    assert milled.results == _mill_csv(PATHS["exact"], most=most).results


@pytest.mark.parametrize("limits", PATHS.values(), ids=PATHS)
@pytest.mark.parametrize("output", ["csv", "ndjson", "parquet"])
def test_each_cell_counts_in_whatever_is_written(limits: Limits, output: str) -> None:
    milled = mill(
        SPARSE,
        FileType.NDJSON,
        options=ProcessingOptions(outputs=(output,)),
        limits=replace(limits, result_bytes=400_000, result_ratio=1),
    )

    assert milled.report.file_error is not None
    assert milled.report.file_error.code == "results_too_large"


def test_a_large_file_may_make_many_times_its_size() -> None:
    errors = b"a,b\n" + b"1,2,3,4,5\n" * 1000

    of_errors = mill(errors, limits=Limits(result_bytes=1)).report
    of_lines = mill(b"a,b\n" + b"1\n" * 1000, limits=Limits(result_bytes=1)).report

    assert of_errors.rows.rejected == 1000
    assert of_lines.file_error is not None
    assert of_lines.file_error.code == "results_too_large"
    assert str(50 * (4 + 2000)) in of_lines.file_error.message


def test_compressed_content_counts_as_what_it_may_expand_to() -> None:
    content = gzip.compress(b"a,b\n" + b"1\n" * 1000)

    report = mill(content, limits=Limits(result_bytes=1, expansion_free_bytes=5000)).report

    assert report.rows.rejected == 1000
