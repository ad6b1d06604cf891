"""A request for each documented status of each route."""

from collections.abc import Iterator

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.entrypoints.http.documented_api import NOWHERE, Api, Ask, Case, ask_for
from tests.entrypoints.http.operations_cases import operations_cases
from tests.entrypoints.http.raw_bodies import post_raw
from tests.entrypoints.http.schema_cases import schema_cases
from tests.entrypoints.http.service import (
    csv_part,
    form,
    part,
    post_dripping,
    post_form,
)
from tests.entrypoints.http.session_cases import session_cases


def cases() -> Iterator[Case]:
    """At least one for each documented status of each route."""
    yield from _upload_cases()
    yield from session_cases()
    yield Case("get", "/files", 200, ask_for("get", "/files?limit=1&page=2"))
    yield Case("get", "/files", 422, ask_for("get", "/files?page=0"))
    yield Case("get", "/files", 503, ask_for("get", "/files", at="down"))
    for end in ("", "/results", "/history", "/errors"):
        yield from _reading_cases(f"/files/{{file_id}}{end}", end)
    yield Case("get", "/files/{file_id}", 304, ask_for("get", "{done}", If_None_Match="*"))
    yield Case("get", "/files/{file_id}/errors", 409, ask_for("get", "{new}/errors"))
    yield from _download_cases("/files/{file_id}/content", "/content")
    yield from _download_cases("/files/{file_id}/results/{name}", "/results/clean.csv")
    yield from _verb_cases("reprocess", good="{done}", bad="{new}")
    yield from _verb_cases("cancel", good="{new}", bad="{done}")
    yield from _delete_cases()
    yield from schema_cases()
    yield from operations_cases()


def _upload(*parts: bytes, at: str = "client", times: int = 1, **headers: str) -> Ask:
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    def ask(api: Api) -> TestResponse:
        client: FlaskClient = getattr(api, at)
        answers = [post_form(client, form(*parts), headers=named) for _ in range(times)]
        return answers[-1]

    return ask


def _upload_cases() -> Iterator[Case]:
    for status, ask in (
        (202, _upload(csv_part())),
        (202, _upload(csv_part(), Idempotency_Key="k", times=2)),
        (202, _upload(csv_part(), Prefer="wait=1")),
        (400, _upload(csv_part(), Content_Digest="x")),
        (408, lambda api: post_dripping(api.client, form(csv_part()), clock=api.service.clock)),
        (410, _upload_with_the_key_of_a_deleted_file),
        (411, _without_length),
        (413, _upload(csv_part("a\n" * 1000))),
        (415, _upload(csv_part("[]"))),
        (415, ask_for("post", "/files/upload", Content_Type="text/plain")),
        (
            415,
            ask_for(
                "post", "/files/upload?name=a.csv", Content_Type="text/csv", Content_Encoding="br"
            ),
        ),
        (422, _upload(csv_part(), part("schema", "nope"))),
        (503, _upload(csv_part(), at="down")),
        (507, _upload(csv_part(), at="full")),
    ):
        yield Case("post", "/files/upload", status, ask)


def _without_length(api: Api) -> TestResponse:
    return post_raw(api.client, is_chunked=True)


def _upload_with_the_key_of_a_deleted_file(api: Api) -> TestResponse:
    again = _upload(csv_part(), Idempotency_Key="k")
    api.client.delete(again(api).headers["Location"])
    return again(api)


def _reading_cases(route: str, end: str) -> Iterator[Case]:
    yield Case("get", route, 200, ask_for("get", "{done}" + end))
    yield Case("get", route, 404, ask_for("get", NOWHERE + end))
    yield Case("get", route, 410, ask_for("get", "{deleted}" + end))
    yield Case("get", route, 422, ask_for("get", "{done}" + end + "?x=1"))
    yield Case("get", route, 503, ask_for("get", NOWHERE + end, at="down"))


def _download_cases(route: str, end: str) -> Iterator[Case]:
    yield from _reading_cases(route, end)
    yield Case("get", route, 206, ask_for("get", "{done}" + end, Range="bytes=0-1"))
    yield Case("get", route, 304, ask_for("get", "{done}" + end, If_None_Match="*"))
    yield Case("get", route, 307, ask_for("get", "{done}" + end, at="linking"))
    yield Case("get", route, 409, ask_for("get", "{changed}" + end))
    yield Case("get", route, 416, ask_for("get", "{done}" + end, Range="bytes=999-"))


def _verb_cases(verb: str, *, good: str, bad: str) -> Iterator[Case]:
    route = f"/files/{{file_id}}/{verb}"
    yield Case("post", route, 202, ask_for("post", f"{good}/{verb}"))
    yield Case("post", route, 404, ask_for("post", f"{NOWHERE}/{verb}"))
    yield Case("post", route, 409, ask_for("post", f"{bad}/{verb}"))
    yield Case("post", route, 410, ask_for("post", f"{{deleted}}/{verb}"))
    yield Case("post", route, 422, ask_for("post", f"{good}/{verb}?x=1"))
    yield Case("post", route, 503, ask_for("post", f"{NOWHERE}/{verb}", at="down"))


def _delete_cases() -> Iterator[Case]:
    route = "/files/{file_id}"
    yield Case("delete", route, 204, ask_for("delete", "{done}"))
    yield Case("delete", route, 404, ask_for("delete", NOWHERE))
    yield Case("delete", route, 422, ask_for("delete", "{done}?x=1"))
    yield Case("delete", route, 503, ask_for("delete", NOWHERE, at="down"))
