"""One `gristmill` process started by hand, beside which others may run."""

import signal
import subprocess
from pathlib import Path

from tests.end_to_end.service import COMMAND, environment


class LoneProcess:
    """Runs `gristmill` with these arguments in the folder; leaving kills it if need be."""

    def __init__(self, folder: Path, *arguments: str, **settings: str) -> None:
        self._log = folder / f"output-of-{arguments[0]}"
        with self._log.open("ab") as output:
            self.process = subprocess.Popen(
                [*COMMAND, *arguments],
                cwd=folder,
                env=environment(settings),
                stdout=output,
                stderr=output,
            )

    def __enter__(self) -> "LoneProcess":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self.process.pid

    @property
    def output(self) -> str:
        """All that processes of its kind have printed and logged in the folder."""
        return self._log.read_text()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Asks it to stop; its exit code."""
        self.process.send_signal(number)
        return self.process.wait(60)
