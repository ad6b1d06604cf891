"""Files: how they stand, what came of them, what can be done to them."""

import gzip
import hashlib
import json
from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from domain.file import File
from domain.file_state import Lease
from domain.progress import Progress
from entrypoints.http.answers import wire_time
from entrypoints.http.wiring import HttpSettings
from tests.builders import build_fault
from tests.entrypoints.http.service import HttpService, assert_problem, upload

MIXED = "id,name\n1,Ada\n2,Bob,extra\n\n3,Cy\n"


def _start(service: HttpService, file_id: str) -> None:
    lease = Lease(owner="worker", expires_at=service.clock.now() + timedelta(hours=1))
    service.change(file_id, lambda file: file.start(lease, at=service.clock.now()))


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


def test_history_tells_every_move_oldest_first(client: FlaskClient, service: HttpService) -> None:
    file = upload(client)
    service.process()

    items = client.get(file["links"]["history"]).get_json()["items"]

    assert [item["event"] for item in items] == ["file_received", "file_started", "file_completed"]
    assert items[0]["fromStatus"] is None
    assert items[-1]["toStatus"] == "COMPLETED"
    assert items[-1]["details"] == {"rowsAccepted": 1, "rowsRejected": 0}


def test_the_etag_stays_with_the_file_and_changes_with_it(
    client: FlaskClient, service: HttpService
) -> None:
    link = upload(client)["links"]["self"]
    first = client.get(link)
    tag = first.headers["ETag"]

    service.clock.advance(60)
    same = client.get(link, headers={"If-None-Match": f'"other", {tag}'})
    service.process()
    other = client.get(link, headers={"If-None-Match": tag})

    assert not tag.startswith("W/")
    assert (same.status_code, same.data, same.headers["ETag"]) == (304, b"", tag)
    assert other.status_code == 200
    assert other.headers["ETag"] != tag


def test_progress_shows_how_far_and_how_fast(client: FlaskClient, service: HttpService) -> None:
    file = upload(client, "a\n" + "1\n" * 499)
    _start(service, file["id"])
    service.clock.advance(10)
    with service.units_of_work.for_writing() as work:
        progress = Progress(bytes_read=250, rows_read=125)
        work.files.report_progress(UUID(file["id"]), attempt=1, progress=progress)
        work.commit()

    shown = client.get(file["links"]["self"]).get_json()["progress"]

    assert shown == {
        "bytes": 250,
        "totalBytes": 1000,
        "rows": 125,
        "percent": 25.0,
        "rowsPerSecond": 12.5,
        "etaSeconds": 30,
    }


def test_waiting_ends_when_the_file_is_done(client: FlaskClient, service: HttpService) -> None:
    link = upload(client)["links"]["self"]
    service.process()
    before = service.clock.monotonic()

    answer = client.get(link, headers={"Prefer": "respond-async, wait=20"})

    assert answer.get_json()["done"] is True
    assert answer.headers["Preference-Applied"] == "wait=20"
    assert service.clock.monotonic() == before


@pytest.mark.parametrize(
    ("prefer", "seconds"), [("wait=2", 2), ("wait=31", 30), ("wait=0", 0), ("Wait=3; x", 3)]
)
def test_waiting_ends_when_the_time_is_up(
    client: FlaskClient, service: HttpService, prefer: str, seconds: int
) -> None:
    link = upload(client)["links"]["self"]
    before = service.clock.monotonic()

    answer = client.get(link, headers={"Prefer": prefer})

    assert answer.get_json()["status"] == "PENDING"
    assert answer.headers["Preference-Applied"] == f"wait={seconds}"
    assert service.clock.monotonic() - before == pytest.approx(seconds)


@pytest.mark.parametrize("prefer", ["wait=-1", "wait=1.5", "wait=٣", "wait", "return=minimal"])
def test_a_preference_that_is_none_is_passed_over(
    client: FlaskClient, service: HttpService, prefer: str
) -> None:
    link = upload(client)["links"]["self"]

    answer = client.get(link, headers={"Prefer": prefer.encode().decode("latin-1")})

    assert answer.status_code == 200
    assert "Preference-Applied" not in answer.headers


@pytest.mark.parametrize(
    "settings", [HttpSettings(max_waiters=0), HttpSettings(is_draining=lambda: True)]
)
def test_without_a_place_or_while_draining_nobody_waits(settings: HttpSettings) -> None:
    service = HttpService(settings=settings)
    client = service.app().test_client()
    before = service.clock.monotonic()

    answer = client.get(upload(client)["links"]["self"], headers={"Prefer": "wait=20"})

    assert answer.status_code == 200
    assert service.clock.monotonic() == before


def test_a_list_is_newest_first_in_pages_that_lead_to_each_other(
    client: FlaskClient, service: HttpService
) -> None:
    ids = [upload(client, filename=f"{number}.csv")["id"] for number in range(5)]

    answer = client.get("/files?limit=2&page=2&type=csv")
    page = answer.get_json()

    assert [item["id"] for item in page["items"]] == [ids[2], ids[1]]
    assert (page["page"], page["limit"], page["total"]) == (2, 2, 5)
    assert page["totalIsExact"] is True
    assert page["next"] == "/files?type=csv&page=3&limit=2"
    assert answer.headers["Link"] == ", ".join(
        f'</files?type=csv&page={number}&limit=2>; rel="{rel}"'
        for number, rel in ((1, "first"), (1, "prev"), (3, "next"), (3, "last"))
    )
    last = client.get(page["next"])
    assert [item["id"] for item in last.get_json()["items"]] == [ids[0]]
    assert last.get_json()["next"] is None
    assert 'rel="next"' not in last.headers["Link"]


def test_an_empty_list_and_a_page_past_the_end_are_empty(client: FlaskClient) -> None:
    empty = client.get("/files").get_json()
    upload(client)
    past = client.get("/files?page=9")

    assert (empty["items"], empty["total"], empty["limit"]) == ([], 0, 20)
    assert (past.get_json()["items"], past.get_json()["total"]) == ([], 1)
    assert '</files?page=1&limit=20>; rel="prev"' in past.headers["Link"]


def test_a_list_is_filtered(client: FlaskClient, service: HttpService) -> None:
    done = upload(client, "a\n1\n", filename="done.csv")
    service.process()
    service.clock.advance(10)
    pending = upload(client, '[{"a": 1}]', filename="new.json")

    def found(query: str) -> list[str]:
        return [item["id"] for item in client.get(f"/files?{query}").get_json()["items"]]

    assert found("status=COMPLETED") == found("outcome=clean") == [done["id"]]
    assert found("status=PENDING") == found("type=json") == [pending["id"]]
    assert found("q=do") == [done["id"]]
    assert found("schema=people") == []
    assert found("schema=people@1") == []
    assert found(f"createdAfter={done['createdAt']}") == [pending["id"]]
    assert found(f"createdBefore={pending['createdAt']}") == [done["id"]]
    assert found("createdBefore=2026-11-23T10:00:05%2B01:00") == [done["id"]]


def test_a_schema_filters_by_its_name_alone_or_with_a_version(client: FlaskClient) -> None:
    ids = []
    for name in ("a", "b"):
        client.put("/schemas/people", json={"fields": [{"name": name, "type": "string"}]})
        ids.append(upload(client, schema="people")["id"])

    def found(schema: str) -> list[str]:
        return [item["id"] for item in client.get(f"/files?schema={schema}").get_json()["items"]]

    assert set(found("people")) == set(ids)
    assert found("people@1") == ids[:1]
    assert found("people@2") == ids[1:]
    assert found("people@3") == []


def test_the_time_of_the_next_attempt_is_written_like_all_times(
    client: FlaskClient, service: HttpService
) -> None:
    file = upload(client)
    now = service.clock.now()

    def fail(stored: File) -> None:
        lease = Lease(owner="worker", expires_at=now + timedelta(seconds=60))
        stored.start(lease, at=now)
        stored.retry(build_fault(), next_attempt_at=now + timedelta(seconds=30), at=now)

    service.change(file["id"], fail)

    last = client.get(file["links"]["history"]).get_json()["items"][-1]
    assert last["details"]["nextAttemptAt"] == wire_time(now + timedelta(seconds=30))


def test_reprocessing_starts_a_new_generation(client: FlaskClient, service: HttpService) -> None:
    link = upload(client, MIXED)["links"]["self"]
    assert_problem(client.post(f"{link}/reprocess"), 409, "illegal_transition")
    service.process()

    answer = client.post(f"{link}/reprocess")

    file = answer.get_json()
    assert (answer.status_code, answer.headers["Location"]) == (202, link)
    assert (file["status"], file["generation"], file["rows"]) == ("PENDING", 2, None)
    assert_problem(client.get(f"{link}/results/clean.csv"), 404, "result_not_found")
    service.process()
    assert client.get(link).get_json()["outcome"] == "partial"


def test_cancelling_twice_gives_the_same_answer_and_a_finished_file_409(
    client: FlaskClient, service: HttpService
) -> None:
    cancelled, finished = upload(client)["links"]["self"], upload(client)["links"]["self"]

    first, second = client.post(f"{cancelled}/cancel"), client.post(f"{cancelled}/cancel")

    assert first.status_code == second.status_code == 202
    assert first.get_json() == second.get_json()
    assert (first.get_json()["status"], first.get_json()["outcome"]) == ("FAILED", "cancelled")
    service.process()
    assert_problem(client.post(f"{finished}/cancel"), 409, "illegal_transition")
    assert client.get(cancelled).get_json()["outcome"] == "cancelled"


def test_a_deleted_file_is_gone_on_every_route_and_deleting_again_is_204(
    client: FlaskClient, service: HttpService
) -> None:
    link = upload(client)["links"]["self"]
    service.process()

    first, second = client.delete(link), client.delete(link)

    assert (first.status_code, first.data, second.status_code) == (204, b"", 204)
    assert not service.storage.keys
    for route in ("", "/content", "/results", "/results/clean.csv", "/errors", "/history"):
        assert_problem(client.get(f"{link}{route}"), 410, "file_deleted")
    for verb in ("reprocess", "cancel"):
        assert_problem(client.post(f"{link}/{verb}"), 410, "file_deleted")
    assert client.get("/files").get_json()["total"] == 0
