"""Every example in the catalogue of errors is a message that some file really gets."""

import gzip
import random
from dataclasses import dataclass
from typing import Any

import pytest

from adapters.tabular.limits import Limits
from domain.error_catalogue import CATALOGUE
from domain.file_type import FileType
from domain.processing_options import MaxErrors, OnError, ProcessingOptions
from domain.schema import Schema
from tests.adapters.tabular.mill import mill, schema_of

# What nothing can report before rows have rules.
NOT_YET = {"row_rule"}


@dataclass(frozen=True)
class Sample:
    content: bytes
    schema: Schema | None = None
    file_type: FileType = FileType.CSV
    options: ProcessingOptions = ProcessingOptions(delimiter=",")
    limits: Limits | None = None


def _csv(content: bytes, *fields: dict[str, Any], **keywords: Any) -> Sample:
    return Sample(content, schema_of(*fields, **keywords) if fields else None)


def _json(content: bytes) -> Sample:
    return Sample(content, file_type=FileType.JSON)


def _rows(*, good: int, bad: int, **options: Any) -> Sample:
    content = b"a,b\n" + b"1\n" * bad + b"1,2\n" * good
    return Sample(content, options=ProcessingOptions(delimiter=",", **options))


def _cell(text: str, field_type: str = "string", **constraints: Any) -> Sample:
    return _csv(
        f"c,d\n{text},\n".encode(),
        {"name": "c", "type": field_type, "constraints": constraints},
        {"name": "d"},
    )


_EMAIL = {"name": "email", "type": "string"}

SAMPLES = {
    "no_valid_rows": _rows(good=0, bad=12),
    "too_many_errors": _rows(good=749, bad=251, max_errors=MaxErrors(count=250)),
    "rows_rejected": _rows(good=999, bad=1, on_error=OnError.REJECT_FILE),
    "empty_file": _csv(b" \n"),
    "no_header": _csv(b"a,\0\n1,2\n"),
    "encoding_unknown": Sample(b"a\n", options=ProcessingOptions(encoding="klingon")),
    "not_this_type": _json(b"17"),
    "gzip_corrupt": _csv(gzip.compress(random.Random(1).randbytes(5000))[:4096]),
    "decompression_limit": _csv(gzip.compress(bytes(60_000_000))),
    "results_too_large": Sample(b"a,b\n" + b"1\n" * 400, limits=Limits(result_bytes=50_000)),
    "too_many_columns": _csv(b"c," * 2000 + b"c\n"),
    "header_duplicate": _csv(b"id,a,id\n"),
    "header_blank": _csv(b"a,b,c,\n"),
    "field_missing": _csv(b"name\n", {"name": "name"}, _EMAIL),
    "field_unknown": _csv(b"name,email,e-mail\n", {"name": "name"}, _EMAIL),
    "missing_cell": _csv(b"id,name,street,city,zip\n1,2,3\n"),
    "extra_cell": _csv(b"a,b,c,d,e\n1,2,3,4,5,6\n"),
    "stray_quote": _csv(b'a,b\n1,2"\n'),
    "unclosed_quote": _csv(b'a,b\n1,"2\n'),
    "encoding_error": Sample(
        b"a,b\n1,\xff\n", options=ProcessingOptions(delimiter=",", encoding="utf-8")
    ),
    "nul_byte": _csv(b"a,b\n1,\0\n"),
    "record_too_long": _csv(b"a\n" + b"x" * (16 * 1024 * 1024 + 1)),
    "json_syntax": _json(b'[{"id":1,"a":"x" "b":2}]'),
    "not_an_object": _json(b"[[1, 2]]"),
    "duplicate_key": _json(b'[{"id":1,"id":2}]'),
    "too_deep": _json(b'[{"a":' + b"[" * 64 + b"]" * 64 + b"}]"),
    "required": _csv(
        b"id,email\n1,\n", {"name": "id"}, _EMAIL | {"constraints": {"required": True}}
    ),
    "type_error": _cell('"12,5"', "number"),
    "format_error": _csv(
        b"id,email\n1,ann.example.org\n", {"name": "id"}, _EMAIL | {"format": "email"}
    ),
    "min_length": _cell("AB", minLength=3),
    "max_length": _cell("ABCD", maxLength=3),
    "minimum": _cell("-1", "integer", minimum=0),
    "maximum": _cell("101", "integer", maximum=100),
    "exclusive_minimum": _cell("0", "integer", exclusiveMinimum=0),
    "exclusive_maximum": _cell("100", "integer", exclusiveMaximum=100),
    "pattern": _cell("ab-1", pattern="[A-Z]{2}-[0-9]"),
    "enum": _cell("purple", enum=["red", "green", "blue"]),
    "unique": _csv(
        b"id,email\n1,\n2,\n3,\n4,a@example.org\n5,a@example.org\n",
        {"name": "id"},
        _EMAIL | {"constraints": {"unique": True}},
    ),
    "primary_key": _csv(
        b"id,a\n1,\n2,\n3,\n17,\n17,\n", {"name": "id"}, {"name": "a"}, primaryKey="id"
    ),
    "cell_too_long": _csv(b"a,b\n1," + b"x" * (1024 * 1024 + 1) + b"\n"),
}


def test_there_is_a_sample_for_every_code_that_can_be_reported() -> None:
    assert SAMPLES.keys() | NOT_YET == CATALOGUE.keys()
    assert not SAMPLES.keys() & NOT_YET


@pytest.mark.parametrize("code", SAMPLES)
def test_the_example_of_a_code_is_what_a_file_gets(code: str) -> None:
    sample = SAMPLES[code]

    report = mill(
        sample.content,
        sample.file_type,
        schema=sample.schema,
        options=sample.options,
        limits=sample.limits,
    ).report

    told = [(fault.code, fault.message) for fault in report.header_faults]
    told += [(error.code, error.message) for error in report.errors]
    if report.file_error is not None:
        told.append((report.file_error.code, report.file_error.message))
    assert (code, CATALOGUE[code].example) in told
