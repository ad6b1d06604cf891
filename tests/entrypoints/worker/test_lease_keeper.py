import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from adapters.memory.manual_clock import ManualClock
from adapters.memory.seeded_ids import SeededRandomness
from application.ports.lease_keeper import HeldLease
from application.ports.message_queue import Delivery
from application.use_cases.renew_lease import Renewal, RenewLease
from entrypoints.pulses import Pulses
from entrypoints.timings import Timings
from entrypoints.worker.held_leases import HeldLeases
from entrypoints.worker.lease_keeper import ThreadLeaseKeeper
from tests.builders import build_id
from tests.entrypoints.worker.waiting import wait_until

# Beats come in real time, while trust is measured on a clock that the test moves.
TIMINGS = Timings(
    heartbeat=timedelta(seconds=0.02),
    lease=timedelta(seconds=80),
    visibility=timedelta(seconds=90),
)
TRUST_SECONDS = 70


class SteeredRenewal(RenewLease):
    """Answers what the test says."""

    def __init__(self) -> None:
        self.answer: Callable[[], Renewal] = lambda: Renewal.RENEWED
        self.count = 0

    def __call__(self, held: HeldLease) -> Renewal:
        self.count += 1
        return self.answer()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def renewal() -> SteeredRenewal:
    return SteeredRenewal()


@pytest.fixture
def pulses() -> Pulses:
    return Pulses()


@pytest.fixture
def keeper(clock: ManualClock, renewal: SteeredRenewal, pulses: Pulses) -> ThreadLeaseKeeper:
    return ThreadLeaseKeeper(
        renew_lease=renewal,
        clock=clock,
        randomness=SeededRandomness(),
        timings=TIMINGS,
        attempt_limit=timedelta(hours=1),
        held_leases=HeldLeases(),
        pulses=pulses,
    )


@pytest.fixture
def held(clock: ManualClock) -> HeldLease:
    delivery = Delivery(message_id="m", receipt="r", body="", receive_count=1)
    return HeldLease(file_id=build_id(), attempt=1, delivery=delivery, taken_at=clock.monotonic())


def heartbeats() -> Iterator[threading.Thread]:
    return (thread for thread in threading.enumerate() if thread.name == "heartbeat")


def test_a_renewed_lease_is_trusted_from_the_moment_its_renewal_was_asked_for(
    keeper: ThreadLeaseKeeper, renewal: SteeredRenewal, held: HeldLease, clock: ManualClock
) -> None:
    def take_long() -> Renewal:
        clock.advance(30)
        renewal.answer = lambda: Renewal.UNKNOWN
        return Renewal.RENEWED

    clock.advance(10)
    renewal.answer = take_long
    with keeper.keep(held) as lease:
        wait_until(lambda: renewal.count > 1)

        clock.advance(TRUST_SECONDS - 30 - 1)
        assert not lease.is_lost
        clock.advance(1)
        assert lease.is_lost


def test_a_lease_that_is_kept_no_more_is_trusted_for_the_rest_of_its_time(
    keeper: ThreadLeaseKeeper, renewal: SteeredRenewal, held: HeldLease, clock: ManualClock
) -> None:
    clock.advance(10)
    with keeper.keep(held) as lease:
        wait_until(lambda: renewal.count >= 2)
    clock.advance(100)

    assert lease.trusted_until == 10 + TRUST_SECONDS


def test_a_refused_renewal_loses_the_lease_at_once(
    keeper: ThreadLeaseKeeper, renewal: SteeredRenewal, held: HeldLease
) -> None:
    renewal.answer = lambda: Renewal.REFUSED

    with keeper.keep(held) as lease:
        wait_until(lambda: lease.is_lost)

    assert renewal.count == 1


def test_an_unanswered_renewal_is_tried_again_until_the_deadline(
    keeper: ThreadLeaseKeeper, renewal: SteeredRenewal, held: HeldLease, clock: ManualClock
) -> None:
    renewal.answer = lambda: Renewal.UNKNOWN

    with keeper.keep(held) as lease:
        wait_until(lambda: renewal.count >= 3)
        assert not lease.is_lost

        clock.advance(TRUST_SECONDS)

        assert lease.is_lost


def test_a_renewal_that_crashes_is_one_without_an_answer(
    keeper: ThreadLeaseKeeper, renewal: SteeredRenewal, held: HeldLease
) -> None:
    def crash() -> Renewal:
        raise RuntimeError("a defect")

    renewal.answer = crash
    with keeper.keep(held) as lease:
        wait_until(lambda: renewal.count >= 2)

        assert not lease.is_lost


def test_a_lease_is_lost_at_its_deadline_although_the_renewal_hangs_and_for_ever(
    keeper: ThreadLeaseKeeper, renewal: SteeredRenewal, held: HeldLease, clock: ManualClock
) -> None:
    answers = threading.Event()

    def hang() -> Renewal:
        answers.wait(10)
        return Renewal.RENEWED

    renewal.answer = hang
    with keeper.keep(held) as lease:
        wait_until(lambda: renewal.count)
        clock.advance(TRUST_SECONDS)
        assert lease.is_lost

        answers.set()
        wait_until(lambda: not list(heartbeats()))

        assert lease.is_lost


def test_when_the_block_is_left_no_renewal_is_under_way_or_will_follow(
    keeper: ThreadLeaseKeeper, renewal: SteeredRenewal, held: HeldLease
) -> None:
    with keeper.keep(held):
        wait_until(lambda: renewal.count >= 2)

    assert not list(heartbeats())


def test_a_heartbeat_is_a_sign_of_life_of_who_works_until_the_attempt_should_be_over(
    keeper: ThreadLeaseKeeper,
    renewal: SteeredRenewal,
    held: HeldLease,
    clock: ManualClock,
    pulses: Pulses,
) -> None:
    pulse = pulses.begin("slot-1")

    def renew() -> Renewal:
        clock.advance(60)
        pulses.beat()
        return Renewal.RENEWED

    with keeper.keep(held):
        pulses.grow_silent(60, limit_seconds=100)
        renewal.answer = renew
        wait_until(lambda: pulse.silent_seconds == 0)

        wait_until(lambda: clock.monotonic() > 3700)
        pulses.grow_silent(60, limit_seconds=100)
        count = renewal.count
        wait_until(lambda: renewal.count > count + 2)

    assert pulse.silent_seconds == 60
    pulses.end(pulse)
