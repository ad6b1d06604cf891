"""kill -9 of one process: the others see that it is dead, and the work goes on."""

import os
import signal
import time
from pathlib import Path

from tests.end_to_end.crash_steps import LONG_LEASES, check_history, messages_left
from tests.end_to_end.service import Service, wait_until
from tests.end_to_end.slow_content import slow_csv
from tests.end_to_end.storage_check import check_storage


def test_a_file_whose_worker_is_killed_is_completed_by_the_next_one(tmp_path: Path) -> None:
    with Service(tmp_path, arguments=["--workers", "1"], **LONG_LEASES) as service:
        rows = 100_000
        file_id = service.accepted("big.csv", slow_csv(good=rows))
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
        rows = 100_000
        file_id = service.accepted("big.csv", slow_csv(good=rows))
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
