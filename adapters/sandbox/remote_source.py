"""The content, which the worker reads and hands over in parts."""

from collections.abc import Generator

from adapters.sandbox.inbox import Inbox
from adapters.sandbox.messages import ChunkWanted, SourceClosed, SourceOpened
from adapters.sandbox.parent_channel import ParentChannel
from application.ports.content_engine import ContentSource

_PARTS_ASKED_FOR = 2


class RemoteSource(ContentSource):
    """Asks for one part in advance, so that the worker fetches while the engine works."""

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
        for _ in range(_PARTS_ASKED_FOR):
            self._channel.send(ChunkWanted(source=number))
        try:
            while (part := self._inbox.next_part(number)) is not None:
                self._channel.send(ChunkWanted(source=number))
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
