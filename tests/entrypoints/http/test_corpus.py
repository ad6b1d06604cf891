"""Everything bad that a request can be: its exact answer, of the application and over a socket."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.entrypoints.http.corpus.bad_request import BadRequest, ask
from tests.entrypoints.http.corpus.bodies import bad_bodies
from tests.entrypoints.http.corpus.fields import bad_fields
from tests.entrypoints.http.corpus.targets import METHODS_OF_ROUTES, bad_targets
from tests.entrypoints.http.corpus.wire import END, HOST, OF_THE_APPLICATION, OF_THE_SERVER
from tests.entrypoints.http.served import server, stored
from tests.entrypoints.http.service import HttpService

NAMED = list(chain(bad_targets(), bad_fields(), bad_bodies()))
CASES = dict(NAMED)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server writes."""
    return tmp_path_factory.mktemp("server") / "log"


@pytest.fixture(scope="module")
def port(log: Path) -> Iterator[int]:
    """The port of a server."""
    with server(log) as port:
        yield port


@pytest.fixture(scope="module")
def empty() -> HttpService:
    """A service in memory to which nothing good is ever sent."""
    return HttpService()


@pytest.fixture(scope="module")
def asked(empty: HttpService) -> FlaskClient:
    """A client of it."""
    return empty.app().test_client()


def test_every_case_has_a_name_of_its_own() -> None:
    assert len(CASES) == len(NAMED)
    assert len(CASES) + len(OF_THE_SERVER) + len(OF_THE_APPLICATION) >= 450


@pytest.mark.parametrize("bad", CASES.values(), ids=CASES.keys())
def test_the_application_answers_with_that_problem(
    asked: FlaskClient, empty: HttpService, bad: BadRequest
) -> None:
    told, headers = bad.ask_client(asked)

    assert told == bad.told
    assert ("allow" in headers) == (bad.status == 405)
    assert not empty.files
    assert not empty.storage.keys


def test_a_socket_brings_the_same_problems_and_nothing_is_stored(port: int, log: Path) -> None:
    for name, bad in CASES.items():
        told, headers = bad.ask_server(port)
        assert told == bad.told, name
        assert ("allow" in headers) == (bad.status == 405), name

    assert stored(port) == {"files": 0, "objects": 0}
    assert "request_failed" not in log.read_text()


@pytest.mark.parametrize(("request_", "status"), OF_THE_SERVER.values(), ids=OF_THE_SERVER)
def test_what_is_no_http_is_refused_by_the_server_itself(
    port: int, request_: bytes, status: int
) -> None:
    assert ask(port, request_)[0] == (status, None, None)


@pytest.mark.parametrize(
    ("request_", "status", "code"), OF_THE_APPLICATION.values(), ids=OF_THE_APPLICATION
)
def test_what_only_a_socket_can_bring_is_a_problem_too(
    port: int, request_: bytes, status: int, code: str
) -> None:
    assert ask(port, request_)[0] == (status, "application/problem+json", code)


def test_every_route_answers_options_and_head(port: int) -> None:
    for route, allowed in METHODS_OF_ROUTES.items():
        (status, _, code), headers = ask(port, f"OPTIONS {route}".encode() + HOST + END)
        assert (status, code) == (200, None)
        assert set(allowed.split()) <= set(headers["allow"].split(", "))
        (status, _, code), _ = ask(port, f"HEAD {route}".encode() + HOST + END, method="HEAD")
        assert status in ({200, 404} if "GET" in allowed else {405})
        assert code is None


@pytest.mark.parametrize("target", [b"/health/live", b"http://other:99999/health/live"])
@pytest.mark.parametrize("version", [b"HTTP/1.0", b"HTTP/1.1"])
def test_old_clients_and_proxies_are_answered(port: int, target: bytes, version: bytes) -> None:
    fields = b"\r\nHost: x\r\nConnection: close\r\n\r\n"

    assert ask(port, b"GET " + target + b" " + version + fields)[0][0] == 200
