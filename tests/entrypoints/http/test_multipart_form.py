"""The form's reader: whatever the reads, the same file comes out."""

import io
from itertools import pairwise

import pytest
from flask import Request
from hypothesis import given
from hypothesis import strategies as st

from adapters.memory.manual_clock import ManualClock
from entrypoints.http.multipart_form import MAX_PARTS, MultipartForm
from entrypoints.http.problems import RequestError
from entrypoints.http.request_body import RequestBody
from tests.entrypoints.http.service import BOUNDARY, form, part

FIELDS = {"schema": 100, "onError": 100}


class PiecewiseInput(io.RawIOBase):
    """A server's input that gives one piece for each read, however much was asked for."""

    def __init__(self, pieces: list[bytes]) -> None:
        super().__init__()
        self._pieces = [piece for piece in pieces if piece]

    def read(self, size: int = -1) -> bytes:
        """The next piece."""
        return self._pieces.pop(0) if self._pieces else b""


def read_form(
    pieces: list[bytes], *, length: int | None = None, fields: dict[str, int] = FIELDS
) -> tuple[str, bytes, dict[str, str]]:
    """The name, the content and the fields of a form that arrives in these pieces."""
    environ = {"wsgi.input": PiecewiseInput(pieces), "wsgi.input_terminated": True}
    if length is not None:
        environ["CONTENT_LENGTH"] = str(length)
    body = RequestBody(Request(environ), max_bytes=10**6, clock=ManualClock())
    read = MultipartForm(body, f"multipart/form-data; boundary={BOUNDARY}", field_bytes=fields)
    name = read.seek_file()
    content = b"".join(read.file_chunks())
    return name, content, read.finish()


# Content that looks like the delimiter for as long as it can.
LOOKALIKES = [
    b"a,b\r\n1,2\r\n",
    b"\r\n",
    b"\r",
    b"\r\n-",
    f"\r\n--{BOUNDARY[:-1]}".encode(),
    f"x\r\n--{BOUNDARY[:-1]}\r\n--{BOUNDARY[:-2]}".encode(),
    f"--{BOUNDARY}".encode(),
]


@pytest.mark.parametrize("content", LOOKALIKES, ids=range(len(LOOKALIKES)))
def test_every_split_into_two_reads_gives_the_same_file(content: bytes) -> None:
    body = form(part("schema", "x"), part("file", content, filename="a.csv"), part("onError", "y"))

    for at in range(len(body) + 1):
        assert read_form([body[:at], body[at:]]) == (
            "a.csv",
            content,
            {"schema": "x", "onError": "y"},
        )


def test_one_byte_at_a_time_gives_the_same_file() -> None:
    content = LOOKALIKES[-2]
    body = form(part("file", content, filename="a.csv"))

    assert read_form([body[at : at + 1] for at in range(len(body))])[1] == content


@given(
    content=st.binary(max_size=300).filter(lambda content: BOUNDARY.encode() not in content),
    cuts=st.lists(st.integers(min_value=0, max_value=600), max_size=8),
)
def test_any_content_survives_any_reads(content: bytes, cuts: list[int]) -> None:
    body = form(part("file", content, filename="a.csv"))
    edges = [0, *sorted(cut for cut in cuts if cut <= len(body)), len(body)]

    pieces = [body[start:stop] for start, stop in pairwise(edges)]

    assert read_form(pieces)[1] == content


def test_a_body_cut_anywhere_before_its_end_is_malformed() -> None:
    body = form(part("file", b"a\r\n1\r\n", filename="a.csv"))
    closed_at = len(body) - len("\r\n")

    for at in range(closed_at):
        with pytest.raises(RequestError) as caught:
            read_form([body[:at]])
        assert caught.value.code == "malformed_multipart"
    assert read_form([body[:closed_at]])[1] == b"a\r\n1\r\n"


def test_a_content_length_larger_than_the_body_ends_with_it() -> None:
    body = form(part("file", b"a\n1\n", filename="a.csv"))

    assert read_form([body], length=len(body) + 1000)[1] == b"a\n1\n"


def test_a_preamble_and_an_epilogue_are_passed_over() -> None:
    body = form(part("file", b"a\n1\n", filename="a.csv"))

    assert read_form([b"preamble\r\n", body, b"epilogue"])[1] == b"a\n1\n"


def test_sixteen_parts_are_read_and_one_more_is_too_many() -> None:
    fields = {f"field-{number}": 10 for number in range(MAX_PARTS)}
    file, *others = (part("file", b"a", filename="a.csv"), *(part(name, "x") for name in fields))

    assert len(read_form([form(file, *others[:-1])], fields=fields)[2]) == MAX_PARTS - 1
    with pytest.raises(RequestError) as caught:
        read_form([form(file, *others)], fields=fields)
    assert caught.value.code == "too_many_parts"
