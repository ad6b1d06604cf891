"""kill -9 at any moment: nothing is lost, nothing happens twice."""

import os
import signal
import socket
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.end_to_end.service import Service, wait_until
from tests.end_to_end.slow_content import slow_json
from tests.end_to_end.storage_check import check_storage

ROUNDS = 3
DEPLOYS = 3
FILES_KEPT = 6
# From this number on, uploads are large enough for their processing to be cut off.
FIRST_LARGE = 100_000
LARGE_ROWS = 15_000
# What dies holds its files for ten minutes, unless somebody sees that it is dead.
LONG_LEASES = {"GRISTMILL_LEASE_SECONDS": "600", "GRISTMILL_VISIBILITY_SECONDS": "900"}
TERMINAL = {"COMPLETED", "FAILED"}
RESULTS = 3  # that are being written while a file is processed
HALF_AN_UPLOAD = (
    b"POST /files/upload HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n"
    b"Content-Type: multipart/form-data; boundary=cut\r\n\r\n--cut\r\n"
    b'Content-Disposition: form-data; name="file"; filename="half.csv"\r\n\r\na,b\r\n'
    + b"1,2\r\n"
    * 50_000
)
STARTS = {"file_started", "file_taken_over"}


def make_content(number: int) -> tuple[str, bytes, int, int]:
    """A file that differs from number to number: name and content, its good and bad rows."""
    good, bad = LARGE_ROWS if number >= FIRST_LARGE else 50 + number, number % 4
    if number >= FIRST_LARGE:
        return f"{number}.json", slow_json(good=good, bad=bad), good, bad
    lines = ["id,amount", *(f"{row},{row}" for row in range(good)), *(["x"] * bad)]
    return f"{number}.csv", ("\n".join(lines) + "\n").encode(), good, bad


class Uploads:
    """Uploads one file after the other and remembers what was acknowledged."""

    def __init__(self, service: Service) -> None:
        self.acknowledged: dict[int, str] = {}
        self._service = service
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._next = 0

    def __enter__(self) -> "Uploads":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Lets the upload under way be the last."""
        self._stopped.set()
        self._thread.join()

    def wait_for_more(self, count: int) -> None:
        """Returns when `count` more uploads were acknowledged."""
        enough = len(self.acknowledged) + count
        wait_until(lambda: len(self.acknowledged) >= enough, what=f"{count} more uploads")

    def send(self, number: int) -> str | None:
        """The id that acknowledges upload `number`, None while nobody answers."""
        name, content, _, _ = make_content(number)
        try:
            answer = self._service.upload(name, content, key=f"upload-{number}")
        except requests.RequestException:
            return None
        assert answer.status_code in (202, 503), answer.text
        return answer.json()["id"] if answer.status_code == 202 else None

    def send_and_see_it_started(self, number: int) -> None:
        """Returns when upload `number` is being processed."""
        file_id = self.send(number)
        assert file_id is not None
        self.acknowledged[number] = file_id
        wait_until(lambda: self._service.get(f"/files/{file_id}")["status"] != "PENDING")

    def _run(self) -> None:
        while not self._stopped.is_set():
            file_id = self.send(self._next)
            if file_id is None:
                self._stopped.wait(0.05)
                continue
            # A replay must give what was promised before.
            assert self.acknowledged.setdefault(self._next, file_id) == file_id
            self._next += 1


def terminal_events(service: Service, file_id: str) -> list[dict[str, Any]]:
    return [
        event
        for event in service.get(f"/files/{file_id}/history")["items"]
        if event["toStatus"] in TERMINAL and event["fromStatus"] not in TERMINAL
    ]


def check_history(service: Service, file_id: str) -> None:
    """One end in each generation, and no attempt twice."""
    events = service.get(f"/files/{file_id}/history")["items"]
    ended = [event["generation"] for event in terminal_events(service, file_id)]
    assert ended == list(range(1, service.get(f"/files/{file_id}")["generation"] + 1)), events
    started = [event["attempt"] for event in events if event["event"] in STARTS]
    assert started == sorted(set(started)), events


def check_everything(service: Service, uploads: Uploads) -> None:
    for number, file_id in uploads.acknowledged.items():
        _, _, good, bad = make_content(number)
        file = service.finished(file_id)
        assert file["status"] == "COMPLETED", file
        assert file["rows"] == {
            "read": good + bad,
            "accepted": good,
            "rejected": bad,
            "skipped": 0,
        }
        check_history(service, file_id)
    # No file but those acknowledged, except for one upload whose answer the kill cut off: and
    # that one was sent again under its key.
    assert service.get("/files?limit=1")["total"] == len(uploads.acknowledged)


@pytest.mark.parametrize("victims", ["everything", "supervisor"])
def test_whatever_is_killed_in_a_stream_of_uploads_nothing_is_lost_or_done_twice(
    tmp_path: Path, victims: str
) -> None:
    with Service(tmp_path, **LONG_LEASES) as service, Uploads(service) as uploads:
        for number in range(FIRST_LARGE, FIRST_LARGE + ROUNDS):
            uploads.wait_for_more(10)
            uploads.send_and_see_it_started(number)
            service.kill() if victims == "everything" else kill_supervisor(service)
            service.start()
        uploads.wait_for_more(5)
        uploads.stop()

        check_everything(service, uploads)
        check_storage(service, uploads.acknowledged.values(), kills=ROUNDS)
        for number, file_id in list(uploads.acknowledged.items())[:20]:
            assert uploads.send(number) == file_id


def kill_supervisor(service: Service) -> None:
    service.process.kill()
    service.process.wait()


def test_a_file_whose_worker_is_killed_is_completed_by_the_next_one(tmp_path: Path) -> None:
    with Service(tmp_path, arguments=["--workers", "1"], **LONG_LEASES) as service:
        rows = 50_000
        file_id = service.accepted("big.json", slow_json(good=rows))
        wait_until(lambda: service.get(f"/files/{file_id}")["status"] == "PROCESSING")
        (worker,) = service.children("worker")
        killed_at = time.monotonic()

        os.kill(worker.pid, signal.SIGKILL)

        file = service.finished(file_id)
        assert file["rows"]["accepted"] == rows
        assert file["attempt"] == 2
        check_history(service, file_id)
        check_storage(service, [file_id], kills=0)
        events = [event["event"] for event in service.get(f"/files/{file_id}/history")["items"]]
        assert "file_taken_over" in events, f"{events} after {time.monotonic() - killed_at} s"


def test_the_death_of_the_api_leaves_the_work_of_the_workers_alone(tmp_path: Path) -> None:
    with Service(tmp_path, **LONG_LEASES) as service:
        rows = 50_000
        file_id = service.accepted("big.json", slow_json(good=rows))
        wait_until(lambda: service.get(f"/files/{file_id}")["status"] == "PROCESSING")
        (api,) = service.children("api")
        (server,) = [one for one in service.processes() if one.parent_pid == api.pid]

        os.kill(api.pid, signal.SIGKILL)
        # Until its end it may still answer.
        wait_until(lambda: server.pid not in {one.pid for one in service.processes()})
        wait_until(service.is_ready)

        file = service.finished(file_id)
        assert file["rows"]["accepted"] == rows
        assert file["attempt"] == 1
        # Its receipt was still good, so the message is gone, and not hidden for minutes.
        wait_until(lambda: messages_left(service) == 0)


def messages_left(service: Service) -> int:
    with closing(sqlite3.connect(service.data_dir / "gristmill.db")) as connection:
        count: int = connection.execute("SELECT count(*) FROM queue_messages").fetchone()[0]
        return count


UNIQUE = {"fields": [{"name": "id", "type": "string", "constraints": {"unique": True}}]}


def test_a_database_that_was_away_for_a_while_comes_back_with_all_its_commits(
    tmp_path: Path,
) -> None:
    with Service(tmp_path, arguments=["--workers", "2"], **LONG_LEASES) as service:
        ids = [service.accepted(f"{number}.csv", b"a\n1\n") for number in range(FILES_KEPT)]
        for file_id in ids:
            service.finished(file_id)
        database = service.data_dir / "gristmill.db"
        moved = database.rename(service.data_dir / "moved.db")

        # More often than any pool of connections is deep.
        answers = [service.http.get(f"{service.url}/files") for _ in range(40)]
        assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {
            (503, "database_unavailable")
        }
        assert not database.exists()
        moved.rename(database)
        wait_until(service.answers)
        assert service.get("/files")["total"] == FILES_KEPT
        service.kill()
        service.start()

        assert service.get("/files")["total"] == FILES_KEPT


def test_what_the_killed_had_not_finished_is_swept_at_the_next_start(tmp_path: Path) -> None:
    settings = {**LONG_LEASES, "GRISTMILL_MAX_UPLOAD_BYTES": "100000000"}
    with Service(tmp_path, arguments=["--workers", "1"], **settings) as service:
        partials, scratch = service.data_dir / "objects/.partial~", service.data_dir / "scratch"
        service.put_schema("unique", UNIQUE)
        # More keys than are held in memory.
        content = b"id\n" + b"".join(b"%0100d\n" % row for row in range(500_000))
        file_id = service.accepted("keys.csv", content, schema="unique")
        with socket.create_connection(("127.0.0.1", service.port)) as stalled:
            stalled.sendall(HALF_AN_UPLOAD)
            wait_until(lambda: len(list(partials.iterdir())) > RESULTS, what="a partial upload")
            wait_until(lambda: list(scratch.rglob("*.sqlite3")), what="a file of keys")

            service.kill()

        left = {*partials.iterdir(), *scratch.iterdir()}
        assert len(left) > RESULTS + 1
        service.start()

        # The file is begun again, so there may be others.
        assert left.isdisjoint({*partials.iterdir(), *scratch.iterdir()})
        service.cancel(file_id)
        wait_until(lambda: [*partials.iterdir(), *scratch.iterdir()] == [])


def test_a_file_outlives_more_deploys_than_its_message_may_be_received(tmp_path: Path) -> None:
    with Service(tmp_path, GRISTMILL_DRAIN_SECONDS="1", GRISTMILL_MAX_RECEIVES="2") as service:
        rows = 70_000
        file_id = service.accepted("big.json", slow_json(good=rows), key="big")
        for _ in range(DEPLOYS):
            wait_until(lambda: service.get(f"/files/{file_id}")["status"] == "PROCESSING")
            assert service.stop() == 0
            service.start()

        file = service.finished(file_id)

        assert file["rows"]["accepted"] == rows
        assert len(terminal_events(service, file_id)) == 1
        events = [event["event"] for event in service.get(f"/files/{file_id}/history")["items"]]
        assert events.count("file_released") == DEPLOYS
        assert "file_taken_over" not in events
        check_history(service, file_id)
        check_storage(service, [file_id], kills=0)
