"""Files that cost the engine's process its life, and those beside them."""

import os
import signal
from pathlib import Path

import psutil

from tests.end_to_end.service import Service, wait_until
from tests.end_to_end.slow_content import slow_csv

SOON = {"GRISTMILL_BACKOFF_BASE_SECONDS": "0.1", "GRISTMILL_BACKOFF_STRATEGY": "fixed"}
# Room for the engine and for little files, not for what reads large ones fast.
LITTLE_MEMORY = {"GRISTMILL_SANDBOX_MEMORY_BYTES": str(64 * 1024 * 1024)}


def test_a_file_whose_process_is_killed_is_read_once_more(tmp_path: Path) -> None:
    rows = 120_000
    with Service(tmp_path, arguments=("--workers", "1"), **SOON) as service:
        file_id = service.accepted("slow.csv", slow_csv(good=rows))
        wait_until(lambda: service.get(f"/files/{file_id}")["progress"]["bytes"])
        [engine] = service.engines()

        os.kill(engine.pid, signal.SIGKILL)

        file = service.finished(file_id)
        assert (file["outcome"], file["rows"]["accepted"], file["attempt"]) == ("clean", rows, 2)
        history = service.get(f"/files/{file_id}/history")["items"]
        reasons = {event["errorMessage"] for event in history if event["errorCode"]}
        assert reasons == {"the engine's process was ended by SIGKILL while it read the file"}
        assert service.stop() == 0
        assert list((service.data_dir / "scratch").iterdir()) == []


def test_a_file_that_is_always_too_much_fails_and_the_others_do_not(tmp_path: Path) -> None:
    with Service(tmp_path, GRISTMILL_MAX_FAILURES="2", **SOON, **LITTLE_MEMORY) as service:
        greedy = service.accepted("greedy.csv", b"a,b\n" + b"1,2\n" * 1_000_000)
        modest = [service.accepted(f"{number}.csv", b"a,b\n1,2\n") for number in range(5)]

        file = service.finished(greedy)

        assert (file["status"], file["errorCode"], file["attempt"]) == (
            "FAILED",
            "resource_limit",
            2,
        )
        assert "67108864 bytes of memory" in file["errorMessage"]
        outcomes = [service.finished(file_id)["outcome"] for file_id in modest]
        assert outcomes == ["clean"] * 5
        assert list((service.data_dir / "scratch").iterdir()) == []


def test_no_process_is_left_when_the_service_ends(tmp_path: Path) -> None:
    with Service(tmp_path) as service:
        assert service.engines() == []
        service.finished(service.accepted("a.csv", b"a\n1\n"))
        [engine] = service.engines()

        assert service.stop() == 0

        wait_until(lambda: not psutil.pid_exists(engine.pid), what="its end")
