"""Amazon's services as moto plays them, in a process of their own."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, Any

import requests

from adapters.aws.clients import AwsClients, AwsSettings
from tests.emulated_aws import REGION

_START_SECONDS = 60


class MotoProcess:
    """A server on a port that was free; it keeps nothing.

    Entering returns when it answers, leaving ends it. What it is asked from `record` on can be
    read by `recorded`.
    """

    def __init__(self, folder: Path, *, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None

    def __enter__(self) -> "MotoProcess":
        self._log = (self._folder / "moto.log").open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)],
            # Where it records, unless told otherwise, is where it stands.
            cwd=self._folder,
            stdout=self._log,
            stderr=self._log,
        )
        self._wait_until_it_answers(self._process)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process is not None
        assert self._log is not None
        self._process.kill()
        self._process.wait()
        self._log.close()

    def clients(self) -> AwsClients:
        """Clients of it, without anything in between."""
        return AwsClients(AwsSettings(region=REGION, endpoint_url=self.url))

    def record(self) -> None:
        """Notes every request from now on."""
        with requests.Session() as http:
            http.trust_env = False
            http.post(f"{self.url}/moto-api/recorder/start-recording", timeout=5).raise_for_status()

    def recorded(self) -> list[dict[str, Any]]:
        """The requests since then: `method`, `url`, `headers` and, in base 64, `body`."""
        recording = (self._folder / "moto_recording").read_text()
        return [json.loads(line) for line in recording.splitlines()]

    def _wait_until_it_answers(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + _START_SECONDS
        with requests.Session() as http:
            http.trust_env = False
            while True:
                try:
                    http.get(f"{self.url}/moto-api/", timeout=5)
                except requests.RequestException:
                    log = (self._folder / "moto.log").read_text()
                    assert process.poll() is None, log
                    assert time.monotonic() < deadline, log
                    time.sleep(0.05)
                else:
                    return
