"""A `rejected.json` on its way back, repaired or not."""

import json
from decimal import Decimal
from typing import Any

import pytest

from adapters.tabular.limits import Limits
from domain.file_status import Outcome
from domain.file_type import FileType
from domain.processing_options import ProcessingOptions
from domain.schema import Schema
from tests.adapters.tabular.inputs.json_cases import CASES, LIMITS, Case
from tests.adapters.tabular.mill import Milled, mill, schema_of

_SCHEMA = schema_of({"name": "id", "type": "integer"}, {"name": "b", "type": "any"})


def _mill(content: bytes | str, schema: Schema | None = _SCHEMA) -> Milled:
    return mill(
        content.encode() if isinstance(content, str) else content, FileType.JSON, schema=schema
    )


def _resubmitted(milled: Milled, schema: Schema | None = _SCHEMA) -> Milled:
    return _mill(milled.results["rejected.json"], schema)


def _repaired(milled: Milled, **changes: Any) -> Milled:
    """What comes of the first rejected record when its members are changed so."""
    record = json.loads(milled.results["rejected.json"])[0]
    return _mill(json.dumps([record | changes]))


@pytest.mark.parametrize("case", [it for it in CASES if it.errors], ids=lambda case: case.name)
def test_no_unrepaired_record_is_ever_accepted(case: Case) -> None:
    milled = mill(case.content, FileType.JSON, options=case.options, limits=LIMITS)

    for _ in range(3):
        rejected = milled.report.rows.rejected
        milled = mill(milled.results["rejected.json"], FileType.JSON, options=case.options)

        assert milled.report.rows.accepted == 0
        assert milled.report.rows.rejected == rejected
        assert milled.report.outcome is Outcome.REJECTED


@pytest.mark.parametrize(
    "record",
    [
        '{"id":"12"}',
        '{"id":true}',
        '{"id":1.5}',
        '{"id":""}',
        '{"id":[1]}',
        '{"id":1,"z":2}',
        '{"id":"1","_row":7,"_raw":"x"}',
        '{"_row":7,"_line":8,"_errors":[],"z":1}',
    ],
)
def test_what_the_schema_rejects_it_rejects_again_for_the_same_reason(record: str) -> None:
    first = _mill(f'[{{"id":0}},\n {record}]')

    again = _resubmitted(_resubmitted(first))

    assert first.report.rows.rejected == 1
    assert again.report.rows.accepted == 0
    assert [it["message"] for it in again.errors] == [it["message"] for it in first.errors]
    assert again.rejected_objects[0] == first.rejected_objects[0] | {"_row": 1, "_line": 2}


def test_a_key_that_another_file_has_is_still_taken_until_it_is_changed() -> None:
    schema = schema_of({"name": "id"}, {"name": "n", "type": "integer"}, primaryKey=["id", "n"])
    first = _mill('[{"id":"\\"a\\n","n":1},{"id":"\\"a\\n","n":1}]', schema)

    again = _resubmitted(_resubmitted(first, schema), schema)
    repaired = _mill(first.results["rejected.json"].replace(b'"n":1', b'"n":2'), schema)

    assert again.places == [(1, 2, None, "primary_key")]
    assert repaired.report.outcome is Outcome.CLEAN


def test_an_object_that_lacks_what_is_required_is_rejected_again() -> None:
    schema = schema_of({"name": "id", "constraints": {"required": True}})

    again = _resubmitted(_mill("[{}]", schema), schema)

    assert again.places == [(1, 2, "id", "required")]


def test_a_rejected_record_has_its_place_its_errors_and_its_own_values() -> None:
    milled = _mill('[{"id":"x","b":[1,{"c":1.50}],"z":null},\n{"id":}]')

    assert milled.rejected_objects == [
        {
            "_row": 1,
            "_line": 1,
            "_errors": [
                'the record has members without a column: "z" (extra_cell)',
                'id: "x" is a string, not an integer (type_error)',
            ],
            "_raw": None,
            "id": "x",
            "b": [1, {"c": Decimal("1.50")}],
            "z": None,
        },
        {
            "_row": 2,
            "_line": 2,
            "_errors": [
                "the record is not valid JSON: a value is missing at character 7 (json_syntax)"
            ],
            "_raw": '{"id":}',
        },
    ]
    assert b"1.50" in milled.results["rejected.json"]


def test_a_member_that_is_repaired_is_accepted() -> None:
    milled = _repaired(_mill('[{"id":"12","b":"="}]'), id=12)

    assert milled.clean == [["id", "b"], ["12", "="]]


def test_a_broken_record_can_be_repaired_in_its_text() -> None:
    milled = _repaired(_mill('[{"id":}]'), _raw='{"id": 3}')

    assert milled.clean == [["id", "b"], ["3", ""]]


def test_a_broken_record_can_be_repaired_by_members_whatever_stands_in_its_text() -> None:
    milled = _repaired(_mill('[{"id":}]'), id=3)

    assert milled.clean == [["id", "b"], ["3", ""]]


def test_a_text_that_is_no_record_yet_gets_the_error_that_it_has_now() -> None:
    milled = _repaired(_mill('[{"id":}]'), _raw='{"id": "3"}')

    assert milled.places == [(1, 1, "id", "type_error")]
    assert milled.rejected_objects[0]["id"] == "3"


@pytest.mark.parametrize("raw", [None, "", " ", 5, {"id": 1}])
def test_a_record_that_is_in_neither_place_is_no_row_of_missing_values(raw: object) -> None:
    milled = _repaired(_mill('[{"id":}]'), _raw=raw)

    assert milled.errors[0]["message"] == (
        "the record is not valid JSON: neither _raw nor members beside it hold a record"
    )


def test_a_resubmission_that_was_spoilt_can_still_be_repaired() -> None:
    first = _mill('[{"id":"x"}]').results["rejected.json"]
    spoilt = _mill(first.replace(b'"id":', b'"id"'))

    assert [code for *_, code in spoilt.places] == ["json_syntax"]
    text = spoilt.rejected_objects[0]["_raw"].replace('"id""x"', '"id":5')
    assert _repaired(spoilt, _raw=text).clean == [["id", "b"], ["5", ""]]


def test_a_whole_record_after_a_missing_comma_is_there_as_it_is() -> None:
    milled = _mill('[{"id":1} {"id":2,"b":"' + "x" * 70_000 + '"}]')
    (raw,) = (it["_raw"] for it in milled.rejected_objects)

    again = _resubmitted(_resubmitted(milled))

    assert raw == '{"id":2,"b":"' + "x" * 70_000 + '"}'
    assert again.errors[0]["message"] == (
        "the record is not valid JSON: a comma is missing before the record; where nothing else "
        "is, empty _errors"
    )
    assert _repaired(milled, _errors=[]).report.outcome is Outcome.CLEAN
    assert _repaired(milled, id=2).report.outcome is Outcome.CLEAN


def test_a_broken_record_after_a_missing_comma_has_its_own_fault_to_repair() -> None:
    milled = _mill('[{"id":1} {"id":}]')

    assert milled.errors[0]["message"].endswith("a value is missing at character 7")
    assert _repaired(milled, _raw='{"id":2}').clean == [["id", "b"], ["2", ""]]


def test_what_follows_the_array_does_not_pass_without_a_look() -> None:
    milled = _mill('[{"id":1}] {"id":2}')
    (raw,) = (it["_raw"] for it in milled.rejected_objects)

    assert raw == '… {"id":2}'
    assert _resubmitted(milled).report.rows.accepted == 0
    assert _repaired(milled, _raw=raw.removeprefix("… ")).report.outcome is Outcome.CLEAN


@pytest.mark.parametrize("content", ['[{"id":1},]', '[{"id":1}', '[{"id":1},,{"id":2}]'])
def test_where_there_is_no_record_there_is_no_text_of_one(content: str) -> None:
    milled = _mill(content)

    assert [it["_raw"] for it in milled.rejected_objects] == [None]
    assert milled.errors[0]["message"].endswith("; that counts as one row")
    assert _resubmitted(milled).report.rows.accepted == 0


def test_the_beginning_of_a_record_does_not_pass_for_all_of_it() -> None:
    milled = _mill("[" + '{"id":1,"id":2,"b":"' + "x" * 70_000 + '"}]')

    again = _resubmitted(milled)

    assert again.errors[0]["message"] == (
        "the record is longer than what _raw shows: write it out beside it"
    )


def test_a_long_record_is_there_as_a_whole() -> None:
    milled = _mill('[{"id":"7","b":"' + "x" * 100_000 + '"}]')

    assert _repaired(milled, id=7).clean[1] == ["7", "x" * 100_000]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "shift_jis"])
def test_rejected_records_can_be_submitted_as_the_file_was(encoding: str) -> None:
    text = "é" if encoding == "cp1252" else "あ"
    options = ProcessingOptions(encoding=encoding)
    content = (
        f'[{{"id":"x","b":"{text}🦆"}}]' if encoding == "utf-8" else f'[{{"id":"x","b":"{text}"}}]'
    )
    milled = mill(content.encode(encoding), FileType.JSON, schema=_SCHEMA, options=options)

    repaired = milled.results["rejected.json"].replace(b'"id":"x"', b'"id":1')
    again = mill(repaired, FileType.JSON, schema=_SCHEMA, options=options)

    assert again.clean[1][1].startswith(text)


def test_a_file_without_rejected_records_has_an_empty_array_of_them() -> None:
    assert _mill('[{"id":1}]').results["rejected.json"] == b"[]\n"


def test_what_is_no_json_has_no_rejected_records_that_would_come_back_as_none() -> None:
    assert _mill("7").results.keys() == {"errors.ndjson", "report.json"}


def _reordered(milled: Milled, *, without: str = "") -> bytes:
    """The rejected records as a tool that sorts members writes them, less one member."""
    records = json.loads(milled.results["rejected.json"])
    kept = [{name: it[name] for name in sorted(it) if name != without} for it in records]
    return json.dumps(kept, sort_keys=True).encode()


@pytest.mark.parametrize("schema", [None, _SCHEMA])
def test_rejected_records_are_recognised_in_whatever_order_their_members_stand(
    schema: Schema | None,
) -> None:
    first = _mill('[{"Id":0,"id":"x","~":1},{"id":}]')

    again = _mill(_reordered(first), schema)
    repaired = _mill(_reordered(first).replace(b'{\\"id\\":}', b'{\\"id\\":7}'), None)

    assert again.places[-1] == (2, 1, None, "json_syntax")
    assert "_row" not in [column.name for column in again.report.columns]
    assert repaired.clean == [["Id", "id", "~"], ["0", "x", "1"], ["", "7", ""]]


@pytest.mark.parametrize("missing", ["_row", "_line", "_errors", "_raw"])
def test_a_record_that_lost_some_of_the_four_members_is_rejected_by_name(missing: str) -> None:
    milled = _mill(_reordered(_mill('[{"id":"x"}]'), without=missing), None)

    assert [code for *_, code in milled.places] == ["extra_cell"]
    message = milled.errors[0]["message"]
    assert message == (
        f'the record has members of a rejected row, but not "{missing}": '
        "keep all four of _row, _line, _errors and _raw, or remove all four"
    )
    assert milled.report.columns == ()
    assert _resubmitted(milled, None).errors[0]["message"] == message


def test_records_that_were_added_to_rejected_ones_are_read_as_they_are() -> None:
    rejected = json.loads(_mill('[{"id":"x"}]').results["rejected.json"])[0]

    milled = _mill(json.dumps([rejected | {"id": 1}, {"id": 2}]))

    assert milled.clean == [["id", "b"], ["1", ""], ["2", ""]]


def test_a_member_that_the_schema_knows_is_no_sign_of_a_rejected_record() -> None:
    schema = schema_of({"name": "_row", "type": "integer"}, {"name": "a"})

    first = _mill('[{"_row":1,"a":"x"},{"_row":"x","a":"y"}]', schema)
    text = first.results["rejected.json"].replace(b'{\\"_row\\":\\"x\\"', b'{\\"_row\\":2')

    assert first.clean == [["_row", "a"], ["1", "x"]]
    assert _mill(text, schema).clean == [["_row", "a"], ["2", "y"]]


@pytest.mark.parametrize("file_type", [FileType.JSON, FileType.NDJSON])
def test_what_we_add_to_a_record_does_not_make_it_too_long(file_type: FileType) -> None:
    limits = Limits(record_bytes=40)
    content = b'{"id":"7","b":"' + b"x" * 23 + b'"}'
    name = f"rejected.{file_type}"

    first = mill(content, file_type, schema=_SCHEMA, limits=limits)
    saved = first.results[name]
    again = mill(saved, file_type, schema=_SCHEMA, limits=limits)
    repaired = mill(saved.replace(b'"7"', b"7"), file_type, schema=_SCHEMA, limits=limits)
    lost = mill(saved.replace(b'"_raw"', b'"raw"'), file_type, schema=_SCHEMA, limits=limits)

    codes = [[code for *_, code in milled.places] for milled in (first, again, lost)]
    assert codes == [["type_error"], ["type_error"], ["record_too_long"]]
    assert repaired.clean[1:] == [["7", "x" * 23]]
