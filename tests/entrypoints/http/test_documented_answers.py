"""Each documented status of each route is really answered, with what the document says."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from werkzeug.test import TestResponse

from tests.entrypoints.http.documented_api import Api, Case
from tests.entrypoints.http.documented_cases import cases
from tests.entrypoints.http.service import HttpService

# They belong to HTTP itself, or say the same of every answer there is.
OF_EVERY_ANSWER = {
    "Content-Length",
    "Content-Security-Policy",
    "Content-Type",
    "Referrer-Policy",
    "X-Content-Type-Options",
}
CASES = list(cases())


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The OpenAPI document."""
    found: dict[str, Any] = HttpService().app().test_client().get("/openapi.json").get_json()
    return found


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                yield method, path, operation


def test_the_document_is_valid_openapi_3_1(document: dict[str, Any]) -> None:
    OpenAPIV31SpecValidator(document).validate()


def test_every_documented_status_has_a_case(document: dict[str, Any]) -> None:
    documented = {
        (method, path, int(status))
        for method, path, operation in _operations(document)
        for status in operation["responses"]
        if status != "default"
    }

    assert {(case.method, case.route, case.status) for case in CASES} == documented


@pytest.mark.parametrize("case", CASES, ids=str)
def test_an_answer_is_what_is_documented(document: dict[str, Any], case: Case) -> None:
    answer = case.ask(Api())

    assert answer.status_code == case.status, answer.get_data(as_text=True)
    documented = _resolved(
        document, document["paths"][case.route][case.method]["responses"][str(case.status)]
    )
    _assert_headers(answer, documented["headers"])
    _assert_body(document, answer, documented.get("content", {}))


def _assert_headers(answer: TestResponse, documented: Mapping[str, Any]) -> None:
    sent = set(answer.headers.keys())
    always = {name for name, header in documented.items() if header["required"]}
    assert always - sent == set()
    assert sent - OF_EVERY_ANSWER - set(documented) == set()


def _assert_body(
    document: dict[str, Any], answer: TestResponse, documented: Mapping[str, Any]
) -> None:
    if not documented:
        assert answer.data == b""
        return
    schema = documented[str(answer.mimetype)]["schema"]
    if schema.get("format") != "binary":
        whole = {**schema, "components": document["components"]}
        OAS31Validator(whole).validate(answer.get_json())


def _resolved(document: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in found:
        return found
    *_, kind, name = found["$ref"].split("/")
    resolved: dict[str, Any] = document["components"][kind][name]
    return resolved


def test_every_member_of_an_answer_is_required_but_those_that_are_there_at_times(
    document: dict[str, Any],
) -> None:
    at_times = {
        name: set(schema["properties"]) - set(schema.get("required", []))
        for name, schema in document["components"]["schemas"].items()
    }

    assert {name: missing for name, missing in at_times.items() if missing} == {
        "InputFaultResource": {"pointer", "parameter"},
        "RedriveRequest": {
            *("ids", "code", "tenant", "deadLetteredAfter", "deadLetteredBefore"),
            *("all", "cursor", "dryRun"),
        },
        "ProblemResource": {"errors"},
        "UploadRequest": {
            *("sha256", "schema", "onError", "maxErrors", "outputs", "encoding", "delimiter"),
            *("header", "parentId", "metadata"),
        },
    }
