"""What the laptop queue promises beyond the port, as SQS does."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from adapters.memory.manual_clock import ManualClock
from adapters.sql.sql_event_publisher import SqlEventPublisher
from adapters.sql.sql_message_queue import SqlDeadLetterQueue, SqlHiddenMessages, SqlMessageQueue
from application.ports.message_queue import Delivery
from application.ports.outbox import OutboxRecord, Topic
from tests.builders import build_message

DAY = timedelta(days=1).total_seconds()


@pytest.fixture
def publisher(engine: Engine, clock: ManualClock) -> SqlEventPublisher:
    return SqlEventPublisher(engine, clock, queue="work")


@pytest.fixture
def queue(engine: Engine, clock: ManualClock) -> SqlMessageQueue:
    return SqlMessageQueue(
        engine,
        clock,
        queue="work",
        dead_letter_queue="dead",
        receiver="worker",
        visibility_seconds=300,
        max_receives=3,
    )


@pytest.fixture
def dead_letter_queue(engine: Engine, clock: ManualClock) -> SqlDeadLetterQueue:
    return SqlDeadLetterQueue(engine, clock, queue="dead")


@pytest.fixture
def hidden_messages(engine: Engine, clock: ManualClock) -> SqlHiddenMessages:
    return SqlHiddenMessages(engine, clock, queue="work")


def publish(publisher: SqlEventPublisher, body: str, topic: Topic = Topic.FILE_PROCESSING) -> None:
    message = build_message(body=body, topic=topic)
    assert publisher.publish([OutboxRecord(id=1, message=message, tries=0)]) == {}


def receive(queue: SqlMessageQueue) -> list[str]:
    return [delivery.body for delivery in queue.receive(limit=10, wait_seconds=0)]


def bury_message(queue: SqlMessageQueue, clock: ManualClock) -> Delivery:
    """Receives the one message until it is a dead letter; returns its last delivery."""
    deliveries: list[Delivery] = []
    for _ in range(3):
        deliveries += queue.receive(limit=10, wait_seconds=0)
        clock.advance(300)
    assert receive(queue) == []
    return deliveries[-1]


def test_a_message_is_kept_for_four_days(
    publisher: SqlEventPublisher, queue: SqlMessageQueue, clock: ManualClock
) -> None:
    publish(publisher, "old")
    clock.advance(1)
    publish(publisher, "young")

    clock.advance(4 * DAY - 1)

    assert queue.approximate_size() == 1
    assert receive(queue) == ["young"]


def test_a_dead_letter_is_kept_for_fourteen_days_from_its_first_enqueueing(
    publisher: SqlEventPublisher,
    queue: SqlMessageQueue,
    dead_letter_queue: SqlDeadLetterQueue,
    clock: ManualClock,
) -> None:
    publish(publisher, "poison")
    bury_message(queue, clock)

    clock.advance(14 * DAY - 901)
    [delivery] = dead_letter_queue.receive(limit=10)
    dead_letter_queue.hide(delivery, seconds=0)

    clock.advance(1)
    assert list(dead_letter_queue.receive(limit=10)) == []


def test_a_receipt_from_the_queue_is_stale_once_the_message_is_a_dead_letter(
    publisher: SqlEventPublisher,
    queue: SqlMessageQueue,
    dead_letter_queue: SqlDeadLetterQueue,
    clock: ManualClock,
) -> None:
    publish(publisher, "poison")
    last_delivery = bury_message(queue, clock)

    queue.delete(last_delivery)
    queue.change_visibility(last_delivery, seconds=3_600)

    assert [letter.body for letter in dead_letter_queue.receive(limit=10)] == ["poison"]


def test_revealing_leaves_dead_letters_hidden(
    publisher: SqlEventPublisher,
    queue: SqlMessageQueue,
    dead_letter_queue: SqlDeadLetterQueue,
    hidden_messages: SqlHiddenMessages,
    clock: ManualClock,
) -> None:
    publish(publisher, "poison")
    bury_message(queue, clock)
    dead_letter_queue.receive(limit=10)

    assert hidden_messages.reveal() == 0
    assert list(dead_letter_queue.receive(limit=10)) == []


def test_a_late_receipt_never_names_a_later_message(
    publisher: SqlEventPublisher, queue: SqlMessageQueue
) -> None:
    publish(publisher, "first")
    [first] = queue.receive(limit=1, wait_seconds=0)
    queue.delete(first)
    publish(publisher, "second")
    queue.receive(limit=1, wait_seconds=0)

    queue.delete(first)

    assert queue.approximate_size() == 1


def test_an_event_that_nobody_subscribed_to_is_dropped(
    publisher: SqlEventPublisher, queue: SqlMessageQueue
) -> None:
    publish(publisher, "the end", topic=Topic.FILE_EVENTS)

    assert queue.approximate_size() == 0
