"""kill -9 at any moment in a stream of uploads: nothing is lost, nothing happens twice."""

import threading
from pathlib import Path

import pytest
import requests

from tests.end_to_end.crash_steps import LONG_LEASES, check_history
from tests.end_to_end.service import Service, wait_until
from tests.end_to_end.slow_content import slow_json
from tests.end_to_end.storage_check import check_storage

ROUNDS = 3
# From this number on, uploads are large enough for their processing to be cut off.
FIRST_LARGE = 100_000
LARGE_ROWS = 15_000
# Uploads are quicker than the work: a longer queue would only make the test longer.
LONGEST_QUEUE = 20


def make_content(number: int) -> tuple[str, bytes, int, int]:
    """A file that differs from number to number: name and content, its good and bad rows."""
    good, bad = LARGE_ROWS if number >= FIRST_LARGE else 50 + number, number % 4
    if number >= FIRST_LARGE:
        return f"{number}.json", slow_json(good=good, bad=bad), good, bad
    lines = ["id,amount", *(f"{row},{row}" for row in range(good)), *(["x"] * bad)]
    return f"{number}.csv", ("\n".join(lines) + "\n").encode(), good, bad


class Uploads:
    """Uploads one file after the other, while few wait, and remembers what was acknowledged."""

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

    def _is_queue_long(self) -> bool:
        try:
            page = self._service.http.get(f"{self._service.url}/files?status=PENDING&limit=1")
            return bool(page.json()["total"] >= LONGEST_QUEUE)
        except (requests.RequestException, KeyError):
            return True

    def _run(self) -> None:
        while not self._stopped.is_set():
            file_id = None if self._is_queue_long() else self.send(self._next)
            if file_id is None:
                self._stopped.wait(0.05)
                continue
            # A replay must give what was promised before.
            assert self.acknowledged.setdefault(self._next, file_id) == file_id
            self._next += 1


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
