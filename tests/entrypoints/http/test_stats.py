"""GET /stats: what is there, how old what waits is, what happened lately."""

import structlog.testing
from flask.testing import FlaskClient

from adapters.memory.message_queue import MemoryMessageQueue
from application.errors import QueueUnavailableError
from application.ports.statistics import Happening
from domain.events import FileEventName
from domain.file_state import Lease
from tests.builders import build_fault
from tests.entrypoints.http.given_up import give_up
from tests.entrypoints.http.service import MIXED, HttpService, upload


class AwayQueue(MemoryMessageQueue):
    """A queue that does not answer when it is asked for its size."""

    def approximate_size(self) -> int:
        raise QueueUnavailableError("connection refused")


def test_a_new_service_has_nothing_and_nothing_waits(client: FlaskClient) -> None:
    stats = client.get("/stats").get_json()

    assert set(stats["files"].values()) == {0}
    assert set(stats["outcomes"].values()) == {0}
    assert set(stats["lastDay"]["moves"].values()) == {0}
    assert stats["lastDay"]["fenced"] == 0
    assert set(stats["lastDay"]["repaired"].values()) == {0}
    assert stats["oldestUnfinished"] is None
    assert stats["outbox"] == {"unsent": 0, "oldestSeconds": None}
    assert stats["queue"] == {"messages": 0, "deadLetters": 0}
    assert stats["deadLetters"] == []


def test_files_are_counted_by_status_and_outcome(client: FlaskClient, service: HttpService) -> None:
    for content in ("a\n1\n", MIXED, "a\n1\n2,3\n"):
        upload(client, content)
    service.process()
    give_up(service, 2, tenant="other")
    upload(client)

    stats = client.get("/stats").get_json()

    assert stats["files"] == {"PENDING": 1, "PROCESSING": 0, "COMPLETED": 3, "FAILED": 2}
    assert stats["outcomes"] == {
        "clean": 1,
        "partial": 2,
        "rejected": 0,
        "dead_lettered": 2,
        "cancelled": 0,
    }


def test_the_oldest_unfinished_file_is_named_with_its_age(
    client: FlaskClient, service: HttpService
) -> None:
    oldest = upload(client)
    service.clock.advance(90.5)
    upload(client)

    stats = client.get("/stats").get_json()

    assert stats["oldestUnfinished"] == {
        "id": oldest["id"],
        "tenant": "default",
        "status": "PENDING",
        "errorCode": None,
        "since": oldest["createdAt"],
        "ageSeconds": 90.5,
    }
    assert stats["outbox"] == {"unsent": 2, "oldestSeconds": 90.5}


def test_work_is_that_of_the_last_hour(client: FlaskClient, service: HttpService) -> None:
    upload(client, "a\n1\n")
    service.process()
    service.clock.advance(3601)
    upload(client, MIXED)
    service.process()

    last_hour = client.get("/stats").get_json()["lastHour"]

    assert (last_hour["files"]["clean"], last_hour["files"]["partial"]) == (0, 1)
    assert last_hour["rows"] == {"accepted": 2, "rejected": 1}
    assert last_hour["bytes"] == len(MIXED)


def test_moves_are_those_of_the_last_day_by_their_names_in_the_history(
    client: FlaskClient, service: HttpService
) -> None:
    file_id = upload(client)["id"]

    def stumble() -> None:
        now = service.clock.now()
        service.change(file_id, lambda file: file.start(Lease(owner="a", expires_at=now), at=now))
        service.change(file_id, lambda file: file.start(Lease(owner="b", expires_at=now), at=now))
        service.change(file_id, lambda file: file.retry(build_fault(), next_attempt_at=now, at=now))

    stumble()
    service.clock.advance(24 * 3600 + 1)
    stumble()
    client.post(f"/files/{file_id}/cancel")

    moves = client.get("/stats").get_json()["lastDay"]["moves"]

    assert {name: count for name, count in moves.items() if count} == {
        "file_taken_over": 1,
        "file_retry_scheduled": 1,
        "file_cancelled": 1,
    }
    assert set(moves) < {name.value for name in FileEventName}


def test_dead_letters_are_counted_by_their_reason(
    client: FlaskClient, service: HttpService
) -> None:
    give_up(service, 2)
    give_up(service, code="resource_limit")

    stats = client.get("/stats").get_json()

    assert stats["deadLetters"] == [
        {
            "code": "internal_error",
            "count": 2,
            "firstAt": "2026-11-23T09:00:00.000000Z",
            "lastAt": "2026-11-23T09:00:01.000000Z",
        },
        {
            "code": "resource_limit",
            "count": 1,
            "firstAt": "2026-11-23T09:00:02.000000Z",
            "lastAt": "2026-11-23T09:00:02.000000Z",
        },
    ]


def test_messages_are_counted_where_they_lie(client: FlaskClient, service: HttpService) -> None:
    service.queue.put("one")
    service.queue.put("two")
    service.dead_letters.put("three")

    assert client.get("/stats").get_json()["queue"] == {"messages": 2, "deadLetters": 1}


def test_a_queue_that_is_away_leaves_a_gap_and_a_line_in_the_log(service: HttpService) -> None:
    service.queue = AwayQueue(service.clock, dead_letters=service.dead_letters)

    with structlog.testing.capture_logs() as lines:
        answer = service.app().test_client().get("/stats")

    assert answer.status_code == 200
    assert answer.get_json()["queue"] == {"messages": None, "deadLetters": None}
    [line] = [line for line in lines if line["event"] == "queue_not_counted"]
    assert line["error"] == "queue: connection refused"


def test_what_no_history_tells_is_counted_for_a_day(
    client: FlaskClient, service: HttpService
) -> None:
    def note(happening: Happening) -> None:
        with service.units_of_work.for_writing() as work:
            work.statistics.note(happening)
            work.commit()

    note(Happening.REPUBLISHED)
    service.clock.advance(24 * 3600 + 1)
    for happening in Happening:
        note(happening)

    last_day = client.get("/stats").get_json()["lastDay"]

    assert last_day["fenced"] == 1
    assert last_day["repaired"] == {"file_republished": 1, "dead_letter_sent_again": 1}
