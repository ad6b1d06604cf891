from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.circuit_breaker import BreakerPolicy, BreakerState, CircuitBreaker

POLICY = BreakerPolicy()


def fail(breaker: CircuitBreaker, *, at: float, times: int = POLICY.errors) -> None:
    for _ in range(times):
        breaker.record_error(at=at)


def fail_and_succeed(breaker: CircuitBreaker, times: Iterable[float]) -> list[bool]:
    """Whether each error opened it; a call that succeeds comes before each of them."""
    opens = []
    for at in times:
        breaker.record_success(at=at)
        opens.append(breaker.record_error(at=at))
    return opens


def test_five_errors_within_half_a_minute_open_a_breaker_if_no_more_calls_succeed() -> None:
    breaker = CircuitBreaker(POLICY)

    opens = fail_and_succeed(breaker, [0, 10, 20, 25, 26])

    assert opens == [False, False, False, False, True]
    assert breaker.state is BreakerState.OPEN
    assert breaker.opened_at == 26


@pytest.mark.parametrize("calls_a_second", [100, 1000])
def test_one_error_in_a_hundred_calls_never_opens_it(calls_a_second: int) -> None:
    breaker = CircuitBreaker(POLICY)

    opens = []
    for number in range(60 * calls_a_second):
        at = number / calls_a_second
        if number % 100:
            breaker.record_success(at=at)
        else:
            opens.append(breaker.record_error(at=at))

    assert not any(opens)


def test_an_outage_after_thousands_of_calls_opens_it_at_once() -> None:
    breaker = CircuitBreaker(POLICY)
    for number in range(40_000):
        breaker.record_success(at=number / 1000)

    fail(breaker, at=40)

    assert breaker.state is BreakerState.OPEN


def test_of_two_calls_that_fail_and_one_that_does_not_no_five_have_to_be_in_a_row() -> None:
    breaker = CircuitBreaker(POLICY)

    for at in range(3):
        fail(breaker, at=at, times=2)
        breaker.record_success(at=at)

    assert breaker.state is BreakerState.OPEN


def test_a_call_that_ends_well_while_it_is_open_closes_nothing() -> None:
    breaker = CircuitBreaker(POLICY)
    fail(breaker, at=0)

    breaker.record_success(at=1)

    assert breaker.state is BreakerState.OPEN


def test_errors_that_come_more_slowly_between_calls_that_succeed_never_open_it() -> None:
    breaker = CircuitBreaker(POLICY)

    opens = fail_and_succeed(breaker, [number * 7.6 for number in range(1000)])

    assert not any(opens)


def test_five_errors_in_a_row_open_it_however_long_each_of_them_took() -> None:
    breaker = CircuitBreaker(POLICY)

    opens = [breaker.record_error(at=at) for at in (33, 66, 99, 132, 165)]

    assert opens == [False, False, False, False, True]


def test_a_breaker_rests_before_it_lets_anybody_probe() -> None:
    breaker = CircuitBreaker(POLICY)
    fail(breaker, at=100)

    assert not breaker.begin_probe(at=104.9)
    assert breaker.begin_probe(at=105)
    assert breaker.state is BreakerState.HALF_OPEN


def test_a_closed_breaker_is_not_probed() -> None:
    assert not CircuitBreaker(POLICY).begin_probe(at=1e9)


def test_only_one_probe_is_under_way() -> None:
    breaker = CircuitBreaker(POLICY)
    fail(breaker, at=0)

    assert [breaker.begin_probe(at=5), breaker.begin_probe(at=5)] == [True, False]


def test_a_probe_that_is_answered_closes_the_breaker_with_a_clean_slate() -> None:
    breaker = CircuitBreaker(POLICY)
    fail(breaker, at=0)
    breaker.begin_probe(at=5)

    breaker.end_probe(is_answered=True, at=6)

    assert breaker.state is BreakerState.CLOSED
    fail(breaker, at=7, times=POLICY.errors - 1)
    assert breaker.state is BreakerState.CLOSED


def test_each_probe_in_vain_doubles_the_rest_up_to_half_a_minute() -> None:
    breaker = CircuitBreaker(POLICY)
    fail(breaker, at=0)

    rests = []
    for _ in range(6):
        at = breaker.probe_at
        assert breaker.begin_probe(at=at)
        breaker.end_probe(is_answered=False, at=at)
        rests.append(breaker.probe_at - at)

    assert rests == [10, 20, 30, 30, 30, 30]


def test_calls_that_end_late_do_not_disturb_a_probe() -> None:
    breaker = CircuitBreaker(POLICY)
    fail(breaker, at=0)
    breaker.begin_probe(at=5)

    fail(breaker, at=5)

    assert breaker.state is BreakerState.HALF_OPEN


def test_who_opens_again_soon_after_it_closed_rests_longer() -> None:
    breaker = CircuitBreaker(POLICY)
    fail(breaker, at=0)
    breaker.begin_probe(at=5)
    breaker.end_probe(is_answered=True, at=5)

    fail(breaker, at=6)

    assert breaker.probe_at == 6 + 10


def test_who_opens_again_long_after_it_closed_rests_as_the_first_time() -> None:
    breaker = CircuitBreaker(POLICY)
    fail(breaker, at=0)
    breaker.begin_probe(at=5)
    breaker.end_probe(is_answered=True, at=5)

    fail(breaker, at=35)

    assert breaker.probe_at == 35 + 5


def test_a_first_rest_beyond_the_longest_stays_as_it_was_asked_for() -> None:
    policy = BreakerPolicy(probe_seconds=90)

    assert [policy.rest_seconds(rests) for rests in (0, 1, 1000)] == [90, 90, 90]


def test_the_end_of_a_probe_that_nobody_began_is_a_defect() -> None:
    with pytest.raises(ValueError, match="closed"):
        CircuitBreaker(POLICY).end_probe(is_answered=True, at=0)


@given(
    st.builds(
        BreakerPolicy,
        errors=st.integers(1, 6),
        window_seconds=st.floats(0.1, 100),
        probe_seconds=st.floats(0.1, 60),
    ),
    st.lists(st.tuples(st.floats(0, 200), st.booleans()), max_size=60),
)
def test_it_opens_at_the_first_error_that_ends_a_row_or_makes_most_calls_of_its_window_fail(
    policy: BreakerPolicy, calls: list[tuple[float, bool]]
) -> None:
    breaker, now, ends = CircuitBreaker(policy), 0.0, []
    for pause, is_error in calls:
        now += pause
        ends.append((now, is_error))
        if not is_error:
            breaker.record_success(at=now)
            continue
        opens = breaker.record_error(at=now)

        # The window ends somewhere within its last tenth.
        row = [failed for _, failed in ends[-policy.errors :]]
        is_row = len(row) == policy.errors and all(row)
        oldest, newest = (now - policy.window_seconds * share for share in (1.01, 0.89))
        beginnings = [oldest, newest, *(at for at, _ in ends if oldest < at < newest)]
        verdicts = {most_failed(ends, since=at, policy=policy) for at in beginnings}
        if len(verdicts) == 1:
            assert opens == (is_row or verdicts == {True})
        if opens:
            return


def most_failed(ends: list[tuple[float, bool]], *, since: float, policy: BreakerPolicy) -> bool:
    """Whether enough calls failed since then, and at least half of all."""
    failed = [is_error for at, is_error in ends if at >= since]
    return sum(failed) >= policy.errors and 2 * sum(failed) >= len(failed)


@given(st.data(), st.lists(st.sampled_from(["error", "probe", "wait"]), max_size=80))
def test_whatever_happens_it_never_stays_open_longer_than_the_longest_rest(
    data: st.DataObject, moves: list[str]
) -> None:
    breaker, now = CircuitBreaker(BreakerPolicy(errors=2)), 0.0
    states = [breaker.state]
    for move in moves:
        if move == "error":
            breaker.record_error(at=now)
        elif move == "wait":
            now += data.draw(st.floats(0, 40))
        elif breaker.begin_probe(at=now):
            states.append(breaker.state)
            breaker.end_probe(is_answered=data.draw(st.booleans()), at=now)
        states.append(breaker.state)
        assert breaker.probe_at - now <= 30

    legal = {
        (BreakerState.CLOSED, BreakerState.OPEN),
        (BreakerState.OPEN, BreakerState.HALF_OPEN),
        (BreakerState.HALF_OPEN, BreakerState.OPEN),
        (BreakerState.HALF_OPEN, BreakerState.CLOSED),
    }
    assert {pair for pair in pairwise(states) if pair[0] is not pair[1]} <= legal
