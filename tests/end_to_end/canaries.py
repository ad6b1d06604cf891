"""Words that must be in no log, sent by every way that there is into the service."""

import json
from collections.abc import Iterable, Mapping

import requests

from tests.end_to_end.service import Service

NAMES = (
    *("filename", "header", "cell", "badcell", "jsonvalue", "member", "metadata", "metaname"),
    *("field", "fieldvalue", "idempotency", "authorization", "cookie", "query", "parameter"),
    *("body", "boundary", "digest", "schemapattern", "schemadefault", "rawname", "agent"),
)


def canary(name: str) -> str:
    """The word that is sent in that place, and nowhere else."""
    assert name in NAMES
    return f"canary{name}zq7"


def found_in(text: str, *, more: Iterable[str] = ()) -> list[str]:
    """The canaries, and other words, that the text holds."""
    return [word for word in (*map(canary, NAMES), *more) if word in text]


def send_all(service: Service) -> list[str]:
    """Sends every canary, in good requests and in bad ones; the ids of accepted files."""
    service.http.headers.update(
        {"Authorization": f"Bearer {canary('authorization')}", "User-Agent": canary("agent")}
    )
    service.http.headers["Cookie"] = f"session={canary('cookie')}"
    service.put_schema("canaries", _schema())
    ids = [service.accepted(name, content, **options) for name, content, options in _uploads()]
    ids.append(_raw(service))
    for file_id in ids:
        service.finished(file_id)
    _read(service, ids)
    _send_bad(service)
    return ids


def _schema() -> Mapping[str, object]:
    amount = {"name": canary("header"), "type": "integer"}
    text = {
        "name": "text",
        "type": "string",
        "constraints": {"pattern": f"({canary('schemapattern')}|canary.*|x.*)"},
        "gristmill": {"default": f"canary{canary('schemadefault')}"},
    }
    return {"fields": [amount, text]}


def _uploads() -> Iterable[tuple[str, bytes, dict[str, str]]]:
    name = canary("filename")
    head = f"{canary('header')},text\n"
    rows = f"1,{canary('cell')}\n{canary('badcell')},x\n3,é{canary('cell')}\n"
    metadata = json.dumps({canary("metaname"): canary("metadata")})
    keyed = {"key": canary("idempotency"), "metadata": metadata}
    yield f"{name}.csv", (head + rows).encode(), {"schema": "canaries", **keyed}
    yield f"{name}.csv", (head + rows).encode(), {"onError": "reject_file", "schema": "canaries"}
    yield f"{name}.csv", (head + rows * 20_000).encode(), {"schema": "canaries"}
    yield f"{name}.csv", (head + f'"{canary("cell")}').encode(), {}
    record = json.dumps({canary("member"): canary("jsonvalue")})
    yield f"{name}.ndjson", f"{record}\n{record[:-3]}\n".encode(), {}
    yield f"{name}.json", f"[{record}, {record[:-3]}".encode(), {}


def _raw(service: Service) -> str:
    answer = service.http.post(
        f"{service.url}/files/upload",
        params={"name": f"{canary('rawname')}.csv"},
        data=f"a\n{canary('cell')}\n",
        headers={"Content-Type": "text/csv"},
        timeout=30,
    )
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def _read(service: Service, ids: Iterable[str]) -> None:
    for file_id in ids:
        for end in ("", "/content", "/results", "/errors", "/history", "/results/rejected.csv"):
            service.http.get(f"{service.url}/files/{file_id}{end}", timeout=30)
    service.http.get(f"{service.url}/files?q={canary('query')}", timeout=30)


def _send_bad(service: Service) -> None:
    """Requests that are refused for what they hold."""
    url, http = service.url, service.http

    def post(content: str, **headers: str) -> requests.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return http.post(f"{url}/files/upload", data=content, headers=named, timeout=30)

    answers = [
        http.get(f"{url}/files?{canary('parameter')}={canary('query')}", timeout=30),
        http.get(f"{url}/files/{canary('query')}", timeout=30),
        service.upload(f"{canary('filename')}.exe", b"x"),
        service.upload(f"{canary('filename')}.csv", b"{}"),
        service.upload("a.csv", b"a\n", **{canary("field"): canary("fieldvalue")}),
        service.upload("a.csv", b"a\n", schema=canary("fieldvalue")),
        service.upload("a.csv", b"b\n", key=f"a {canary('idempotency')}"),
        service.upload("b.csv", b"other\n", key=canary("idempotency")),
        post(canary("body"), Content_Type=f"multipart/form-data; boundary={canary('boundary')}"),
        post(canary("body"), Content_Type=f"text/{canary('body')}"),
        post("", Content_Type="text/csv", Content_Digest=canary("digest")),
        http.put(f"{url}/schemas/x", data=canary("body"), timeout=30),
        http.put(f"{url}/schemas/x", json={canary("member"): canary("jsonvalue")}, timeout=30),
    ]
    assert {answer.status_code // 100 for answer in answers} == {4}
