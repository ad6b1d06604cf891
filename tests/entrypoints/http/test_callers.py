"""A route serves the tenant of its caller, once it has seen that the caller may."""

import pytest
from flask import Flask

from domain.access import Principal, Scope
from entrypoints.http.callers import identify_callers
from tests.entrypoints.http.known_callers import KnownCallers
from tests.entrypoints.http.service import HttpService, assert_problem, upload

MINE, YOURS = {"Authorization": "Bearer mine"}, {"Authorization": "Bearer yours"}


@pytest.fixture
def service() -> HttpService:
    """A service with two callers, each of a tenant of its own."""
    return HttpService(
        authenticator=KnownCallers(
            {
                "mine": Principal(tenant="mine", scopes=frozenset(Scope)),
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
