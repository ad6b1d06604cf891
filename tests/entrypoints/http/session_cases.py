"""A request for each documented status of the routes of uploads in parts."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.entrypoints.http.documented_api import Api, Ask, Case
from tests.entrypoints.http.upload_session import (
    PARTS,
    begin,
    begun,
    digest,
    send,
    send_all,
)

NO_UPLOAD = f"/uploads/{UUID(int=7 << 76 | 2 << 62)}"
_ONE = {"parts": [digest(1, PARTS[0])]}


def session_cases() -> Iterator[Case]:
    """At least one for each."""
    yield from _of("post", "/uploads", _beginning())
    yield from _of("get", "/uploads/{upload_id}", _looking())
    yield from _of("post", "/uploads/{upload_id}/parts", _linking())
    yield from _of("put", "/uploads/{upload_id}/parts/{number}", _sending())
    yield from _of("post", "/uploads/{upload_id}/complete", _completing())
    yield from _of("delete", "/uploads/{upload_id}", _aborting())


def _of(method: str, route: str, cases: Iterator[tuple[int, Ask]]) -> Iterator[Case]:
    for status, ask in cases:
        yield Case(method, route, status, ask)


def _beginning() -> Iterator[tuple[int, Ask]]:
    yield 201, lambda api: begin(api.client)
    yield 201, lambda api: [begin(api.client, key="k") for _ in range(2)][-1]
    yield 400, lambda api: api.client.post("/uploads", content_type="application/json")
    yield 409, lambda api: [begin(api.client) for _ in range(21)][-1]
    yield 413, lambda api: begin(api.client, size=1001)
    yield 415, lambda api: api.client.post("/uploads")
    yield 422, lambda api: begin(api.client, schema="nope")
    yield 503, lambda api: begin(api.down)


def _looking() -> Iterator[tuple[int, Ask]]:
    yield 200, lambda api: api.client.get(send_all(api.client, begun(api.client)))
    yield 200, lambda api: api.client.get(_completed(api))
    yield 404, lambda api: api.client.get(NO_UPLOAD)
    yield 422, lambda api: api.client.get(f"{begun(api.client)}?x=1")
    yield 503, lambda api: api.down.get(NO_UPLOAD)


def _linking() -> Iterator[tuple[int, Ask]]:
    def ask(api: Api, link: str, body: Any = _ONE) -> TestResponse:
        return api.client.post(f"{link}/parts", json=body)

    yield 200, lambda api: ask(api, begun(api.client))
    yield 400, lambda api: api.client.post(f"{NO_UPLOAD}/parts", content_type="application/json")
    yield 404, lambda api: ask(api, NO_UPLOAD)
    yield 409, lambda api: ask(api, _completed(api))
    yield 410, lambda api: ask(api, _aborted(api))
    yield 413, lambda api: ask(api, NO_UPLOAD, "x" * 300_000)
    yield 415, lambda api: api.client.post(f"{NO_UPLOAD}/parts")
    yield 422, lambda api: ask(api, begun(api.client), {"parts": [digest(9, b"")]})
    yield 503, lambda api: api.down.post(f"{NO_UPLOAD}/parts", json=_ONE)


def _sending() -> Iterator[tuple[int, Ask]]:
    def put(client: FlaskClient, link: str, **more: Any) -> TestResponse:
        headers = {"Content-Digest": _DIGEST_OF_FIRST, **more.pop("headers", {})}
        return client.put(f"{link}/parts/1", **({"data": PARTS[0], "headers": headers} | more))

    yield 200, lambda api: send(api.client, begun(api.client), 1, PARTS[0])
    yield 400, lambda api: put(api.client, begun(api.client), data=b"x" * 8)
    yield 404, lambda api: put(api.client, NO_UPLOAD)
    yield 409, lambda api: put(api.client, _completed(api))
    yield 410, lambda api: put(api.client, _aborted(api))
    yield 411, lambda api: put(api.client, begun(api.client), data=None, environ_base=_CHUNKED)
    yield 422, lambda api: put(api.client, begun(api.client), data=b"short")
    yield 503, lambda api: put(api.down, NO_UPLOAD)
    yield 507, lambda api: put(api.full, begun(api.full))


def _completing() -> Iterator[tuple[int, Ask]]:
    def complete(api: Api, link: str, **headers: str) -> TestResponse:
        return api.client.post(f"{link}/complete", headers=headers)

    yield 202, lambda api: complete(api, send_all(api.client, begun(api.client)))
    yield 202, lambda api: complete(api, _completed(api), Prefer="wait=1")
    yield 400, lambda api: complete(api, send_all(api.client, begun(api.client, sha256="ab" * 32)))
    yield 404, lambda api: complete(api, NO_UPLOAD)
    yield 409, lambda api: complete(api, begun(api.client))
    yield 410, lambda api: complete(api, _aborted(api))
    yield (
        415,
        lambda api: complete(api, send_all(api.client, begun(api.client, size=3), content=b"[1]")),
    )
    yield (
        422,
        lambda api: complete(
            api, send_all(api.client, begun(api.client, size=3), content=b"\n\n\n")
        ),
    )
    yield 503, lambda api: api.down.post(f"{NO_UPLOAD}/complete")
    yield 507, _completing_when_full


def _completing_when_full(api: Api) -> TestResponse:
    link = send_all(api.client, begun(api.client))
    storage = api.service.storage
    storage.capacity_bytes = sum(len(b"".join(storage.open(key))) for key in storage.keys)
    return api.client.post(f"{link}/complete")


def _aborting() -> Iterator[tuple[int, Ask]]:
    yield 204, lambda api: api.client.delete(begun(api.client))
    yield 404, lambda api: api.client.delete(NO_UPLOAD)
    yield 409, lambda api: api.client.delete(_completed(api))
    yield 422, lambda api: api.client.delete(f"{begun(api.client)}?x=1")
    yield 503, lambda api: api.down.delete(NO_UPLOAD)


def _completed(api: Api) -> str:
    link = send_all(api.client, begun(api.client))
    assert api.client.post(f"{link}/complete").status_code == 202
    return link


def _aborted(api: Api) -> str:
    link = begun(api.client)
    api.client.delete(link)
    return link


_DIGEST_OF_FIRST = "sha-256=:QNa/3HTq4u1oqXE3zkFPpMpt4bODHP2ac8RiLYqJQsE=:"
_CHUNKED = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
