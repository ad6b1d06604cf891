"""Which files are accepted, as extension and content say together."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import (
    DomainError,
    FileTypeMismatchError,
    FormatNotSupportedError,
    UnsupportedFileTypeError,
)
from domain.file_type import HEAD_BYTES, FileType, decide_file_type, is_blank

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


@pytest.mark.parametrize(
    ("name", "head", "file_type"),
    [
        ("people.csv", b"id,name\n1,Ada\n", FileType.CSV),
        ("PEOPLE.CSV", b"id,name\n1,Ada\n", FileType.CSV),
        ("people.tsv", b"id\tname\n", FileType.CSV),
        ("people.csv", b"\xef\xbb\xbfid,name\n", FileType.CSV),
        ("people.csv", "id,name\n1,Zoë\n".encode("utf-16"), FileType.CSV),
        ("people.csv", "id,name\n1,Zoë\n".encode("cp1252"), FileType.CSV),
        ("names.csv", b"[name],[id]\nAda,1\n", FileType.CSV),
        ("braces.csv", b"{not json\n", FileType.CSV),
        ("people.json", b'[{"id": 1}]', FileType.JSON),
        ("people.json", b'  \n{"id": 1}', FileType.JSON),
        ("people.json", b'\xef\xbb\xbf[{"id": 1}]', FileType.JSON),
        ("broken.json", b'[{"id": 1,]', FileType.JSON),
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
        ("people.ndjson", b'{"id": 1}\n', FormatNotSupportedError),
        ("people.csv.gz", b"\x1f\x8b\x08", FormatNotSupportedError),
        ("people.csv", b"\x1f\x8b\x08", FormatNotSupportedError),
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


@pytest.mark.parametrize("head", [b"", b" \r\n\t", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n", b"\xff\xfe"])
def test_white_space_and_marks_are_nothing(head: bytes) -> None:
    assert is_blank(head)


def test_a_single_cell_is_something() -> None:
    assert not is_blank(b"\n0\n")
