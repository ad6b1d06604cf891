"""A probe on the events topic tells whether events would leave."""

import json

import pytest

from application.errors import ConfigurationError, QueueUnavailableError
from application.ports.event_publisher import EventPublisher
from application.ports.id_generator import IdGenerator
from application.ports.probe import ProbeResult, ProbeStatus
from application.use_cases.probe_events import ProbeEvents
from tests.application.conftest import Story
from tests.doubles import ClosedTopic


def look(story: Story, publisher: EventPublisher) -> ProbeResult:
    return ProbeEvents(publisher=publisher, ids=story.service.get(IdGenerator)).check()


def test_a_topic_that_takes_a_probe_is_right_as_far_as_that_shows(story: Story) -> None:
    found = look(story, story.service.publisher)

    assert found.status is ProbeStatus.OK
    assert found.finding == "it took a probe; whether subscribers get it was not seen"


def test_subscribers_can_tell_the_probe_from_events_and_no_worker_gets_it(story: Story) -> None:
    look(story, story.service.publisher)

    [message] = story.service.publisher.published
    assert message.attributes == (("eventType", "probe"),)
    assert set(json.loads(message.body)) == {"version", "probe"}
    assert story.queue_is_empty()


@pytest.mark.parametrize(
    ("publisher", "reason"),
    [
        (ClosedTopic(), "InternalError"),
        (ClosedTopic(QueueUnavailableError("no answer")), "no answer"),
        (ClosedTopic(ConfigurationError("queue", "AuthorizationError")), "AuthorizationError"),
    ],
)
def test_a_topic_that_does_not_take_it_is_told(
    story: Story, publisher: EventPublisher, reason: str
) -> None:
    found = look(story, publisher)

    assert found.status is ProbeStatus.WRONG
    assert found.finding == f"it does not take a probe: {reason}"
