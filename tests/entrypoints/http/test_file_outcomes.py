"""Files: what came of them, and their results."""

import gzip
import hashlib
import json

import pytest
from flask.testing import FlaskClient

from tests.entrypoints.http.service import MIXED, HttpService, assert_problem, upload


def test_a_clean_file_is_completed_with_its_counts_and_results(
    client: FlaskClient, service: HttpService
) -> None:
    file = upload(client, "a,b\n1,2\n3,4\n")

    service.process()

    done = client.get(file["links"]["self"]).get_json()
    assert (done["status"], done["outcome"], done["done"]) == ("COMPLETED", "clean", True)
    assert done["rows"] == {"read": 2, "accepted": 2, "rejected": 0, "skipped": 0}
    assert done["progress"]["percent"] == 100
    assert done["progress"]["bytes"] == done["progress"]["totalBytes"] == 12
    assert done["links"]["rejected"] is None
    assert client.get(f"{done['links']['results']}/clean.csv").data == b"a,b\r\n1,2\r\n3,4\r\n"


def test_a_rejected_file_that_was_read_to_its_end_is_at_100_per_cent(
    client: FlaskClient, service: HttpService
) -> None:
    file = upload(client, "a,b\n1\n3\n")

    service.process()

    done = client.get(file["links"]["self"]).get_json()
    assert (done["status"], done["outcome"]) == ("FAILED", "rejected")
    assert done["progress"]["percent"] == 100
    assert done["progress"]["bytes"] == done["progress"]["totalBytes"] == 8
    assert done["progress"]["rows"] == done["rows"]["read"] == 2


def test_a_partial_file_says_so_with_its_counts_and_the_link_to_the_rejected_rows(
    client: FlaskClient, service: HttpService
) -> None:
    file = upload(client, MIXED)

    service.process()

    done = client.get(file["links"]["self"]).get_json()
    assert (done["status"], done["outcome"]) == ("COMPLETED", "partial")
    assert done["rows"] == {"read": 4, "accepted": 2, "rejected": 1, "skipped": 1}
    rejected = client.get(done["links"]["rejected"])
    assert rejected.status_code == 200
    assert b"Bob" in rejected.data


def test_a_json_file_is_processed_too(client: FlaskClient, service: HttpService) -> None:
    file = upload(client, json.dumps([{"a": 1}, {"a": 2}]), filename="people.json")

    service.process()

    assert client.get(file["links"]["self"]).get_json()["rows"]["accepted"] == 2


def test_rejected_records_of_a_json_file_are_json_and_can_be_submitted_again(
    client: FlaskClient, service: HttpService
) -> None:
    schema = {"fields": [{"name": "id", "type": "integer"}]}
    client.put("/schemas/ids", json=schema)
    file = upload(client, '[{"id":1},{"id":"2"}]', filename="ids.json", schema="ids")
    service.process()
    rejected = client.get(client.get(file["links"]["self"]).get_json()["links"]["rejected"])

    again = upload(client, rejected.text, filename="rejected.json", schema="ids")
    repaired = rejected.text.replace('"id":"2"', '"id":2')
    clean = upload(client, repaired, filename="rejected.json", schema="ids")
    service.process()

    assert rejected.mimetype == "application/json"
    outcomes = [client.get(it["links"]["self"]).get_json()["outcome"] for it in (again, clean)]
    assert outcomes == ["rejected", "clean"]


@pytest.mark.parametrize("name", ["ids.ndjson", "ids.jsonl", "ids.json"])
def test_records_on_lines_are_ndjson_by_whichever_name(
    client: FlaskClient, service: HttpService, name: str
) -> None:
    client.put("/schemas/ids", json={"fields": [{"name": "id", "type": "integer"}]})
    file = upload(client, '{"id":1}\n\n{"id":\n{"id":"2"}\n', filename=name, schema="ids")
    service.process()
    done = client.get(file["links"]["self"]).get_json()
    rejected = client.get(done["links"]["rejected"])

    again = upload(client, rejected.text, filename="rejected.ndjson", schema="ids")
    repaired = rejected.text.replace('"id":"2"', '"id":2').replace('{\\"id\\":', '{\\"id\\":3}')
    clean = upload(client, repaired, filename="rejected.ndjson", schema="ids")
    service.process()

    assert done["fileType"] == "ndjson"
    assert done["rows"] == {"read": 4, "accepted": 1, "rejected": 2, "skipped": 1}
    assert client.get("/files?type=ndjson").get_json()["total"] == 3
    assert rejected.mimetype == "application/x-ndjson"
    outcomes = [client.get(it["links"]["self"]).get_json()["outcome"] for it in (again, clean)]
    assert outcomes == ["rejected", "clean"]


def test_compressed_files_are_processed_as_what_they_hold(
    client: FlaskClient, service: HttpService
) -> None:
    stream = gzip.compress(MIXED.encode())
    files = [upload(client, stream, filename=name) for name in ("people.csv.gz", "people.csv")]
    broken = upload(client, stream[:-1], filename="broken.csv.gz")
    service.process()

    for file in files:
        done = client.get(file["links"]["self"]).get_json()
        assert (done["fileType"], done["compression"]) == ("csv", "gzip")
        assert (done["outcome"], done["fileSize"]) == ("partial", len(stream))
        content = client.get(file["links"]["content"])
        assert (content.data, content.mimetype) == (stream, "application/gzip")
    failed = client.get(broken["links"]["self"]).get_json()
    report = client.get(f"{broken['links']['results']}/report.json").get_json()
    assert failed["outcome"] == "rejected"
    assert report["fileError"]["code"] == "gzip_corrupt"


def test_results_are_listed_with_what_is_needed_to_check_them(
    client: FlaskClient, service: HttpService
) -> None:
    file = upload(client, MIXED)
    assert client.get(file["links"]["results"]).get_json() == {"items": []}

    service.process()

    items = client.get(file["links"]["results"]).get_json()["items"]
    assert {"clean.csv", "rejected.csv", "report.json"} <= {item["name"] for item in items}
    for item in items:
        content = client.get(item["link"])
        assert hashlib.sha256(content.data).hexdigest() == item["sha256"]
        assert len(content.data) == item["bytes"]
        assert content.headers["Content-Type"] == item["mediaType"]


def test_a_result_that_is_not_there_is_404(client: FlaskClient, service: HttpService) -> None:
    file = upload(client, "a,b\n1\n")
    link = f"{file['links']['results']}/clean.csv"

    assert_problem(client.get(link), 404, "result_not_found")
    service.process()
    assert client.get(file["links"]["self"]).get_json()["outcome"] == "rejected"
    assert_problem(client.get(link), 404, "result_not_found")
    assert_problem(client.get(f"{file['links']['results']}/..%2fx"), 404, "not_found")
