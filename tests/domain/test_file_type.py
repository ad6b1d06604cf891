"""Which files are accepted, as extension and content say together."""

import gzip
import json
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import (
    DomainError,
    FileTypeMismatchError,
    FormatNotSupportedError,
    UnsupportedFileTypeError,
)
from domain.file_head import HEAD_BYTES
from domain.file_type import FileType, decide_file_type, is_blank
from domain.processing_options import ENCODINGS

# Without the time of day, by which every run would be another.
packed = partial(gzip.compress, mtime=0)

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


@pytest.mark.parametrize(
    ("name", "head", "file_type"),
    [
        ("people.csv", b"id,name\n1,Ada\n", FileType.CSV),
        ("PEOPLE.CSV", b"id,name\n1,Ada\n", FileType.CSV),
        ("people.tsv", b"id\tname\n", FileType.CSV),
        ("people.csv", b"\xef\xbb\xbfid,name\n", FileType.CSV),
        ("people.csv", "id,name\n1,Zoë\n".encode("utf-16"), FileType.CSV),
        ("people.csv", "id,name\n1,Zoë\n".encode("utf-32"), FileType.CSV),
        ("people.csv", "id,name\n1,Zoë\n".encode("cp1252"), FileType.CSV),
        ("numbers.csv", b"[" + b"1" * 5000 + b",x\n", FileType.CSV),
        ("people.json", '[{"name": "Zoë"}]'.encode("utf-16"), FileType.JSON),
        ("people.json", '[{"name": "Zoë"}]'.encode("utf-32"), FileType.JSON),
        ("names.csv", b"[name],[id]\nAda,1\n", FileType.CSV),
        ("braces.csv", b"{not json\n", FileType.CSV),
        ("people.json", b'[{"id": 1}]', FileType.JSON),
        ("people.json", b'  \n{"id": 1}', FileType.JSON),
        ("people.json", b'\xef\xbb\xbf[{"id": 1}]', FileType.JSON),
        ("broken.json", b'[{"id": 1,]', FileType.JSON),
        ("people.ndjson", b'{"id": 1}\n{"id": 2}\n', FileType.NDJSON),
        ("PEOPLE.JSONL", b'{"id": 1}\n', FileType.NDJSON),
        ("people.jsonl", '{"id": 1}\n'.encode("utf-16"), FileType.NDJSON),
        ("long.ndjson", b'{"id": "' + b"x" * HEAD_BYTES, FileType.NDJSON),
        ("broken.ndjson", b'{"id": 1\n{"id": 2}\n', FileType.NDJSON),
        ("broken.ndjson", b'"id": 1}\n{"id": 2}\n', FileType.NDJSON),
        ("broken.ndjson", b'{"id":\n 1}\n{"id": 2}\n', FileType.NDJSON),
        ("arrays.ndjson", b"[1]\n[2]\n", FileType.NDJSON),
        ("people.csv.gz", packed(b"id,name\n1,Ada\n"), FileType.CSV),
        ("PEOPLE.CSV.GZ", packed(b"id,name\n1,Ada\n"), FileType.CSV),
        ("people.csv", packed(b"id,name\n1,Ada\n"), FileType.CSV),
        ("people.csv.gz", b"id,name\n1,Ada\n", FileType.CSV),
        ("people.csv.gz", packed("id,name\n".encode("utf-16")), FileType.CSV),
        ("people.csv.gz", packed(b"id\n1\n")[:-1], FileType.CSV),
        ("people.json.gz", packed(b'[{"id": 1}]'), FileType.JSON),
        ("people.json.gz", packed(b'{"id": 1}\n' * 99_999), FileType.NDJSON),
        ("people.jsonl.gz", packed(b'{"id": 1}\n'), FileType.NDJSON),
        ("empty.csv.gz", packed(b""), FileType.CSV),
        # One value over several lines, or an array of all: JSON by another name.
        ("array.ndjson", b'[{"id": 1}, {"id": 2}]\n', FileType.JSON),
        ("array.ndjson", b'[\n{"id": 1},\n{"id": 2}\n]\n', FileType.JSON),
        ("array.ndjson", b'[{"id": 1},\n' * HEAD_BYTES, FileType.JSON),
        ("object.ndjson", b'{\n "id": 1\n}\n', FileType.JSON),
    ],
)
def test_a_file_whose_name_and_content_agree_is_accepted(
    name: str, head: bytes, file_type: FileType
) -> None:
    assert decide_file_type(name, head) is file_type


@pytest.mark.parametrize(
    ("name", "head", "error"),
    [
        ("run.exe", b"MZ\x90\x00", UnsupportedFileTypeError),
        ("people", b"id,name\n", UnsupportedFileTypeError),
        ("people.csv.exe", b"id,name\n", UnsupportedFileTypeError),
        ("people.json", b"id,name\n1,Ada\n", FileTypeMismatchError),
        ("people.json", b'"just a string"', FileTypeMismatchError),
        ("people.csv", b'[{"id": 1}]', FileTypeMismatchError),
        ("people.csv", b'{"id": 1}', FileTypeMismatchError),
        ("people.csv", b"[]", FileTypeMismatchError),
        ("people.csv", PNG, FileTypeMismatchError),
        ("people.json", PNG, FileTypeMismatchError),
        ("people.csv", b"[" * HEAD_BYTES, FileTypeMismatchError),
        ("people.csv", b"id\x00,name\n", FileTypeMismatchError),
        ("people.csv", "id,\x00\n".encode("utf-16"), FileTypeMismatchError),
        ("people.ndjson", b"id,name\n1,Ada\n", FileTypeMismatchError),
        ("people.ndjson", PNG, FileTypeMismatchError),
        ("people.csv.gz", b"\x1f\x8b\x08", FileTypeMismatchError),
        ("people.csv", b"\x1f\x8b\x08", FileTypeMismatchError),
        ("people.csv.gz", packed(b"")[:12], FileTypeMismatchError),
        ("people.csv.gz", packed(packed(b"id\n1\n")), FileTypeMismatchError),
        ("people.csv.gz", packed(b"PK\x03\x04"), FileTypeMismatchError),
        ("people.csv.gz", packed(b'[{"id": 1}]'), FileTypeMismatchError),
        ("people.csv.gz", packed(b'[{"id": 1},' * 99_999), FileTypeMismatchError),
        ("people.json.gz", packed(b"id\n1\n"), FileTypeMismatchError),
        ("people.csv.gz", packed(PNG), FileTypeMismatchError),
        ("people.gz", packed(b"id\n1\n"), UnsupportedFileTypeError),
        ("people.csv.gz.gz", packed(b"id\n1\n"), UnsupportedFileTypeError),
        ("people.tar.gz", packed(b"people.csv\0"), UnsupportedFileTypeError),
    ],
)
def test_a_file_whose_name_and_content_disagree_is_refused(
    name: str, head: bytes, error: type[DomainError]
) -> None:
    with pytest.raises(error) as caught:
        decide_file_type(name, head)

    assert type(caught.value) is error


@given(
    row=st.dictionaries(st.text(max_size=9), st.text(max_size=99) | st.integers(), max_size=5),
    padding=st.integers(0, 500),
)
def test_a_json_array_cut_anywhere_is_still_no_csv(row: dict[str, object], padding: int) -> None:
    element = {"padding": "x" * (300 + padding), **row}
    text = json.dumps([element] * 300).encode()

    with pytest.raises(FileTypeMismatchError):
        decide_file_type("rows.csv", text[:HEAD_BYTES])


RECORDS_ON_LINES = {
    "objects": b'{"id": 1}\n{"id": 2}\n',
    "objects with CRLF": b'{"id": 1}\r\n{"id": 2}\r\n',
    "objects with CR": b'{"id": 1}\r{"id": 2}\r',
    "objects with blank lines": b'\n{"id": 1} \n\n \n {"id": 2}',
    "arrays": b"[1, 2]\n[3, 4]\n",
    "a broken second object": b'{"id": 1}\n{"id',
    "a second line that is no JSON": b'{"id": 1}\nid',
    "braces in text": b'{"id": "}{"}\n{"id": 2}',
    "objects in UTF-16": '{"id": 1}\n{"id": 2}\n'.encode("utf-16"),
}


@pytest.mark.parametrize("head", RECORDS_ON_LINES.values(), ids=RECORDS_ON_LINES.keys())
def test_records_on_lines_are_ndjson_also_in_a_file_called_json(head: bytes) -> None:
    assert decide_file_type("people.json", head) is FileType.NDJSON
    assert decide_file_type("people.ndjson", head) is FileType.NDJSON


SEVERAL_DOCUMENTS = {
    "objects one after another": b'{"id": 1}{"id": 2}',
    "arrays one after another": b"[1][2]\n",
    "objects over several lines": b'\xef\xbb\xbf\n{\n "id": 1\n}\n\n{\n "id": 2\n}',
    "objects with commas": b'{"id": 1},\n{"id": 2}',
}


@pytest.mark.parametrize("head", SEVERAL_DOCUMENTS.values(), ids=SEVERAL_DOCUMENTS.keys())
def test_several_json_documents_are_refused_with_a_way_out(head: bytes) -> None:
    with pytest.raises(FormatNotSupportedError, match="one record to a line"):
        decide_file_type("people.json", head)


@pytest.mark.parametrize(
    "head",
    [
        b'{"id": 1}',
        b'{"id": 1} \r\n\t\n',
        b'{"id": "}{"}\n',
        b'[{"id": 1}, {"id": 2}]\n',
        b'[{"id": 1}]]',
        b'[{"id": 1}\n{"id": 2}]',
        b'{"text": "' + b"x" * HEAD_BYTES,
        b"[" * HEAD_BYTES,
        b'{"id": ' + b"1" * 5000 + b"}",
    ],
    ids=range(9),
)
def test_one_json_value_is_json_also_when_it_is_damaged_or_cut(head: bytes) -> None:
    assert decide_file_type("people.json", head[:HEAD_BYTES]) is FileType.JSON


@pytest.mark.parametrize(
    ("head", "advice"),
    [
        (b"PK\x03\x04\x14\0", "save the sheet as CSV"),
        (b"PK\x05\x06\0\0", "an empty ZIP archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0", "save the sheet as CSV"),
        (b"BZh91AY&SY\x00", "bzip2"),
        (b"\xfd7zXZ\x00\x00", "xz"),
        (b"\x28\xb5\x2f\xfd\x04", "Zstandard"),
        (b"7z\xbc\xaf\x27\x1c\0", "7-Zip"),
        (b"PAR1\x15\x04", "Parquet"),
        (b"%PDF-1.7\n", "PDF"),
        (packed(packed(b"a")), "compressed twice"),
    ],
)
@pytest.mark.parametrize("name", ["people.csv", "people.json", "people.ndjson.gz"])
def test_what_is_known_and_not_read_is_refused_with_a_way_out(
    name: str, head: bytes, advice: str
) -> None:
    with pytest.raises(FileTypeMismatchError, match=advice):
        decide_file_type(name, head)


@pytest.mark.parametrize(
    ("name", "advice"),
    [("a.xlsx", "as CSV"), ("a.zip", "by gzip"), ("a.csv.zst", "or as gzip"), ("a.gz", ".csv.gz")],
)
def test_a_name_that_is_known_and_not_taken_is_refused_with_a_way_out(
    name: str, advice: str
) -> None:
    with pytest.raises(UnsupportedFileTypeError, match=advice):
        decide_file_type(name, b"id\n1\n")


@pytest.mark.parametrize("head", [b"PAR1,a\n1,2\n", b"BZh9,a\n", b"PK,a\n1,2\n"])
def test_text_that_begins_almost_like_an_archive_is_text(head: bytes) -> None:
    assert decide_file_type("a.csv", head) is FileType.CSV


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_a_declared_encoding_says_how_the_bytes_are_read(encoding: str) -> None:
    csv, json_text = "id,name\n1,Zoë\n".encode(encoding), '[{"id": 1}]'.encode(encoding)

    assert decide_file_type("a.csv", csv, encoding=encoding) is FileType.CSV
    assert decide_file_type("a.json", json_text, encoding=encoding) is FileType.JSON
    with pytest.raises(FileTypeMismatchError):
        decide_file_type("a.csv", json_text, encoding=encoding)
    with pytest.raises(FileTypeMismatchError):
        decide_file_type("a.json", csv, encoding=encoding)


def test_utf_16_needs_neither_a_mark_nor_a_declaration() -> None:
    for encoding in ("utf-16-le", "utf-16-be"):
        csv, lines = "id,name\n1,Zoë\n".encode(encoding), '{"id": 1}\n'.encode(encoding) * 2

        assert decide_file_type("a.csv", csv) is FileType.CSV
        assert decide_file_type("a.json", lines) is FileType.NDJSON
        assert is_blank(" \r\n".encode(encoding))
        with pytest.raises(FileTypeMismatchError, match="holds JSON"):
            decide_file_type("a.csv", lines)


@pytest.mark.parametrize("encoding", ["utf-32-le", "utf-32-be"])
def test_utf_32_needs_one_of_them(encoding: str) -> None:
    with pytest.raises(FileTypeMismatchError, match="encoding"):
        decide_file_type("a.csv", "id,name\n1,Zoë\n".encode(encoding))


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_encoding_is_recognised_by_its_ascii(encoding: str) -> None:
    assert decide_file_type("a.json", '[{"a": 1}]'.encode(encoding), encoding=encoding)
    assert decide_file_type("a.csv", "a,b\n".encode(encoding), encoding=encoding)
    assert is_blank(" \r\n\t".encode(encoding), encoding=encoding)


def test_a_backslash_inside_a_character_of_two_bytes_closes_no_text() -> None:
    # The second byte of this character is a backslash when it is read as ASCII.
    head = '{"a": "表"}\n{"a": "表"}\n'.encode("shift_jis")

    assert decide_file_type("a.json", head, encoding="shift_jis") is FileType.NDJSON


def test_a_byte_order_mark_overrules_the_declared_encoding() -> None:
    head = b"\xff\xfe" + "id,name\n".encode("utf-16-le")

    assert decide_file_type("a.csv", head, encoding="cp1252") is FileType.CSV


def test_a_blank_head_contradicts_no_name() -> None:
    assert decide_file_type("a.json", b" " * HEAD_BYTES) is FileType.JSON


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b" \r\n\t",
        b"\xef\xbb\xbf",
        b"\xef\xbb\xbf\n",
        b"\xff\xfe",
        "\ufeff \n".encode("utf-32-be"),
    ],
)
def test_white_space_and_marks_are_nothing(head: bytes) -> None:
    assert is_blank(head)


@pytest.mark.parametrize("content", [b"", b" \r\n\t", b"\xef\xbb\xbf\n"])
def test_compressed_nothing_is_nothing_when_that_is_all(content: bytes) -> None:
    assert is_blank(packed(content))
    assert not is_blank(packed(content)[:-1])
    assert not is_blank(packed(content + b" " * HEAD_BYTES + b"a"))


def test_a_single_cell_is_something() -> None:
    assert not is_blank(b"\n0\n")


def test_a_character_made_of_blank_bytes_is_something() -> None:
    assert not is_blank("\u2020".encode("utf-16-le"), encoding="utf-16-le")
