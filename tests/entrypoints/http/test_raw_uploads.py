"""The file itself as the body of an upload."""

import gzip
import hashlib

import pytest
from flask.testing import FlaskClient

from tests.entrypoints.http.raw_bodies import CSV, post_raw, sha256_field
from tests.entrypoints.http.service import MAX_UPLOAD_BYTES, HttpService, assert_problem, upload

# Without the time, which would be in the names of the tests.
GZIPPED = gzip.compress(CSV, mtime=0)


@pytest.mark.parametrize(
    ("name", "media_type", "content", "file_type"),
    [
        ("people.csv", "text/csv", CSV, "csv"),
        ("people.csv", "text/csv; charset=utf-8; header=present", CSV, "csv"),
        ("people.csv", "TEXT/CSV", CSV, "csv"),
        ("people.tsv", "text/tab-separated-values", b"a\tb\n1\t2\n", "csv"),
        ("people.json", "application/json", b'[{"a": 1}]', "json"),
        ("people.ndjson", "application/x-ndjson", b'{"a": 1}\n{"a": 2}\n', "ndjson"),
        ("people.csv.gz", "application/gzip", GZIPPED, "csv"),
        ("people.csv.gz", "text/csv", GZIPPED, "csv"),
    ],
)
def test_a_body_can_be_the_file_itself(
    client: FlaskClient,
    service: HttpService,
    name: str,
    media_type: str,
    content: bytes,
    file_type: str,
) -> None:
    answer = post_raw(client, content, media_type, query={"name": name})

    file = answer.get_json()
    assert (answer.status_code, file["originalName"], file["fileType"]) == (202, name, file_type)
    assert answer.headers["Location"] == f"/files/{file['id']}"
    assert file["sha256"] == hashlib.sha256(content).hexdigest()
    [key] = service.storage.keys
    assert client.get(f"/files/{file['id']}/content").data == content
    assert file["id"] in key


def test_what_a_form_says_in_fields_a_query_says_in_parameters(client: FlaskClient) -> None:
    schema = {"fields": [{"name": "a"}, {"name": "b"}]}
    client.put("/schemas/people", json=schema)
    said = {
        "schema": "people@1",
        "onError": "reject_file",
        "maxErrors": "5%",
        "outputs": "csv,ndjson",
        "encoding": "utf-8",
        "delimiter": ";",
        "header": "false",
        "metadata": '{"from": "Ångström"}',
        "sha256": hashlib.sha256(CSV).hexdigest(),
    }
    keyed = {"Idempotency-Key": "k"}

    raw = post_raw(client, query={"name": "people.csv", **said}, headers=keyed)
    by_form = upload(client, CSV, headers=keyed, **said)

    # The key stands for one name, content and set of options: both have said the same.
    assert raw.status_code == 202
    assert by_form["id"] == raw.get_json()["id"]


def test_a_body_with_its_digest_needs_no_length(client: FlaskClient) -> None:
    answer = post_raw(client, is_chunked=True, headers={"Content-Digest": sha256_field(CSV)})

    assert answer.status_code == 202


def test_without_length_and_digest_nothing_tells_whether_the_body_was_whole(
    client: FlaskClient, service: HttpService
) -> None:
    assert_problem(post_raw(client, is_chunked=True), 411, "length_required")
    assert not service.files


@pytest.mark.parametrize("missing", [1, 7, 8])
def test_a_body_shorter_than_announced_stores_nothing(
    client: FlaskClient, service: HttpService, missing: int
) -> None:
    answer = post_raw(client, CSV[: len(CSV) - missing], announced=len(CSV))

    assert_problem(answer, 400, "incomplete_body")
    assert not service.files
    assert not service.storage.keys


def test_a_body_other_than_its_digest_stores_nothing(
    client: FlaskClient, service: HttpService
) -> None:
    headers = {"Content-Digest": sha256_field(CSV)}

    answer = post_raw(client, CSV[:-4], is_chunked=True, headers=headers)

    assert_problem(answer, 400, "digest_mismatch")
    assert not service.storage.keys


def test_every_parameter_that_is_wrong_is_named_as_one(client: FlaskClient) -> None:
    query = {"name": "people.csv", "onError": "x", "parentId": "17", "metadata": "{"}

    problem = assert_problem(post_raw(client, query=query), 422, "invalid_option")

    assert {(fault["parameter"], fault["code"]) for fault in problem["errors"]} == {
        ("onError", "invalid_option"),
        ("parentId", "invalid_parameter"),
        ("metadata", "invalid_parameter"),
    }


def test_a_body_may_be_as_large_as_a_file_and_no_larger(client: FlaskClient) -> None:
    largest = b"a\n" + b"1" * (MAX_UPLOAD_BYTES - 2)

    assert post_raw(client, largest).status_code == 202
    assert_problem(post_raw(client, largest + b"1"), 413, "file_too_large")
    digest = {"Content-Digest": sha256_field(largest + b"1")}
    endless = post_raw(client, largest + b"1", is_chunked=True, headers=digest)
    assert_problem(endless, 413, "file_too_large")
