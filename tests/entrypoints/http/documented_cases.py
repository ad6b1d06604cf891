"""A request for each documented status of each route."""

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from adapters.memory.direct_downloads import MemoryDirectDownloads
from adapters.memory.manual_clock import ManualClock
from application.errors import ConflictingSchemaVersionError, DatabaseUnavailableError
from application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from domain.access import Principal
from entrypoints.http.wiring import HttpSettings
from tests.entrypoints.http.known_callers import KnownCallers
from tests.entrypoints.http.raw_bodies import post_raw
from tests.entrypoints.http.service import (
    HttpService,
    csv_part,
    form,
    part,
    post_dripping,
    post_form,
    upload,
)
from tests.entrypoints.http.session_cases import session_cases
from tests.entrypoints.http.test_problems import BrokenDatabase

NOWHERE = f"/files/{UUID(int=7 << 76 | 2 << 62)}"
SCHEMA = {"fields": [{"name": "a", "type": "string"}]}
OTHER_SCHEMA = {"fields": [{"name": "b", "type": "string"}]}


class Api:
    """A service in memory with a file in every state that a route can meet."""

    def __init__(self) -> None:
        self.service = HttpService(
            settings=HttpSettings(max_upload_bytes=1000, max_sample_bytes=1000)
        )
        self.client = self.service.app().test_client()
        self.client.put("/schemas/people", json=SCHEMA)
        self.done, self.changed, self.deleted = (self._uploaded() for _ in range(3))
        self.service.process()
        self.client.delete(self.deleted)
        self._change(self.changed)
        self.new = self._uploaded()

    @cached_property
    def linking(self) -> FlaskClient:
        """A client of the same service over a storage that makes links."""
        links = MemoryDirectDownloads(self.service.storage, self.service.clock)
        self.service.direct_downloads = links
        return self.service.app().test_client()

    @cached_property
    def down(self) -> FlaskClient:
        """A client of a service whose database does not answer."""
        broken = HttpService()
        broken.units_of_work = BrokenDatabase(DatabaseUnavailableError("locked"))
        return broken.app().test_client()

    @cached_property
    def racing(self) -> FlaskClient:
        """A client of a service where somebody else is always first to register a schema."""
        racing = HttpService()
        racing.units_of_work = RacingDatabase(racing.units_of_work)
        return racing.app().test_client()

    @cached_property
    def busy(self) -> FlaskClient:
        """A client of a service that has no place for a sample."""
        return HttpService(settings=HttpSettings(max_concurrent_samples=0)).app().test_client()

    @cached_property
    def full(self) -> FlaskClient:
        """A client of a service whose storage is full."""
        full = HttpService()
        full.storage.capacity_bytes = 1
        return full.app().test_client()

    @cached_property
    def locked(self) -> FlaskClient:
        """A client of a service that wants to know its callers; `nobody` has no scope."""
        nobody = Principal(tenant="default", scopes=frozenset())
        return HttpService(authenticator=KnownCallers({"nobody": nobody})).app().test_client()

    @cached_property
    def exhausted(self) -> FlaskClient:
        """A client that may ask no more."""
        service = HttpService(settings=HttpSettings(requests_per_minute=1))
        client = service.app().test_client()
        assert client.get("/limits").status_code == 200
        return client

    def _uploaded(self) -> str:
        link: str = upload(self.client, "a\n1\n1,2\n", schema="people")["links"]["self"]
        return link

    def _change(self, link: str) -> None:
        for key in self.service.storage.keys:
            if link.rpartition("/")[2] in key:
                self.service.storage.put(key, b"other", "text/csv")


class SlowBody(io.BytesIO):
    """A body that takes its time by the service's clock."""

    def __init__(self, content: bytes, clock: ManualClock, seconds: float) -> None:
        super().__init__(content)
        self._clock = clock
        self._seconds = seconds

    def read(self, size: int | None = -1, /) -> bytes:
        self._clock.advance(seconds=self._seconds)
        return super().read(size)


class RacingDatabase(UnitOfWorkFactory):
    """Where somebody else registers the same version, whenever one is to be committed."""

    def __init__(self, units_of_work: UnitOfWorkFactory) -> None:
        self._units_of_work = units_of_work

    def for_writing(self) -> UnitOfWork:
        raise ConflictingSchemaVersionError("people@2")

    def for_reading(self) -> UnitOfWork:
        return self._units_of_work.for_reading()


Ask = Callable[[Api], TestResponse]


@dataclass(frozen=True, slots=True)
class Case:
    """A request to a documented route, and the status that it is answered with."""

    method: str
    route: str
    status: int
    ask: Ask

    def __str__(self) -> str:
        return f"{self.method} {self.route} {self.status}"


def cases() -> Iterator[Case]:
    """At least one for each documented status of each route."""
    yield from _upload_cases()
    yield from (Case(*told) for told in session_cases())
    yield Case("get", "/files", 200, _ask("get", "/files?limit=1&page=2"))
    yield Case("get", "/files", 422, _ask("get", "/files?page=0"))
    yield Case("get", "/files", 503, _ask("get", "/files", at="down"))
    for end in ("", "/results", "/history", "/errors"):
        yield from _reading_cases(f"/files/{{file_id}}{end}", end)
    yield Case("get", "/files/{file_id}", 304, _ask("get", "{done}", If_None_Match="*"))
    yield Case("get", "/files/{file_id}/errors", 409, _ask("get", "{new}/errors"))
    yield from _download_cases("/files/{file_id}/content", "/content")
    yield from _download_cases("/files/{file_id}/results/{name}", "/results/clean.csv")
    yield from _verb_cases("reprocess", good="{done}", bad="{new}")
    yield from _verb_cases("cancel", good="{new}", bad="{done}")
    yield from _delete_cases()
    yield from _register_cases()
    yield from _schema_cases()
    yield from _sample_cases()
    yield from _dead_letter_cases()
    yield from _stats_cases()
    yield from _metrics_cases()
    yield from _health_cases()
    yield from _problem_cases()
    yield from _access_cases()
    for path in ("/limits", "/limits?x=1"):
        yield Case("get", "/limits", 422 if "?" in path else 200, _ask("get", path))


def _ask(method: str, path: str, *, at: str = "client", json: Any = None, **headers: str) -> Ask:
    """A request by one of the clients of Api; `{done}` and the like are its files."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    def ask(api: Api) -> TestResponse:
        client: FlaskClient = getattr(api, at)
        filled = path.format(done=api.done, changed=api.changed, deleted=api.deleted, new=api.new)
        return client.open(filled, method=method.upper(), json=json, headers=named)

    return ask


def _access_cases() -> Iterator[Case]:
    for method, route in _guarded_routes():
        numbered = re.sub(r"\{(version|number)\}", "1", route)
        path = re.sub(r"\{[^}]+\}", str(UUID(int=7)), numbered)
        yield Case(method, route, 400, _ask(method, f"{path}?access_token=x", at="locked"))
        yield Case(method, route, 401, _ask(method, path, at="locked"))
        yield Case(
            method, route, 403, _ask(method, path, at="locked", Authorization="Bearer nobody")
        )
        yield Case(method, route, 429, _ask(method, path, at="exhausted"))


def _guarded_routes() -> Iterator[tuple[str, str]]:
    document = HttpService().app().test_client().get("/openapi.json").get_json()
    for route, item in document["paths"].items():
        for method, operation in item.items():
            if method != "parameters" and "security" in operation:
                yield method, route


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
        (415, _ask("post", "/files/upload", Content_Type="text/plain")),
        (
            415,
            _ask(
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
    yield Case("get", route, 200, _ask("get", "{done}" + end))
    yield Case("get", route, 404, _ask("get", NOWHERE + end))
    yield Case("get", route, 410, _ask("get", "{deleted}" + end))
    yield Case("get", route, 422, _ask("get", "{done}" + end + "?x=1"))
    yield Case("get", route, 503, _ask("get", NOWHERE + end, at="down"))


def _download_cases(route: str, end: str) -> Iterator[Case]:
    yield from _reading_cases(route, end)
    yield Case("get", route, 206, _ask("get", "{done}" + end, Range="bytes=0-1"))
    yield Case("get", route, 304, _ask("get", "{done}" + end, If_None_Match="*"))
    yield Case("get", route, 307, _ask("get", "{done}" + end, at="linking"))
    yield Case("get", route, 409, _ask("get", "{changed}" + end))
    yield Case("get", route, 416, _ask("get", "{done}" + end, Range="bytes=999-"))


def _verb_cases(verb: str, *, good: str, bad: str) -> Iterator[Case]:
    route = f"/files/{{file_id}}/{verb}"
    yield Case("post", route, 202, _ask("post", f"{good}/{verb}"))
    yield Case("post", route, 404, _ask("post", f"{NOWHERE}/{verb}"))
    yield Case("post", route, 409, _ask("post", f"{bad}/{verb}"))
    yield Case("post", route, 410, _ask("post", f"{{deleted}}/{verb}"))
    yield Case("post", route, 422, _ask("post", f"{good}/{verb}?x=1"))
    yield Case("post", route, 503, _ask("post", f"{NOWHERE}/{verb}", at="down"))


def _delete_cases() -> Iterator[Case]:
    route = "/files/{file_id}"
    yield Case("delete", route, 204, _ask("delete", "{done}"))
    yield Case("delete", route, 404, _ask("delete", NOWHERE))
    yield Case("delete", route, 422, _ask("delete", "{done}?x=1"))
    yield Case("delete", route, 503, _ask("delete", NOWHERE, at="down"))


def _register_cases() -> Iterator[Case]:
    path = "/schemas/people"
    for status, ask in (
        (200, _ask("put", path, json=SCHEMA)),
        (201, _ask("put", path, json=OTHER_SCHEMA)),
        (400, _ask("put", path, Content_Type="application/json")),
        (409, _ask("put", path, json=OTHER_SCHEMA, at="racing")),
        (412, _ask("put", path, json=SCHEMA, If_None_Match="*")),
        (413, _ask("put", path, json={"title": "x" * 2_000_000})),
        (415, _ask("put", path)),
        (422, _ask("put", path, json={"fields": []})),
        (503, _ask("put", path, json=SCHEMA, at="down")),
    ):
        yield Case("put", "/schemas/{name}", status, ask)


def _schema_cases() -> Iterator[Case]:
    yield Case("get", "/schemas", 200, _ask("get", "/schemas"))
    yield Case("get", "/schemas", 422, _ask("get", "/schemas?x=1"))
    yield Case("get", "/schemas", 503, _ask("get", "/schemas", at="down"))
    for route, end in (
        ("/schemas/{name}", ""),
        ("/schemas/{name}/versions/{version}", "/versions/1"),
        ("/schemas/{name}/versions", "/versions"),
        ("/schemas/{name}/template.csv", "/template.csv"),
    ):
        if end != "/versions":
            yield Case("get", route, 304, _ask("get", f"/schemas/people{end}", If_None_Match="*"))
        yield Case("get", route, 200, _ask("get", f"/schemas/people{end}"))
        yield Case("get", route, 404, _ask("get", f"/schemas/nope{end}"))
        yield Case("get", route, 422, _ask("get", f"/schemas/people{end}?x=1"))
        yield Case("get", route, 503, _ask("get", f"/schemas/people{end}", at="down"))


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


def _dead_letter_cases() -> Iterator[Case]:
    yield Case("get", "/dead-letters", 200, _ask("get", "/dead-letters"))
    yield Case("get", "/dead-letters", 422, _ask("get", "/dead-letters?x=1"))
    yield Case("get", "/dead-letters", 503, _ask("get", "/dead-letters", at="down"))
    path = "/dead-letters/redrive"
    for status, ask in (
        (200, _ask("post", path, json={"all": True})),
        (202, _ask("post", path, json={"all": True, "dryRun": False})),
        (400, _ask("post", path, Content_Type="application/json")),
        (413, _ask("post", path, json={"code": "x" * 70_000})),
        (415, _ask("post", path)),
        (422, _ask("post", path, json={})),
        (503, _ask("post", path, json={"all": True}, at="down")),
    ):
        yield Case("post", path, status, ask)


def _stats_cases() -> Iterator[Case]:
    yield Case("get", "/stats", 200, _ask("get", "/stats"))
    yield Case("get", "/stats", 422, _ask("get", "/stats?x=1"))
    yield Case("get", "/stats", 503, _ask("get", "/stats", at="down"))


def _problem_cases() -> Iterator[Case]:
    yield Case("get", "/problems", 200, _ask("get", "/problems"))
    yield Case("get", "/problems", 422, _ask("get", "/problems?x=1"))
    yield Case("get", "/problems/{code}", 200, _ask("get", "/problems/file_deleted"))
    yield Case("get", "/problems/{code}", 404, _ask("get", "/problems/nope"))
    yield Case("get", "/problems/{code}", 422, _ask("get", "/problems/file_deleted?x=1"))


def _metrics_cases() -> Iterator[Case]:
    yield Case("get", "/metrics", 200, _ask("get", "/metrics"))
    yield Case("get", "/metrics", 422, _ask("get", "/metrics?x=1"))


def _health_cases() -> Iterator[Case]:
    for path in ("/health/live", "/health/ready"):
        yield Case("get", path, 200, _ask("get", path))
        yield Case("get", path, 422, _ask("get", f"{path}?x=1"))
    yield Case("get", "/health/ready", 503, _ask("get", "/health/ready", at="down"))
