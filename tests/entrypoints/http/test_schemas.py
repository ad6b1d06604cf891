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


class TestLists:
    def test_schemas_come_page_by_page(self, client: FlaskClient) -> None:
        for name in ("d", "a", "c", "b", "e"):
            client.put(f"/schemas/{name}", json=PEOPLE)

        path, pages = "/schemas?limit=2", []
        while path:
            answer = client.get(path)
            pages.append([item["name"] for item in answer.get_json()["items"]])
            path = answer.get_json()["next"]
            assert (f'<{path}>; rel="next"' in answer.headers["Link"]) is (path is not None)

        assert pages == [["a", "b"], ["c", "d"], ["e"]]

    def test_versions_come_page_by_page_the_newest_first(self, client: FlaskClient) -> None:
        for number in range(5):
            client.put("/schemas/people", json={**PEOPLE, "title": str(number)})

        first = client.get("/schemas/people/versions?limit=3").get_json()
        rest = client.get(first["next"]).get_json()

        assert [item["version"] for item in first["items"]] == [5, 4, 3]
        assert [item["schema"]["title"] for item in rest["items"]] == ["1", "0"]
        assert (first["limit"], rest["next"]) == (3, None)

    def test_past_the_end_a_list_is_empty(self, client: FlaskClient) -> None:
        client.put("/schemas/people", json=PEOPLE)

        for path in ("/schemas?after=z", "/schemas/people/versions?before=1"):
            answer = client.get(path)
            assert (answer.status_code, answer.get_json()["items"]) == (200, [])

    def test_the_versions_of_no_schema_are_404(self, client: FlaskClient) -> None:
        assert_problem(client.get("/schemas/nope/versions"), 404, "schema_not_found")

    @pytest.mark.parametrize(
        "path",
        [
            "/schemas?limit=0",
            "/schemas?limit=101",
            "/schemas?after=",
            "/schemas?page=1",
            "/schemas/a/versions?before=0",
            "/schemas/a/versions?before=1_0",
        ],
    )
    def test_a_parameter_that_is_wrong_is_refused(self, client: FlaskClient, path: str) -> None:
        assert_problem(client.get(path), 422, "invalid_parameter")


class TestConditions:
    @pytest.mark.parametrize("end", ["", "/versions/1", "/template.csv"])
    def test_who_has_it_already_gets_304(self, client: FlaskClient, end: str) -> None:
        client.put("/schemas/people", json=PEOPLE)
        tag = client.get(f"/schemas/people{end}").headers["ETag"]

        again = client.get(f"/schemas/people{end}", headers={"If-None-Match": tag})
        client.put("/schemas/people", json=STAFF)
        later = client.get(f"/schemas/people{end}", headers={"If-None-Match": tag})

        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
        assert later.status_code == (304 if "versions" in end else 200)

    def test_a_registration_tells_the_tag_of_what_it_made(self, client: FlaskClient) -> None:
        made = client.put("/schemas/people", json=PEOPLE)

        assert made.headers["ETag"] == client.get("/schemas/people").headers["ETag"]

    def test_a_schema_can_be_made_only_where_there_is_none(self, client: FlaskClient) -> None:
        only_new = {"If-None-Match": "*"}

        first = client.put("/schemas/people", json=PEOPLE, headers=only_new)
        second = client.put("/schemas/people", json=STAFF, headers=only_new)

        assert first.status_code == 201
        assert_problem(second, 412, "precondition_failed")
        assert client.get("/schemas/people").get_json()["version"] == 1

    def test_of_two_who_go_by_the_same_version_the_second_is_told(
        self, client: FlaskClient
    ) -> None:
        tag = client.put("/schemas/people", json=PEOPLE).headers["ETag"]

        first = client.put("/schemas/people", json=STAFF, headers={"If-Match": tag})
        second = client.put(
            "/schemas/people", json={**PEOPLE, "title": "x"}, headers={"If-Match": tag}
        )

        assert first.status_code == 201
        assert_problem(second, 412, "precondition_failed")
        assert client.get("/schemas/people").get_json()["schema"] == STAFF

    @pytest.mark.parametrize("tag", ["*", '"nothing"'])
    def test_what_is_not_there_matches_nothing(self, client: FlaskClient, tag: str) -> None:
        answer = client.put("/schemas/people", json=PEOPLE, headers={"If-Match": tag})

        assert_problem(answer, 412, "precondition_failed")


class TestTemplates:
    def test_a_template_holds_the_names_of_the_fields(self, client: FlaskClient) -> None:
        client.put("/schemas/people", json=PEOPLE)
        client.put("/schemas/people", json=STAFF)

        latest = client.get("/schemas/people/template.csv")
        first = client.get("/schemas/people/template.csv?version=1")

        assert (latest.data, first.data) == (b"\xef\xbb\xbfname,age\r\n", b"\xef\xbb\xbfname\r\n")
        assert latest.mimetype == "text/csv"
        assert 'filename="people-v2.csv"' in latest.headers["Content-Disposition"]

    def test_a_template_that_was_filled_in_keeps_to_its_schema(self, client: FlaskClient) -> None:
        names = ["a", 'say "x"', "one, two", " b ", "c;d|e", "line\nbreak", "größe", "o'clock"]
        fields = [{"name": name, "type": "integer"} for name in names]
        client.put("/schemas/odd", json={"fields": fields})
        template = client.get("/schemas/odd/template.csv").data
        filled = template + b",".join(b"1" for _ in names) + b"\n"

        verdict = client.post("/schemas/odd/check", data=filled, content_type="text/csv")

        assert verdict.get_json()["outcome"] == "clean", verdict.get_json()

    @pytest.mark.parametrize("name", ["=1+1", "+a", "-a", "@a", "\ta", "＝1"])
    def test_no_name_can_be_taken_for_a_formula(self, client: FlaskClient, name: str) -> None:
        client.put("/schemas/odd", json={"fields": [{"name": name, "type": "string"}]})

        cell = client.get("/schemas/odd/template.csv").data.decode("utf-8-sig").strip("\r\n")

        assert cell.strip('"') == f"'{name}"

    @pytest.mark.parametrize("path", ["/schemas/nope/template.csv", "/schemas/a/template.csv"])
    def test_a_template_of_nothing_is_404(self, client: FlaskClient, path: str) -> None:
        client.put("/schemas/a", json=PEOPLE)
        query = "?version=2" if path.startswith("/schemas/a") else ""

        assert_problem(client.get(path + query), 404, "schema_not_found")


@pytest.mark.parametrize("keyword", ["foreignKeys", "primaryKeys"])
def test_a_keyword_that_is_not_understood_is_named(client: FlaskClient, keyword: str) -> None:
    answer = client.put("/schemas/people", json={**PEOPLE, keyword: []})

    problem = assert_problem(answer, 422, "invalid_schema")

    assert [fault["pointer"] for fault in problem["errors"]] == [f"/{keyword}"]
    assert keyword in problem["detail"]
