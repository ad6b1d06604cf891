"""A watched publisher."""

from collections.abc import Mapping, Sequence

from application.ports.event_publisher import EventPublisher
from application.ports.outbox import OutboxRecord
from entrypoints.watched.calls import DEPENDENCY_OF, CallWatch, watched


class WatchedEventPublisher(EventPublisher):
    """What `publisher` publishes; a refusal of one message is no outage of its topic."""

    def __init__(self, publisher: EventPublisher, watch: CallWatch) -> None:
        self._publisher = publisher
        self._watch = watch

    def publish(self, records: Sequence[OutboxRecord]) -> Mapping[int, str]:
        if not records:
            # Nobody was asked, so nobody has answered.
            return {}
        with watched(self._watch, DEPENDENCY_OF[records[0].message.topic]):
            return self._publisher.publish(records)
