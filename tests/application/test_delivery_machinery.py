"""Relay, lease, dead letters, reconciler and recovery: each step alone."""

from collections.abc import Mapping, Sequence

import pytest

from adapters.memory.event_publisher import MemoryEventPublisher
from application.errors import DatabaseUnavailableError, QueueUnavailableError
from application.ports.event_publisher import EventPublisher
from application.ports.lease_keeper import HeldLease
from application.ports.message_queue import Delivery
from application.ports.outbox import OutboxRecord
from application.ports.unit_of_work import UnitOfWorkFactory
from application.use_cases.cancel_file import CancelFile
from application.use_cases.forget_old_records import DELETE_AT_ONCE
from application.use_cases.process_delivery import DeliveryResult
from application.use_cases.reconcile import Reconcile
from application.use_cases.recover_after_crash import RecoverAfterCrash
from application.use_cases.renew_lease import Renewal, RenewLease
from application.use_cases.reprocess_file import ReprocessFile
from application.use_cases.watch_dead_letters import WatchDeadLetters
from domain.file_state import FileState
from domain.file_status import FileStatus, Outcome
from tests.application.conftest import TENANT, Story
from tests.builders import build_idempotency_record, build_message
from tests.faults import CommitFault, FaultyUnitsOfWork


class Killed(BaseException):
    """The process is gone: nothing after this line runs."""


class MoodyPublisher(EventPublisher):
    """Refuses what it is told to refuse."""

    def __init__(self, publisher: MemoryEventPublisher) -> None:
        self._publisher = publisher
        self.refuses_all = False
        self.refused_records = 0

    def publish(self, records: Sequence[OutboxRecord]) -> Mapping[int, str]:
        if self.refuses_all:
            raise QueueUnavailableError("connection refused")
        refused, accepted = records[: self.refused_records], records[self.refused_records :]
        self._publisher.publish(accepted)
        return {record.id: "too large" for record in refused}


@pytest.fixture
def publisher(story: Story) -> MoodyPublisher:
    moody = MoodyPublisher(story.service.publisher)
    story.service.container.register(EventPublisher, instance=moody)
    return moody


def start_and_die(story: Story) -> tuple[FileState, Delivery]:
    """A file whose worker was killed in the middle of the work, and its delivery."""

    def die() -> None:
        story.service.engine.before_row = lambda: None
        raise Killed

    file = story.upload()
    story.relay()
    delivery = story.receive()
    story.service.engine.before_row = die
    with pytest.raises(Killed):
        story.process(delivery)
    return file, delivery


def dead_letter(story: Story) -> None:
    """Receives the one message until the queue gives it up."""
    for _ in range(3):
        story.receive()
        story.service.clock.advance(301)
    assert story.service.queue.receive(limit=10, wait_seconds=0) == []


def test_a_message_leaves_once(story: Story) -> None:
    story.upload()

    assert [story.relay(), story.relay()] == [1, 0]


def test_what_could_not_leave_is_tried_again_later(story: Story, publisher: MoodyPublisher) -> None:
    story.upload()
    publisher.refuses_all = True
    story.relay()
    publisher.refuses_all = False

    assert story.relay() == 0
    story.service.clock.advance(1)
    assert story.relay() == 1
    assert len(story.service.queue.bodies) == 1


def test_a_message_that_is_refused_delays_no_other(story: Story, publisher: MoodyPublisher) -> None:
    story.upload()
    second = story.upload()
    publisher.refused_records = 1
    story.relay()

    [body] = story.service.queue.bodies
    assert str(second.id) in body


def test_a_message_is_never_given_up(story: Story, publisher: MoodyPublisher) -> None:
    story.upload()
    publisher.refuses_all = True
    for _ in range(100):
        story.relay()
        story.service.clock.advance(30)
    publisher.refuses_all = False

    assert story.relay() == 1


def test_a_relay_that_died_while_publishing_is_replaced_by_another(story: Story) -> None:
    story.upload()
    with story.service.units_of_work.for_writing() as work:
        now = work.now()
        work.outbox.claim(owner="relay-0", limit=10, at=now, until=now.replace(minute=1))
        work.commit()

    assert story.relay() == 0
    story.service.clock.advance(60)
    assert story.relay() == 1


def test_a_renewed_lease_outlives_its_first_end(story: Story) -> None:
    file, delivery = start_and_die(story)
    held = HeldLease(file_id=file.id, attempt=1, delivery=delivery, taken_at=0)
    story.service.clock.advance(200)

    assert story.service.get(RenewLease)(held) is Renewal.RENEWED

    story.service.clock.advance(200)
    assert story.process(delivery).result is DeliveryResult.POSTPONED


def test_a_lease_is_refused_to_an_attempt_that_is_over(story: Story) -> None:
    file, delivery = start_and_die(story)
    story.service.get(CancelFile)(TENANT, file.id)

    held = HeldLease(file_id=file.id, attempt=1, delivery=delivery, taken_at=0)

    assert story.service.get(RenewLease)(held) is Renewal.REFUSED


def test_a_killed_worker_is_taken_over_when_its_lease_ends(story: Story) -> None:
    file, _ = start_and_die(story)
    story.service.clock.advance(301)

    assert story.process().result is DeliveryResult.FINISHED
    assert story.file(file).attempt == 2


def test_recovery_frees_at_once_what_the_dead_held(story: Story) -> None:
    file, _ = start_and_die(story)

    assert story.service.get(RecoverAfterCrash)() == 1

    assert story.process().result is DeliveryResult.FINISHED
    assert story.file(file).attempt == 2


def test_recovery_frees_what_a_dead_relay_was_about_to_send(story: Story) -> None:
    story.upload()
    with story.service.units_of_work.for_writing() as work:
        now = work.now()
        work.outbox.claim(owner="relay-0", limit=10, at=now, until=now.replace(hour=10))
        work.commit()

    story.service.get(RecoverAfterCrash)()

    assert story.relay() == 1


def test_recovery_of_one_worker_leaves_the_others_alone(story: Story) -> None:
    start_and_die(story)
    story.upload()
    with story.service.units_of_work.for_writing() as work:
        now = work.now()
        work.outbox.claim(owner="relay-0", limit=10, at=now, until=now.replace(hour=10))
        work.commit()

    assert story.service.get(RecoverAfterCrash)(owner="worker-2") == 0

    assert story.relay() == 0
    assert list(story.service.queue.receive(limit=10, wait_seconds=0)) == []


def test_a_dead_letter_of_a_file_that_did_not_fail_goes_back_to_work(story: Story) -> None:
    file = story.upload()
    story.relay()
    dead_letter(story)

    watched = story.service.get(WatchDeadLetters)()

    assert (watched.looked_at, watched.sent_again) == (1, (file.id,))
    assert story.service.dead_letters.bodies == ()
    assert story.finish(file).outcome is Outcome.CLEAN


@pytest.mark.parametrize("ending", ["cancelled", "reprocessed"])
def test_a_dead_letter_that_has_nothing_left_to_say_is_deleted(story: Story, ending: str) -> None:
    file = story.upload()
    story.relay()
    dead_letter(story)
    story.service.get(CancelFile)(TENANT, file.id)
    if ending == "reprocessed":
        story.service.get(ReprocessFile)(TENANT, file.id)

    sent = story.relay()
    story.service.get(WatchDeadLetters)()

    assert story.service.dead_letters.bodies == ()
    assert (sent, story.relay()) == (1 if ending == "cancelled" else 2, 0)


def test_a_dead_letter_that_cannot_be_judged_keeps_no_other_from_its_verdict(
    story: Story,
) -> None:
    first, second = story.upload(name="first.csv"), story.upload(name="second.csv")
    story.relay()
    bodies = story.service.queue.bodies
    for body in bodies:
        story.service.dead_letters.put(body)
    faults = [CommitFault.REFUSED]
    story.service.container.register(
        UnitOfWorkFactory,
        instance=FaultyUnitsOfWork(
            story.service.units_of_work, next_fault=lambda: faults.pop() if faults else None
        ),
    )

    watched = story.service.get(WatchDeadLetters)()

    assert isinstance(watched.failure, DatabaseUnavailableError)
    assert watched.looked_at == len(bodies)
    assert story.service.dead_letters.bodies == bodies[:1]
    assert {story.file(file).status for file in (first, second)} == {FileStatus.PENDING}
    assert story.relay() == 1


def test_a_dead_letter_under_a_live_lease_is_left_alone(story: Story) -> None:
    file, _ = start_and_die(story)
    body = story.service.queue.bodies[0]
    story.service.dead_letters.put(body)

    story.service.get(WatchDeadLetters)()

    assert story.service.dead_letters.bodies == (body,)
    assert story.file(file).status is FileStatus.PROCESSING


def test_a_dead_letter_of_a_crash_loop_buries_its_file_and_stays(story: Story) -> None:
    file, delivery = start_and_die(story)
    for _ in range(5):
        story.service.clock.advance(241)
        _die_again(story, delivery)
    story.service.clock.advance(241)
    story.service.dead_letters.put(story.service.queue.bodies[0])

    story.service.get(WatchDeadLetters)()

    assert story.file(file).error_code == "worker_crash_loop"
    assert len(story.service.dead_letters.bodies) == 1


def test_a_file_whose_message_got_lost_is_found_after_half_an_hour(story: Story) -> None:
    file = story.upload()
    story.relay()
    story.service.queue.delete(story.receive())

    story.service.clock.advance(29 * 60)
    assert story.service.get(Reconcile)().republished == 0
    story.service.clock.advance(120)
    assert story.service.get(Reconcile)().republished == 1
    assert story.finish(file).outcome is Outcome.CLEAN


def test_a_long_queue_is_no_loss(story: Story) -> None:
    story.upload()
    story.relay()
    story.service.clock.advance(3600)

    assert story.service.get(Reconcile)().republished == 0


def test_a_healthy_service_needs_no_repair(story: Story) -> None:
    story.finish(story.upload())
    story.service.clock.advance(3600)

    assert story.service.get(Reconcile)().republished == 0


def test_sent_messages_and_old_keys_are_forgotten(story: Story) -> None:
    story.finish(story.upload())
    story.relay()
    story.service.clock.advance(25 * 3600)

    assert story.service.get(Reconcile)().forgotten == 2
    assert story.relay() == 0


def test_one_round_forgets_all_that_is_old_however_much_it_is(story: Story) -> None:
    old = DELETE_AT_ONCE + 1
    with story.service.units_of_work.for_writing() as work:
        for number in range(old):
            work.idempotency_keys.add(build_idempotency_record(key=str(number)))
            work.outbox.add(build_message())
        work.commit()
    while story.relay():
        pass
    story.service.clock.advance(8 * 24 * 3600)

    assert story.service.get(Reconcile)().forgotten == 2 * old


def _die_again(story: Story, delivery: Delivery) -> None:
    def die() -> None:
        raise Killed

    story.service.engine.before_row = die
    with pytest.raises(Killed):
        story.process(delivery)
