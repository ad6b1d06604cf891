"""Publishing in memory."""

from collections.abc import Mapping, Sequence

from adapters.memory.message_queue import MemoryMessageQueue
from application.ports.event_publisher import EventPublisher
from application.ports.outbox import OutboxRecord, OutgoingMessage, Topic


class MemoryEventPublisher(EventPublisher):
    """Puts work into a queue, as a topic would, and keeps whatever else was published."""

    def __init__(self, queue: MemoryMessageQueue) -> None:
        self._queue = queue
        self.published: list[OutgoingMessage] = []
        """What went to `file-events`, oldest first."""

    def publish(self, records: Sequence[OutboxRecord]) -> Mapping[int, str]:
        for record in records:
            if record.message.topic is Topic.FILE_PROCESSING:
                self._queue.put(record.message.body)
            else:
                self.published.append(record.message)
        return {}
