"""Files: how they stand, how they came there, and waiting for what comes next."""

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
from tests.entrypoints.http.service import HttpService, upload


def _start(service: HttpService, file_id: str) -> None:
    lease = Lease(owner="worker", expires_at=service.clock.now() + timedelta(hours=1))
    service.change(file_id, lambda file: file.start(lease, at=service.clock.now()))


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
