"""Several callers of one service, who send files until each is acknowledged."""

import threading
from itertools import count
from typing import Any

import requests

from tests.end_to_end.kills.submissions import Submission
from tests.end_to_end.service import Service, wait_until
from tests.end_to_end.status_watch import StatusWatch

UPLOADERS = 3
# Uploads are quicker than the work: a longer queue would only make the test longer.
LONGEST_QUEUE = 10
PAUSE_SECONDS = 0.05
# A file may begin seven times without an end, and fail three times, an engine's death being a
# failure. Those budgets are not tried here: before then it is left in peace until it ends.
MOST_ATTEMPTS = 4
MOST_FAILURES = 2
FAILURES = ("resource_limit", "internal_error")


class Uploaders:
    """Send one file after the other, while few wait, each under its key and until it is taken.

    Between two uploads each looks at a file that was taken before. An answer that nobody
    should get, or none at all, fails `check`.
    """

    def __init__(self, service: Service) -> None:
        self.acknowledged: dict[int, str] = {}
        self._service = service
        self._watch = StatusWatch(service)
        self._numbers = count()
        self._stopped = threading.Event()
        self._failures: list[BaseException] = []
        self._threads = [threading.Thread(target=self._run) for _ in range(UPLOADERS)]

    def __enter__(self) -> "Uploaders":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def finish(self) -> None:
        """Lets the files under way be the last; fails when one is not taken."""
        self._stopped.set()
        wait_until(lambda: not any(it.is_alive() for it in self._threads), seconds=300)
        self.check()

    def check(self) -> None:
        """Raises what went wrong in a thread, if anything did."""
        for failure in self._failures:
            raise failure

    def wait_for_more(self, uploads: int) -> None:
        """Returns when so many more files were taken."""
        enough = len(self.acknowledged) + uploads

        def are_enough() -> bool:
            self.check()
            return len(self.acknowledged) >= enough

        wait_until(are_enough, seconds=180, what=f"{uploads} more uploads")

    def leave_the_tried_in_peace(self) -> None:
        """Returns when no file is unfinished for which the next trouble might be one too many."""

        def is_none_left() -> bool:
            self.check()
            pages = [
                self._watch.ask(f"/files?status={it}&limit=100") for it in ("PENDING", "PROCESSING")
            ]
            if None in pages:
                return False
            return not any(self._is_tried(file) for page in pages for file in page["items"])

        wait_until(is_none_left, seconds=180, what="the end of files that were begun often")

    def send(self, submission: Submission) -> str | None:
        """The id that acknowledges the upload, None while nobody takes it."""
        try:
            answer = self._service.upload(
                submission.name, submission.content, key=f"upload-{submission.number}"
            )
        except requests.Timeout:
            raise  # nothing may hang
        except requests.RequestException:
            return None
        assert answer.status_code in (202, 503), answer.text
        return str(answer.json()["id"]) if answer.status_code == 202 else None

    def _is_tried(self, file: dict[str, Any]) -> bool:
        if not 1 < file["attempt"] < MOST_ATTEMPTS:
            return bool(file["attempt"] >= MOST_ATTEMPTS)
        history = self._watch.ask(f"/files/{file['id']}/history")
        if history is None:
            return True
        retries = [it for it in history["items"] if it["event"] == "file_retry_scheduled"]
        failures = [it for it in retries if it["errorCode"] in FAILURES]
        return len(failures) >= MOST_FAILURES

    def _run(self) -> None:
        try:
            while not self._stopped.is_set():
                if self._is_queue_long():
                    self._stopped.wait(PAUSE_SECONDS)
                else:
                    self._send_until_taken(Submission.of(next(self._numbers)))
        except BaseException as error:  # noqa: BLE001 - a thread's failure is the test's
            self._failures.append(error)

    def _send_until_taken(self, submission: Submission) -> None:
        pause = threading.Event()
        while (file_id := self.send(submission)) is None:
            pause.wait(PAUSE_SECONDS)
        self.acknowledged[submission.number] = file_id
        self._watch.look_at(file_id)

    def _is_queue_long(self) -> bool:
        page = self._watch.ask("/files?status=PENDING&limit=1")
        return page is None or page["total"] >= LONGEST_QUEUE
