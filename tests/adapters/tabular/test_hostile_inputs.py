"""Contents made to make a reader spin or swell: each is read to its end, in bounded memory.

Each in a process of its own, which the kernel kills after far more processor time than reading
takes, and far less than any work would that grows with the square of the content.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.tabular.hostile import HOSTILE, MOST_CPU_SECONDS

# For a machine that gives the process a tenth of a processor.
HANGS_AFTER_SECONDS = 10 * MOST_CPU_SECONDS
MOST_GROWTH_MEBIBYTES = 200

# Rows accepted, rejected and skipped, where they do not hang on how well a library compresses;
# errors by their code, and what is wrong with the file.
EXPECTED: dict[str, tuple[tuple[int, int, int] | None, dict[str, int], str | None]] = {
    "a quote never closed at the start": ((5_000_000, 1, 0), {"unclosed_quote": 1}, None),
    "a quote never closed in every row": ((0, 30_000, 0), {"unclosed_quote": 30_000}, "no_valid_rows"),
    "a quote never closed in every other row": ((30_000, 30_000, 0), {"unclosed_quote": 30_000}, None),
    "quotes alone": ((0, 1, 0), {"unclosed_quote": 1}, "no_valid_rows"),
    "delimiters alone": ((0, 1, 0), {"extra_cell": 1}, "no_valid_rows"),
    "carriage returns alone": ((0, 0, 100_000), {}, None),
    "NULs alone": ((0, 1, 0), {"nul_byte": 1, "cell_too_long": 1}, "no_valid_rows"),
    "a header of 100,000 columns": ((0, 0, 0), {}, "too_many_columns"),
    "rows of 100,000 cells": ((0, 10, 0), {"extra_cell": 10}, "no_valid_rows"),
    "a cell of 5 MB": ((1, 1, 0), {"cell_too_long": 1}, None),
    "a quoted cell of 5 MB over lines": ((1, 1, 0), {"cell_too_long": 1}, None),
    "an evil pattern": ((0, 300, 0), {"pattern": 300}, "no_valid_rows"),
    "40,000 colliding numbers as keys": ((40_000, 1, 0), {"unique": 1}, None),
    "a gigabyte of zeros in gzip": ((0, 0, 0), {}, "decompression_limit"),
    "a hundred megabytes of rows in gzip": (None, {}, "decompression_limit"),
    "thousands of empty streams in gzip": ((1, 0, 0), {}, None),
    "brackets without an end": ((0, 1, 0), {"json_syntax": 1}, "no_valid_rows"),
    "objects in objects without an end": ((1, 1, 0), {"json_syntax": 1}, None),
    "broken elements without an end": ((0, 1, 0), {"json_syntax": 1}, "no_valid_rows"),
    "strings never closed": ((0, 30_000, 0), {"json_syntax": 30_000}, "no_valid_rows"),
    "an array of three million items": ((1, 1, 0), {"record_too_long": 1}, None),
    "arrays as deep as may be in every record": ((30_001, 0, 0), {}, None),
    "brackets that do not match in every record": ((1, 30_000, 0), {"json_syntax": 30_000}, None),
    "a name twice in an object in every record": ((1, 30_000, 0), {"duplicate_key": 30_000}, None),
    "objects that begin as the records do": ((301, 0, 0), {}, None),
    "an object of 16 MB": ((1, 1, 0), {"record_too_long": 1}, None),
    "a string of 16 MB": ((2, 0, 0), {}, None),
    "an object of 100,000 members": ((0, 0, 0), {}, "too_many_columns"),
    "two of 1,500 columns in every record": ((60_000, 0, 0), {}, None),
    "records of 10,000 members": ((0, 30, 0), {"extra_cell": 30}, "no_valid_rows"),
    "brackets without an end on a line": ((1, 1, 0), {"too_deep": 1}, None),
    "lines of blanks": ((1, 0, 100_000), {}, None),
    "40,000 colliding numbers as keys in JSON": ((40_000, 1, 0), {"unique": 1}, None),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_content_is_read_to_its_end_without_spinning_or_swelling(name: str) -> None:
    counts, errors, file_error = EXPECTED[name]

    found = _read_alone(name)

    rows = found["rows"]
    assert rows["read"] == rows["accepted"] + rows["rejected"] + rows["skipped"]
    assert counts in (None, (rows["accepted"], rows["rejected"], rows["skipped"]))
    assert found["errors"] == errors
    assert found["file_error"] == file_error
    assert found["growth_mebibytes"] <= MOST_GROWTH_MEBIBYTES


def _read_alone(name: str) -> dict[str, Any]:
    child = subprocess.run(
        [sys.executable, "-m", "tests.adapters.tabular.hostile", name],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=HANGS_AFTER_SECONDS,
        check=False,
    )
    assert child.returncode == 0, child.stderr
    found: dict[str, Any] = json.loads(child.stdout)
    return found
