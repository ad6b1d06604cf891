from collections.abc import Iterator, Mapping, Sequence

import pytest
import structlog
from dependency_injector import providers

from application.errors import ConfigurationError, QueueUnavailableError
from application.ports.event_publisher import EventPublisher
from application.ports.outbox import OutboxRecord
from application.use_cases.upload_file import UploadDetails
from entrypoints.container import Container
from entrypoints.profiles import memory
from entrypoints.settings import Settings
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


@pytest.fixture
def container() -> Iterator[Container]:
    yield memory.build(Settings.from_environment())
    structlog.reset_defaults()


def relaying(container: Container, publisher: EventPublisher | None = None) -> Relaying:
    if publisher is not None:
        container.publisher.override(providers.Object(publisher))
        container.reset_singletons()
    return Relaying(container.relay_outbox())


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
