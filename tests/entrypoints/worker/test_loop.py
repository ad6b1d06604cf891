import threading

import pytest
import structlog

from application.errors import ConfigurationError, DatabaseUnavailableError
from entrypoints.pulses import Pulses
from entrypoints.relay_bell import RelayBell
from entrypoints.worker import loop as loop_module
from entrypoints.worker.loop import NOT_NOW, Loop
from tests.entrypoints.worker.waiting import wait_until


class Step:
    """Does what the test lined up, then has nothing more to do."""

    def __init__(self, *outcomes: object) -> None:
        self.calls = 0
        self._outcomes = list(outcomes)

    def __call__(self) -> object:
        self.calls += 1
        outcome = self._outcomes.pop(0) if self._outcomes else 0
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


def stop(loop: Loop, bell: RelayBell | None = None) -> None:
    loop.stop()
    if bell is not None:
        bell()
    loop.join(10)


def test_a_loop_goes_on_at_once_while_there_is_more_to_do() -> None:
    step = Step(10, 10, 3)
    loop = Loop("relay", step, period_seconds=3600, pulses=Pulses())

    loop.start()
    wait_until(lambda: step.calls == 4)
    stop(loop)

    assert step.calls == 4


def test_a_bell_wakes_a_loop_from_its_pause() -> None:
    step, bell = Step(), RelayBell()
    loop = Loop("relay", step, period_seconds=3600, pulses=Pulses(), idle=bell.wait)
    loop.start()
    wait_until(lambda: step.calls == 1)

    bell()

    wait_until(lambda: step.calls == 2)
    stop(loop, bell)


@pytest.mark.parametrize("error", [DatabaseUnavailableError("locked"), KeyError("a defect")])
def test_a_loop_survives_an_error_of_its_step_and_logs_it(error: Exception) -> None:
    step = Step(error, 0)
    loop = Loop("relay", step, period_seconds=3600, pulses=Pulses())

    with structlog.testing.capture_logs() as lines:
        loop.start()
        wait_until(lambda: step.calls == 2)
    stop(loop)

    line = lines[0]
    assert line["loop"] == "relay"
    assert line.get("exc_info") == (None if isinstance(error, DatabaseUnavailableError) else error)


def test_pauses_after_errors_double_up_to_half_a_minute() -> None:
    pauses = [loop_module.backoff_seconds(failures) for failures in range(1, 12)]

    assert pauses[:4] == [0.25, 0.5, 1.0, 2.0]
    assert pauses[-1] == 30.0


def test_a_stopped_loop_ends_in_the_middle_of_its_pause() -> None:
    step = Step()
    loop = Loop("reconcile", step, period_seconds=3600, pulses=Pulses())
    loop.start()
    wait_until(lambda: step.calls == 1)

    stop(loop)

    assert "reconcile" not in {thread.name for thread in threading.enumerate()}


@pytest.mark.parametrize(
    ("error", "level"),
    [
        (DatabaseUnavailableError("locked"), "warning"),
        (ConfigurationError("queue", "GetQueueUrl was answered with QueueDoesNotExist"), "error"),
    ],
)
def test_what_an_operator_must_mend_is_louder_than_what_passes(
    error: Exception, level: str
) -> None:
    loop = Loop("receive", Step(error), period_seconds=3600, pulses=Pulses())

    with structlog.testing.capture_logs() as lines:
        loop.start()
        wait_until(lambda: lines)
        stop(loop)

    assert lines[0]["log_level"] == level


def test_errors_are_told_when_they_change_and_when_they_are_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(loop_module, "FIRST_BACKOFF_SECONDS", 0.001)
    locked, full = DatabaseUnavailableError("locked"), DatabaseUnavailableError("too many clients")
    step = Step(locked, locked, locked, full, full, NOT_NOW, full, locked, 0, locked)
    loop = Loop("receive", step, period_seconds=0, pulses=Pulses())

    with structlog.testing.capture_logs() as lines:
        loop.start()
        wait_until(lambda: step.calls > 10)
        stop(loop)

    told = [(line["event"], line["failures"]) for line in lines]
    assert told == [
        ("loop_step_failed", 1),
        ("loop_step_failed", 4),
        ("loop_step_failed", 7),
        ("loop_recovered", 7),
        ("loop_step_failed", 1),
        ("loop_recovered", 1),
    ]


def test_a_loop_that_may_not_do_anything_pauses_and_looks_again() -> None:
    pauses: list[float] = []
    step = Step(NOT_NOW, NOT_NOW)
    loop = Loop("receive", step, period_seconds=7, pulses=Pulses(), idle=pauses.append)

    loop.start()
    wait_until(lambda: step.calls > 2)
    stop(loop)

    assert pauses[:2] == [7, 7]


def test_a_loop_shows_that_it_goes_on_and_for_how_long_it_rests() -> None:
    pulses, may_go_on, is_at_work = Pulses(), threading.Event(), threading.Event()

    def step() -> bool:
        is_at_work.set()
        return may_go_on.wait(10) and False

    loop = Loop("reconcile", step, period_seconds=60, pulses=pulses)
    loop.start()
    assert is_at_work.wait(10)

    [hung] = pulses.grow_silent(100, limit_seconds=90)

    assert hung.name == "reconcile"
    may_go_on.set()
    wait_until(lambda: hung.silent_seconds == -60)
    stop(loop)
    assert pulses.grow_silent(1000, limit_seconds=90) == []
