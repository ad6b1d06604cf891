"""Many errors come with an index that tells where they stand."""

import json
from collections import Counter

import pytest

from domain.error_index import ErrorIndex
from domain.file_type import FileType
from tests.adapters.tabular.mill import Milled, mill, schema_of

SCHEMA = schema_of(
    {"name": "id", "type": "integer"}, {"name": "naïve", "type": "string"}, fieldsMatch="equal"
)


def milled_with(errors: int) -> Milled:
    rows = "".join(f"é{row},ok\n" if row % 5 else "1,2,3\n" for row in range(errors))
    return mill(b"id,na\xc3\xafve\n" + rows.encode(), schema=SCHEMA)


def test_the_index_leads_to_every_error() -> None:
    milled = milled_with(2500)

    index = ErrorIndex.from_json(json.loads(milled.results["errors.index.json"]))
    errors = milled.results["errors.ndjson"]
    parts = [errors[block.start : block.start + block.size] for block in index.blocks]
    assert len(parts) == 3
    assert b"".join(parts) == errors
    for block, part in zip(index.blocks, parts, strict=True):
        found = [json.loads(line) for line in part.splitlines()]
        assert block.counts == Counter((error["code"], error["column"]) for error in found)


def test_what_can_be_read_at_once_has_none() -> None:
    assert "errors.index.json" not in milled_with(999).results
    assert "errors.index.json" in milled_with(1000).results


@pytest.mark.parametrize("value", ['"', "\\", "\x00\x1f\x7f\t\n\r\b", "é😀\u2028", "\ud800", ""])
def test_each_is_the_json_that_the_library_writes(value: str) -> None:
    records = json.dumps([{"id": value, "naïve": value}, {"id": 1, value: 2}, 3])

    errors = mill(records.encode(), FileType.JSON, schema=SCHEMA).results["errors.ndjson"]

    for line in errors.splitlines():
        found = json.loads(line)
        assert line.decode() == json.dumps(found, ensure_ascii=False, separators=(",", ":"))
