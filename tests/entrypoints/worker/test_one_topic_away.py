"""One topic that is away, and the messages of the other one."""

from collections.abc import Iterator, Mapping, Sequence

import pytest
import structlog

from application.errors import ConfigurationError
from application.ports.event_publisher import EventPublisher
from application.ports.outbox import OutboxRecord, Topic
from application.use_cases.relay_outbox import RelayOutbox
from domain.circuit_breaker import BreakerPolicy
from entrypoints.pulses import Pulses
from entrypoints.watched.calls import DEPENDENCY_OF
from entrypoints.watched.event_publisher import WatchedEventPublisher
from entrypoints.worker.breakers import Breakers
from entrypoints.worker.call_watch import ProcessCallWatch
from entrypoints.worker.dependency_gate import DependencyGate
from entrypoints.worker.loop import NOT_NOW
from entrypoints.worker.relaying import Relaying
from tests.builders import build_message
from tests.in_memory_container import InMemoryService

BACKLOG = 100
MINUTES = 5
REFUSED = ConfigurationError("queue", "PublishBatch was answered with NotFound")


class SelectivePublisher(EventPublisher):
    """Accepts what is not for the topic that is `away`."""

    def __init__(self) -> None:
        self.away: Topic | None = None
        self.accepted: list[str] = []
        self.tries_in_vain = 0

    def publish(self, records: Sequence[OutboxRecord]) -> Mapping[int, str]:
        if self.away in {record.message.topic for record in records}:
            self.tries_in_vain += 1
            raise REFUSED
        self.accepted += [record.message.body for record in records]
        return {}


class TwoRelays:
    """An API process and a worker process, each with breakers of its own, over one outbox."""

    def __init__(self) -> None:
        self.service = InMemoryService()
        self.publisher = SelectivePublisher()
        self.breakers = [
            Breakers(policy=BreakerPolicy(), clock=self.service.clock) for _ in range(2)
        ]
        self.relays = [
            Relaying(
                RelayOutbox(
                    units_of_work=self.service.units_of_work,
                    publisher=WatchedEventPublisher(
                        self.publisher, ProcessCallWatch(breakers, Pulses())
                    ),
                    owner=f"relay-{number}",
                ),
                DependencyGate(breakers, {}),
            )
            for number, breakers in enumerate(self.breakers)
        ]

    def add(self, topic: Topic, *bodies: str) -> None:
        with self.service.units_of_work.for_writing() as work:
            for body in bodies:
                work.outbox.add(build_message(topic=topic, body=body))
            work.commit()

    def run(self, seconds: int) -> None:
        """Each of them as often as it has something to send, once a second at least."""
        for _ in range(seconds):
            for relay in self.relays:
                while relay() is True:
                    pass
            self.service.clock.advance(1)


@pytest.fixture
def relays() -> TwoRelays:
    return TwoRelays()


@pytest.fixture(autouse=True)
def lines() -> Iterator[list[structlog.typing.EventDict]]:
    with structlog.testing.capture_logs() as lines:
        yield lines


@pytest.mark.parametrize("away", Topic)
def test_messages_of_the_other_topic_leave_at_once_however_many_wait_for_this_one(
    relays: TwoRelays, away: Topic
) -> None:
    [other] = set(Topic) - {away}
    relays.publisher.away = away
    relays.add(away, *["waits"] * BACKLOG)
    relays.run(60 * MINUTES)

    for number in range(5):
        relays.add(other, str(number))
        relays.run(1)
        assert relays.publisher.accepted == [str(sent) for sent in range(number + 1)]


@pytest.mark.parametrize("away", Topic)
def test_a_topic_that_is_away_is_tried_now_and_then_whatever_leaves_for_the_other(
    relays: TwoRelays, away: Topic
) -> None:
    [other] = set(Topic) - {away}
    relays.publisher.away = away
    relays.add(away, *["waits"] * BACKLOG)

    for _ in range(60 * MINUTES):
        relays.add(other, "leaves")
        relays.run(1)

    tries_that_open = 5
    assert relays.publisher.tries_in_vain <= 2 * (tries_that_open + 3 + 2 * MINUTES)
    assert relays.publisher.accepted == ["leaves"] * 60 * MINUTES
    for breakers in relays.breakers:
        assert breakers.are_closed([DEPENDENCY_OF[other]])
        assert not breakers.are_closed([DEPENDENCY_OF[away]])


def test_what_waited_for_a_topic_leaves_when_it_is_back(relays: TwoRelays) -> None:
    relays.publisher.away = Topic.FILE_EVENTS
    relays.add(Topic.FILE_EVENTS, *(str(number) for number in range(BACKLOG)))
    relays.run(60 * MINUTES)

    relays.publisher.away = None
    relays.run(31)

    assert sorted(relays.publisher.accepted) == sorted(str(number) for number in range(BACKLOG))


def test_while_no_topic_is_there_nothing_is_looked_for(relays: TwoRelays) -> None:
    for dependency in DEPENDENCY_OF.values():
        for _ in range(5):
            relays.breakers[0].note(dependency, REFUSED)
    relays.add(Topic.FILE_PROCESSING, "waits")

    assert relays.relays[0]() is NOT_NOW
    assert relays.relays[1]() is True


def test_the_log_names_the_topic_and_is_not_filled_by_what_leaves_for_the_other(
    relays: TwoRelays, lines: list[structlog.typing.EventDict]
) -> None:
    relays.publisher.away = Topic.FILE_EVENTS
    relays.add(Topic.FILE_EVENTS, *["waits"] * BACKLOG)

    for _ in range(60 * MINUTES):
        relays.add(Topic.FILE_PROCESSING, "leaves")
        relays.run(1)

    told = [line["event"] for line in lines]
    assert set(told) == {"messages_not_published", "breaker_opened"}
    assert told.count("breaker_opened") == 2
    assert told.count("messages_not_published") <= 2 * 5
    assert {line["topic"] for line in lines if "topic" in line} == {"file-events"}
    assert {line["dependency"] for line in lines if "dependency" in line} == {"events_topic"}
