"""Orders of events that chance seldom finds, played on each real database."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from sqlalchemy import update

from adapters.sql import tables
from adapters.sql.engine import by_process_time, create_engine, for_writing
from application.ports.event_publisher import EventPublisher
from application.ports.message_queue import Delivery, MessageQueue
from application.ports.outbox import OutboxRecord
from application.use_cases.cancel_file import CancelFile
from application.use_cases.reconcile import Reconcile
from application.use_cases.relay_outbox import RelayOutbox
from application.use_cases.reprocess_file import ReprocessFile
from domain.events import FileEventName
from tests.databases.machine import BROKEN, GOOD, Files
from tests.databases.record import read_record
from tests.databases.turns import TurnTakingQueue
from tests.faults import CommitFault

TO_ITS_END = 100
UNTIL_IT_WORKS = 4
"""Turns after which a worker has the file and has read a line of it."""


@pytest.fixture
def files(place: str | Path, tmp_path: Path) -> Iterator[Files]:
    """The state machine, its rules to be called by hand; every promise is checked at the end."""
    engine = by_process_time(create_engine(place))
    machine = Files(engine, tmp_path / "played", Counter())
    machine.upload("acme", GOOD, "key-1", TO_ITS_END)
    machine.tend(RelayOutbox, TO_ITS_END)
    machine.keeps_its_promises()
    yield machine
    engine.dispose()


def names(files: Files) -> Sequence[FileEventName]:
    (history,) = read_record(files.engine).history.values()
    return [event.name for event in history]


def test_a_worker_paused_past_its_lease_is_taken_over_and_writes_nothing(files: Files) -> None:
    files.work(0, UNTIL_IT_WORKS)
    files.keeps_its_promises()
    assert files.actors[0].kept is not None

    files.work(301, TO_ITS_END)
    files.keeps_its_promises()
    files.beat(0)
    files.go_on(0, TO_ITS_END)
    files.keeps_its_promises()
    files.teardown()

    assert names(files) == [
        FileEventName.RECEIVED,
        FileEventName.STARTED,
        FileEventName.TAKEN_OVER,
        FileEventName.COMPLETED,
    ]
    assert files.seen["refused heartbeats"] == 1
    assert files.seen["delivery fenced"] == 1


def test_a_heartbeat_keeps_others_away_for_longer_than_a_lease(files: Files) -> None:
    files.work(0, UNTIL_IT_WORKS)
    for _ in range(10):
        files.pass_time(61)
        files.beat(0)
        files.work(0, TO_ITS_END)
        files.keeps_its_promises()
    files.go_on(0, TO_ITS_END)
    files.teardown()

    assert names(files) == [
        FileEventName.RECEIVED,
        FileEventName.STARTED,
        FileEventName.COMPLETED,
    ]


def test_a_worker_whose_file_was_cancelled_and_begun_anew_is_fenced(files: Files) -> None:
    files.work(0, UNTIL_IT_WORKS)
    files.ask(CancelFile, 0, TO_ITS_END)
    files.ask(ReprocessFile, 0, TO_ITS_END)
    files.tend(RelayOutbox, TO_ITS_END)
    files.work(0, UNTIL_IT_WORKS)
    files.keeps_its_promises()
    files.go_on(0, TO_ITS_END)
    files.keeps_its_promises()
    files.teardown()

    assert names(files)[-2:] == [FileEventName.STARTED, FileEventName.COMPLETED]
    assert files.seen["delivery fenced"] == 1


@pytest.mark.parametrize("fault", CommitFault)
def test_an_attempt_whose_last_commit_fails_ends_once(files: Files, fault: CommitFault) -> None:
    files.work(0, UNTIL_IT_WORKS)
    files.spoil_the_next_commit(fault)
    files.go_on(0, TO_ITS_END)
    files.keeps_its_promises()
    files.teardown()

    assert names(files) == [
        FileEventName.RECEIVED,
        FileEventName.STARTED,
        FileEventName.COMPLETED,
    ]
    assert files.seen[fault.name] == 1


def test_a_file_that_was_given_up_is_redriven(files: Files) -> None:
    files.upload("acme", BROKEN, None, TO_ITS_END)
    files.tend(RelayOutbox, TO_ITS_END)
    for _ in range(4):
        files.work(301, TO_ITS_END)
        files.keeps_its_promises()
    files.redrive(TO_ITS_END)
    files.keeps_its_promises()
    files.teardown()

    assert files.seen["redriven"] == 1
    assert files.seen[FileEventName.DEAD_LETTERED] == 2


def test_what_a_purge_took_is_told_of_again(files: Files) -> None:
    files.purge(True)
    files.keeps_its_promises()
    files.pass_time(1801)
    files.tend(Reconcile, TO_ITS_END)
    files.tend(RelayOutbox, TO_ITS_END)
    files.keeps_its_promises()

    assert not files.watch.without_message
    files.teardown()


class ForgetfulQueue(TurnTakingQueue):
    """A planted defect: what is received is deleted at once."""

    def receive(self, *, limit: int, wait_seconds: float) -> Sequence[Delivery]:
        deliveries = super().receive(limit=limit, wait_seconds=wait_seconds)
        for delivery in deliveries:
            self.delete(delivery)
        return deliveries


def test_the_machine_tells_a_message_that_is_deleted_before_its_work(files: Files) -> None:
    queue = files.service.get(MessageQueue)
    files.service.container.register(MessageQueue, instance=ForgetfulQueue(queue))
    files.work(0, UNTIL_IT_WORKS + 2)

    with pytest.raises(AssertionError, match="is forgotten"):
        files.keeps_its_promises()


class SilentTopic(EventPublisher):
    """A planted defect: everything is accepted, and nothing is passed on."""

    def publish(self, records: Sequence[OutboxRecord]) -> Mapping[int, str]:
        return {}


def test_the_machine_tells_a_message_that_never_left(files: Files) -> None:
    files.service.container.register(EventPublisher, instance=SilentTopic())
    files.upload("globex", GOOD, None, TO_ITS_END)
    files.tend(RelayOutbox, TO_ITS_END)

    with pytest.raises(AssertionError, match="is forgotten"):
        files.keeps_its_promises()


def test_the_machine_tells_a_status_that_no_move_led_to(files: Files) -> None:
    with for_writing(files.engine).connect() as connection, connection.begin():
        connection.execute(
            update(tables.files).values(
                status="COMPLETED", outcome="clean", processed_at=tables.files.c.created_at
            )
        )

    with pytest.raises(AssertionError):
        files.keeps_its_promises()
