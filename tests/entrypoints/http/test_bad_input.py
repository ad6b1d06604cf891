"""What bad input gets: a problem of the right status and code, and nothing stored."""

import io

import pytest
from flask import Request
from flask.testing import FlaskClient

from adapters.memory.manual_clock import ManualClock
from domain.processing_options import ENCODINGS
from entrypoints.http.request_body import CHUNK_BYTES, DRAIN_SECONDS, RequestBody
from entrypoints.http.upload_fields import FIELD_BYTES
from entrypoints.http.uploads import ENVELOPE_BYTES
from tests.entrypoints.http.bad_uploads import BAD_UPLOADS, UNKNOWN, BadUpload
from tests.entrypoints.http.service import (
    BOUNDARY,
    MAX_UPLOAD_BYTES,
    HttpService,
    assert_problem,
    csv_part,
    form,
    part,
    post_form,
    upload,
)

MAX_BODY_BYTES = MAX_UPLOAD_BYTES + ENVELOPE_BYTES


@pytest.mark.parametrize("bad", BAD_UPLOADS.values(), ids=BAD_UPLOADS.keys())
def test_a_bad_upload_is_a_problem_and_leaves_nothing(
    client: FlaskClient, service: HttpService, bad: BadUpload
) -> None:
    problem = assert_problem(post_form(client, bad.body, headers=bad.headers), bad.status, bad.code)

    # The words of the library that reads forms.
    assert "segment" not in problem["detail"].lower()
    assert "boundary" not in problem["detail"].lower() or "Content-Type" in problem["detail"]
    if bad.place is not None:
        place = problem["errors"][0]
        assert place.get("pointer", place.get("parameter")) == bad.place
    assert not service.files
    assert not service.storage.keys


@pytest.mark.parametrize("name", FIELD_BYTES)
def test_a_field_that_is_empty_is_refused_and_not_taken_for_absent(
    client: FlaskClient, service: HttpService, name: str
) -> None:
    problem = assert_problem(
        post_form(client, form(csv_part(), part(name, ""))), 422, "invalid_field"
    )

    assert problem["errors"][0]["pointer"] == f"/{name}"
    assert "empty" in problem["detail"]
    assert not service.files
    assert not service.storage.keys


@pytest.mark.parametrize(
    ("name", "value", "accepted"),
    [
        ("encoding", "klingon", ENCODINGS),
        ("encoding", "rot13", ENCODINGS),
        ("delimiter", ":", (",", ";", "|", "\\t")),
        ("onError", "ignore", ("reject_file", "skip_rows")),
        ("outputs", "csv,xlsx", ("csv", "ndjson", "parquet")),
        ("header", "yes", ("true", "false")),
    ],
)
def test_an_unknown_value_is_refused_with_those_that_there_are(
    client: FlaskClient, name: str, value: str, accepted: tuple[str, ...]
) -> None:
    answer = post_form(client, form(csv_part(), part(name, value)))

    problem = assert_problem(answer, 422, "invalid_option")
    (fault,) = problem["errors"]
    assert fault["pointer"] == f"/{name}"
    assert [choice for choice in accepted if choice not in fault["detail"]] == []


def test_several_faults_of_a_form_are_all_named(client: FlaskClient, service: HttpService) -> None:
    fields = {"onError": "ignore", "maxErrors": "many", "outputs": "xlsx", "parentId": "17"}
    parts = [part(name, value) for name, value in {**fields, "metadata": "", "sha256": "0"}.items()]

    problem = assert_problem(post_form(client, form(*parts, csv_part())), 422, "invalid_option")

    assert {(fault["pointer"], fault["code"]) for fault in problem["errors"]} == {
        ("/onError", "invalid_option"),
        ("/maxErrors", "invalid_option"),
        ("/outputs", "invalid_option"),
        ("/parentId", "invalid_field"),
        ("/metadata", "invalid_field"),
        ("/sha256", "invalid_field"),
    }
    assert problem["detail"].count("; ") >= 4
    assert not service.files


def test_whoever_forgets_the_at_sign_of_curl_is_told(client: FlaskClient) -> None:
    answer = post_form(client, form(part("file", "people.csv")))

    assert "file=@people.csv" in assert_problem(answer, 422, "file_missing")["detail"]


@pytest.mark.parametrize("padding", [1024 * 1024, 30 * 1024 * 1024])
def test_an_envelope_without_end_is_refused(client: FlaskClient, padding: int) -> None:
    body = form(csv_part()) + b" " * (MAX_UPLOAD_BYTES + padding)

    assert_problem(post_form(client, body), 413, "body_too_large")


class CountedInput(io.BytesIO):
    """A body that knows how much of it was read."""

    bytes_read = 0

    def read(self, size: int | None = -1) -> bytes:
        """As BytesIO reads."""
        chunk = super().read(size)
        self.bytes_read += len(chunk)
        return chunk


@pytest.mark.parametrize("rest", [MAX_BODY_BYTES // 2, MAX_BODY_BYTES * 2])
def test_what_is_left_of_a_refused_body_is_dropped_up_to_what_a_body_may_be(
    client: FlaskClient, rest: int
) -> None:
    body = form(part("colour", "red"), csv_part(b"1" * rest))
    sent = CountedInput(body)

    answer = client.post(
        "/files/upload",
        input_stream=sent,
        content_length=len(body),
        content_type=f"multipart/form-data; boundary={BOUNDARY}",
    )

    assert_problem(answer, 422, "unknown_field")
    if rest < MAX_BODY_BYTES:
        assert sent.bytes_read == len(body)
    else:
        assert 0 <= sent.bytes_read - MAX_BODY_BYTES < 2 * CHUNK_BYTES


class SlowInput(CountedInput):
    """A body of which each piece takes a second to come."""

    def __init__(self, content: bytes, clock: ManualClock) -> None:
        super().__init__(content)
        self._clock = clock

    def read(self, size: int | None = -1) -> bytes:
        """As BytesIO reads, a second later."""
        self._clock.advance(1)
        return super().read(size)


def test_a_slow_sender_is_not_waited_for_to_the_end() -> None:
    clock = ManualClock()
    sent = SlowInput(b"1" * (CHUNK_BYTES * 100), clock)
    request = Request({"wsgi.input": sent, "CONTENT_LENGTH": str(CHUNK_BYTES * 100)})

    RequestBody(request, max_bytes=CHUNK_BYTES * 100, clock=clock).drain()

    assert sent.bytes_read == CHUNK_BYTES * DRAIN_SECONDS


BAD_QUERIES: dict[str, tuple[str, str]] = {
    "page=0": ("page", "invalid_parameter"),
    "page=-1": ("page", "invalid_parameter"),
    "page=1_0": ("page", "invalid_parameter"),
    "page=%EF%BC%99": ("page", "invalid_parameter"),
    "page=%2B5": ("page", "invalid_parameter"),
    "page=+5": ("page", "invalid_parameter"),
    "page=1.0": ("page", "invalid_parameter"),
    "page=0x1": ("page", "invalid_parameter"),
    "page=": ("page", "invalid_parameter"),
    "page=99999999999999999999": ("page", "invalid_parameter"),
    "page=1&page=2": ("page", "invalid_parameter"),
    "page=1&page=1": ("page", "invalid_parameter"),
    "limit=0": ("limit", "invalid_parameter"),
    "limit=101": ("limit", "invalid_parameter"),
    "limit=ten": ("limit", "invalid_parameter"),
    "colour=red": ("colour", "unknown_parameter"),
    "Page=1": ("Page", "unknown_parameter"),
    "status=DONE": ("status", "invalid_parameter"),
    "status=pending": ("status", "invalid_parameter"),
    "status=": ("status", "invalid_parameter"),
    "outcome=CLEAN": ("outcome", "invalid_parameter"),
    "type=xml": ("type", "invalid_parameter"),
    "q=": ("q", "invalid_parameter"),
    "q=%00": ("q", "invalid_parameter"),
    "schema=%00": ("schema", "invalid_parameter"),
    "schema=people@": ("schema", "invalid_parameter"),
    "schema=people@0": ("schema", "invalid_parameter"),
    "schema=people@x": ("schema", "invalid_parameter"),
    "schema=people@1@1": ("schema", "invalid_parameter"),
    "schema=@1": ("schema", "invalid_parameter"),
    "schema=people@9999999999": ("schema", "invalid_parameter"),
    "createdAfter=yesterday": ("createdAfter", "invalid_parameter"),
    "createdAfter=2026-11-23": ("createdAfter", "invalid_parameter"),
    "createdAfter=2026-02-30T00:00:00Z": ("createdAfter", "invalid_parameter"),
    "createdBefore=2026-11-23T09:00:00": ("createdBefore", "invalid_parameter"),
    "createdBefore=0001-01-01T00:00:00%2B14:00": ("createdBefore", "invalid_parameter"),
}


@pytest.mark.parametrize("query", BAD_QUERIES)
def test_a_bad_query_is_a_problem_that_names_the_parameter(client: FlaskClient, query: str) -> None:
    problem = assert_problem(client.get(f"/files?{query}"), 422, "invalid_parameter")

    (fault,) = problem["errors"]
    assert (fault["parameter"], fault["code"]) == BAD_QUERIES[query]


def test_several_faults_of_a_query_are_all_named(client: FlaskClient) -> None:
    problem = assert_problem(client.get("/files?page=0&limit=0&x=1"), 422, "invalid_parameter")

    assert {fault["parameter"] for fault in problem["errors"]} == {"page", "limit", "x"}


def test_a_page_that_lies_too_deep_is_refused(client: FlaskClient) -> None:
    assert client.get("/files?page=100&limit=100").status_code == 200
    assert_problem(client.get("/files?page=101&limit=100"), 422, "page_too_deep")


FILE_ROUTES = [
    ("GET", ""),
    ("DELETE", ""),
    ("GET", "/content"),
    ("GET", "/results"),
    ("GET", "/results/clean.csv"),
    ("GET", "/errors"),
    ("GET", "/history"),
    ("POST", "/reprocess"),
    ("POST", "/cancel"),
]


@pytest.mark.parametrize(("method", "route"), FILE_ROUTES)
@pytest.mark.parametrize("file_id", [str(UNKNOWN), "17", "not-a-uuid", f"{UNKNOWN}0", "%00", "é"])
def test_an_id_of_no_file_is_404_on_every_route(
    client: FlaskClient, method: str, route: str, file_id: str
) -> None:
    answer = client.open(f"/files/{file_id}{route}", method=method)

    assert_problem(answer, 404, "file_not_found")


@pytest.mark.parametrize(("method", "route"), FILE_ROUTES)
def test_a_query_where_there_is_none_is_refused(
    client: FlaskClient, method: str, route: str
) -> None:
    file = upload(client)

    answer = client.open(f"{file['links']['self']}{route}?x=1", method=method)

    assert_problem(answer, 422, "invalid_parameter")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/files/upload", {"POST", "OPTIONS"}),
        ("PUT", "/files/upload", {"POST", "OPTIONS"}),
        ("DELETE", "/files/upload", {"POST", "OPTIONS"}),
        ("PUT", "/files", {"GET", "HEAD", "OPTIONS"}),
        ("PATCH", f"/files/{UNKNOWN}", {"GET", "HEAD", "OPTIONS", "DELETE"}),
        ("GET", f"/files/{UNKNOWN}/cancel", {"POST", "OPTIONS"}),
        ("DELETE", "/schemas/people", {"GET", "HEAD", "OPTIONS", "PUT"}),
        ("POST", "/health/ready", {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_a_method_that_is_not_allowed_is_405_with_those_that_are(
    client: FlaskClient, method: str, path: str, allowed: set[str]
) -> None:
    answer = client.open(path, method=method)

    assert_problem(answer, 405, "method_not_allowed")
    assert set(answer.headers["Allow"].split(", ")) == allowed


@pytest.mark.parametrize("path", ["/nope", "/health//live", "/files/", "/problems/nope"])
def test_an_address_of_nothing_is_404(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("sent", "kept"), [("abc-1", True), ("x" * 129, False), ("a b", False), ("a\u00e9", False)]
)
def test_a_request_id_is_echoed_where_it_is_safe(
    client: FlaskClient, sent: str, kept: bool
) -> None:
    answer = client.get("/nope", headers={"X-Request-Id": sent})

    assert (answer.headers["X-Request-Id"] == sent) is kept
    assert answer.get_json()["requestId"] == answer.headers["X-Request-Id"]
