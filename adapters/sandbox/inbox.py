"""What the worker sends while a job is done, for whoever waits for it."""

from collections import deque

from adapters.sandbox.messages import Chunk, NoMoreChunks, ResultKept
from adapters.sandbox.parent_channel import ParentChannel
from application.ports.content_engine import CommittedResult


class Inbox:
    """Sorts what arrives by the reading or the result that it belongs to.

    Readings are numbered, and no number is used again: what is still on its way when a reading
    is over belongs to nobody.
    """

    def __init__(self, channel: ParentChannel) -> None:
        self._channel = channel
        self._parts: dict[int, deque[bytes | None]] = {}
        self._kept: dict[int, CommittedResult] = {}
        self._opened = 0

    @property
    def open_readings(self) -> tuple[int, ...]:
        """The numbers of those that were not closed."""
        return tuple(self._parts)

    def open_reading(self) -> int:
        """The number of a new reading."""
        self._opened += 1
        self._parts[self._opened] = deque()
        return self._opened

    def close_reading(self, number: int) -> bool:
        """Ends that reading; False when it has ended already."""
        return self._parts.pop(number, None) is not None

    def next_part(self, number: int) -> bytes | None:
        """The next part of that reading, None at its end; it must have been asked for."""
        parts = self._parts[number]
        while not parts:
            self._receive()
        return parts.popleft()

    def kept(self, sink: int) -> CommittedResult:
        """What that result amounts to; it must have been committed."""
        while sink not in self._kept:
            self._receive()
        return self._kept.pop(sink)

    def _receive(self) -> None:
        match self._channel.receive():
            case Chunk(source=source), part if source in self._parts:
                self._parts[source].append(part)
            case NoMoreChunks(source=source), _ if source in self._parts:
                self._parts[source].append(None)
            case ResultKept(sink=sink, result=result), _:
                self._kept[sink] = result
