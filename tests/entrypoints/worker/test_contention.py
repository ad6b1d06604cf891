"""When a worker takes it that all writes wait in vain, and how it learns that they do not."""

import pytest

from adapters.memory.manual_clock import ManualClock
from application.errors import DatabaseBusyError, QueueUnavailableError
from application.ports.lease_keeper import HeldLease
from application.ports.message_queue import Delivery
from entrypoints.worker.contention import KEPT_AT_MOST, Contention
from entrypoints.worker.held_leases import HeldLeases
from tests.builders import build_id

BUSY = DatabaseBusyError("canceling statement due to lock timeout")


def delivery(message_id: str) -> Delivery:
    return Delivery(message_id=message_id, receipt=message_id, body="", receive_count=1)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def held_leases() -> HeldLeases:
    return HeldLeases()


@pytest.fixture
def contention(clock: ManualClock, held_leases: HeldLeases) -> Contention:
    return Contention(clock=clock, held_leases=held_leases)


def note_busy(contention: Contention, *message_ids: str) -> None:
    for message_id in message_ids:
        contention.note(delivery(message_id), BUSY)


def kept(contention: Contention) -> list[str]:
    return [it.message_id for it in contention.kept()]


def test_three_busy_deliveries_in_a_row_begin_it(contention: Contention) -> None:
    note_busy(contention, "a", "b")
    assert not contention.goes_on()

    note_busy(contention, "c")

    assert contention.goes_on()
    assert kept(contention) == ["a", "b", "c"]


def test_one_that_gets_through_between_them_begins_the_count_anew(contention: Contention) -> None:
    note_busy(contention, "a", "b")
    contention.note(delivery("c"), None)
    note_busy(contention, "d", "e")

    assert not contention.goes_on()
    assert kept(contention) == ["d", "e"]


def test_rests_double_up_to_half_a_minute(contention: Contention, clock: ManualClock) -> None:
    note_busy(contention, "a", "b", "c")

    for seconds in (5, 10, 20, 30, 30):
        clock.advance(seconds - 0.001)
        assert not contention.is_trial_due()
        clock.advance(0.001)
        assert contention.is_trial_due()
        contention.begin_trial(delivery("a"))
        assert not contention.is_trial_due()
        note_busy(contention, "a")


def test_those_that_end_late_make_no_rest_longer(
    contention: Contention, clock: ManualClock
) -> None:
    note_busy(contention, "a", "b", "c", "d", "e")

    clock.advance(5)

    assert contention.is_trial_due()


def test_one_that_got_through_ends_it(contention: Contention) -> None:
    note_busy(contention, "a", "b", "c")

    contention.note(delivery("d"), None)

    assert not contention.goes_on()
    assert kept(contention) == []


def test_it_ends_when_the_work_has_begun_however_long_that_takes(
    contention: Contention, clock: ManualClock, held_leases: HeldLeases
) -> None:
    note_busy(contention, "a", "b", "c")
    clock.advance(5)
    contention.begin_trial(delivery("a"))
    assert contention.goes_on()

    held_leases.note(
        HeldLease(file_id=build_id(), attempt=1, delivery=delivery("a"), taken_at=clock.monotonic())
    )

    assert not contention.goes_on()


def test_a_trial_that_fails_otherwise_says_nothing(
    contention: Contention, clock: ManualClock
) -> None:
    note_busy(contention, "a", "b", "c")
    clock.advance(5)
    contention.begin_trial(delivery("a"))

    contention.note(delivery("a"), QueueUnavailableError("connection refused"))

    assert contention.goes_on()
    assert not contention.is_trial_due()
    clock.advance(10)
    assert contention.is_trial_due()


def test_what_was_tried_comes_after_the_others(contention: Contention) -> None:
    note_busy(contention, "a", "b", "c")
    contention.begin_trial(delivery("a"))

    note_busy(contention, "a")

    assert kept(contention) == ["b", "c", "a"]


def test_only_so_many_are_kept_from_the_queue(contention: Contention) -> None:
    note_busy(contention, *(str(number) for number in range(KEPT_AT_MOST)))
    assert not contention.has_room()

    note_busy(contention, "one more", "0")

    assert len(kept(contention)) == KEPT_AT_MOST
    assert kept(contention)[-1] == "0"
