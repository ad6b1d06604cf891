"""The API keeps what its last released document promised."""

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from tests.entrypoints.http.document_changes import breaking_changes
from tests.entrypoints.http.service import HttpService

RELEASED = Path(__file__).parent / "openapi-released.json"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The OpenAPI document as it is now."""
    found: dict[str, Any] = HttpService().app().test_client().get("/openapi.json").get_json()
    return found


def test_nothing_that_was_released_is_broken(document: dict[str, Any]) -> None:
    released = json.loads(RELEASED.read_text("utf-8"))

    assert breaking_changes(released, document) == []


def _file(document: dict[str, Any]) -> Any:
    return document["components"]["schemas"]["FileResource"]


def _list(document: dict[str, Any]) -> Any:
    return document["paths"]["/files"]["get"]


def _limit(document: dict[str, Any]) -> Any:
    return next(found for found in _list(document)["parameters"] if found["name"] == "limit")


def _form(document: dict[str, Any]) -> Any:
    content = document["paths"]["/files/upload"]["post"]["requestBody"]["content"]
    return content["multipart/form-data"]["schema"]


PLANTED: dict[str, Callable[[dict[str, Any]], object]] = {
    "GET /stats: is gone": lambda doc: doc["paths"].pop("/stats"),
    "DELETE /files/{file_id}: is gone": lambda doc: doc["paths"]["/files/{file_id}"].pop("delete"),
    "GET /files: answers 200 no more": lambda doc: _list(doc)["responses"].pop("200"),
    "GET /files: the parameter limit is gone": lambda doc: _list(doc)["parameters"].remove(
        _limit(doc)
    ),
    "GET /files: needs the parameter limit": lambda doc: _limit(doc).update(required=True),
    "GET /files: needs the new parameter x": lambda doc: _list(doc)["parameters"].append(
        {"in": "query", "name": "x", "required": True, "schema": {"type": "string"}}
    ),
    "GET /files limit: maximum is 50 now": lambda doc: _limit(doc)["schema"].update(maximum=50),
    "GET /files limit: takes no integer any more": lambda doc: _limit(doc)["schema"].update(
        type="string"
    ),
    "GET /files 200: the header Link may be missing": lambda doc: _list(doc)["responses"]["200"][
        "headers"
    ].pop("Link"),
    "GET /files 200: is no application/json any more": lambda doc: _list(doc)["responses"]["200"][
        "content"
    ].clear(),
    "GET /files/{file_id} 200: sha256 is gone": lambda doc: _file(doc)["properties"].pop("sha256"),
    "GET /files/{file_id} 200: sha256 may be missing": lambda doc: _file(doc)["required"].remove(
        "sha256"
    ),
    "GET /files/{file_id} 200.sha256: may be null now": lambda doc: _file(doc)["properties"][
        "sha256"
    ].update(type=["string", "null"]),
    "GET /files/{file_id} 200.status: may be LOST now": lambda doc: _file(doc)["properties"][
        "status"
    ]["enum"].append("LOST"),
    "POST /files/upload multipart/form-data: needs schema": lambda doc: _form(doc)[
        "required"
    ].append("schema"),
    "POST /files/upload multipart/form-data: metadata is gone": lambda doc: _form(doc)[
        "properties"
    ].pop("metadata"),
    "POST /files/upload multipart/form-data.onError: takes no skip_rows any more": lambda doc: (
        _form(doc)["properties"]["onError"]["enum"].remove("skip_rows")
    ),
    "POST /files/upload: takes no multipart/form-data any more": lambda doc: doc["paths"][
        "/files/upload"
    ]["post"]["requestBody"]["content"].clear(),
}


@pytest.mark.parametrize("told", PLANTED)
def test_a_change_that_breaks_clients_is_told(document: dict[str, Any], told: str) -> None:
    changed = deepcopy(document)

    PLANTED[told](changed)

    assert told in breaking_changes(document, changed)


def test_what_is_added_breaks_nobody(document: dict[str, Any]) -> None:
    changed = deepcopy(document)

    changed["paths"]["/new"] = changed["paths"]["/stats"]
    _file(changed)["properties"]["more"] = {"type": "string"}
    _file(changed)["required"].append("more")
    _limit(changed)["schema"].update(maximum=1000)

    assert breaking_changes(document, changed) == []
