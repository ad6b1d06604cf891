"""Whether this Python is one that the service runs on."""

import platform
import sys

from application.ports.probe import DependencyProbe, ProbeResult, ProbeStatus

OLDEST_VERSION = (3, 11)


class PythonProbe(DependencyProbe):
    """Compares the running Python with the oldest one that is supported."""

    name = "python"

    def __init__(self, *, oldest_version: tuple[int, int] = OLDEST_VERSION) -> None:
        self._oldest_version = oldest_version

    def check(self) -> ProbeResult:
        finding = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
        if sys.version_info[:2] < self._oldest_version:
            oldest = ".".join(map(str, self._oldest_version))
            return ProbeResult(
                status=ProbeStatus.WRONG,
                finding=f"{finding} is older than {oldest}",
                hint=f"install Python {oldest} or newer, then remove .venv and set up again",
            )
        return ProbeResult(status=ProbeStatus.OK, finding=finding)
