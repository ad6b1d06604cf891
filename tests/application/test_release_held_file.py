"""Another thread gives back what a slot holds, in whatever moment of the slot's life."""

import pytest

from application.errors import DatabaseUnavailableError, QueueUnavailableError
from application.ports.lease_keeper import HeldLease
from application.ports.message_queue import Delivery, MessageQueue
from application.ports.unit_of_work import UnitOfWorkFactory
from application.use_cases.claim_file import ClaimFile
from application.use_cases.file_messages import WorkRequest
from application.use_cases.get_history import GetHistory
from application.use_cases.process_delivery import DeliveryResult
from application.use_cases.release_held_file import ReleaseHeldFile
from application.use_cases.settle_attempt import SettleAttempt, Settled
from domain.events import FileEventName
from domain.fault import Fault, FaultKind
from domain.file_state import FileState
from domain.file_status import FileStatus
from tests.application.conftest import TENANT, Story
from tests.faults import CommitFault, FaultyUnitsOfWork

TRY_SECONDS = 3.0


@pytest.fixture
def held(story: Story) -> HeldLease:
    """What a slot holds that has claimed a file and hangs."""
    file = story.upload()
    story.relay()
    delivery = story.receive()
    story.service.get(ClaimFile)(WorkRequest.parse(delivery.body))
    return HeldLease(file_id=file.id, attempt=1, delivery=delivery, taken_at=0)


def release(story: Story, held: HeldLease) -> bool:
    until = story.service.clock.monotonic() + TRY_SECONDS
    return story.service.get(ReleaseHeldFile)(held, "shutdown", try_until=until)


def state(story: Story, held: HeldLease) -> FileState:
    with story.service.units_of_work.for_reading() as work:
        return work.files.get(TENANT, held.file_id).state


def names(story: Story, held: HeldLease) -> list[FileEventName]:
    return [it.name for it in story.service.get(GetHistory)(TENANT, held.file_id)]


def test_the_file_is_anybodys_by_a_new_message_and_the_old_one_is_gone(
    story: Story, held: HeldLease
) -> None:
    assert release(story, held)

    free = state(story, held)
    assert (free.status, free.starts, free.lease) == (FileStatus.PENDING, 0, None)
    assert story.queue_is_empty()
    story.relay()
    again = story.receive()
    assert again.receive_count == 1
    assert story.process(again).result is DeliveryResult.FINISHED


def test_an_attempt_that_has_just_ended_is_left_alone_with_its_message(
    story: Story, held: HeldLease
) -> None:
    fault = Fault(kind=FaultKind.FAILURE, code="internal_error", message="a defect")
    settle = story.service.get(SettleAttempt)
    settlement = settle.fail(state(story, held), fault, try_until=0)
    assert settlement.settled is Settled.RETRIED
    before = state(story, held)

    assert not release(story, held)

    assert state(story, held) == before
    assert not story.queue_is_empty()


def test_what_the_slot_settles_after_the_release_is_refused(story: Story, held: HeldLease) -> None:
    attempt = state(story, held)
    release(story, held)
    before = state(story, held)

    settled = story.service.get(SettleAttempt).release(attempt, "shutdown", try_until=0).settled

    assert settled is Settled.FENCED
    assert state(story, held) == before


@pytest.mark.parametrize("fault", CommitFault)
def test_a_commit_that_fails_is_looked_for_and_made_once(
    story: Story, held: HeldLease, fault: CommitFault
) -> None:
    faults = [fault]
    database = FaultyUnitsOfWork(
        story.service.units_of_work, next_fault=lambda: faults.pop() if faults else None
    )
    story.service.container.register(UnitOfWorkFactory, instance=database)

    assert release(story, held)

    assert names(story, held).count(FileEventName.RELEASED) == 1
    assert story.queue_is_empty()


def test_a_database_that_stays_away_is_asked_until_the_deadline(
    story: Story, held: HeldLease
) -> None:
    database = FaultyUnitsOfWork(story.service.units_of_work, is_away=lambda: True)
    story.service.container.register(UnitOfWorkFactory, instance=database)
    until = story.service.clock.monotonic() + TRY_SECONDS

    with pytest.raises(DatabaseUnavailableError):
        release(story, held)

    assert story.service.clock.monotonic() <= until
    assert not story.queue_is_empty()


class DeafQueue(MessageQueue):
    """A queue that deletes nothing."""

    def receive(self, *, limit: int, wait_seconds: float) -> list[Delivery]:
        return []

    def change_visibility(self, delivery: Delivery, *, seconds: int) -> None:
        """Changes nothing."""

    def delete(self, delivery: Delivery) -> None:
        raise QueueUnavailableError("connection refused")

    def approximate_size(self) -> int:
        return 0

    def flush(self) -> None:
        """Nothing is put off."""


def test_a_queue_that_is_away_leaves_the_old_message_and_the_file_is_free(
    story: Story, held: HeldLease
) -> None:
    story.service.container.register(MessageQueue, instance=DeafQueue())

    assert release(story, held)

    assert state(story, held).status is FileStatus.PENDING
