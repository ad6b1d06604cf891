"""What runs, and what could start, is told by the lock and the port."""

import fcntl
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from application.ports.probe import ProbeStatus
from entrypoints.cli.data_directory import LOCK_NAME
from entrypoints.cli.service_probe import ServiceProbe


@contextmanager
def held(data_dir: Path) -> Iterator[None]:
    """Somebody holds the directory, and left a name."""
    with (data_dir / LOCK_NAME).open("w") as lock:
        lock.write(f"{os.getpid()} up\n")
        lock.flush()
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture
def ready_port() -> Iterator[int]:
    """A port at which something is ready."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Ready)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class _Ready(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: object) -> None:
        """Keeps the test's output free of requests."""


def probe(data_dir: Path, port: int) -> ServiceProbe:
    return ServiceProbe(data_dir, host="127.0.0.1", port=port)


def test_where_nothing_runs_the_port_is_there_for_it(tmp_path: Path, free_port: int) -> None:
    found = probe(tmp_path, free_port).check()

    assert (found.status, found.finding) == (
        ProbeStatus.OK,
        f"it does not run now; port {free_port} of 127.0.0.1 is there for it",
    )


def test_a_service_that_answers_is_right(tmp_path: Path, ready_port: int) -> None:
    with held(tmp_path):
        found = probe(tmp_path, ready_port).check()

    assert found.status is ProbeStatus.OK
    assert f"gristmill up (process {os.getpid()})" in found.finding


def test_a_service_that_does_not_answer_is_told(tmp_path: Path, free_port: int) -> None:
    with held(tmp_path):
        found = probe(tmp_path, free_port).check()

    assert found.status is ProbeStatus.WRONG
    assert f"nobody is ready on http://127.0.0.1:{free_port}" in found.finding


def test_a_service_of_another_directory_is_told(tmp_path: Path, ready_port: int) -> None:
    found = probe(tmp_path, ready_port).check()

    assert found.status is ProbeStatus.WRONG
    assert f"a Gristmill that works elsewhere than in {tmp_path} answers" in found.finding


def test_a_port_that_something_else_has_is_told(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        taken.settimeout(0)
        port = taken.getsockname()[1]
        hang_up = threading.Thread(target=_hang_up, args=(taken,))
        hang_up.start()

        found = probe(tmp_path, port).check()

        hang_up.join()
    assert found.status is ProbeStatus.WRONG
    assert f"port {port} of 127.0.0.1 is taken" in found.finding


def _hang_up(taken: socket.socket) -> None:
    taken.settimeout(30)
    connection, _ = taken.accept()
    connection.close()


def test_any_port_is_always_there(tmp_path: Path) -> None:
    found = probe(tmp_path, 0).check()

    assert found.finding == "it does not run now; any free port is there for it"


def test_looking_leaves_the_lock_to_whoever_wants_it(tmp_path: Path, free_port: int) -> None:
    with held(tmp_path):
        pass

    probe(tmp_path, free_port).check()

    with held(tmp_path):
        assert probe(tmp_path, free_port).check().status is ProbeStatus.WRONG
