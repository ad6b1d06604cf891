"""The supervisor goes on where a child cannot even be started."""

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import structlog

from adapters.memory.manual_clock import ManualClock
from entrypoints.cli.child import LONGEST_PAUSE_SECONDS, Child, ChildPlan
from entrypoints.cli.supervisor import Supervisor


@contextmanager
def nothing_can_be_opened() -> Iterator[None]:
    """As on a machine that has run out: no process can be given what it needs."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def child(clock: ManualClock) -> Iterator[Child]:
    descriptor = os.open(os.devnull, os.O_RDONLY)
    plan = ChildPlan(name="worker-1", arguments=("--help",))
    child = Child(plan, clock=clock, descriptor=descriptor)
    yield child
    child.kill_after(60)
    os.close(descriptor)


@pytest.fixture
def supervisor(clock: ManualClock, child: Child) -> Supervisor:
    return Supervisor([child], recover=lambda name: None, clock=clock, drain_seconds=1)


def test_a_child_that_cannot_be_started_is_told_and_tried_again(
    supervisor: Supervisor, child: Child, clock: ManualClock
) -> None:
    with structlog.testing.capture_logs() as lines, nothing_can_be_opened():
        supervisor.step()

    assert child.pid is None
    [line] = lines
    assert (line["event"], line["child"]) == ("child_start_failed", "worker-1")
    assert "Too many open files" in line["error"]

    clock.advance(LONGEST_PAUSE_SECONDS)
    supervisor.step()

    assert child.pid is not None


def test_the_pauses_between_failed_starts_grow(
    supervisor: Supervisor, child: Child, clock: ManualClock
) -> None:
    failed_at = []
    with structlog.testing.capture_logs() as lines, nothing_can_be_opened():
        for second in range(10):
            tries = len(lines)
            supervisor.step()
            supervisor.step()
            failed_at += [second] * (len(lines) - tries)
            clock.advance(1)

    # The first is repeated at once, as the first death is.
    assert failed_at == [0, 0, 1, 3, 7]
