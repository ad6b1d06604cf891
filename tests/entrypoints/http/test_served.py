"""Uploads over a real server and a real socket: what only bytes on a wire can show."""

import json
import socket
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.entrypoints.http.served import SETTINGS, server, stored
from tests.entrypoints.http.service import BOUNDARY, csv_part, form, part

TYPE = f"multipart/form-data; boundary={BOUNDARY}"
WHOLE = form(csv_part())


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a server with two threads more than uploads and waiters may hold."""
    with server(tmp_path_factory.mktemp("server") / "log") as port:
        yield port


def _connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=30)


def _answer(connection: socket.socket) -> tuple[int, dict[str, Any]]:
    response = HTTPResponse(connection)
    response.begin()
    return response.status, json.loads(response.read())


def _head(*lines: str) -> bytes:
    first = ("POST /files/upload HTTP/1.1", "Host: x", f"Content-Type: {TYPE}")
    return "\r\n".join((*first, *lines, "", "")).encode()


def _chunk(content: bytes) -> bytes:
    return f"{len(content):x}\r\n".encode() + content + b"\r\n"


@pytest.mark.parametrize("size", [1, 7, 4096])
def test_a_chunked_body_needs_no_content_length(port: int, size: int) -> None:
    pieces = [WHOLE[at : at + size] for at in range(0, len(WHOLE), size)]
    with _connect(port) as connection:
        connection.sendall(_head("Transfer-Encoding: chunked"))
        for piece in (*pieces, b""):
            connection.sendall(_chunk(piece))

        status, file = _answer(connection)

    assert (status, file["fileSize"]) == (202, 8)


def test_without_length_or_chunks_there_is_no_body(port: int) -> None:
    with _connect(port) as connection:
        connection.sendall(_head())

        status, problem = _answer(connection)

    assert (status, problem["code"]) == (400, "malformed_multipart")


@pytest.mark.parametrize("missing", [1, 12, 60, len(WHOLE) - 1])
def test_a_content_length_larger_than_what_comes_stores_nothing(port: int, missing: int) -> None:
    before = stored(port)
    with _connect(port) as connection:
        connection.sendall(_head(f"Content-Length: {len(WHOLE) + 2}") + WHOLE[: -2 - missing])
        connection.shutdown(socket.SHUT_WR)

        status, problem = _answer(connection)

    assert (status, problem["code"]) == (400, "malformed_multipart")
    assert stored(port) == before


def test_a_content_length_smaller_than_the_form_stores_nothing(port: int) -> None:
    before = stored(port)
    with _connect(port) as connection:
        connection.sendall(_head(f"Content-Length: {len(WHOLE) - 10}") + WHOLE)

        status, problem = _answer(connection)

    assert (status, problem["code"]) == (400, "malformed_multipart")
    assert stored(port) == before


@pytest.mark.parametrize("framing", ["Content-Length: 1000000", "Transfer-Encoding: chunked"])
def test_a_connection_reset_in_the_middle_stores_nothing(port: int, framing: str) -> None:
    before = stored(port)
    begun = WHOLE[:-20]
    connection = _connect(port)
    body = _chunk(begun) if "chunked" in framing else begun
    connection.sendall(_head(framing) + body)
    # No linger: closing sends a reset instead of an end.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    connection.close()

    with _connect(port) as other:
        other.sendall(_head(f"Content-Length: {len(WHOLE)}") + WHOLE)
        assert _answer(other)[0] == 202
    assert stored(port) == {name: count + 1 for name, count in before.items()}


def test_a_refusal_of_a_body_under_way_can_be_read(port: int) -> None:
    content = b"a\n" + b"1" * (SETTINGS.max_upload_bytes + 1024 * 1024)
    body = form(csv_part(content))
    with _connect(port) as connection:
        connection.sendall(_head(f"Content-Length: {len(body)}") + body)

        status, problem = _answer(connection)

    assert (status, problem["code"]) == (413, "file_too_large")


def test_an_early_refusal_reaches_a_sender_who_reads_only_at_the_end(port: int) -> None:
    body = form(part("colour", "red"), csv_part(b"a\n" + b"1" * (SETTINGS.max_upload_bytes - 2)))
    with _connect(port) as connection:
        connection.sendall(_head(f"Content-Length: {len(body)}") + body)

        status, problem = _answer(connection)

    assert (status, problem["code"]) == (422, "unknown_field")


def test_stalled_uploads_are_capped_and_keep_nobody_from_an_answer(port: int) -> None:
    stalled = []
    try:
        for _ in range(SETTINGS.max_concurrent_uploads):
            connection = _connect(port)
            connection.sendall(_head("Content-Length: 1000", "Expect: 100-continue"))
            # The server asks for the body when the application begins to read it.
            assert connection.recv(100).startswith(b"HTTP/1.1 100")
            stalled.append(connection)

        with _connect(port) as connection:
            connection.sendall(_head(f"Content-Length: {len(WHOLE)}") + WHOLE)
            status, problem = _answer(connection)

        assert (status, problem["code"]) == (503, "too_many_uploads")
        assert stored(port)["files"] >= 0
    finally:
        for connection in stalled:
            connection.close()


def test_a_large_file_passes_in_one_piece(port: int) -> None:
    content = b"a,b\n" + b"1,2\r\n" * 4_000_000
    body = form(csv_part(content))
    with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request("POST", "/files/upload", body=body, headers={"Content-Type": TYPE})
        file = json.loads(connection.getresponse().read())
        connection.request("GET", file["links"]["content"])
        received = connection.getresponse().read()

    assert file["fileSize"] == len(content)
    assert received == content


def test_metrics_are_told_over_a_socket_as_their_parser_reads_them(port: int) -> None:
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request("GET", "/health/live")
        connection.getresponse().read()
        connection.request("GET", "/metrics")
        answer = connection.getresponse()
        families = {it.name: it for it in text_string_to_metric_families(answer.read().decode())}

    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    durations = families["gristmill_http_request_duration_seconds"]
    assert any(sample.labels["route"] == "/health/live" for sample in durations.samples)
    assert families["gristmill_http_requests_in_progress"].samples[0].value >= 1
    assert families["gristmill_database_up"].samples[0].value == 1
