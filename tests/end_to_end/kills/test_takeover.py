"""A worker dies and nobody sees it: how long its file waits for another one."""

import os
import signal
from pathlib import Path

import pytest

from entrypoints.pace import PATIENT, QUICK, Pace
from tests.end_to_end.crash_steps import check_history
from tests.end_to_end.kills.living import engines_in, kill
from tests.end_to_end.lone_process import LoneProcess
from tests.end_to_end.service import Service, run_gristmill, wait_until

PROMISED_SECONDS = 35


@pytest.mark.parametrize(("pace", "promised_seconds"), [(QUICK, PROMISED_SECONDS), (PATIENT, 360)])
def test_what_a_dead_worker_held_shows_up_within_the_promised_time(
    pace: Pace, promised_seconds: float
) -> None:
    # At worst it dies just after it hid the message. By the time this shows up the lease is
    # over, and whoever waits for messages gets it, at the latest when it asks the next time.
    assert pace.lease < pace.visibility
    assert pace.visibility + pace.long_poll < promised_seconds


def test_a_living_worker_takes_the_file_of_a_dead_one_within_the_promised_time(
    tmp_path: Path,
) -> None:
    assert run_gristmill("migrate", cwd=tmp_path).returncode == 0
    service = Service(tmp_path)

    def is_taken_over() -> bool:
        events = service.get(f"/files/{file_id}/history")["items"]
        return events[-1]["event"] in ("file_taken_over", "file_completed")

    with (
        LoneProcess(tmp_path, "api", "--port", str(service.port)),
        LoneProcess(tmp_path, "worker", GRISTMILL_WORKER_CONCURRENCY="1") as dying,
    ):
        wait_until(service.answers)
        service.finished(service.accepted("first.csv", b"a\n1\n"))
        # The engine that read it is kept for the next file, which it will never read.
        [engine] = engines_in(tmp_path)
        engine.send_signal(signal.SIGSTOP)
        file_id = service.accepted("second.csv", b"a\n1\n2\n")
        wait_until(lambda: service.get(f"/files/{file_id}")["status"] == "PROCESSING")
        with LoneProcess(tmp_path, "worker"):
            wait_until(lambda: dying.output.count("worker_started") == 2)

            os.kill(dying.pid, signal.SIGKILL)

            wait_until(is_taken_over, seconds=PROMISED_SECONDS, what="the takeover")
            file = service.finished(file_id)
            kill(engine)
            check_history(service, file_id)
    assert (file["outcome"], file["attempt"]) == ("clean", 2)
