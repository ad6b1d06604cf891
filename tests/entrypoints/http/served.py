"""The application over a real server, with a window into what is stored.

python -m tests.entrypoints.http.served PORT
"""

import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from adapters.memory.seeded_ids import SequentialIds
from adapters.system.system_clock import SystemClock
from entrypoints.http.app import create_app
from entrypoints.http.arriving_body import Patience
from entrypoints.http.server import ServerSettings, serve
from entrypoints.http.wiring import HttpSettings
from tests.entrypoints.http.service import HttpService

STORED = "/-/stored"
SETTINGS = HttpSettings(max_upload_bytes=64 * 1024 * 1024, max_concurrent_uploads=4, max_waiters=2)


# Two threads more than uploads and waiters may hold.
SERVER = ServerSettings(
    host="127.0.0.1",
    port=0,
    threads=SETTINGS.max_concurrent_uploads + SETTINGS.max_waiters + 2,
    drain_seconds=2,
    patience=Patience(
        silence_seconds=2, grace_seconds=3, bytes_per_second=256 * 1024, send_seconds=2
    ),
)
ROOT = Path(__file__).resolve().parents[3]


def load(_is_ending: Callable[[], bool]) -> Callable[..., Iterable[bytes]]:
    """A WSGI application over an empty service; STORED tells its files and objects."""
    service = HttpService(settings=SETTINGS)
    app = create_app(
        service.use_cases(),
        SETTINGS,
        authenticator=service.authenticator,
        clock=SystemClock(),
        ids=SequentialIds(seed=1),
    )

    def serve(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] != STORED:
            return app(environ, start)
        start("200 OK", [("Content-Type", "application/json")])
        stored = {"files": len(service.files), "objects": len(service.storage.keys)}
        return [json.dumps(stored).encode()]

    return serve


@contextmanager
def server(log: Path) -> Iterator[int]:
    """The port of a server of its own process, which ends with the block."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    command = [sys.executable, "-m", "tests.entrypoints.http.served", str(port)]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output)
    try:
        _await_answer(port, process, log)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


def stored(port: int) -> dict[str, int]:
    """How many files and objects there are."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request("GET", STORED)
        told: dict[str, int] = json.loads(connection.getresponse().read())
    return told


def _await_answer(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            try:
                process.wait(timeout=0.1)
            except subprocess.TimeoutExpired:
                continue
            raise AssertionError(f"the server ended: {log.read_text()}") from None
        return
    raise AssertionError(f"the server does not listen: {log.read_text()}")


if __name__ == "__main__":
    serve(load, replace(SERVER, port=int(sys.argv[1])))
