"""A process of which a part hangs is ended, and no other."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from adapters.memory.manual_clock import ManualClock
from entrypoints.last_resort import ENDED
from entrypoints.pulses import Pulses
from entrypoints.watchdog import HUNG, LAST_RESORT_LIMITS, Watchdog
from tests.entrypoints.hanging_process import LIMIT_SECONDS
from tests.entrypoints.worker.waiting import wait_until

ROOT = Path(__file__).parents[2]


class ProcessOfOurs:
    """A process of `hanging_process`, whose log is kept in a file."""

    def __init__(self, folder: Path, kind: str, part: str) -> None:
        self._log = folder / "log"
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.entrypoints.hanging_process", kind, part],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def ask(self) -> None:
        """Has it process a file."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def answer(self) -> str:
        """The outcome of the next file."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def last_words(self) -> str:
        """What it wrote when it could no longer log."""
        return self._log.read_text().partition("Timeout (")[2]

    def hung(self) -> dict[str, object] | None:
        """The log's line about its end; the server's own last word is no line of ours."""
        lines = self._log.read_text().splitlines()
        told = [json.loads(line) for line in lines if line.startswith("{")]
        return next((line for line in told if line["event"] == "process_hung"), None)


@contextmanager
def running(folder: Path, kind: str, part: str) -> Iterator[ProcessOfOurs]:
    """The process, which is gone after the block."""
    ours = ProcessOfOurs(folder, kind, part)
    with ours.process:
        try:
            yield ours
        finally:
            ours.process.kill()


def test_a_worker_of_which_a_loop_hangs_ends_and_tells_where_it_hung(tmp_path: Path) -> None:
    with running(tmp_path, "worker", "relay") as worker:
        worker.ask()

        assert worker.process.wait(30) == HUNG

    line = worker.hung()
    assert line is not None
    assert (line["level"], line["loops"]) == ("critical", ["relay"])
    assert "Thread relay:" in str(line["stacks"])
    assert "in publish" in str(line["stacks"])


def test_an_api_of_which_the_relay_hangs_ends_as_a_whole(tmp_path: Path) -> None:
    with running(tmp_path, "api", "relay") as api:
        assert api.process.wait(30) != 0

    line = api.hung()
    assert line is not None
    assert line["loops"] == ["relay"]


def test_a_process_in_which_no_python_runs_any_more_ends_and_tells_where_it_hung(
    tmp_path: Path,
) -> None:
    with running(tmp_path, "worker", "interpreter") as worker:
        worker.ask()

        assert worker.process.wait(LAST_RESORT_LIMITS * LIMIT_SECONDS + 30) == ENDED

    assert worker.hung() is None
    assert "hanging_process.py" in worker.last_words()


def test_work_is_as_long_as_it_is_while_its_lease_is_renewed(tmp_path: Path) -> None:
    with running(tmp_path, "worker", "engine") as worker:
        worker.ask()

        assert worker.answer() == "clean"
        worker.process.terminate()
        assert worker.process.wait(30) == 0


def test_a_process_that_was_stopped_for_a_while_goes_on(tmp_path: Path) -> None:
    with running(tmp_path, "worker", "nothing") as worker:
        worker.ask()
        assert worker.answer() == "clean"

        worker.process.send_signal(signal.SIGSTOP)
        stopped_at = time.monotonic()
        wait_until(lambda: time.monotonic() > stopped_at + 2 * LIMIT_SECONDS)
        worker.process.send_signal(signal.SIGCONT)

        worker.ask()
        assert worker.answer() == "clean"
        worker.process.terminate()
        assert worker.process.wait(30) == 0


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


def seconds(clock: ManualClock, count: int) -> Iterator[float]:
    """Lets so many pass, one by one."""
    for _ in range(count):
        clock.advance(1)
        yield clock.monotonic()


def test_silence_is_measured_from_the_last_beat(clock: ManualClock) -> None:
    pulses = Pulses()
    watchdog, pulse = Watchdog(pulses, clock=clock, limit_seconds=120), pulses.begin("relay")

    for now in seconds(clock, 500):
        assert watchdog.look() == []
        if now % 100 == 0:
            pulse.beat()
    silent = [bool(watchdog.look()) for _ in seconds(clock, 200)]

    assert silent.index(True) == 120


def test_a_rest_that_was_announced_is_no_silence(clock: ManualClock) -> None:
    pulses = Pulses()
    watchdog, pulse = Watchdog(pulses, clock=clock, limit_seconds=120), pulses.begin("reconcile")
    pulse.beat(rest_seconds=60)

    silent = [bool(watchdog.look()) for _ in seconds(clock, 200)]

    assert silent.index(True) == 180


def test_an_hour_in_which_nobody_looked_is_nobodys_silence(clock: ManualClock) -> None:
    pulses = Pulses()
    watchdog = Watchdog(pulses, clock=clock, limit_seconds=120)
    pulses.begin("relay")

    for _ in range(50):
        clock.advance(3600)
        assert watchdog.look() == []


def test_who_has_ended_is_not_missed(clock: ManualClock) -> None:
    pulses = Pulses()
    watchdog, pulse = Watchdog(pulses, clock=clock, limit_seconds=10), pulses.begin("slot-1")

    pulses.end(pulse)
    pulses.beat()

    assert [bool(watchdog.look()) for _ in seconds(clock, 100)] == [False] * 100


class SecondsInWhich(float):
    """So many, during whose passing something happens."""

    happens: Callable[[], object]

    def __radd__(self, others: float) -> float:
        self.happens()
        return others + float(self)


def test_a_beat_in_the_middle_of_a_look_is_not_lost() -> None:
    pulses = Pulses()
    pulse = pulses.begin("reconcile")
    seconds = SecondsInWhich(100)
    seconds.happens = lambda: pulse.beat(rest_seconds=60)

    pulses.grow_silent(seconds, limit_seconds=120)

    assert pulse.silent_seconds == -60
    assert pulses.grow_silent(170, limit_seconds=120) == []
    assert pulses.grow_silent(20, limit_seconds=120) == [pulse]
