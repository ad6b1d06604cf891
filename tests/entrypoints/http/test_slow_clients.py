"""Clients that are slow, or gone: what they hold, and for how long."""

import json
import socket
import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from http.client import HTTPResponse
from typing import Any

import pytest

from tests.entrypoints.http.raw_bodies import CSV, sha256_field
from tests.entrypoints.http.served import SERVER, SETTINGS, server, stored
from tests.entrypoints.http.service import BOUNDARY, csv_part, form

FORM = f"Content-Type: multipart/form-data; boundary={BOUNDARY}"
WHOLE = form(csv_part())
LARGE = form(csv_part(b"a,b\n" + b"1,2\n" * 5_000_000))
RESET = b"\x01\x00\x00\x00\x00\x00\x00\x00"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a server that waits two seconds for the next piece of a body."""
    with server(tmp_path_factory.mktemp("server") / "log") as port:
        yield port


def _connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=30)


def _head(line: str, *fields: str) -> bytes:
    return "\r\n".join((f"{line} HTTP/1.1", "Host: x", *fields, "", "")).encode()


def _upload_head(*fields: str) -> bytes:
    return _head("POST /files/upload", FORM, *fields)


def _answer(connection: socket.socket) -> tuple[int, dict[str, Any]]:
    response = HTTPResponse(connection)
    response.begin()
    return response.status, json.loads(response.read())


def _ask(port: int, request: bytes) -> tuple[int, dict[str, Any]]:
    with _connect(port) as connection:
        connection.sendall(request)
        return _answer(connection)


def _upload(port: int, body: bytes = WHOLE) -> tuple[int, dict[str, Any]]:
    return _ask(port, _upload_head(f"Content-Length: {len(body)}") + body)


def _stall(port: int, stack: ExitStack, request: bytes) -> socket.socket:
    connection = stack.enter_context(socket.socket())
    # So that a download fills what the two kernels hold, and stands still.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.settimeout(30)
    connection.connect(("127.0.0.1", port))
    connection.sendall(request)
    return connection


def _seconds_to_answer(port: int, path: str) -> float:
    began = time.monotonic()
    assert _ask(port, _head(f"GET {path}"))[0] == 200
    return time.monotonic() - began


@pytest.mark.parametrize("begun", [b"", WHOLE[:60], WHOLE[:-20]])
@pytest.mark.parametrize("framing", ["Content-Length: 1000", "Transfer-Encoding: chunked"])
def test_a_body_that_stands_still_is_given_up(port: int, framing: str, begun: bytes) -> None:
    before = stored(port)
    with _connect(port) as connection:
        body = b"%x\r\n%s\r\n" % (len(begun), begun) if begun and "chunked" in framing else begun
        connection.sendall(_upload_head(framing) + body)

        status, problem = _answer(connection)

        assert (status, problem["code"]) == (408, "body_too_slow")
        assert connection.recv(1) == b""
    assert stored(port) == before


def test_a_body_that_drips_is_given_up(port: int) -> None:
    before = stored(port)
    with _connect(port) as connection:
        connection.sendall(_upload_head("Content-Length: 100000") + WHOLE[:60])
        connection.settimeout(0.2)
        dripped = 0
        while True:
            with suppress(TimeoutError):
                connection.recv(1, socket.MSG_PEEK)
                break
            connection.sendall(b"n")
            dripped += 1
            assert dripped < 100

        connection.settimeout(30)
        status, problem = _answer(connection)

    assert (status, problem["code"]) == (408, "body_too_slow")
    assert stored(port) == before


def test_a_refused_body_that_stands_still_gets_its_own_reason(port: int) -> None:
    status, problem = _ask(port, _head("POST /files/upload", "Content-Length: 1000"))

    assert (status, problem["code"]) == (415, "not_multipart")


def test_whoever_asks_before_sending_is_refused_before_sending(port: int) -> None:
    fields = ("Content-Length: 1000", "Expect: 100-continue", "Content-Type: text/plain")

    # The status line would be that of `100 Continue`, if the body had been asked for.
    status, problem = _ask(port, _head("POST /files/upload", *fields))

    assert (status, problem["code"]) == (415, "not_multipart")


def test_a_hundred_stalled_uploads_keep_nobody_from_an_answer(port: int) -> None:
    _, file = _upload(port)
    with ExitStack() as stack:
        request = _upload_head("Content-Length: 1000") + WHOLE[:60]
        stalled = [_stall(port, stack, request) for _ in range(100)]

        for path in ("/health/live", file["links"]["self"]):
            assert statistics.median(_seconds_to_answer(port, path) for _ in range(20)) < 1
        assert _upload(port)[0] in {202, 503}
        ends = [_answer(connection) for connection in stalled]

    assert {(status, problem["code"]) for status, problem in ends} == {
        (408, "body_too_slow"),
        (503, "too_many_uploads"),
    }
    assert _upload(port)[0] == 202


def test_downloads_that_nobody_takes_hold_no_thread_and_are_cut_off(port: int) -> None:
    _, file = _upload(port, LARGE)
    with ExitStack() as stack:
        request = _head(f"GET {file['links']['content']}")
        stalled = [_stall(port, stack, request) for _ in range(3 * SERVER.threads)]

        for path in ("/health/live", file["links"]["self"]):
            assert statistics.median(_seconds_to_answer(port, path) for _ in range(20)) < 1
        # Nothing is read before the server has given up.
        time.sleep(2 * SERVER.patience.send_seconds)
        taken = [_take(connection) for connection in stalled]

    assert max(taken) < file["fileSize"]


def _take(connection: socket.socket) -> int:
    taken = 0
    with suppress(ConnectionResetError):
        while piece := connection.recv(1024 * 1024):
            taken += len(piece)
    return taken


def test_heads_that_never_end_keep_nobody_from_an_answer(port: int) -> None:
    with ExitStack() as stack:
        begun = [_stall(port, stack, b"GET /health/live HTTP/1.1\r\nX-A: ") for _ in range(100)]

        assert _seconds_to_answer(port, "/health/live") < 5
        for connection in begun:
            assert connection.recv(1) == b""


def test_a_chunked_body_without_end_is_too_large(port: int) -> None:
    before = stored(port)
    piece = b"1" * (1024 * 1024)
    with _connect(port) as connection:
        start = WHOLE[: WHOLE.index(b"1,2")]
        connection.sendall(_upload_head("Transfer-Encoding: chunked"))
        connection.sendall(b"%x\r\n%s\r\n" % (len(start), start))
        sent = 0
        # Until the server takes no more: it has answered, and hung up.
        with suppress(BrokenPipeError, ConnectionResetError):
            while sent < 4 * SETTINGS.max_upload_bytes:
                connection.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))
                sent += len(piece)

    assert SETTINGS.max_upload_bytes <= sent < 4 * SETTINGS.max_upload_bytes
    assert stored(port) == before


@pytest.mark.parametrize("framing", ["Content-Length: 8", "Transfer-Encoding: chunked"])
@pytest.mark.parametrize("is_reset", [False, True])
def test_a_file_that_is_cut_short_stores_nothing(port: int, framing: str, is_reset: bool) -> None:
    before = stored(port)
    begun = CSV[:-1]
    body = b"%x\r\n%s\r\n" % (len(begun), begun) if "chunked" in framing else begun
    fields = (framing, "Content-Type: text/csv", f"Content-Digest: {sha256_field(CSV)}")
    with _connect(port) as connection:
        connection.sendall(_head("POST /files/upload?name=people.csv", *fields) + body)
        if is_reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        else:
            connection.shutdown(socket.SHUT_WR)
            status, problem = _answer(connection)
            assert (status, problem["code"]) == (400, "incomplete_body")

    assert _upload(port)[0] == 202
    assert stored(port) == {name: count + 1 for name, count in before.items()}
