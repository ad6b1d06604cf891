from collections.abc import Iterator

import pytest
import structlog

from adapters.memory.manual_clock import ManualClock
from application.errors import ConfigurationError, DependencyError, StorageUnavailableError
from domain.circuit_breaker import BreakerPolicy
from entrypoints.watched.calls import Dependency
from entrypoints.worker.breakers import Breakers
from entrypoints.worker.dependency_gate import DependencyGate

REFUSED = StorageUnavailableError("connection refused")
ALL = tuple(Dependency)


class SteeredProbe:
    """Answers as the test says, and counts how often it was asked."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.calls = 0

    def __call__(self) -> None:
        self.calls += 1
        if self.error is not None:
            raise self.error


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def probe() -> SteeredProbe:
    return SteeredProbe()


@pytest.fixture
def breakers(clock: ManualClock) -> Breakers:
    return Breakers(policy=BreakerPolicy(), clock=clock)


@pytest.fixture
def gate(breakers: Breakers, probe: SteeredProbe) -> DependencyGate:
    return DependencyGate(breakers, dict.fromkeys(Dependency, probe))


def fail(
    breakers: Breakers,
    dependency: Dependency = Dependency.STORAGE,
    *,
    error: DependencyError = REFUSED,
) -> None:
    for _ in range(5):
        breakers.note(dependency, error)


@pytest.fixture
def lines() -> Iterator[list[structlog.typing.EventDict]]:
    with structlog.testing.capture_logs() as captured:
        yield captured


def test_what_is_not_known_to_be_away_may_be_called(
    gate: DependencyGate, probe: SteeredProbe
) -> None:
    assert gate.lets_through(ALL)
    assert probe.calls == 0


def test_each_dependency_has_a_breaker_of_its_own(gate: DependencyGate, breakers: Breakers) -> None:
    for dependency in (Dependency.DATABASE, Dependency.STORAGE, Dependency.QUEUE):
        breakers.note(dependency, REFUSED)
        breakers.note(dependency, REFUSED)
    assert gate.lets_through(ALL)

    fail(breakers, Dependency.STORAGE)

    assert not gate.lets_through([Dependency.STORAGE])
    assert gate.lets_through([Dependency.DATABASE, Dependency.QUEUE])
    assert [gate.is_shut(it) for it in (Dependency.STORAGE, Dependency.WORK_TOPIC)] == [True, False]


def test_while_it_is_away_it_is_asked_less_and_less_often(
    gate: DependencyGate, breakers: Breakers, probe: SteeredProbe, clock: ManualClock
) -> None:
    fail(breakers)
    probe.error = REFUSED

    asked_at = []
    for _ in range(200):
        clock.advance(1)
        calls = probe.calls
        assert not gate.lets_through(ALL)
        if probe.calls > calls:
            asked_at.append(clock.monotonic())

    assert asked_at == [5, 15, 35, 65, 95, 125, 155, 185]


def test_an_hour_without_it_leaves_two_lines_with_their_cause(
    gate: DependencyGate,
    breakers: Breakers,
    probe: SteeredProbe,
    clock: ManualClock,
    lines: list[structlog.typing.EventDict],
) -> None:
    probe.error = REFUSED
    fail(breakers)
    for _ in range(3600):
        clock.advance(1)
        breakers.note(Dependency.STORAGE, REFUSED)
        gate.lets_through(ALL)
    probe.error = None

    clock.advance(30)
    assert gate.lets_through(ALL)

    opened, closed = lines
    assert (opened["event"], opened["log_level"]) == ("breaker_opened", "warning")
    assert (opened["dependency"], opened["openings"]) == ("storage", 1)
    assert opened["error"] == "storage: connection refused"
    assert (closed["event"], closed["dependency"]) == ("breaker_closed", "storage")
    assert closed["seconds"] == 3630


def test_what_an_operator_must_mend_opens_it_like_an_outage_and_is_louder(
    gate: DependencyGate, breakers: Breakers, lines: list[structlog.typing.EventDict]
) -> None:
    fail(breakers, error=ConfigurationError("storage", "GetObject was answered with 403"))

    assert not gate.lets_through(ALL)
    [line] = lines
    assert (line["log_level"], line["error_code"]) == ("error", "configuration_error")
    assert line["error"] == "storage: GetObject was answered with 403"


def test_openings_are_counted(
    gate: DependencyGate,
    breakers: Breakers,
    clock: ManualClock,
    lines: list[structlog.typing.EventDict],
) -> None:
    for _ in range(3):
        fail(breakers)
        clock.advance(30)
        assert gate.lets_through(ALL)

    openings = [line["openings"] for line in lines if line["event"] == "breaker_opened"]
    assert openings == [1, 2, 3]


def test_a_defect_of_a_probe_is_told_and_does_not_leave_the_breaker_half_open(
    gate: DependencyGate, breakers: Breakers, probe: SteeredProbe, clock: ManualClock
) -> None:
    fail(breakers)
    clock.advance(5)
    probe.error = KeyError("a defect")
    with pytest.raises(KeyError):
        gate.lets_through(ALL)

    probe.error = None
    clock.advance(10)

    assert gate.lets_through(ALL)
