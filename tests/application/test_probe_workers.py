"""A probe goes the way of work, and what it says is what was seen."""

from collections.abc import Callable, Generator, Sequence
from datetime import timedelta
from uuid import UUID

import pytest

from application.errors import (
    ConfigurationError,
    ContentNotFoundError,
    QueueUnavailableError,
    StorageUnavailableError,
)
from application.ports.event_publisher import EventPublisher
from application.ports.file_storage import ContentWriter, FileStorage, StoredObject
from application.ports.id_generator import IdGenerator
from application.ports.message_queue import Delivery
from application.ports.outbox import OutboxRecord
from application.ports.probe import ProbeStatus
from application.use_cases.probe_messages import answer_key, probe_in, probe_message
from application.use_cases.probe_workers import ProbeWorkers
from application.use_cases.process_delivery import DeliveryResult
from tests.application.conftest import Story
from tests.doubles import BusyClock, ClosedTopic

PROBE_ID = UUID("019c0000-0000-7000-8000-000000000001")


class ClosedStorage(FileStorage):
    """A storage that does not answer."""

    bucket = "closed"

    def create(self, key: str, *, media_type: str) -> ContentWriter:
        raise StorageUnavailableError("gone")

    def open(
        self, key: str, *, etag: str | None = None, start: int = 0, length: int | None = None
    ) -> Generator[bytes]:
        raise StorageUnavailableError("gone")

    def delete(self, key: str) -> None:
        raise StorageUnavailableError("gone")

    def delete_below(self, folder: str) -> None:
        raise StorageUnavailableError("gone")

    def list_below(self, folder: str, *, after: str | None = None) -> Generator[StoredObject]:
        raise StorageUnavailableError("gone")

    def delete_all(self, keys: Sequence[str]) -> None:
        raise StorageUnavailableError("gone")

    def remove_abandoned(self, *, older_than: timedelta) -> int:
        raise StorageUnavailableError("gone")


def probe(
    story: Story,
    *,
    meanwhile: Callable[[], object] = lambda: None,
    publisher: EventPublisher | None = None,
    storage: FileStorage | None = None,
    is_expected: bool = True,
) -> ProbeWorkers:
    return ProbeWorkers(
        publisher=publisher or story.service.publisher,
        storage=storage or story.service.storage,
        ids=story.service.get(IdGenerator),
        clock=BusyClock(meanwhile),
        is_expected=is_expected,
    )


def test_a_worker_that_gets_the_probe_answers(story: Story) -> None:
    def work() -> None:
        for delivery in story.service.queue.receive(limit=10, wait_seconds=0):
            story.process(delivery)

    found = probe(story, meanwhile=work).check()

    assert found.status is ProbeStatus.OK
    assert found.finding.startswith("one answered a probe after 0.5 s")
    assert story.queue_is_empty()


def test_nothing_of_an_answered_probe_is_left(story: Story) -> None:
    deliveries: list[Delivery] = []

    def work() -> None:
        for delivery in story.service.queue.receive(limit=10, wait_seconds=0):
            deliveries.append(delivery)
            story.process(delivery)

    probe(story, meanwhile=work).check()

    probe_id = probe_in(deliveries[0].body)
    assert probe_id is not None
    with pytest.raises(ContentNotFoundError):
        list(story.service.storage.open(answer_key(probe_id)))


def test_without_a_worker_nobody_answers(story: Story) -> None:
    found = probe(story).check()

    assert found.status is ProbeStatus.WRONG
    assert found.finding == "the topic took a probe, but no worker answered within 20 s"
    assert "--no-workers" in found.hint


def test_where_no_worker_is_expected_nothing_is_sent_and_that_is_said(story: Story) -> None:
    found = probe(story, is_expected=False).check()

    assert found.status is ProbeStatus.SKIPPED
    assert "was not seen" in found.finding
    assert story.queue_is_empty()


@pytest.mark.parametrize(
    ("publisher", "reason"),
    [
        (ClosedTopic(), "InternalError"),
        (ClosedTopic(QueueUnavailableError("no answer")), "no answer"),
        (ClosedTopic(ConfigurationError("queue", "NotFound")), "NotFound"),
    ],
)
def test_a_topic_that_does_not_take_the_probe_is_told(
    story: Story, publisher: EventPublisher, reason: str
) -> None:
    found = probe(story, publisher=publisher).check()

    assert found.status is ProbeStatus.WRONG
    assert found.finding == f"the topic does not take a probe: {reason}"


def test_a_storage_that_does_not_answer_is_told(story: Story) -> None:
    found = probe(story, storage=ClosedStorage()).check()

    assert found.status is ProbeStatus.WRONG
    assert found.finding == "the answer could not be looked for (storage: gone)"


class TestTheWorkersSide:
    def test_a_probe_is_answered_once_and_deleted(self, story: Story) -> None:
        story.service.publisher.publish(
            [OutboxRecord(id=0, message=probe_message(PROBE_ID), tries=0)]
        )

        report = story.process()

        assert (report.result, report.reason) == (DeliveryResult.ANSWERED, f"probe {PROBE_ID}")
        assert list(story.service.storage.open(answer_key(PROBE_ID))) == [b"received\n"]
        assert story.queue_is_empty()

    def test_a_probe_that_cannot_be_answered_stays_in_the_queue(self, story: Story) -> None:
        story.service.container.register(FileStorage, instance=ClosedStorage())
        story.service.publisher.publish(
            [OutboxRecord(id=0, message=probe_message(PROBE_ID), tries=0)]
        )

        with pytest.raises(StorageUnavailableError):
            story.process()

        assert not story.queue_is_empty()

    @pytest.mark.parametrize(
        "body",
        [
            '{"version": 1, "probe": "../../etc/passwd"}',
            '{"version": 1, "probe": 7}',
            '{"version": 1, "probe": null}',
            '["probe"]',
            "7",
            "not json",
            "[" * 100_000,
        ],
    )
    def test_what_is_no_probe_is_dropped_as_foreign(self, story: Story, body: str) -> None:
        story.service.queue.put(body)

        report = story.process()

        assert report.result is DeliveryResult.FOREIGN
        assert story.queue_is_empty()
