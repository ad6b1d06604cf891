"""`datapackage.json`: read by the reference implementation of the standard, and true."""

import hashlib
import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import frictionless
import pytest

from domain.file_type import FileType
from domain.processing_options import OUTPUTS, OnError, ProcessingOptions
from tests.adapters.tabular.mill import Milled, mill, schema_of
from tests.adapters.tabular.outputs.typed import TYPED

CONTENT = (
    b"string,integer,number,boolean,date,time,datetime,year,any\n"
    b"a,+007,1.50,1,2024-01-31,12:00:00,2024-01-31T12:00:00Z,0999,5\n"
    b'"b ""q""\n",,,,,,,,\n'
    b"x,y,,,,,,,\n"
    b"too,short\n"
)


def written(milled: Milled, folder: Path) -> str:
    """Where the descriptor is, beside all that it describes."""
    for name, content in milled.results.items():
        (folder / name).write_bytes(content)
    return str(folder / "datapackage.json")


def resources_of(milled: Milled) -> dict[str, dict[str, Any]]:
    package = json.loads(milled.results["datapackage.json"])
    return {resource["path"]: resource for resource in package["resources"]}


def test_the_package_of_csv_is_valid_and_its_rows_are_typed(tmp_path: Path) -> None:
    path = written(mill(CONTENT, schema=TYPED), tmp_path)

    report = frictionless.validate(path)

    assert report.valid, report.flatten(["title", "message"])
    rows = frictionless.Package(path).get_table_resource("clean-csv").read_rows()
    assert [list(row.to_dict().values()) for row in rows] == [
        ["a", 7, Decimal("1.50"), True, date(2024, 1, 31), time(12),
         datetime(2024, 1, 31, 12, tzinfo=UTC), 999, "5"],
        ['b "q"\n', *[None] * 8],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "file_type"), [(CONTENT, FileType.CSV), (b'[{"a":1},[]]', FileType.JSON)]
)
def test_every_result_of_rows_is_described_as_it_is(content: bytes, file_type: FileType) -> None:
    milled = mill(content, file_type, options=ProcessingOptions(outputs=OUTPUTS))

    described = resources_of(milled)

    own = {"report.json", "datapackage.json"}
    assert described.keys() == milled.results.keys() - own
    for path, resource in described.items():
        result = milled.results[path]
        assert resource["bytes"] == len(result)
        assert resource["hash"] == f"sha256:{hashlib.sha256(result).hexdigest()}"
        assert resource["rowCount"] == milled.result_rows[path]
    assert {path for path, resource in described.items() if "schema" in resource} == {
        "clean.csv",
        "clean.ndjson",
        "clean.parquet",
    }


def test_the_descriptor_of_every_output_is_one_of_the_standard() -> None:
    milled = mill(CONTENT, schema=TYPED, options=ProcessingOptions(outputs=OUTPUTS))

    descriptor = json.loads(milled.results["datapackage.json"])

    assert [*frictionless.Package.metadata_validate(descriptor)] == []
    fields = resources_of(milled)["clean.parquet"]["schema"]["fields"]
    assert {field["name"]: field["type"] for field in fields} == {
        field.name: str(field.type) for field in TYPED.fields
    }


def test_names_are_told_as_the_typed_outputs_have_them() -> None:
    milled = mill(b"a,a,b\n1,2,3\n", options=ProcessingOptions(outputs=("ndjson",)))

    schema = resources_of(milled)["clean.ndjson"]["schema"]

    assert [field["name"] for field in schema["fields"]] == ["a", "a_2", "b"]
    assert schema["missingValues"] == []


def test_it_tells_what_stands_for_a_missing_value(tmp_path: Path) -> None:
    schema = schema_of(
        {"name": "a", "type": "string", "missingValues": ["NA", "n/a"]},
        {"name": "b", "type": "string", "missingValues": []},
        {"name": "c", "type": "string"},
    )

    milled = mill(b"a,b,c\nn/a,,\n,x,y\n", schema=schema)

    path = written(milled, tmp_path)
    assert frictionless.validate(path).valid
    rows = frictionless.Package(path).get_table_resource("clean-csv").read_rows()
    assert [list(row.to_dict().values()) for row in rows] == [[None, "", None], ["", "x", "y"]]


def test_of_a_rejected_file_only_the_rest_is_described(tmp_path: Path) -> None:
    options = ProcessingOptions(on_error=OnError.REJECT_FILE, delimiter=";")

    milled = mill(b"a;b\n1;2\n3\n", options=options)

    assert resources_of(milled).keys() == {"rejected.csv", "errors.ndjson"}
    assert resources_of(milled)["rejected.csv"]["dialect"]["delimiter"] == ";"
    assert frictionless.validate(written(milled, tmp_path)).valid


@pytest.mark.parametrize("content", [b"id,amuont\n1,2\n", b"\n\n", b"\0"])
def test_what_has_no_rows_has_no_package(content: bytes) -> None:
    schema = schema_of({"name": "id"}, {"name": "amount"})

    assert "datapackage.json" not in mill(content, schema=schema).results


def test_rows_without_any_column_make_no_table(tmp_path: Path) -> None:
    milled = mill(b"[{}]", FileType.JSON, options=ProcessingOptions(outputs=OUTPUTS))

    assert [path for path, it in resources_of(milled).items() if "schema" in it] == []
    assert frictionless.validate(written(milled, tmp_path)).valid


def test_what_is_written_for_null_is_told_where_no_text_is_a_missing_value(tmp_path: Path) -> None:
    schema = schema_of(
        {"name": "a", "type": "integer"}, {"name": "b", "type": "string"}, missingValues=[]
    )
    content = b'[{"a":1,"b":null},{"a":null,"b":""},{"b":"x"}]'

    path = written(mill(content, FileType.JSON, schema=schema), tmp_path)

    report = frictionless.validate(path)
    assert report.valid, report.flatten(["title", "message"])
    rows = frictionless.Package(path).get_table_resource("clean-csv").read_rows()
    assert [list(row.to_dict().values()) for row in rows] == [[1, ""], [None, ""], [None, "x"]]
