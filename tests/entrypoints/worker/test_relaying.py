from collections.abc import Iterator, Mapping, Sequence

import pytest
import structlog
from dependency_injector import providers

from adapters.memory.manual_clock import ManualClock
from application.errors import (
    ConfigurationError,
    DatabaseUnavailableError,
    QueueUnavailableError,
)
from application.ports.event_publisher import EventPublisher
from application.ports.outbox import OutboxRecord
from application.use_cases.upload_file import UploadDetails
from entrypoints.container import Container
from entrypoints.profiles import memory
from entrypoints.settings import Settings
from entrypoints.watched.calls import Dependency
from entrypoints.worker.loop import NOT_NOW
from entrypoints.worker.relaying import Relaying
from tests.builders import TENANT


class RefusingPublisher(EventPublisher):
    """Answers everything alike: with an error, or by refusing the first message."""

    def __init__(self, error: Exception | None = None) -> None:
        self._error = error

    def publish(self, records: Sequence[OutboxRecord]) -> Mapping[int, str]:
        if self._error is not None:
            raise self._error
        return {records[0].id: "too large"}


class MendablePublisher(EventPublisher):
    """The topic of `publisher`, away until the test mends it."""

    def __init__(self, publisher: EventPublisher) -> None:
        self._publisher = publisher
        self.is_away = True

    def publish(self, records: Sequence[OutboxRecord]) -> Mapping[int, str]:
        if self.is_away:
            raise QueueUnavailableError("no answer")
        return self._publisher.publish(records)


@pytest.fixture
def container() -> Iterator[Container]:
    yield memory.build(Settings.from_environment())
    structlog.reset_defaults()


def relaying(container: Container, publisher: EventPublisher | None = None) -> Relaying:
    if publisher is not None:
        container.publisher.override(providers.Object(publisher))
        container.reset_singletons()
    return Relaying(container.relay_outbox(), container.gate())


def upload(container: Container) -> None:
    container.upload_file()(TENANT, name="a.csv", chunks=[b"a\n1\n"], details=UploadDetails)


def test_there_may_be_more_as_long_as_there_was_something(container: Container) -> None:
    relay = relaying(container)
    upload(container)

    assert [relay(), relay()] == [True, False]


@pytest.mark.parametrize(
    ("error", "level"),
    [
        (QueueUnavailableError("no answer"), "warning"),
        (ConfigurationError("queue", "PublishBatch was answered with NotFound"), "error"),
    ],
)
def test_nobody_has_to_guess_why_nothing_is_published(
    container: Container, error: Exception, level: str
) -> None:
    relay = relaying(container, RefusingPublisher(error))
    upload(container)
    upload(container)

    with structlog.testing.capture_logs() as lines:
        assert relay()

    [line] = lines
    assert (line["event"], line["log_level"], line["count"]) == ("messages_not_published", level, 2)
    assert line["error"] == str(error)


def test_a_message_that_is_refused_alone_is_told_too(container: Container) -> None:
    relay = relaying(container, RefusingPublisher())
    upload(container)
    upload(container)

    with structlog.testing.capture_logs() as lines:
        assert relay()

    assert [(line["log_level"], line["count"], line["error"]) for line in lines] == [
        ("warning", 1, "too large")
    ]


def test_a_topic_that_stays_away_is_left_in_peace_until_a_batch_gets_through(
    container: Container,
) -> None:
    clock, topic = ManualClock(), MendablePublisher(container.publisher())
    container.clock.override(providers.Object(clock))
    relay = relaying(container, topic)
    for _ in range(60):
        upload(container)
    with structlog.testing.capture_logs() as lines:
        assert [relay() for _ in range(10)] == [True] * 5 + [False] * 5
    assert [line["event"] for line in lines].count("breaker_opened") == 1

    topic.is_away = False
    clock.advance(5)

    assert [relay(), relay()] == [True, False]
    assert container.queue().approximate_size() == 10
    assert container.breakers().are_closed([Dependency.WORK_TOPIC])


def test_a_topic_is_taken_for_mended_by_the_first_message_that_it_takes_and_by_no_other_sign(
    container: Container,
) -> None:
    clock, topic = ManualClock(), MendablePublisher(container.publisher())
    container.clock.override(providers.Object(clock))
    relay = relaying(container, topic)
    for _ in range(5):
        container.breakers().note(Dependency.WORK_TOPIC, QueueUnavailableError("no answer"))

    clock.advance(5)
    assert [relay(), relay()] == [False, False]
    assert container.gate().is_shut(Dependency.WORK_TOPIC)
    upload(container)
    assert [relay(), relay()] == [True, False]

    topic.is_away = False
    clock.advance(10)
    assert relay() is False
    clock.advance(60)
    upload(container)
    assert relay() is True
    assert not container.gate().is_shut(Dependency.WORK_TOPIC)


def test_a_topic_that_stays_away_is_told_once(container: Container) -> None:
    clock = ManualClock()
    container.clock.override(providers.Object(clock))
    relay = relaying(container, MendablePublisher(container.publisher()))
    for _ in range(60):
        upload(container)

    with structlog.testing.capture_logs() as lines:
        for _ in range(600):
            relay()
            clock.advance(1)

    told = [line["event"] for line in lines if line["event"] != "file_received"]
    assert told == ["messages_not_published"] * 4 + ["breaker_opened"]


def test_while_the_database_is_away_nobody_asks_it_for_messages(container: Container) -> None:
    container.clock.override(providers.Object(ManualClock()))
    relay = relaying(container)
    for _ in range(5):
        container.breakers().note(Dependency.DATABASE, DatabaseUnavailableError("no answer"))

    assert relay() is NOT_NOW
