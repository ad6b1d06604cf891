"""Records that were set back, or that are not alone with their storage, are told apart."""

from datetime import timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from domain.epoch import COMPARE_EVERY, PAUSE, Belonging, Epoch, compare
from tests.builders import START

OURS, THEIRS = UUID(int=1), UUID(int=2)
MOMENT = timedelta(microseconds=1)


def epoch(number: int = 5, *, paused_until: timedelta | None = None) -> Epoch:
    return Epoch(
        installation=OURS,
        number=number,
        compared_at=START,
        paused_until=None if paused_until is None else START + paused_until,
    )


@given(number=st.integers(0, 1000), lag=st.integers(0, 2))
def test_a_storage_that_is_behind_has_only_missed_a_write(number: int, lag: int) -> None:
    belonging, following = compare(epoch(number), {OURS: max(number - lag, 0)}, at=START)

    assert (belonging, following.number) == (Belonging.TOGETHER, number + 1)


@given(number=st.integers(0, 1000), lead=st.integers(1, 1000))
def test_a_storage_that_is_ahead_pauses_collections_for_two_days(number: int, lead: int) -> None:
    belonging, paused = compare(epoch(number), {OURS: number + lead}, at=START)

    assert belonging is Belonging.SET_BACK
    last, after = START + PAUSE - MOMENT, START + PAUSE
    assert compare(paused, {OURS: number + lead}, at=last)[0] is Belonging.PAUSED
    assert compare(paused, {OURS: number + lead}, at=after)[0] is Belonging.TOGETHER
    assert paused.paused_until == after


def test_a_pause_begins_again_when_the_number_goes_on_without_these_records() -> None:
    _, paused = compare(epoch(5), {OURS: 9}, at=START)

    belonging, again = compare(paused, {OURS: 10}, at=START + PAUSE / 2)

    assert (belonging, again.paused_until) == (Belonging.SET_BACK, START + PAUSE * 1.5)


def test_a_number_that_vanished_is_a_storage_that_was_set_back() -> None:
    belonging, paused = compare(epoch(5), {}, at=START)

    assert (belonging, paused.number) == (Belonging.SET_BACK, 5)


def test_records_that_begin_wait_for_their_number_to_be_written() -> None:
    belonging, following = compare(epoch(0), {}, at=START)

    assert (belonging, following.number) == (Belonging.TOGETHER, 0)


def test_another_installation_stops_collections_for_as_long_as_it_is_there() -> None:
    belonging, following = compare(epoch(5), {OURS: 5, THEIRS: 1}, at=START)
    later = START + COMPARE_EVERY

    assert (belonging, following.number) == (Belonging.SHARED, 5)
    assert compare(following, {OURS: 5, THEIRS: 2}, at=later)[0] is Belonging.SHARED
    assert compare(following, {OURS: 5}, at=later)[0] is Belonging.TOGETHER


def test_another_installation_shortens_no_pause() -> None:
    _, following = compare(epoch(paused_until=PAUSE), {OURS: 5, THEIRS: 1}, at=START)

    assert following.paused_until == START + PAUSE
