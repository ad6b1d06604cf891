"""What bad input meets over a real socket, and that it leaves nothing on a real disk."""

import json
import re
import socket
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

from tests.end_to_end.service import Service
from tests.entrypoints.http.bad_uploads import BAD_UPLOADS, UNKNOWN, BadUpload
from tests.entrypoints.http.service import BOUNDARY, MAX_UPLOAD_BYTES, csv_part, form
from tests.entrypoints.http.test_bad_input import BAD_QUERIES

TYPE = f"multipart/form-data; boundary={BOUNDARY}"
TOO_LARGE = form(csv_part(b"a\n" + b"1" * (MAX_UPLOAD_BYTES - 1)))

# What a problem must tell: its status, its media type and its code.
Told = tuple[int, str | None, str]


def _told(response: HTTPResponse) -> Told:
    content = response.read()
    return response.status, response.headers["Content-Type"], json.loads(content).get("code")


def _expected(status: int, code: str) -> Told:
    return status, "application/problem+json", code


def _ask(service: Service, method: str, path: str) -> Told:
    with closing(HTTPConnection("127.0.0.1", service.port, timeout=30)) as connection:
        connection.request(method, path)
        return _told(connection.getresponse())


def _send(service: Service, bad: BadUpload, *, is_chunked: bool) -> Told:
    headers: Mapping[str, str] = {"Content-Type": TYPE, **bad.headers}
    with closing(HTTPConnection("127.0.0.1", service.port, timeout=30)) as connection:
        # A refusal may come, and the connection end, before the last byte was sent.
        with suppress(BrokenPipeError, ConnectionResetError):
            if is_chunked:
                pieces = _pieces(bad.body)
                connection.request("POST", "/files/upload", pieces, headers, encode_chunked=True)
            else:
                connection.request("POST", "/files/upload", bad.body, headers)
        return _told(connection.getresponse())


def _pieces(body: bytes) -> Iterator[bytes]:
    for at in range(0, len(body), 100_000):
        yield body[at : at + 100_000]


def _send_with_length(service: Service, body: bytes, length: int) -> Told:
    """Sends the body under a Content-Length of its own, as no client library would."""
    head = f"POST /files/upload HTTP/1.1\r\nHost: x\r\nContent-Type: {TYPE}\r\n"
    with socket.create_connection(("127.0.0.1", service.port), timeout=30) as connection:
        connection.sendall(f"{head}Content-Length: {length}\r\n\r\n".encode() + body[:length])
        if length > len(body):
            connection.shutdown(socket.SHUT_WR)
        response = HTTPResponse(connection)
        response.begin()
        return _told(response)


def _stored(service: Service) -> list[Path]:
    """Every file of the data directory but the database's, the lock, the pepper and whose it is."""
    paths = (path for path in service.data_dir.rglob("*") if path.is_file())
    of_nobody = (path for path in paths if path.parent.name != "installations")
    ours = ("gristmill.", "key-pepper")
    return [path for path in of_nobody if not path.name.startswith(ours)]


def test_bad_input_is_a_problem_and_leaves_nothing(service: Service) -> None:
    for name, bad in BAD_UPLOADS.items():
        for is_chunked in (False, True):
            told = _send(service, bad, is_chunked=is_chunked)
            assert told == _expected(bad.status, bad.code), (name, is_chunked)
    for length in (1, 1000, len(TOO_LARGE) - 5, len(TOO_LARGE) + 5):
        status, media_type, code = _send_with_length(service, TOO_LARGE, length)
        assert media_type == "application/problem+json"
        is_cut_before_the_limit = length <= 1000
        assert (status, code) == (
            (400, "malformed_multipart") if is_cut_before_the_limit else (413, "file_too_large")
        )
    for query in BAD_QUERIES:
        assert _ask(service, "GET", f"/files?{query}") == _expected(422, "invalid_parameter"), query
    for file_id in (str(UNKNOWN), "17", "%00", "%ff", "..%2f..%2fgristmill.db"):
        for method, part in (("GET", "/content"), ("POST", "/cancel"), ("GET", "/errors")):
            told = _ask(service, method, f"/files/{file_id}{part}")
            assert told[0] == 404, (file_id, part)
            assert told[1] == "application/problem+json"

    assert service.get("/files")["total"] == 0
    assert _stored(service) == []
    assert "request_failed" not in service.output


NASTY_NAMES = {
    b"../../../etc/passwd.csv": "passwd.csv",
    "evil\u202evsc.csv".encode(): "evilvsc.csv",
    b"n" * 4996 + b".csv": "n" * 251 + ".csv",
    b"caf\xe9.csv": "café.csv",
}


def test_nasty_names_are_cleaned_and_stay_in_their_folder(service: Service) -> None:
    uploads = service.data_dir / "objects" / "uploads"

    for sent, shown in NASTY_NAMES.items():
        body = form(csv_part()).replace(b"people.csv", sent)
        with closing(HTTPConnection("127.0.0.1", service.port, timeout=30)) as connection:
            connection.request("POST", "/files/upload", body, {"Content-Type": TYPE})
            response = connection.getresponse()
            file = json.loads(response.read())

        assert (response.status, file["originalName"]) == (202, shown)
        [path] = [path for path in _stored(service) if path.is_relative_to(uploads / file["id"])]
        assert path.parent == uploads / file["id"]
        assert re.fullmatch(r"[A-Za-z0-9._-]{1,100}", path.name)
