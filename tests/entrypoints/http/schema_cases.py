"""A request for each documented status of the routes of schemas and samples."""

from collections.abc import Iterator

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.entrypoints.http.documented_api import (
    OTHER_SCHEMA,
    SCHEMA,
    Api,
    Ask,
    Case,
    SlowBody,
    ask_for,
)


def schema_cases() -> Iterator[Case]:
    """At least one for each."""
    yield from _register_cases()
    yield from _reading_cases()
    yield from _sample_cases()


def _register_cases() -> Iterator[Case]:
    path = "/schemas/people"
    for status, ask in (
        (200, ask_for("put", path, json=SCHEMA)),
        (201, ask_for("put", path, json=OTHER_SCHEMA)),
        (400, ask_for("put", path, Content_Type="application/json")),
        (409, ask_for("put", path, json=OTHER_SCHEMA, at="racing")),
        (412, ask_for("put", path, json=SCHEMA, If_None_Match="*")),
        (413, ask_for("put", path, json={"title": "x" * 2_000_000})),
        (415, ask_for("put", path)),
        (422, ask_for("put", path, json={"fields": []})),
        (503, ask_for("put", path, json=SCHEMA, at="down")),
    ):
        yield Case("put", "/schemas/{name}", status, ask)


def _reading_cases() -> Iterator[Case]:
    yield Case("get", "/schemas", 200, ask_for("get", "/schemas"))
    yield Case("get", "/schemas", 422, ask_for("get", "/schemas?x=1"))
    yield Case("get", "/schemas", 503, ask_for("get", "/schemas", at="down"))
    for route, end in (
        ("/schemas/{name}", ""),
        ("/schemas/{name}/versions/{version}", "/versions/1"),
        ("/schemas/{name}/versions", "/versions"),
        ("/schemas/{name}/template.csv", "/template.csv"),
    ):
        if end != "/versions":
            yield Case(
                "get", route, 304, ask_for("get", f"/schemas/people{end}", If_None_Match="*")
            )
        yield Case("get", route, 200, ask_for("get", f"/schemas/people{end}"))
        yield Case("get", route, 404, ask_for("get", f"/schemas/nope{end}"))
        yield Case("get", route, 422, ask_for("get", f"/schemas/people{end}?x=1"))
        yield Case("get", route, 503, ask_for("get", f"/schemas/people{end}", at="down"))


def _sample_cases() -> Iterator[Case]:
    infer, check = "/schemas/infer", "/schemas/people/check"
    for content in (b"b\n1\n", b"a\n1,2\n", b"a\n\xff\n"):
        yield Case("post", "/schemas/{name}/check", 200, _sample(check, content=content))
    yield Case("post", "/schemas/{name}/check", 404, _sample("/schemas/nope/check"))
    yield Case("post", "/schemas/{name}/check", 503, _sample(check, at="down"))
    yield Case("post", infer, 503, _sample(infer, at="busy"))
    for route, path in ((infer, infer), ("/schemas/{name}/check", check)):
        yield Case("post", route, 200, _sample(path))
        yield Case("post", route, 400, _sample(path, length=50))
        yield Case("post", route, 408, _sample(path, seconds=60))
        yield Case("post", route, 411, _sample(path, length=None))
        yield Case("post", route, 413, _sample(path, content=b"a\n" * 501))
        yield Case("post", route, 415, _sample(path, media_type="text/html"))
        yield Case("post", route, 422, _sample(path, content=b""))


def _sample(
    path: str,
    *,
    content: bytes = b"a\n1\n",
    length: int | None = 0,
    media_type: str = "text/csv",
    seconds: float = 0,
    at: str = "client",
) -> Ask:
    """A sample as a body, announced with another length or none, which takes its time."""

    def ask(api: Api) -> TestResponse:
        client: FlaskClient = getattr(api, at)
        return client.post(
            path,
            input_stream=SlowBody(content, api.service.clock, seconds),
            content_type=media_type,
            headers={"Transfer-Encoding": "chunked"} if length is None else {},
            environ_overrides={"CONTENT_LENGTH": str(length or len(content))},
        )

    return ask
