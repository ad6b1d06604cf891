"""Answers that wait until a file is done (RFC 7240, `Prefer: wait=N`)."""

import re
from dataclasses import dataclass

from application.errors import DependencyError
from application.ports.clock import Clock
from application.use_cases.get_file import GetFile
from domain.file_state import FileState
from entrypoints.http.gate import Gate
from entrypoints.http.wiring import HttpSettings

MAX_WAIT_SECONDS = 30
POLL_SECONDS = 0.15

_WAIT = re.compile(r"wait\s*=\s*([0-9]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """A file after waiting; `applied` is the answer's `Preference-Applied`, None if unheeded."""

    file: FileState
    applied: str | None


class FileWaiter:
    """Waits by asking again and again: the truth is in the database, whoever changes it."""

    def __init__(self, get_file: GetFile, clock: Clock, settings: HttpSettings) -> None:
        self._get_file = get_file
        self._clock = clock
        self._gate = Gate(settings.max_waiters)
        self._is_draining = settings.is_draining

    def wait(self, file: FileState, prefer: str | None) -> Awaited:
        """The file once it is done, or as it is when the time is up or the process ends.

        A caller for whom there is no place is answered at once, and can tell from `applied`.
        Raises FileErasedError when the file is deleted meanwhile.
        """
        seconds = _wait_seconds(prefer)
        if seconds is None:
            return Awaited(file=file, applied=None)
        with self._gate.try_enter() as entered:
            if not entered:
                return Awaited(file=file, applied=None)
            return Awaited(file=self._wait(file, seconds), applied=f"wait={seconds}")

    def _wait(self, file: FileState, seconds: int) -> FileState:
        deadline = self._clock.monotonic() + seconds
        while not (file.is_final or self._is_draining()):
            left = deadline - self._clock.monotonic()
            if left <= 0:
                break
            self._clock.sleep(min(POLL_SECONDS, left))
            try:
                file = self._get_file(file.tenant, file.id)
            except DependencyError:
                # What is known already is true; the caller will ask again.
                break
        return file


def _wait_seconds(prefer: str | None) -> int | None:
    """A malformed preference is no preference, as the RFC demands."""
    for preference in (prefer or "").split(","):
        match = _WAIT.fullmatch(preference.partition(";")[0].strip())
        if match is not None:
            digits = match[1].lstrip("0")
            # Python itself refuses to read a number of thousands of digits.
            return min(int(digits[:3] or "0"), MAX_WAIT_SECONDS)
    return None
