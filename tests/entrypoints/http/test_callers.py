"""A route serves the tenant of its caller, once it has seen that the caller may."""

import pytest
import structlog
from flask import Flask

from adapters.access.key_authenticator import KeyAuthenticator
from adapters.memory.api_keys import MemoryApiKeys
from adapters.memory.manual_clock import ManualClock
from application.errors import DatabaseUnavailableError
from domain.access import Principal, Scope
from domain.api_key import ApiKey
from domain.api_key_text import ID_BYTES, SECRET_BYTES, ApiKeyText
from entrypoints.http.callers import identify_callers
from tests.entrypoints.http.known_callers import KnownCallers
from tests.entrypoints.http.service import HttpService, assert_problem, upload
from tests.entrypoints.http.test_problems import BrokenDatabase

MINE, YOURS = {"Authorization": "Bearer mine"}, {"Authorization": "Bearer yours"}


@pytest.fixture
def service() -> HttpService:
    """A service with two callers, each of a tenant of its own."""
    return HttpService(
        authenticator=KnownCallers(
            {
                "mine": Principal(tenant="mine", scopes=frozenset(Scope), key_id="the key"),
                "yours": Principal(tenant="yours", scopes=frozenset({Scope.FILES_READ})),
            }
        )
    )


def test_what_a_caller_uploads_is_its_tenants_alone(service: HttpService) -> None:
    client = service.app().test_client()

    link = upload(client, headers=MINE)["links"]["self"]

    assert client.get(link, headers=MINE).status_code == 200
    assert client.get("/files", headers=YOURS).get_json()["total"] == 0
    assert_problem(client.get(link, headers=YOURS), 404, "file_not_found")


def test_a_caller_without_the_scope_of_a_route_is_turned_away(service: HttpService) -> None:
    answer = service.app().test_client().put("/schemas/people", json={}, headers=YOURS)

    assert_problem(answer, 403, "insufficient_scope")


def test_a_route_that_names_no_scope_stops_the_start() -> None:
    app = Flask("an app")
    app.add_url_rule("/open", "open", lambda: "to all")

    with pytest.raises(LookupError, match="names no scope"):
        identify_callers(app, KnownCallers({}))


def test_nobody_is_let_in_while_the_keys_cannot_be_looked_up() -> None:
    clock = ManualClock()
    keys = KeyAuthenticator(KeysAway(), clock, pepper=b"p" * 32)
    client = HttpService(authenticator=keys).app().test_client()
    text = ApiKeyText.make(b"\x01" * ID_BYTES, b"a" * SECRET_BYTES).whole

    answer = client.get("/files", headers={"Authorization": f"Bearer {text}"})

    assert_problem(answer, 503, "database_unavailable")
    assert answer.headers["Retry-After"] == "5"


class KeysAway(MemoryApiKeys):
    """Keys in a database that does not answer."""

    def get(self, key_id: str) -> ApiKey:
        raise DatabaseUnavailableError(f"no answer about {key_id}")


def test_the_log_names_tenant_and_key_of_each_line(service: HttpService) -> None:
    service.units_of_work = BrokenDatabase(DatabaseUnavailableError("locked"))
    client = service.app().test_client()

    with structlog.testing.capture_logs([structlog.contextvars.merge_contextvars]) as lines:
        client.get("/files", headers=MINE)

    [line] = lines
    assert (line["tenant"], line["key_id"]) == ("mine", "the key")
    assert "Bearer" not in str(lines)


def test_what_a_caller_is_answered_stays_out_of_shared_caches(service: HttpService) -> None:
    client = service.app().test_client()
    link = upload(client, headers=MINE)["links"]["self"]

    kept = {
        path: client.get(path, headers=MINE).headers["Cache-Control"]
        for path in (link, "/files", f"{link}/content", "/limits", "/stats", "/files/x")
    }

    assert kept == {
        link: "private, no-cache",
        "/files": "private, no-cache",
        f"{link}/content": "private, no-cache",
        "/limits": "no-store",
        "/stats": "no-store",
        "/files/x": "no-store",
    }
