"""Uploads in parts, as a client meets them."""

from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from adapters.memory.direct_uploads import MemoryDirectUploads
from application.ports.direct_uploads import PartLink
from tests.entrypoints.http.service import HttpService, assert_problem
from tests.entrypoints.http.upload_session import (
    CONTENT,
    PARTS,
    begin,
    begun,
    digest,
    send,
    send_all,
)

FIRST_DIGEST = "sha-256=:QNa/3HTq4u1oqXE3zkFPpMpt4bODHP2ac8RiLYqJQsE=:"


def test_a_client_walks_by_links_from_the_upload_to_its_file(
    client: FlaskClient, service: HttpService
) -> None:
    upload = begin(client, sha256=sha256(CONTENT).hexdigest().upper()).get_json()
    assert (upload["partSize"], upload["partCount"], upload["parts"]) == (8, 3, [])
    for number, content in enumerate(PARTS, start=1):
        send(client, upload["links"]["self"], number, content)

    answer = client.post(upload["links"]["complete"])

    assert answer.status_code == 202
    assert answer.headers["Location"] == f"/files/{upload['id']}"
    assert answer.get_json()["id"] == upload["id"]
    service.process()
    complete = client.get(upload["links"]["self"]).get_json()
    assert (complete["status"], complete["parts"]) == ("completed", [])
    file = client.get(complete["links"]["file"]).get_json()
    assert (file["outcome"], file["rows"]["accepted"]) == ("clean", 2)
    assert client.get(file["links"]["content"]).data == CONTENT


def test_the_file_has_the_options_of_the_beginning(client: FlaskClient) -> None:
    client.put("/schemas/people", json={"fields": [{"name": "id", "type": "integer"}]})
    parent = client.post(f"{send_all(client, begun(client))}/complete").get_json()["id"]
    options = {
        "schema": "people@1",
        "onError": "reject_file",
        "maxErrors": 5,
        "outputs": "csv,ndjson",
        "encoding": "latin-1",
        "delimiter": ",",
        "header": False,
        "parentId": parent,
        "metadata": {"from": "till 7"},
    }

    file = client.post(f"{send_all(client, begun(client, **options))}/complete").get_json()

    assert (file["schema"], file["parentId"]) == ("people@1", parent)
    assert file["metadata"] == {"from": "till 7"}


def test_a_client_asks_what_has_arrived_and_sends_the_rest(client: FlaskClient) -> None:
    link = begun(client)
    send(client, link, 3, PARTS[2])
    send(client, link, 1, PARTS[0])

    arrived = client.get(link).get_json()["parts"]
    assert [(part["number"], part["size"]) for part in arrived] == [(1, 8), (3, 4)]
    assert arrived[0]["sha256"] == sha256(PARTS[0]).hexdigest()
    problem = assert_problem(client.post(f"{link}/complete"), 409, "parts_missing")
    assert "2" in problem["detail"]
    send(client, link, 2, PARTS[1])

    assert client.post(f"{link}/complete").status_code == 202


@pytest.mark.parametrize(
    ("members", "status", "code", "place"),
    [
        ({"size": 0}, 422, "empty_file", None),
        ({"size": 1001}, 413, "file_too_large", None),
        ({"size": -1}, 422, "invalid_member", "/size"),
        ({"size": "20"}, 422, "invalid_member", "/size"),
        ({"size": 2.5}, 422, "invalid_member", "/size"),
        ({"size": True}, 422, "invalid_member", "/size"),
        ({"size": None}, 422, "invalid_member", "/size"),
        ({"name": 7}, 422, "invalid_member", "/name"),
        ({"name": ""}, 422, "invalid_file_name", None),
        ({"name": "run.exe"}, 415, "unsupported_file_type", None),
        ({"name": "x" * 5000 + ".csv"}, 422, "invalid_member", "/name"),
        ({"sha256": "xyz"}, 422, "invalid_field", "/sha256"),
        ({"schema": "nope"}, 422, "unknown_schema", "/schema"),
        ({"onError": "ignore"}, 422, "invalid_option", "/onError"),
        ({"maxErrors": "101%"}, 422, "invalid_option", "/maxErrors"),
        ({"maxErrors": -1}, 422, "invalid_option", "/maxErrors"),
        ({"maxErrors": True}, 422, "invalid_member", "/maxErrors"),
        ({"outputs": "xlsx"}, 422, "invalid_option", "/outputs"),
        ({"encoding": "klingon"}, 422, "invalid_option", "/encoding"),
        ({"delimiter": "x"}, 422, "invalid_option", "/delimiter"),
        ({"header": "yes"}, 422, "invalid_member", "/header"),
        ({"parentId": "7"}, 422, "invalid_field", "/parentId"),
        ({"parentId": str(UUID(int=7))}, 422, "parent_not_found", "/parentId"),
        ({"metadata": []}, 422, "invalid_member", "/metadata"),
        ({"metadata": {"a": 1}}, 422, "invalid_field", "/metadata"),
        ({"metadata": {"a": "x" * 20_000}}, 422, "invalid_member", "/metadata"),
        ({"colour": "red"}, 422, "invalid_member", "/colour"),
    ],
)
def test_an_upload_that_could_never_be_a_file_is_not_begun(
    client: FlaskClient, members: dict[str, Any], status: int, code: str, place: str | None
) -> None:
    problem = assert_problem(begin(client, **members), status, code)

    assert [fault.get("pointer") for fault in problem.get("errors", [])] == ([place] * bool(place))


@pytest.mark.parametrize("body", ["[]", "7", "{}", '{"name": "a.csv"}'])
def test_name_and_size_are_needed(client: FlaskClient, body: str) -> None:
    answer = client.post("/uploads", data=body, content_type="application/json")

    assert_problem(answer, 422, "invalid_member")


def test_a_repeated_beginning_gives_the_upload_as_it_is_now(client: FlaskClient) -> None:
    first = begin(client, key="k").get_json()
    send(client, first["links"]["self"], 1, PARTS[0])

    answer = begin(client, key="k")

    assert answer.headers["Idempotency-Replayed"] == "true"
    assert answer.get_json()["id"] == first["id"]
    assert [part["number"] for part in answer.get_json()["parts"]] == [1]
    problem = assert_problem(begin(client, key="k", size=21), 422, "idempotency_key_reused")
    assert problem["errors"][0]["parameter"] == "Idempotency-Key"


def test_a_tenants_open_uploads_are_limited(client: FlaskClient) -> None:
    links = [begun(client) for _ in range(20)]

    problem = assert_problem(begin(client), 409, "too_many_open_uploads")
    assert "20 uploads are open" in problem["detail"]
    client.delete(links[0])

    assert begin(client).status_code == 201


@pytest.mark.parametrize(
    "parts",
    [
        [],
        [{"number": 1}],
        [{"number": "1", "sha256": "ab" * 32}],
        [{"number": 0, "sha256": "ab" * 32}],
        [{"number": 10_001, "sha256": "ab" * 32}],
        [{"number": 1, "sha256": "xy" * 32}],
        [{"number": 1, "sha256": "ab" * 32, "size": 8}],
        [digest(1, b""), digest(1, b"")],
        [digest(number, b"") for number in range(1, 1002)],
        "all",
    ],
)
def test_links_are_for_parts_with_digests(client: FlaskClient, parts: Any) -> None:
    answer = client.post(f"{begun(client)}/parts", json={"parts": parts})

    assert_problem(answer, 422, "invalid_member")


def test_links_may_be_had_for_many_parts_and_are_kept_by_nobody(client: FlaskClient) -> None:
    link = begun(client)
    wanted = [digest(number, content) for number, content in enumerate(PARTS, start=1)]

    answer = client.post(f"{link}/parts", json={"parts": wanted[::-1]})

    assert answer.headers["Cache-Control"] == "no-store"
    items = answer.get_json()["items"]
    assert [(item["number"], item["size"]) for item in items] == [(3, 4), (2, 8), (1, 8)]
    assert items[2]["headers"] == {"Content-Length": "8", "Content-Digest": FIRST_DIGEST}


@pytest.mark.parametrize(
    ("number", "content", "field", "status", "code"),
    [
        (1, PARTS[0], None, 400, "digest_required"),
        (1, PARTS[0], "sha-512=:AAAA:", 400, "digest_required"),
        (1, PARTS[0], "sha-256=:AAAA:", 400, "digest_required"),
        (1, PARTS[0][::-1], FIRST_DIGEST, 400, "digest_mismatch"),
        (1, PARTS[0][1:], FIRST_DIGEST, 422, "wrong_part_size"),
        (1, PARTS[0] + b"x", FIRST_DIGEST, 422, "wrong_part_size"),
        (3, PARTS[0], FIRST_DIGEST, 422, "wrong_part_size"),
        (0, PARTS[0], FIRST_DIGEST, 422, "unknown_part"),
        (4, PARTS[0], FIRST_DIGEST, 422, "unknown_part"),
        (10_001, PARTS[0], FIRST_DIGEST, 404, "not_found"),
        ("one", PARTS[0], FIRST_DIGEST, 404, "not_found"),
        ("-1", PARTS[0], FIRST_DIGEST, 404, "not_found"),
    ],
)
def test_a_part_that_does_not_fit_does_not_count(
    client: FlaskClient, number: object, content: bytes, field: str | None, status: int, code: str
) -> None:
    link = begun(client)
    headers = {} if field is None else {"Content-Digest": field}

    answer = client.put(f"{link}/parts/{number}", data=content, headers=headers)

    assert_problem(answer, status, code)
    assert client.get(link).get_json()["parts"] == []


def test_a_part_of_several_digests_is_found_by_its_sha256(client: FlaskClient) -> None:
    link = begun(client)

    answer = client.put(
        f"{link}/parts/1",
        data=PARTS[0],
        headers={"Content-Digest": f"md5=:AAAA:, {FIRST_DIGEST}"},
    )

    assert answer.get_json() == {"number": 1, "size": 8, "sha256": sha256(PARTS[0]).hexdigest()}


@pytest.mark.parametrize(
    "path", ["/uploads/7", "/uploads/7/parts", "/uploads/7/complete", f"/uploads/{UUID(int=7)}"]
)
def test_what_is_no_upload_is_not_found(client: FlaskClient, path: str) -> None:
    method = "POST" if path.endswith(("parts", "complete")) else "GET"
    body = {"parts": [digest(1, b"")]}

    assert_problem(
        client.open(path, method=method, json=body if method == "POST" else None),
        404,
        "upload_not_found",
    )


def test_refused_content_is_told_afterwards_too(client: FlaskClient) -> None:
    link = send_all(client, begun(client, size=3), content=b"[1]")

    assert_problem(client.post(f"{link}/complete"), 415, "file_type_mismatch")

    upload = client.get(link).get_json()
    assert (upload["status"], upload["refusal"]) == ("refused", "file_type_mismatch")
    assert upload["originalName"] is None
    assert_problem(client.post(f"{link}/complete"), 410, "upload_ended")


def test_parts_go_to_the_storage_where_it_takes_them() -> None:
    service = HttpService()
    direct = MemoryDirectUploads(service.storage, service.clock)
    service.direct_uploads = direct
    client = service.app().test_client()
    link = begun(client)
    wanted = [digest(number, content) for number, content in enumerate(PARTS, start=1)]

    items = client.post(f"{link}/parts", json={"parts": wanted}).get_json()["items"]
    for item, content in zip(items, PARTS, strict=True):
        assert direct.send(PartLink(url=item["url"], headers=item["headers"]), content)
    refused = client.put(f"{link}/parts/1", data=PARTS[0], headers={"Content-Digest": FIRST_DIGEST})

    assert_problem(refused, 409, "parts_go_elsewhere")
    assert [part["number"] for part in client.get(link).get_json()["parts"]] == [1, 2, 3]
    file = client.post(f"{link}/complete").get_json()
    assert file["sha256"] == sha256(CONTENT).hexdigest()


def test_methods_that_are_not_there_are_named(client: FlaskClient) -> None:
    answer = client.put(begun(client))

    assert_problem(answer, 405, "method_not_allowed")
    assert {"GET", "DELETE"} <= set(answer.headers["Allow"].split(", "))
