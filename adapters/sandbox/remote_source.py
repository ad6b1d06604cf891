"""The content, which the worker reads and hands over in parts."""

from collections import deque
from collections.abc import Generator

from adapters.sandbox.messages import Chunk, ChunkWanted, NoMoreChunks, SourceClosed, SourceOpened
from adapters.sandbox.parent_channel import ParentChannel
from application.ports.content_engine import ContentSource

_STEADY_PARTS = 4
_PARTS_AHEAD = 2


class RemoteReadings:
    """The parts that are on their way, by the number of the reading they belong to.

    Numbers are never used again: what is still on its way when a reading is over belongs to
    nobody.
    """

    def __init__(self, channel: ParentChannel) -> None:
        self.channel = channel
        self._parts: dict[int, deque[bytes | None]] = {}
        self._opened = 0

    def open(self) -> int:
        """The number of a new reading."""
        self._opened += 1
        self._parts[self._opened] = deque()
        self.channel.send(SourceOpened(source=self._opened))
        return self._opened

    def next_part(self, number: int) -> bytes | None:
        """The next part of that reading, None at its end; it must have been asked for."""
        parts = self._parts[number]
        while not parts:
            match self.channel.receive():
                case Chunk(source=source), part if source in self._parts:
                    self._parts[source].append(part)
                case NoMoreChunks(source=source), _ if source in self._parts:
                    self._parts[source].append(None)
        return parts.popleft()

    def close(self, number: int) -> None:
        """Ends that reading, if it has not ended yet."""
        if self._parts.pop(number, None) is not None:
            self.channel.send(SourceClosed(source=number))

    def close_all(self) -> None:
        """Ends what the engine has left open; closed in a later job, it would confuse that."""
        for number in list(self._parts):
            self.close(number)


class RemoteSource(ContentSource):
    """Asks for a part in advance, once somebody means to read on.

    So the worker fetches while the engine works; a look at the beginning fetches no more than
    it sees.
    """

    def __init__(self, readings: RemoteReadings, *, size_bytes: int) -> None:
        self._readings = readings
        self._size_bytes = size_bytes

    @property
    def size_bytes(self) -> int:
        return self._size_bytes

    def open(self) -> Generator[bytes]:
        number = self._readings.open()
        received = wanted = 0
        try:
            while True:
                wanted = self._want(number, until=received + 1, wanted=wanted)
                part = self._readings.next_part(number)
                if part is None:
                    return
                received += 1
                if received >= _STEADY_PARTS:
                    wanted = self._want(number, until=received + _PARTS_AHEAD, wanted=wanted)
                yield part
        finally:
            self._readings.close(number)

    def _want(self, number: int, *, until: int, wanted: int) -> int:
        for _ in range(wanted, until):
            self._readings.channel.send(ChunkWanted(source=number))
        return max(wanted, until)
