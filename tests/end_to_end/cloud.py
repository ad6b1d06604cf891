"""The aws profile as machines run it: an API and workers, each a process of its own."""

import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import requests

from tests.end_to_end.service import COMMAND, LOG_SHOWN, Service, environment, wait_until

WORKER_STARTED = '"event": "worker_started"'


class CloudProcess:
    """One `gristmill` process, whose output is kept in a file of its name."""

    def __init__(
        self, name: str, *, arguments: Iterable[str], folder: Path, settings: Mapping[str, str]
    ) -> None:
        self.name = name
        self._path = folder / f"{name}.log"
        with self._path.open("ab") as output:
            self._process = subprocess.Popen(
                [*COMMAND, *arguments, "--name", name],
                cwd=folder,
                env=environment(settings),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    @property
    def output(self) -> str:
        """All that processes of this name printed and logged."""
        return self._path.read_text()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def check_alive(self) -> None:
        """Fails with the output when it has ended."""
        code = self._process.poll()
        assert code is None, f"{self.name} ended with {code}: {self.output[-3000:]}"

    def kill(self) -> None:
        """kill -9; it may have ended already."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> int:
        """SIGTERM; its exit code."""
        self._process.terminate()
        return self._process.wait(60)


class CloudService(Service):
    """An API and workers over one database and one Amazon.

    Entering starts them, leaving kills whatever is left.
    """

    WORKERS = ("worker-a", "worker-b")

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        super().__init__(folder, **settings)
        self.processes_by_name: dict[str, CloudProcess] = {}

    def __enter__(self) -> "CloudService":
        self.start()
        return self

    def start(self) -> None:
        """Starts all processes and returns when they are ready."""
        for name in ("api", *self.WORKERS):
            self.run(name)
        wait_until(self.is_ready)
        for name in self.WORKERS:
            self.wait_for_worker(name)

    def run(self, name: str) -> CloudProcess:
        """Starts the process of that name."""
        arguments = ["api", "--port", str(self.port)] if name == "api" else ["worker"]
        self.processes_by_name[name] = CloudProcess(
            name, arguments=arguments, folder=self.folder, settings=self._settings
        )
        return self.processes_by_name[name]

    def run_again(self, name: str) -> None:
        """Starts the worker of that name once more, and returns when it receives."""
        starts = self.processes_by_name[name].output.count(WORKER_STARTED)
        self.run(name)
        self.wait_for_worker(name, starts=starts + 1)

    def wait_for_worker(self, name: str, *, starts: int = 1) -> None:
        """Returns when it receives, for the time of that number."""
        process = self.processes_by_name[name]

        def is_receiving() -> bool:
            process.check_alive()
            return process.output.count(WORKER_STARTED) >= starts

        wait_until(is_receiving, what=f"the start of {name}")

    def is_ready(self) -> bool:
        """True when the API answers; fails when it has ended instead."""
        self.processes_by_name["api"].check_alive()
        try:
            return self.http.get(f"{self.url}/health/ready", timeout=5).status_code == 200
        except requests.RequestException:
            return False

    @property
    def output(self) -> str:
        """The ends of what the processes printed and logged, one after the other."""
        return "\n".join(
            f"{name}: {process.output[-LOG_SHOWN:]}"
            for name, process in self.processes_by_name.items()
        )

    def kill(self) -> None:
        """kill -9 of everything."""
        for process in self.processes_by_name.values():
            process.kill()

    def events(self, file_id: str) -> list[dict[str, Any]]:
        """The file's history, oldest first."""
        items: list[dict[str, Any]] = self.get(f"/files/{file_id}/history")["items"]
        return items

    def event_names(self, file_id: str) -> list[str]:
        """What happened to the file, in order."""
        return [event["event"] for event in self.events(file_id)]
