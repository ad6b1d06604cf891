"""The rejected rows of the corpus on their way back: repaired as their authors meant, or not."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from adapters.tabular.csv_writer import csv_record
from domain.error_catalogue import CATALOGUE, ErrorLevel
from domain.file_status import Outcome
from domain.file_type import FileType
from domain.processing_options import ProcessingOptions
from tests.adapters.tabular.corpus.bad_input import BadInput
from tests.adapters.tabular.corpus.contents import BAD_CONTENTS
from tests.adapters.tabular.mill import Milled, mill

WITH_ERRORS = [bad for bad in BAD_CONTENTS if bad.errors]
REPAIRED = [bad for bad in WITH_ERRORS if bad.repairs]
OWN_COLUMNS = 4
MORE_VALUES = 10
OWN_MEMBERS = ("_row", "_line", "_errors", "_raw")


def _milled(bad: BadInput) -> Milled:
    return mill(
        bad.content, bad.file_type, schema=bad.schema, options=bad.options, limits=bad.limits
    )


def _milled_again(bad: BadInput, content: bytes) -> Milled:
    # A record has more before it now, which is not what is tested here.
    limits = replace(
        bad.limits, record_bytes=10_000, record_values=bad.limits.record_values + MORE_VALUES
    )
    return mill(
        content,
        bad.file_type,
        schema=bad.schema,
        options=ProcessingOptions(encoding=bad.options.encoding),
        limits=limits,
    )


def _rejected(milled: Milled) -> bytes:
    """The rejected rows, in whichever form they are."""
    (rejected,) = (it for name, it in milled.results.items() if name.startswith("rejected."))
    return rejected


def _repaired(bad: BadInput, milled: Milled) -> bytes:
    """The rejected rows with their values exchanged for those that were meant."""
    if bad.file_type is FileType.CSV:
        header, *records = milled.rejected
        return _csv([header, *([*it[:OWN_COLUMNS], *bad.repairs[int(it[0])]] for it in records)])
    is_json = bad.file_type is FileType.JSON
    objects = milled.rejected_objects if is_json else milled.rejected_lines
    return _json(
        [{name: it[name] for name in OWN_MEMBERS} | bad.repairs[it["_row"]] for it in objects],
        bad.file_type,
    )


def _meant(bad: BadInput, milled: Milled) -> bytes:
    """The file that holds nothing but the repaired rows, as it should have been sent."""
    if bad.file_type is FileType.CSV:
        return _csv([milled.rejected[0][OWN_COLUMNS:], *bad.repairs.values()])
    return _json([*bad.repairs.values()], bad.file_type)


def _csv(records: Sequence[Sequence[str]]) -> bytes:
    return b"".join(csv_record(record, delimiter=",").encode() for record in records)


def _json(objects: Sequence[Mapping[str, Any]], file_type: FileType) -> bytes:
    if file_type is FileType.JSON:
        return json.dumps(objects).encode()
    return b"".join(json.dumps(it).encode() + b"\n" for it in objects)


@pytest.mark.parametrize("bad", REPAIRED, ids=lambda bad: bad.name)
def test_rejected_rows_that_were_repaired_come_out_as_if_they_had_been_right(
    bad: BadInput,
) -> None:
    first = _milled(bad)

    again = _milled_again(bad, _repaired(bad, first))

    assert again.errors == []
    assert again.report.outcome is Outcome.CLEAN
    assert again.report.rows.accepted == first.report.rows.rejected
    meant = _milled_again(bad, _meant(bad, first))
    assert again.results["clean.csv"] == meant.results["clean.csv"]


@pytest.mark.parametrize("bad", WITH_ERRORS, ids=lambda bad: bad.name)
def test_rejected_rows_that_nobody_repaired_are_rejected_again(bad: BadInput) -> None:
    first = _milled(bad)

    again = _milled_again(bad, _rejected(first))

    assert again.report.rows.accepted == 0
    assert again.report.rows.rejected == first.report.rows.rejected
    assert again.report.outcome is Outcome.REJECTED


def test_what_was_meant_is_known_of_every_row_and_every_code() -> None:
    repaired = {code for bad in REPAIRED for *_, code in bad.errors}
    of_rows = {code for code, it in CATALOGUE.items() if it.level is not ErrorLevel.FILE}

    assert repaired | {"row_rule"} == of_rows
    assert [
        bad.name for bad in REPAIRED if {row for row, *_ in bad.errors} != set(bad.repairs)
    ] == []
