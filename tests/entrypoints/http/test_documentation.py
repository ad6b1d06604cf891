"""The OpenAPI document says what is answered, and the page about it needs no internet."""

import re
from hashlib import sha256
from importlib.metadata import version
from typing import Any

import pytest
from flask.testing import FlaskClient

from entrypoints.http.problem_catalogue import PROBLEM_KINDS
from tests.builders import build_fault
from tests.entrypoints.http.service import HttpService, upload

# Lists that are never empty: in each column a doubt, and narrower types that do not fit.
SAMPLE = b"day,until,x,x\n" + b"".join(
    b"0%d/0%d/2024,0%d/0%d/2025,u,v\n" % (n, n, n, n) for n in range(1, 10)
)


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    """The OpenAPI document."""
    found: dict[str, Any] = client.get("/openapi.json").get_json()
    return found


def test_every_route_is_documented(client: FlaskClient, document: dict[str, Any]) -> None:
    routes = {
        (method.lower(), re.sub(r"<(?:[^:>]+:)?([^>]+)>", r"{\1}", rule.rule))
        for rule in client.application.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if not rule.endpoint.startswith(("docs.", "api-docs."))
    }
    documented = {(method, path) for path, item in document["paths"].items() for method in item}

    assert document["openapi"] == "3.1.0"
    assert document["info"]["version"] == version("gristmill")
    assert {route for route in documented if route[0] != "parameters"} == routes
    assert all(
        operation.get("summary")
        for item in document["paths"].values()
        for method, operation in item.items()
        if method != "parameters"
    )


def test_every_problem_code_is_documented_and_described(
    client: FlaskClient, document: dict[str, Any]
) -> None:
    codes = document["components"]["schemas"]["ProblemResource"]["properties"]["code"]["enum"]

    assert set(codes) == set(PROBLEM_KINDS)
    assert [item["code"] for item in client.get("/problems").get_json()["items"]] == codes
    for code in codes:
        assert client.get(f"/problems/{code}").get_json()["status"] == PROBLEM_KINDS[code].status


def test_errors_are_documented_as_problems(document: dict[str, Any]) -> None:
    responses = document["components"]["responses"]

    assert "DEFAULT_ERROR" in responses
    assert all(list(item["content"]) == ["application/problem+json"] for item in responses.values())


def test_the_upload_form_is_documented(document: dict[str, Any]) -> None:
    body = document["paths"]["/files/upload"]["post"]["requestBody"]

    properties = body["content"]["multipart/form-data"]["schema"]["properties"]
    assert {"file", "schema", "onError", "metadata", "sha256"} <= set(properties)


def test_answers_have_the_members_that_are_documented(
    client: FlaskClient, service: HttpService, document: dict[str, Any]
) -> None:
    client.put("/schemas/people", json={"fields": [{"name": "a", "type": "string"}]})
    file = upload(client, "a\n1\n1,2\n", schema="people")
    service.process()
    link = file["links"]["self"]
    dead = upload(client)["id"]
    upload(client)
    service.change(dead, lambda file: file.bury(build_fault(), at=service.clock.now()))

    schemas = document["components"]["schemas"]
    found = client.post("/schemas/infer", data=SAMPLE, content_type="text/csv").get_json()
    _assert_shape(found, schemas["InferenceResource"], schemas, at="/schemas/infer")
    for path, shape in (
        (link, "FileResource"),
        ("/files", "FileList"),
        (f"{link}/results", "ResultList"),
        (f"{link}/errors", "RowErrorList"),
        (f"{link}/history", "History"),
        ("/dead-letters", "DeadLetterList"),
        ("/stats", "StatsResource"),
        ("/schemas", "SchemaList"),
        ("/schemas/people", "SchemaResource"),
        ("/schemas/people/versions", "SchemaList"),
        ("/problems", "ProblemKindList"),
        ("/problems/file_deleted", "ProblemKindResource"),
        ("/files?x=1", "ProblemResource"),
        (_upload_with_a_part(client), "UploadResource"),
    ):
        schemas = document["components"]["schemas"]
        _assert_shape(client.get(path).get_json(), schemas[shape], schemas, at=path)


def _upload_with_a_part(client: FlaskClient) -> str:
    link = client.post("/uploads", json={"name": "people.csv", "size": 4}).headers["Location"]
    digest = {"number": 1, "sha256": sha256(b"a\n1\n").hexdigest()}
    [address] = client.post(f"{link}/parts", json={"parts": [digest]}).get_json()["items"]
    client.put(address["url"], data=b"a\n1\n", headers=address["headers"])
    return link


def _assert_shape(value: Any, schema: Any, schemas: dict[str, Any], *, at: str) -> None:
    for choice in schema.get("anyOf", []):
        schema = choice if "$ref" in choice else schema
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    if isinstance(value, dict) and "properties" in schema:
        optional = {"pointer", "parameter", "errors"}
        assert set(value) - optional == set(schema["properties"]) - optional, at
        for name, item in value.items():
            _assert_shape(item, schema["properties"][name], schemas, at=f"{at} {name}")
    if isinstance(value, list) and "items" in schema:
        assert value, f"{at} is empty, so nothing was compared"
        for item in value:
            _assert_shape(item, schema["items"], schemas, at=f"{at} []")


def test_the_page_loads_nothing_from_elsewhere(client: FlaskClient) -> None:
    page = client.get("/docs")

    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.get_data(as_text=True))
    assert page.mimetype == "text/html"
    assert len(loaded) >= 4
    for address in loaded:
        assert address.startswith("/")
        assert client.get(address).status_code == 200
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert client.get("/docs/assets/..%2f__init__.py").status_code == 404


def test_the_root_leads_to_the_page(client: FlaskClient) -> None:
    assert client.get("/").headers["Location"] == "/docs"
