"""Asks whether the topic for subscribers takes a message."""

from application.errors import DependencyError
from application.ports.event_publisher import EventPublisher
from application.ports.id_generator import IdGenerator
from application.ports.outbox import OutboxRecord, Topic
from application.ports.probe import DependencyProbe, ProbeResult, ProbeStatus
from application.use_cases.probe_messages import probe_message


class ProbeEvents(DependencyProbe):
    """Publishes a probe on the topic that tells how files ended.

    Nothing less shows that this topic is there and may be published to: whoever works may not
    look at it. Its subscribers get the probe, with an `eventType` of its own to leave it out
    by, and nobody answers.
    """

    name = "events topic"

    def __init__(self, *, publisher: EventPublisher, ids: IdGenerator) -> None:
        self._publisher = publisher
        self._ids = ids

    def check(self) -> ProbeResult:
        message = probe_message(self._ids.new_id(), topic=Topic.FILE_EVENTS)
        record = OutboxRecord(id=0, message=message, tries=0)
        try:
            failures = self._publisher.publish([record])
        except DependencyError as error:
            failures = {record.id: error.reason}
        if failures:
            return ProbeResult(
                status=ProbeStatus.WRONG,
                finding=f"it does not take a probe: {failures[record.id]}",
                hint="mend the topic, or the right to publish to it; until then events wait in"
                " the database",
            )
        return ProbeResult(
            status=ProbeStatus.OK,
            finding="it took a probe; whether subscribers get it was not seen",
        )
