"""One server of the API, as a process of its own, and what it costs."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[3]
THREADS = 8


@dataclass(frozen=True, slots=True)
class Server:
    """A server that listens."""

    port: int
    process: psutil.Process

    def processor_seconds(self) -> float:
        """What it and its children have used so far."""
        every = (self.process, *self.process.children(recursive=True))
        return sum(one.cpu_times().user + one.cpu_times().system for one in every)

    def resident_bytes(self) -> int:
        """The memory of all of them."""
        every = (self.process, *self.process.children(recursive=True))
        return sum(int(one.memory_info().rss) for one in every)


@contextmanager
def ours(folder: Path, *, most_bytes: int = 10 * 1024 * 1024) -> Iterator[Server]:
    """`gristmill api`, as it is started by everybody."""
    command = [sys.executable, "-m", "entrypoints.cli.main", "api", "--log-level", "WARNING"]
    port = _free_port()
    settings = {"GRISTMILL_MAX_UPLOAD_BYTES": str(most_bytes)}
    with _running([*command, "--port", str(port)], folder, port=port, settings=settings) as server:
        yield server


@contextmanager
def werkzeug(folder: Path) -> Iterator[Server]:
    """The same endpoint on Werkzeug's parser, under gunicorn with threads."""
    port = _free_port()
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}"]
    command += ["--worker-class", "gthread", "--threads", str(THREADS), "--keep-alive", "10"]
    command += ["--log-level", "warning", "tests.benchmarks.edge.werkzeug_app:make()"]
    with _running(command, folder, port=port, settings={}) as server:
        yield server


@contextmanager
def _running(
    command: Sequence[str], folder: Path, *, port: int, settings: dict[str, str]
) -> Iterator[Server]:
    folder.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **settings}
    migrate = [sys.executable, "-m", "entrypoints.cli.main", "migrate"]
    subprocess.run(migrate, cwd=folder, env=environment, check=True, capture_output=True)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
    try:
        _await(port, process)
        yield Server(port, psutil.Process(process.pid))
    finally:
        process.terminate()
        process.wait(30)


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert process.poll() is None, "the server ended"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server does not listen")


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
