"""`gristmill up` as a user runs it: real processes, seen from outside."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import requests

ROOT = Path(__file__).parents[2]
WORK_SECONDS = 120
LOG_SHOWN = 4000

# Python comes without the tests' own settings, and the code under test from this tree.
COMMAND = (sys.executable, "-P", "-m", "entrypoints.cli.main")


def wait_until(condition: Callable[[], object], *, seconds: float = 30, what: str = "it") -> None:
    """Returns once `condition` holds; fails when it does not within `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not come true within {seconds} s"
        time.sleep(0.05)


def choose_port() -> int:
    """A port that is free at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run_gristmill(*arguments: str, cwd: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """What a command that ends by itself printed, and how it ended."""
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=cwd,
        env=environment(settings),
        capture_output=True,
        text=True,
        timeout=WORK_SECONDS,
        check=False,
    )


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """The environment of a gristmill process: nobody's settings but the test's."""
    inherited = {key: value for key, value in os.environ.items() if "GRISTMILL" not in key}
    return {**inherited, "PYTHONPATH": str(ROOT), **settings}


@dataclass(frozen=True)
class RunningProcess:
    """One process of a service."""

    pid: int
    parent_pid: int
    command: str


class Service:
    """One data directory and the processes that work on it, in a process group of their own.

    Entering starts them; leaving kills whatever is left.
    """

    def __init__(self, folder: Path, *, arguments: Iterable[str] = (), **settings: str) -> None:
        self.folder = folder
        self.data_dir = folder / "gristmill-data"
        self.port = choose_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.http = requests.Session()
        self.http.trust_env = False
        self._arguments = tuple(arguments)
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._output: IO[bytes] | None = None

    def __enter__(self) -> "Service":
        self.start()
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self.kill()
        self.http.close()
        if kind is not None:
            # Beside the failure, it is the only trace of its cause.
            sys.stdout.write(self.output[-LOG_SHOWN:])

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The supervisor."""
        assert self._process is not None
        return self._process

    @property
    def output(self) -> str:
        """All that was printed and logged since the first start."""
        path = self.folder / "output"
        return path.read_text() if path.exists() else ""

    def start(self) -> None:
        """Starts `gristmill up` and returns when it says that it is ready."""
        # Not when somebody answers: that may be the child of a supervisor just killed.
        starts = self.output.count("Gristmill is ready")
        self.launch()
        wait_until(lambda: self.is_ready() and self.output.count("Gristmill is ready") > starts)

    def launch(self) -> None:
        """Starts `gristmill up`."""
        with (self.folder / "output").open("ab") as output:
            self._process = subprocess.Popen(
                [*COMMAND, "up", "--port", str(self.port), *self._arguments],
                cwd=self.folder,
                env=environment(self._settings),
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def is_ready(self) -> bool:
        """True when it answers; fails when it has ended instead."""
        code = self.process.poll()
        assert code is None, f"gristmill up ended with {code}: {self.output[-3000:]}"
        return self.answers()

    def answers(self) -> bool:
        """True when somebody answers on its port, whoever it is."""
        try:
            return self.http.get(f"{self.url}/health/ready", timeout=5).status_code == 200
        except requests.RequestException:
            return False

    def processes(self) -> list[RunningProcess]:
        """Every living process of the group, the supervisor among them, and their engines'."""
        listed = subprocess.run(
            ["ps", "-A", "-ww", "-o", "pid=,ppid=,pgid=,stat=,args="],
            capture_output=True,
            text=True,
            check=True,
        )
        rows = [line.split(maxsplit=4) for line in listed.stdout.splitlines()]
        group = {row[0] for row in rows if int(row[2]) == self.process.pid}
        return [
            RunningProcess(pid=int(row[0]), parent_pid=int(row[1]), command=row[4])
            for row in rows
            if len(row) == 5 and not row[3].startswith("Z") and not group.isdisjoint(row[:2])
        ]

    def children(self, command: str) -> list[RunningProcess]:
        """The supervisor's children that run `command`."""
        return [
            process
            for process in self.processes()
            if process.parent_pid == self.process.pid
            and f"entrypoints.cli.main {command}" in process.command
        ]

    def engines(self) -> list[RunningProcess]:
        """The processes that read files for the workers."""
        return [one for one in self.processes() if "engine_process" in one.command]

    def kill(self) -> None:
        """kill -9 of everything at once."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def stop(self) -> int:
        """SIGTERM to the supervisor; its exit code."""
        self.process.terminate()
        return self.process.wait(60)

    def upload(self, name: str, content: bytes, **options: str) -> requests.Response:
        """The answer to an upload; `key` is its idempotency key, the others are form fields."""
        key = options.pop("key", None)
        return self.http.post(
            f"{self.url}/files/upload",
            files={"file": (name, content)},
            data=options,
            headers={} if key is None else {"Idempotency-Key": key},
            timeout=60,
        )

    def accepted(self, name: str, content: bytes, **options: str) -> str:
        """The id of a file whose upload is accepted."""
        answer = self.upload(name, content, **options)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    def put_schema(self, name: str, descriptor: Mapping[str, object]) -> None:
        """Registers a schema."""
        answer = self.http.put(f"{self.url}/schemas/{name}", json=descriptor, timeout=30)
        assert answer.ok, answer.text

    def get(self, path: str) -> Any:
        """The JSON at `path`."""
        answer = self.http.get(f"{self.url}{path}", timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def cancel(self, file_id: str) -> None:
        """Cancels the file."""
        answer = self.http.post(f"{self.url}/files/{file_id}/cancel", timeout=30)
        assert answer.ok, answer.text

    def download(self, path: str) -> bytes:
        """The bytes at `path`."""
        answer = self.http.get(f"{self.url}{path}", timeout=60)
        assert answer.status_code == 200, answer.text
        return answer.content

    def finished(self, file_id: str, *, seconds: float = WORK_SECONDS) -> dict[str, Any]:
        """The file, once it is done."""
        file: dict[str, Any] = {}

        def is_done() -> bool:
            file.update(self.get(f"/files/{file_id}"))
            return bool(file["done"])

        wait_until(is_done, seconds=seconds, what=f"the end of file {file_id}")
        return file
