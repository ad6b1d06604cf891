"""Every bad input of the corpus gets its codes at its places, whichever way it is read."""

from collections import Counter
from dataclasses import replace

import pytest

from adapters.tabular.patterns import Re2PatternMatcher
from domain.error_catalogue import CATALOGUE
from domain.processing_options import OUTPUTS
from domain.schema_descriptor import parse_schema
from domain.schema_faults import InvalidSchemaError
from tests.adapters.tabular.corpus.bad_input import BadInput
from tests.adapters.tabular.corpus.contents import BAD_CONTENTS
from tests.adapters.tabular.corpus.schemas import BAD_SCHEMAS, BadSchema
from tests.adapters.tabular.mill import WHOLE, Milled, mill

NEVER = 1 << 60
# What nothing can report before rows have rules.
NOT_YET = {"row_rule"}
FAST = [(1, 5), (37, 16), (200, 64), (WHOLE, WHOLE)]
"""Chunks of the fast path, and blocks in which the content is read."""


def _milled(bad: BadInput, **limits: int) -> Milled:
    return mill(
        bad.content,
        bad.file_type,
        schema=bad.schema,
        options=replace(bad.options, outputs=OUTPUTS),
        limits=replace(bad.limits, **limits),
    )


@pytest.mark.parametrize("bad", BAD_CONTENTS, ids=lambda bad: bad.name)
def test_a_bad_content_gets_its_codes_at_its_places(bad: BadInput) -> None:
    milled = _milled(bad, fast_from_bytes=NEVER)

    report, rows = milled.report, milled.report.rows
    rejected = len({row for row, *_ in bad.errors})
    assert Counter(milled.places) == Counter(bad.errors)
    assert (rows.accepted, rows.rejected, rows.skipped) == (bad.accepted, rejected, bad.skipped)
    assert rows.read == bad.accepted + rejected + bad.skipped
    assert report.error_total == len(bad.errors)
    assert Counter((it.position, it.code) for it in report.header_faults) == Counter(bad.header)
    assert (report.file_error and report.file_error.code) == bad.file_error


@pytest.mark.parametrize("bad", BAD_CONTENTS, ids=lambda bad: bad.name)
def test_a_bad_content_comes_out_the_same_on_the_fast_path(bad: BadInput) -> None:
    exact = _milled(bad, fast_from_bytes=NEVER)

    for chunk_bytes, block_bytes in FAST:
        fast = _milled(
            bad, fast_from_bytes=0, fast_chunk_bytes=chunk_bytes, block_bytes=block_bytes
        )

        assert fast == exact, (chunk_bytes, block_bytes)


@pytest.mark.parametrize("bad", BAD_SCHEMAS, ids=lambda bad: bad.name)
def test_a_bad_schema_is_refused_with_the_place_of_each_fault(bad: BadSchema) -> None:
    with pytest.raises(InvalidSchemaError) as refusal:
        parse_schema(bad.descriptor, patterns=Re2PatternMatcher())

    faults = [(fault.pointer, fault.code) for fault in refusal.value.faults]
    assert faults == list(bad.faults)


def test_every_code_that_can_be_reported_is_in_the_corpus() -> None:
    found = {code for bad in BAD_CONTENTS for code in bad.codes}

    assert found | NOT_YET == CATALOGUE.keys()
    assert not found & NOT_YET


def test_every_bad_input_has_a_name_of_its_own() -> None:
    names = Counter([*(bad.name for bad in BAD_CONTENTS), *(bad.name for bad in BAD_SCHEMAS)])

    assert [name for name, times in names.items() if times > 1] == []
    assert len(names) >= 150
