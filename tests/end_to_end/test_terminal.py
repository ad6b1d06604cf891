"""What somebody sees who types `make run`, and what closing the window does."""

import os
import shutil
import signal
from pathlib import Path

import pytest

from tests.end_to_end.lone_process import LoneProcess
from tests.end_to_end.service import Service, run_gristmill, wait_until
from tests.end_to_end.slow_content import slow_csv
from tests.end_to_end.terminal import Terminal


def test_on_a_terminal_the_addresses_are_not_buried_in_the_log(tmp_path: Path) -> None:
    service = Service(tmp_path)
    with Terminal(tmp_path, "up", "--port", str(service.port), "--with-examples") as terminal:
        terminal.read_until("Stop it with Ctrl-C.")
        for file in service.get("/files")["items"]:
            service.finished(file["id"])
        terminal.process.terminate()
        terminal.read_until("Gristmill has stopped.")

        lines = terminal.screen.splitlines()
        assert f"Gristmill is ready: {service.url}" in lines
        assert f"  your files          {service.url}/files" in lines
        assert [line for line in lines if line.startswith("{")] == []


@pytest.mark.parametrize("asked", [{"GRISTMILL_LOG_LEVEL": "INFO"}, {}])
def test_the_log_is_on_the_terminal_for_whoever_asks(tmp_path: Path, asked: dict[str, str]) -> None:
    service = Service(tmp_path)
    arguments = ["up", "--port", str(service.port), *([] if asked else ["--log-level", "INFO"])]
    with Terminal(tmp_path, *arguments, **asked) as terminal:
        terminal.read_until("Stop it with Ctrl-C.")

        assert '"event": "child_started"' in terminal.screen


def test_closing_the_terminal_gives_running_work_back_and_ends_every_process(
    tmp_path: Path,
) -> None:
    service = Service(tmp_path)
    settings = {"GRISTMILL_DRAIN_SECONDS": "1"}
    with Terminal(tmp_path, "up", "--port", str(service.port), **settings) as terminal:
        terminal.read_until("Stop it with Ctrl-C.")
        rows = 200_000
        file_id = service.accepted("big.csv", slow_csv(good=rows))
        wait_until(lambda: service.get(f"/files/{file_id}")["status"] == "PROCESSING")

        terminal.close()

        assert terminal.process.wait(60) == 0

    with service:
        file = service.finished(file_id)
        assert file["rows"]["accepted"] == rows
        events = [event["event"] for event in service.get(f"/files/{file_id}/history")["items"]]
        assert "file_released" in events
        assert "file_taken_over" not in events


def test_a_service_that_was_started_with_nohup_outlives_its_terminal(tmp_path: Path) -> None:
    nohup = shutil.which("nohup")
    assert nohup is not None
    service = Service(tmp_path)
    arguments = ["up", "--port", str(service.port)]
    with Terminal(tmp_path, *arguments, before=[nohup]) as terminal:
        wait_until(service.answers)
        terminal.close()
        os.killpg(terminal.process.pid, signal.SIGHUP)

        file_id = service.accepted("a.csv", b"a,b\n1,2\n")

        assert service.finished(file_id)["outcome"] == "clean"
        assert terminal.process.poll() is None


@pytest.mark.parametrize("command", ["api", "worker"])
def test_a_hangup_ends_a_process_that_was_started_alone(tmp_path: Path, command: str) -> None:
    service = Service(tmp_path)
    assert run_gristmill("migrate", cwd=tmp_path).returncode == 0
    arguments = ["--port", str(service.port)] if command == "api" else []
    with LoneProcess(tmp_path, command, *arguments) as lone:
        wait_until(service.answers if command == "api" else lambda: "worker_started" in lone.output)

        assert lone.stop(signal.SIGHUP) == 0
