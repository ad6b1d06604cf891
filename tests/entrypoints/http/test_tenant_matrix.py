"""Nobody gets at what another tenant has: every route, tried with all of it.

The routes come from the OpenAPI document; one that this does not know how to call fails.
"""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

import pytest

from domain.access import Scope
from domain.file_status import FileStatus, Outcome
from tests.entrypoints.http.guarded_routes import GuardedRoute, guarded_routes
from tests.entrypoints.http.two_tenants import (
    IDEMPOTENCY_KEY,
    OWNER,
    PART,
    PART_DIGEST,
    SCHEMA,
    SCHEMA_NAME,
    TwoTenants,
    states_there_are,
)

NOBODYS_FILE = str(UUID(int=7 << 76 | 2 << 62))
NOBODYS_SCHEMA = "no-schema"
RESULTS = ("clean.csv", "rejected.csv", "report.json", "datapackage.json", "no.csv")

BY_FILE = {
    "get /files/{file_id}",
    "get /files/{file_id}/content",
    "get /files/{file_id}/results",
    "get /files/{file_id}/results/{name}",
    "get /files/{file_id}/errors",
    "get /files/{file_id}/history",
    "post /files/{file_id}/reprocess",
    "post /files/{file_id}/cancel",
    "delete /files/{file_id}",
}
BY_SCHEMA = {
    "get /schemas/{name}",
    "get /schemas/{name}/versions",
    "get /schemas/{name}/versions/{version}",
    "get /schemas/{name}/template.csv",
    "post /schemas/{name}/check",
}
BY_UPLOAD: Mapping[str, Mapping[str, Any]] = {
    "get /uploads/{upload_id}": {},
    "delete /uploads/{upload_id}": {},
    "post /uploads/{upload_id}/parts": {"json": {"parts": [{"number": 1, "sha256": "ab" * 32}]}},
    "put /uploads/{upload_id}/parts/{number}": {"data": PART, "headers": PART_DIGEST},
    "post /uploads/{upload_id}/complete": {},
}
LISTS = {"get /files", "get /schemas"}
TAKING = {"post /files/upload", "post /uploads", "put /schemas/{name}"}
OF_NO_TENANT = {"get /limits", "post /schemas/infer"}
OF_ALL_TENANTS = {"get /stats", "get /metrics", "get /dead-letters", "post /dead-letters/redrive"}
"""An operator's: the scope ops is not for tenants."""

ROUTES = {str(route): route for route in guarded_routes()}


@pytest.fixture(scope="module")
def tenants() -> TwoTenants:
    """One service for all: nothing in here may change what the owner has."""
    return TwoTenants()


def test_every_route_is_known() -> None:
    known = BY_FILE | BY_SCHEMA | set(BY_UPLOAD) | LISTS | TAKING | OF_NO_TENANT | OF_ALL_TENANTS

    assert set(ROUTES) == known


def test_the_owner_has_files_in_every_state(tenants: TwoTenants) -> None:
    assert states_there_are(tenants) >= {
        (FileStatus.PENDING, None),
        (FileStatus.PROCESSING, None),
        *((FileStatus.COMPLETED, outcome) for outcome in (Outcome.CLEAN, Outcome.PARTIAL)),
        (FileStatus.FAILED, Outcome.REJECTED),
        (FileStatus.FAILED, Outcome.DEAD_LETTERED),
        (FileStatus.FAILED, Outcome.CANCELLED),
    }
    shown = tenants.client.get("/files", headers=OWNER).get_json()["items"]
    assert {file["id"] for file in shown} == set(tenants.owned.values()) - {
        tenants.owned["deleted"]
    }


@pytest.mark.parametrize("route", [ROUTES[name] for name in sorted(BY_FILE)], ids=str)
def test_anothers_file_is_as_unknown_as_none(tenants: TwoTenants, route: GuardedRoute) -> None:
    before = tenants.owners_files()
    for result in RESULTS if "{name}" in route.path else ("",):
        unknown = told(tenants, route, file_id=NOBODYS_FILE, name=result)
        assert unknown[:2] == (404, "file_not_found")

        for file_id in tenants.owned.values():
            assert told(tenants, route, file_id=file_id, name=result) == unknown

    assert tenants.owners_files() == before


@pytest.mark.parametrize("route", [ROUTES[name] for name in sorted(BY_SCHEMA)], ids=str)
def test_anothers_schema_is_as_unknown_as_none(tenants: TwoTenants, route: GuardedRoute) -> None:
    unknown = told(tenants, route, name=NOBODYS_SCHEMA, version="1")

    assert unknown[:2] == (404, "schema_not_found")
    assert told(tenants, route, name=SCHEMA_NAME, version="1") == unknown


@pytest.mark.parametrize("route", [ROUTES[name] for name in sorted(BY_UPLOAD)], ids=str)
def test_anothers_upload_is_as_unknown_as_none(tenants: TwoTenants, route: GuardedRoute) -> None:
    before, sent = tenants.owners_files(), BY_UPLOAD[str(route)]
    unknown = told(tenants, route, sent, upload_id=NOBODYS_FILE, number="1")
    assert unknown[:2] == (404, "upload_not_found")

    for upload_id in tenants.owned_uploads.values():
        assert told(tenants, route, sent, upload_id=upload_id, number="1") == unknown

    assert tenants.owners_files() == before


@pytest.mark.parametrize("route", sorted(LISTS))
def test_a_list_tells_nothing_of_another_tenant(tenants: TwoTenants, route: str) -> None:
    path = ROUTES[route].path
    fresh = TwoTenants().client.get(path, headers={"Authorization": "Bearer stranger"})
    narrowed = [""]
    if path == "/files":
        narrowed += [
            *("?q=owned", f"?schema={SCHEMA_NAME}", f"?schema={SCHEMA_NAME}@1", "?type=csv"),
            *(f"?status={status}" for status in FileStatus),
            *(f"?outcome={outcome}" for outcome in Outcome),
        ]

    for query in narrowed:
        body = tenants.ask("get", path + query).get_json()
        assert body["items"] == []
        assert body.get("total", 0) == 0
    assert fresh.get_json()["items"] == []


@pytest.mark.parametrize(
    ("field", "foreign", "unknown"),
    [
        ("schema", SCHEMA_NAME, NOBODYS_SCHEMA),
        ("schema", f"{SCHEMA_NAME}@1", f"{NOBODYS_SCHEMA}@1"),
        ("parentId", "clean", NOBODYS_FILE),
        ("parentId", "deleted", NOBODYS_FILE),
    ],
)
def test_an_upload_cannot_refer_to_what_another_tenant_has(
    tenants: TwoTenants, field: str, foreign: str, unknown: str
) -> None:
    foreign = tenants.owned.get(foreign, foreign)
    before = tenants.owners_files()

    answers = [tenants.upload({field: value}) for value in (foreign, unknown)]

    assert [answer.status_code for answer in answers] == [422, 422]
    told_of_foreign, told_of_unknown = (shown(answer) for answer in answers)
    assert told_of_foreign.replace(foreign, "IT") == told_of_unknown.replace(unknown, "IT")
    assert tenants.owners_files() == before


def test_two_tenants_may_use_one_idempotency_key() -> None:
    tenants = TwoTenants()

    answers = [tenants.upload(headers={"Idempotency-Key": IDEMPOTENCY_KEY}) for _ in range(2)]

    first, again = (answer.get_json()["id"] for answer in answers)
    assert first == again
    assert first not in tenants.owned.values()
    assert [answer.headers.get("Idempotency-Replayed") for answer in answers] == [None, "true"]


def test_two_tenants_have_a_schema_of_one_name_each() -> None:
    tenants = TwoTenants()
    mine = {"fields": [{"name": "mine", "type": "string"}]}

    registered = tenants.ask("put", f"/schemas/{SCHEMA_NAME}", json=mine)

    assert (registered.status_code, registered.get_json()["version"]) == (201, 1)
    theirs = tenants.client.get(f"/schemas/{SCHEMA_NAME}", headers=OWNER).get_json()
    assert (theirs["version"], theirs["schema"]["fields"]) == (1, SCHEMA["fields"])


def test_what_spans_all_tenants_is_an_operators_alone() -> None:
    assert {
        str(route) for route in ROUTES.values() if route.scopes == {Scope.OPS}
    } == OF_ALL_TENANTS


def told(
    tenants: TwoTenants,
    route: GuardedRoute,
    sent: Mapping[str, Any] = MappingProxyType({}),
    **names: str,
) -> tuple[int, str, str, Any]:
    """The status, the code, the rest of the body and the headers, without the names asked for."""
    # What is no file at all is refused before anything is looked up.
    sample: dict[str, Any] = (
        {"data": b"a\n1\n", "content_type": "text/csv"} if route.path.endswith("/check") else {}
    )
    answer = tenants.ask(route.method, route.path.format(**names), **{**sample, **sent})
    body = shown(answer)
    for name in ("file_id", "upload_id", "name"):
        body = body.replace(names[name], "IT") if names.get(name) else body
    own = {"X-Request-Id", "Content-Length"}
    headers = {name: value for name, value in answer.headers.items() if name not in own}
    return answer.status_code, answer.get_json()["code"], body, headers


def shown(answer: Any) -> str:
    """The body as it is, but for what belongs to the request."""
    problem = answer.get_json()
    return json.dumps(
        {key: problem[key] for key in problem.keys() - {"instance", "requestId"}}, sort_keys=True
    )
