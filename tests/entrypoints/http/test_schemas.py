"""Schemas: immutable versions of what a file must look like."""

import pytest
from flask.testing import FlaskClient

from tests.entrypoints.http.service import assert_problem

PEOPLE = {"fields": [{"name": "name", "type": "string"}]}
STAFF = {"fields": [{"name": "name", "type": "string"}, {"name": "age", "type": "integer"}]}


def test_a_schema_gets_a_new_version_when_it_differs_and_only_then(client: FlaskClient) -> None:
    first = client.put("/schemas/people", json=PEOPLE)
    same = client.put("/schemas/people", json=PEOPLE)
    second = client.put("/schemas/people", json=STAFF)

    assert [answer.status_code for answer in (first, same, second)] == [201, 200, 201]
    assert [answer.get_json()["version"] for answer in (first, same, second)] == [1, 1, 2]
    assert second.headers["Location"] == "/schemas/people/versions/2"
    assert client.get("/schemas/people").get_json() == second.get_json()
    assert client.get("/schemas/people/versions/1").get_json()["schema"] == PEOPLE


def test_schemas_are_listed_by_name_in_their_latest_version(client: FlaskClient) -> None:
    for name, schema in (("b", PEOPLE), ("a", PEOPLE), ("b", STAFF)):
        client.put(f"/schemas/{name}", json=schema)

    items = client.get("/schemas").get_json()["items"]

    assert [(item["name"], item["version"]) for item in items] == [("a", 1), ("b", 2)]


@pytest.mark.parametrize(
    "path", ["/schemas/nope", "/schemas/people/versions/2", "/schemas/people/versions/0"]
)
def test_a_schema_that_is_not_there_is_404(client: FlaskClient, path: str) -> None:
    client.put("/schemas/people", json=PEOPLE)

    assert_problem(client.get(path), 404, "schema_not_found")


@pytest.mark.parametrize("version", ["-1", "x", "1.0", "1_0", "９", "9" * 30])
def test_a_version_that_is_no_number_is_404(client: FlaskClient, version: str) -> None:
    assert client.get(f"/schemas/people/versions/{version}").status_code == 404


@pytest.mark.parametrize("name", ["-x", ".x", "a b", "a@1", "é", "x" * 101])
def test_a_name_of_other_characters_is_refused(client: FlaskClient, name: str) -> None:
    assert_problem(client.put(f"/schemas/{name}", json=PEOPLE), 422, "invalid_schema_name")


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"", "the schema is not valid JSON: it is empty"),
        (b" \n", "the schema is not valid JSON: it is empty"),
        (b'{"a": 1,\n "b" 2}', "the schema is not valid JSON: it goes wrong at line 2, column 6"),
        (b'{"a": 1', "the schema is not valid JSON: it goes wrong at line 1, column 8"),
        (b"[" * 100_000, "the schema is not valid JSON: it is nested too deep"),
        (b'{"a": 1' + b"0" * 5000 + b"}", "the schema is not valid JSON: a number is too long"),
    ],
    ids=range(6),
)
def test_what_is_wrong_with_a_body_is_told_in_our_words(
    client: FlaskClient, body: bytes, detail: str
) -> None:
    answer = client.put("/schemas/people", data=body, content_type="application/json")

    assert assert_problem(answer, 400, "malformed_json")["detail"] == detail


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "malformed_json"),
        (b"{", 400, "malformed_json"),
        (b"[" * 100_000, 400, "malformed_json"),
        (b'{"a": NaN}', 400, "malformed_json"),
        (b'{"a": 1, "a": 2}', 400, "malformed_json"),
        (b'{"a": "\\ud800"}', 400, "malformed_json"),
        (b'{"a": "\\u0000"}', 400, "malformed_json"),
        (b'{"a": "\xff"}', 400, "malformed_json"),
        (b'{"a": 1' + b"0" * 5000 + b"}", 400, "malformed_json"),
        (b"[]", 422, "invalid_schema"),
        (b"null", 422, "invalid_schema"),
        (b'{"a": "' + b"x" * 1024 * 1024 + b'"}', 413, "body_too_large"),
    ],
    ids=range(12),
)
def test_a_body_that_is_no_schema_is_refused(
    client: FlaskClient, body: bytes, status: int, code: str
) -> None:
    answer = client.put("/schemas/people", data=body, content_type="application/json")

    assert_problem(answer, status, code)
    assert client.get("/schemas").get_json()["items"] == []


def test_another_media_type_is_415(client: FlaskClient) -> None:
    answer = client.put("/schemas/people", data=b"fields: []", content_type="text/yaml")

    assert_problem(answer, 415, "not_json")


def test_every_fault_of_a_schema_is_named_with_its_place(client: FlaskClient) -> None:
    faulty = {"fields": [{"name": "a", "type": "colour"}, {"type": "string"}]}

    problem = assert_problem(client.put("/schemas/people", json=faulty), 422, "invalid_schema")

    pointers = {fault["pointer"] for fault in problem["errors"]}
    assert any(pointer.startswith("/fields/0") for pointer in pointers)
    assert any(pointer.startswith("/fields/1") for pointer in pointers)
    assert all(fault["code"] and fault["detail"] for fault in problem["errors"])
