"""Every tail of a file against every cut of its body, and every size around a read's."""

import json
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from typing import Any

import pytest

from entrypoints.http.request_body import CHUNK_BYTES
from tests.entrypoints.http.served import server
from tests.entrypoints.http.service import BOUNDARY, csv_part, form, part
from tests.entrypoints.http.test_multipart_form import read_form

DELIMITER = f"\r\n--{BOUNDARY}".encode()
# A file that ends as a delimiter begins, at whatever place it leaves off, and once more.
TAILS = [DELIMITER[:at] for at in range(len(DELIMITER))]
TAILS += [DELIMITER[:-1] + tail for tail in TAILS[1:]]
TAILS += [b"\r" + DELIMITER[:4], b"\n\r\n", b"\r\n\r\n--", b"--", DELIMITER[2:-1], b"\x01\r\n-"]
SIZES = range(CHUNK_BYTES - 500, CHUNK_BYTES + 500)


def test_no_tail_and_no_cut_changes_a_file() -> None:
    tried = 0
    for tail in TAILS:
        content = b"a\n1" + tail
        body = form(part("file", content, filename="a.csv"))
        for at in range(len(body) + 1):
            assert read_form([body[:at], body[at:]])[1] == content, (tail, at)
            tried += 1
        for size in (1, 2, 3, 7, len(DELIMITER) - 1, len(DELIMITER), len(DELIMITER) + 1):
            pieces = [body[start : start + size] for start in range(0, len(body), size)]
            assert read_form(pieces)[1] == content, (tail, size)
            tried += 1

    assert tried >= 3000


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a server."""
    with server(tmp_path_factory.mktemp("server") / "log") as port:
        yield port


def test_a_thousand_sizes_around_a_read_arrive_and_come_back_to_the_byte(port: int) -> None:
    assert len(SIZES) == 1000
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        for size in SIZES:
            tail = TAILS[size % len(TAILS)]
            content = (b"a,b\n" + b"1,2\r\n" * size)[: size - len(tail)] + tail
            file = _upload(connection, content, way=size % 3)
            assert file["fileSize"] == size
            connection.request("GET", file["links"]["content"])
            assert connection.getresponse().read() == content, size
            connection.request("DELETE", file["links"]["self"])
            connection.getresponse().read()


def _upload(connection: HTTPConnection, content: bytes, *, way: int) -> dict[str, Any]:
    form_type = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    body = form(csv_part(content))
    if way == 0:
        connection.request("POST", "/files/upload", body, form_type)
    elif way == 1:
        pieces = (body[at : at + 4099] for at in range(0, len(body), 4099))
        connection.request("POST", "/files/upload", pieces, form_type, encode_chunked=True)
    else:
        target = "/files/upload?name=people.csv"
        connection.request("POST", target, content, {"Content-Type": "text/csv"})
    answer = connection.getresponse()
    file: dict[str, Any] = json.loads(answer.read())
    assert answer.status == 202, file
    return file
