"""The content, which the worker reads and hands over in parts."""

from collections.abc import Generator

from adapters.sandbox.inbox import Inbox
from adapters.sandbox.messages import ChunkWanted, SourceClosed, SourceOpened
from adapters.sandbox.parent_channel import ParentChannel
from application.ports.content_engine import ContentSource

_STEADY_PARTS = 4
_PARTS_AHEAD = 2


class RemoteSource(ContentSource):
    """Asks for a part in advance, once somebody means to read on.

    So the worker fetches while the engine works; a look at the beginning fetches no more than
    it sees.
    """

    def __init__(self, channel: ParentChannel, inbox: Inbox, *, size_bytes: int) -> None:
        self._channel = channel
        self._inbox = inbox
        self._size_bytes = size_bytes

    @property
    def size_bytes(self) -> int:
        return self._size_bytes

    def open(self) -> Generator[bytes]:
        number = self._inbox.open_reading()
        self._channel.send(SourceOpened(source=number))
        received = wanted = 0
        try:
            while True:
                wanted = self._want(number, until=received + 1, wanted=wanted)
                part = self._inbox.next_part(number)
                if part is None:
                    return
                received += 1
                if received >= _STEADY_PARTS:
                    wanted = self._want(number, until=received + _PARTS_AHEAD, wanted=wanted)
                yield part
        finally:
            self._close(number)

    def close(self) -> None:
        """Ends what the engine has left open; closed in a later job, it would confuse that."""
        for number in self._inbox.open_readings:
            self._close(number)

    def _close(self, number: int) -> None:
        if self._inbox.close_reading(number):
            self._channel.send(SourceClosed(source=number))

    def _want(self, number: int, *, until: int, wanted: int) -> int:
        for _ in range(wanted, until):
            self._channel.send(ChunkWanted(source=number))
        return max(wanted, until)
