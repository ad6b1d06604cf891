"""Results, which the worker writes to where they are kept."""

from itertools import count

from adapters.sandbox.frames import MOST_PAYLOAD_BYTES
from adapters.sandbox.inbox import Inbox
from adapters.sandbox.messages import Committed, SinkOpened, Written
from adapters.sandbox.parent_channel import ParentChannel
from application.ports.content_engine import CommittedResult, ResultSink, ResultSinks

_FLUSH_BYTES = 256 * 1024


class RemoteSinks(ResultSinks):
    """Numbers the results of one job."""

    def __init__(self, channel: ParentChannel, inbox: Inbox) -> None:
        self._channel = channel
        self._inbox = inbox
        # Two threads that ask it at once get two numbers.
        self._numbers = count(1)

    def open(self, name: str, *, media_type: str) -> ResultSink:
        number = next(self._numbers)
        self._channel.send(SinkOpened(sink=number, name=name, media_type=media_type))
        return _RemoteSink(self._channel, self._inbox, number)


class _RemoteSink(ResultSink):
    """Collects small writes, since every message costs the worker some time."""

    def __init__(self, channel: ParentChannel, inbox: Inbox, number: int) -> None:
        self._channel = channel
        self._inbox = inbox
        self._number = number
        self._pending = bytearray()

    def write(self, data: bytes) -> None:
        if len(data) >= _FLUSH_BYTES:
            self._flush()
            self._send(data)
            return
        self._pending += data
        if len(self._pending) >= _FLUSH_BYTES:
            self._flush()

    def commit(self, *, rows: int | None) -> CommittedResult:
        self._flush()
        self._channel.send(Committed(sink=self._number, rows=rows))
        return self._inbox.kept(self._number)

    def _flush(self) -> None:
        if self._pending:
            pending, self._pending = bytes(self._pending), bytearray()
            self._send(pending)

    def _send(self, data: bytes) -> None:
        for start in range(0, len(data), MOST_PAYLOAD_BYTES):
            part = memoryview(data)[start : start + MOST_PAYLOAD_BYTES]
            self._channel.send(Written(sink=self._number), part)
