"""Every route with every scope, with none, and without a key."""

import re
from uuid import UUID

import pytest

from domain.access import Principal, Scope
from tests.entrypoints.http.guarded_routes import GuardedRoute, guarded_routes
from tests.entrypoints.http.known_callers import KnownCallers
from tests.entrypoints.http.service import HttpService, assert_problem

ROUTES = guarded_routes()
CLIENT = (
    HttpService(
        authenticator=KnownCallers(
            {scope: Principal(tenant="t", scopes=frozenset({scope})) for scope in Scope}
            | {"nothing": Principal(tenant="t", scopes=frozenset())}
        )
    )
    .app()
    .test_client()
)


def expected_scopes(route: GuardedRoute) -> set[str]:
    """What the README says of them."""
    if route.path == "/limits":
        return set(Scope)
    if route.path.startswith(("/stats", "/dead-letters", "/metrics")):
        return {Scope.OPS}
    if route.method == "get":
        return {Scope.FILES_READ}
    if route.path.startswith("/schemas") and route.method == "post":
        return {Scope.FILES_WRITE, Scope.SCHEMAS_WRITE}
    return {Scope.SCHEMAS_WRITE if route.path.startswith("/schemas") else Scope.FILES_WRITE}


def address(route: GuardedRoute) -> str:
    path = route.path.replace("{version}", "1").replace("{number}", "1")
    return re.sub(r"\{[^}]+\}", str(UUID(int=7 << 76 | 2 << 62)), path)


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_a_route_needs_the_scope_that_it_documents(route: GuardedRoute) -> None:
    assert route.scopes == expected_scopes(route)


@pytest.mark.parametrize("scope", [*Scope, "nothing"])
@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_a_scope_opens_its_routes_and_no_others(route: GuardedRoute, scope: str) -> None:
    headers = {"Authorization": f"Bearer {scope}"}

    answer = CLIENT.open(address(route), method=route.method.upper(), headers=headers)

    if scope in route.scopes:
        assert answer.status_code not in (401, 403)
        return
    assert_problem(answer, 403, "insufficient_scope")
    named = " ".join(sorted(route.scopes))
    assert answer.headers["WWW-Authenticate"] == (
        f'Bearer realm="gristmill", error="insufficient_scope", scope="{named}"'
    )


@pytest.mark.parametrize(
    ("sent", "code", "challenge"),
    [
        (None, "missing_api_key", 'Bearer realm="gristmill"'),
        ("Basic b3BzOg==", "missing_api_key", 'Bearer realm="gristmill"'),
        ("", "missing_api_key", 'Bearer realm="gristmill"'),
        ("Bearer", "invalid_api_key", 'Bearer realm="gristmill", error="invalid_token"'),
        ("Bearer who", "invalid_api_key", 'Bearer realm="gristmill", error="invalid_token"'),
        ("bearer ops ops", "invalid_api_key", 'Bearer realm="gristmill", error="invalid_token"'),
    ],
)
@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_whoever_is_not_known_comes_nowhere(
    route: GuardedRoute, sent: str | None, code: str, challenge: str
) -> None:
    headers = {} if sent is None else {"Authorization": sent}

    answer = CLIENT.open(address(route), method=route.method.upper(), headers=headers)

    assert_problem(answer, 401, code)
    assert answer.headers["WWW-Authenticate"] == challenge
    assert sent is None or not sent.startswith("Bearer ") or "who" not in answer.text


@pytest.mark.parametrize("kind", ["Bearer", "bearer", "BEARER"])
def test_the_name_of_the_scheme_may_be_written_in_any_case(kind: str) -> None:
    answer = CLIENT.get("/files", headers={"Authorization": f"{kind}  files:read "})

    assert answer.status_code == 200


@pytest.mark.parametrize(
    "query",
    ["access_token=x", "API_KEY=x", "q=gm_0123abcd_secret", "gm_0123abcd_x=1", "page=gm_0123abcd_"],
)
@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_a_key_in_an_address_is_refused_whoever_asks(route: GuardedRoute, query: str) -> None:
    headers = {"Authorization": f"Bearer {min(route.scopes)}"}

    answer = CLIENT.open(f"{address(route)}?{query}", method=route.method.upper(), headers=headers)

    problem = assert_problem(answer, 400, "key_in_query")
    assert "0123abcd" not in str(problem)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        *(("/health/live", 200), ("/health/ready", 200), ("/openapi.json", 200), ("/docs", 200)),
        *(("/", 302), ("/problems", 200), ("/problems/file_deleted", 200)),
        *(("/docs/assets/swagger-ui.css", 200), ("/nowhere", 404)),
    ],
)
def test_what_says_nothing_of_files_is_open_to_all(path: str, status: int) -> None:
    assert CLIENT.get(path).status_code == status


def test_a_method_that_a_route_has_not_is_told_without_a_key() -> None:
    answer = CLIENT.patch("/files")

    assert_problem(answer, 405, "method_not_allowed")


def test_no_other_origin_is_let_in_by_a_browser() -> None:
    for path in ("/files", "/openapi.json", "/health/live"):
        answer = CLIENT.get(path, headers={"Origin": "https://example.org"})

        assert not [name for name, _ in answer.headers if name.startswith("Access-Control-")]
