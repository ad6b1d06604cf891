"""How long to wait after a fault, and when to give up."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.fault import Fault, FaultKind
from domain.file_state import FileState
from domain.retry_policy import BackoffStrategy, RetryPolicy
from tests.builders import START, build_file_state

FAILURE = Fault(kind=FaultKind.FAILURE, code="internal_error", message="the service failed")
OUTAGE = Fault(kind=FaultKind.DEPENDENCY, code="dependency_unavailable", message="it was away")
GONE = Fault(kind=FaultKind.INPUT, code="input_missing", message="the content is gone")


def largest(ceiling: float) -> float:
    return ceiling


def delay(
    policy: RetryPolicy, fault: Fault, state: FileState, *, hours: float = 0
) -> timedelta | None:
    return policy.delay_after(fault, state, at=START + timedelta(hours=hours), uniform=largest)


@pytest.mark.parametrize(
    ("strategy", "seconds"),
    [
        (BackoffStrategy.FIXED, [30, 30, 30, 30]),
        (BackoffStrategy.LINEAR, [30, 60, 90, 120]),
        (BackoffStrategy.FULL_JITTER, [30, 60, 120, 240]),
    ],
)
def test_each_strategy_grows_in_its_way(strategy: BackoffStrategy, seconds: list[int]) -> None:
    policy = RetryPolicy(strategy=strategy)

    waits = [delay(policy, OUTAGE, build_file_state(retries=retries)) for retries in range(4)]

    assert waits == [timedelta(seconds=wait) for wait in seconds]


@given(
    strategy=st.sampled_from(BackoffStrategy),
    retries=st.integers(0, 10**9),
    share=st.floats(0, 1),
)
def test_a_wait_is_at_least_a_second_and_at_most_the_cap(
    strategy: BackoffStrategy, retries: int, share: float
) -> None:
    policy = RetryPolicy(strategy=strategy)

    wait = policy.delay_after(
        OUTAGE,
        build_file_state(retries=retries),
        at=START,
        uniform=lambda ceiling: ceiling * share,
    )

    assert wait is not None
    assert timedelta(seconds=1) <= wait <= timedelta(seconds=900)


def test_the_third_failure_is_the_last() -> None:
    policy = RetryPolicy()

    assert delay(policy, FAILURE, build_file_state(failures=1)) is not None
    assert delay(policy, FAILURE, build_file_state(failures=2)) is None


def test_a_dependency_may_be_away_for_a_day_and_no_longer() -> None:
    policy = RetryPolicy()

    assert delay(policy, OUTAGE, build_file_state(failures=2, retries=500), hours=23.9) is not None
    assert delay(policy, OUTAGE, build_file_state(retries=500), hours=24) is None


def test_a_file_that_waited_for_days_survives_its_first_hiccups() -> None:
    policy = RetryPolicy()

    for retries in range(100):
        assert delay(policy, OUTAGE, build_file_state(retries=retries), hours=72) is not None


def test_the_day_is_over_when_the_pauses_come_to_a_day() -> None:
    policy = RetryPolicy()

    # 15 + 30 + 60 + 120 + 240 s on average, and 450 s each from then on.
    assert delay(policy, OUTAGE, build_file_state(retries=195), hours=1000) is not None
    assert delay(policy, OUTAGE, build_file_state(retries=196), hours=24) is None
    assert delay(policy, OUTAGE, build_file_state(retries=196), hours=23.9) is not None


def test_content_that_is_gone_is_not_waited_for() -> None:
    assert delay(RetryPolicy(), GONE, build_file_state()) is None


def test_six_starts_without_an_outcome_are_a_crash_loop() -> None:
    policy = RetryPolicy()

    assert not policy.is_crash_loop(5)
    assert policy.is_crash_loop(6)
