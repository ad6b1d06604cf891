"""The command line's client, against servers that answer whatever a test says."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from entrypoints.cli.service_client import ServiceClient, ServiceError


@contextmanager
def _server(answer: bytes) -> Iterator[str]:
    """The URL of a server that reads one request's head, sends `answer` and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                head = b""
                while b"\r\n\r\n" not in head:
                    head += connection.recv(65536)
                connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread.join(timeout=10)


def _whole(status: str, body: bytes) -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


BROKEN_ANSWERS = {
    "nothing": b"",
    "not HTTP": b"220 mail ready\r\n",
    "a cut head": b"HTTP/1.1 200 OK\r\nContent-Le",
    "a cut body": b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"a":',
    "a header line without end": b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000,
    "a broken chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "no JSON": _whole("200 OK", b"<html>"),
    "no UTF-8": _whole("200 OK", b'{"a": "\xff"}'),
    "another JSON value": _whole("200 OK", b"[]"),
    "JSON too deep": _whole("200 OK", b"[" * 100_000),
    "a redirect without end": b"HTTP/1.1 302 Found\r\nLocation: ftp://x\r\nContent-Length: 0\r\n\r\n",
    "an error that is no problem": _whole("500 Oops", b"<html>"),
    "an error in another JSON value": _whole("500 Oops", b"[]"),
    "a cut error": b"HTTP/1.1 500 Oops\r\nContent-Length: 100\r\n\r\n{",
}


@pytest.mark.parametrize("answer", BROKEN_ANSWERS.values(), ids=BROKEN_ANSWERS.keys())
def test_whatever_comes_instead_of_an_answer_is_a_service_error(answer: bytes) -> None:
    with _server(answer) as url, pytest.raises(ServiceError, match=r"^GET /files: "):
        ServiceClient(url).get("/files")


def test_nobody_at_the_address_is_a_service_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(ServiceError, match="refused"):
        ServiceClient(f"http://127.0.0.1:{port}").get("/files")


def test_a_problem_tells_its_status_its_detail_and_its_code() -> None:
    problem = b'{"status": 410, "detail": "file 7 was deleted", "code": "file_deleted"}'

    with _server(_whole("410 Gone", problem)) as url, pytest.raises(ServiceError) as caught:
        ServiceClient(url).get("/files/7")

    assert str(caught.value) == "GET /files/7: 410 file 7 was deleted"
    assert caught.value.code == "file_deleted"
