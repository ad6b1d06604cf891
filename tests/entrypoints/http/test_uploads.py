"""Uploads that are accepted."""

import base64
import hashlib
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from entrypoints.http.wiring import HttpSettings
from tests.entrypoints.http.service import (
    HttpService,
    assert_problem,
    csv_part,
    form,
    part,
    post_dripping,
    post_form,
    upload,
)

CONTENT = b"name,age\nAda,36\n"


def test_an_upload_is_answered_202_with_the_file_and_where_it_is(
    client: FlaskClient, service: HttpService
) -> None:
    answer = post_form(client, form(csv_part(CONTENT)))

    file = answer.get_json()
    assert answer.status_code == 202
    assert answer.headers["Location"] == file["links"]["self"] == f"/files/{file['id']}"
    assert file["status"] == "PENDING"
    assert file["done"] is False
    assert file["originalName"] == "people.csv"
    assert file["fileType"] == "csv"
    assert file["fileSize"] == len(CONTENT)
    assert file["sha256"] == hashlib.sha256(CONTENT).hexdigest()
    assert file["createdAt"] == "2026-11-23T09:00:00.000000Z"
    assert b"".join(service.storage.open(file["s3Key"])) == CONTENT


def test_fields_may_come_before_and_after_the_file(client: FlaskClient) -> None:
    before, after = part("onError", "reject_file"), part("metadata", '{"team": "ops"}')

    answer = post_form(client, form(before, csv_part(CONTENT), after))

    assert answer.status_code == 202
    assert answer.get_json()["metadata"] == {"team": "ops"}


def test_every_option_reaches_the_file(client: FlaskClient, service: HttpService) -> None:
    parent = upload(client)

    file = upload(
        client,
        onError="reject_file",
        maxErrors="5%",
        outputs="parquet,csv,csv",
        encoding="Windows-1252",
        delimiter="\\t",
        header="false",
        parentId=parent["id"],
        metadata='{"a": "b"}',
    )

    options = next(state for state in service.files if str(state.id) == file["id"]).options
    assert (options.on_error, str(options.max_errors)) == ("reject_file", "5%")
    assert options.outputs == ("csv", "parquet")
    assert (options.encoding, options.delimiter, options.header) == ("cp1252", "\t", False)
    assert (file["parentId"], file["metadata"]) == (parent["id"], {"a": "b"})


@pytest.mark.parametrize("comes_first", [True, False])
def test_utf_16_without_a_mark_is_accepted_when_it_is_declared(
    client: FlaskClient, service: HttpService, comes_first: bool
) -> None:
    file, field = csv_part(CONTENT.decode().encode("utf-16-le")), part("encoding", "UTF-16LE")

    answer = post_form(client, form(field, file) if comes_first else form(file, field))

    assert answer.status_code == 202
    service.process()
    done = client.get(answer.headers["Location"]).get_json()
    assert (done["outcome"], done["rows"]["accepted"]) == ("clean", 1)


def test_a_named_schema_is_pinned_at_its_latest_version(client: FlaskClient) -> None:
    for field in ("a", "b"):
        client.put("/schemas/people", json={"fields": [{"name": field, "type": "string"}]})

    latest, first = upload(client, schema="people"), upload(client, schema="people@1")

    assert (latest["schema"], first["schema"]) == ("people@2", "people@1")
    assert latest["links"]["schema"] == "/schemas/people/versions/2"


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/passwd.csv", "passwd.csv"),
        ("C:\\temp\\people.csv", "people.csv"),
        ("evil\u202evsc.csv", "evilvsc.csv"),
        ("tab\tin.csv", "tabin.csv"),
        ("café.csv", "café.csv"),
        # Bytes that are no UTF-8 are sent as half a surrogate each.
        ("caf\udce9.csv", "café.csv"),
        ("\udc93\udce9\udc94.csv", "é.csv"),
        ("\udcff\udcfe.csv", "ÿþ.csv"),
        ("%22quoted%22.csv", '"quoted".csv'),
        ("x" * 4996 + ".csv", "x" * 251 + ".csv"),
        ("é" * 4996 + ".csv", "é" * 125 + ".csv"),
    ],
    ids=[
        "dots",
        "drive",
        "override",
        "control",
        "accent",
        "latin-1",
        "cp1252",
        "no-utf-8",
        "quotes",
        "long",
        "long-utf-8",
    ],
)
def test_names_are_cleaned_and_accepted(client: FlaskClient, sent: str, shown: str) -> None:
    assert upload(client, filename=sent)["originalName"] == shown


def test_the_extended_file_name_goes_before_the_plain_one(client: FlaskClient) -> None:
    extended = f"plain.csv\"; filename*=UTF-8''{quote('naïve €.csv')}; x=\""

    assert upload(client, filename=extended)["originalName"] == "naïve €.csv"


def test_a_long_extended_file_name_is_cleaned_and_not_refused(client: FlaskClient) -> None:
    extended = f"plain.csv\"; filename*=UTF-8''{quote('é' * 4996 + '.csv')}; x=\""

    assert upload(client, filename=extended)["originalName"] == "é" * 125 + ".csv"


def test_an_extended_file_name_that_breaks_its_rules_is_cleaned_too(client: FlaskClient) -> None:
    broken = "plain.csv\"; filename*=UTF-8''na%EFve\udce9.csv; x=\""

    assert upload(client, filename=broken)["originalName"] == "na\ufffdve\ufffd.csv"


def test_a_body_of_exactly_the_limit_is_accepted_and_one_byte_more_is_not() -> None:
    service = HttpService(settings=HttpSettings(max_upload_bytes=1000))
    client = service.app().test_client()
    content = b"a\n" + b"1\n" * 499

    assert upload(client, content)["fileSize"] == 1000
    assert_problem(post_form(client, form(csv_part(content + b"2"))), 413, "file_too_large")
    assert len(service.files) == len(service.storage.keys) == 1


def test_an_upload_that_takes_too_long_is_told_so_and_leaves_nothing(
    service: HttpService, client: FlaskClient
) -> None:
    body = form(csv_part(b"a\n" + b"1\n" * 10))

    answer = post_dripping(client, body, clock=service.clock)

    assert_problem(answer, 408, "upload_too_slow")
    assert service.files == []
    assert service.storage.keys == set()


def test_the_same_key_and_file_give_the_same_answer_once_more(
    client: FlaskClient, service: HttpService
) -> None:
    quoted, bare = {"Idempotency-Key": '"k-1"'}, {"Idempotency-Key": "k-1"}
    first = post_form(client, form(csv_part(CONTENT)), headers=quoted)

    second = post_form(client, form(csv_part(CONTENT)), headers=bare)

    assert second.status_code == 202
    assert second.get_json() == first.get_json()
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"
    assert len(service.files) == len(service.storage.keys) == 1


def test_the_same_key_with_another_file_is_refused(
    client: FlaskClient, service: HttpService
) -> None:
    key = {"Idempotency-Key": '"k-1"'}
    upload(client, CONTENT, headers=key)

    answer = post_form(client, form(csv_part(b"other\n1\n")), headers=key)

    problem = assert_problem(answer, 422, "idempotency_key_reused")
    assert problem["errors"][0]["parameter"] == "Idempotency-Key"
    assert len(service.storage.keys) == 1


def test_the_key_of_a_deleted_file_is_gone_with_it(client: FlaskClient) -> None:
    key = {"Idempotency-Key": '"k-1"'}
    file = upload(client, CONTENT, headers=key)
    client.delete(file["links"]["self"])

    again = post_form(client, form(csv_part(CONTENT)), headers=key)

    problem = assert_problem(again, 410, "file_deleted")
    assert problem["detail"] == (
        f"the Idempotency-Key stands for file {file['id']}, which was deleted; send another key"
    )
    assert problem["errors"][0]["parameter"] == "Idempotency-Key"


@pytest.mark.parametrize("algorithm", ["sha-256", "sha-512"])
def test_a_digest_of_the_envelope_is_verified(
    client: FlaskClient, service: HttpService, algorithm: str
) -> None:
    body = form(csv_part(CONTENT), part("onError", "skip_rows"))
    digest = base64.b64encode(hashlib.new(algorithm.replace("-", ""), body).digest()).decode()
    headers = {"Content-Digest": f"{algorithm}=:{digest}:"}

    right = post_form(client, body, headers=headers)
    wrong = post_form(client, body.replace(b"Ada", b"Eve"), headers=headers)

    assert right.status_code == 202
    assert_problem(wrong, 400, "digest_mismatch")
    assert len(service.files) == len(service.storage.keys) == 1


def test_the_file_s_own_digest_is_verified(client: FlaskClient, service: HttpService) -> None:
    right = hashlib.sha256(CONTENT).hexdigest().upper()

    assert upload(client, CONTENT, sha256=right)["fileSize"] == len(CONTENT)
    wrong = post_form(client, form(part("sha256", "0" * 64), csv_part(CONTENT)))
    assert_problem(wrong, 400, "digest_mismatch")
    assert len(service.files) == len(service.storage.keys) == 1


def test_a_waiting_upload_is_answered_as_the_file_is_when_the_time_is_up(
    client: FlaskClient, service: HttpService
) -> None:
    before = service.clock.monotonic()

    answer = post_form(client, form(csv_part(CONTENT)), headers={"Prefer": "wait=20"})

    assert answer.status_code == 202
    assert answer.headers["Preference-Applied"] == "wait=20"
    assert service.clock.monotonic() - before == pytest.approx(20)


@pytest.mark.parametrize("asked", ["31", "99999999999", "9" * 5000, "0" * 40 + "31"])
def test_no_answer_is_waited_for_longer_than_half_a_minute(
    client: FlaskClient, service: HttpService, asked: str
) -> None:
    before = service.clock.monotonic()

    answer = post_form(client, form(csv_part(CONTENT)), headers={"Prefer": f"wait={asked}"})

    assert answer.headers["Preference-Applied"] == "wait=30"
    assert service.clock.monotonic() - before == pytest.approx(30)


def test_the_trace_context_is_kept_with_the_file(client: FlaskClient, service: HttpService) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    upload(client, headers={"traceparent": trace})
    upload(client, headers={"traceparent": "not a trace"})

    assert {state.trace_parent for state in service.files} == {trace, None}


def test_a_full_storage_is_507_and_the_next_upload_finds_room(
    client: FlaskClient, service: HttpService
) -> None:
    service.storage.capacity_bytes = 4

    answer = post_form(client, form(csv_part(CONTENT)))

    assert_problem(answer, 507, "storage_full")
    assert answer.headers["Retry-After"] == "60"
    assert not service.files
    assert not service.storage.keys
    service.storage.capacity_bytes = None
    assert upload(client, CONTENT)["status"] == "PENDING"


def test_with_all_places_taken_an_upload_is_sent_away_and_status_is_still_answered() -> None:
    service = HttpService(settings=HttpSettings(max_concurrent_uploads=0))
    client = service.app().test_client()

    answer = post_form(client, form(csv_part(CONTENT)))

    assert_problem(answer, 503, "too_many_uploads")
    assert answer.headers["Retry-After"] == "1"
    assert client.get("/health/ready").status_code == 200
