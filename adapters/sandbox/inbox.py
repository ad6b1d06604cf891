"""What the worker sends while a job is done, for whoever waits for it."""

from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from itertools import count

from adapters.sandbox.messages import Chunk, NoMoreChunks, ResultKept
from adapters.sandbox.parent_channel import ParentChannel
from application.ports.content_engine import CommittedResult


class Inbox:
    """Sorts what arrives by the reading or the result that it belongs to.

    Readings are numbered, and no number is used again: what is still on its way when a reading
    is over belongs to nobody. An engine may read in one thread and write in another: whoever
    waits takes in what belongs to others, too, and all have asked for what they wait for.
    """

    def __init__(self, channel: ParentChannel, *, guard: AbstractContextManager[object]) -> None:
        self._channel = channel
        self._guard = guard
        self._parts: dict[int, deque[bytes | None]] = {}
        self._kept: dict[int, CommittedResult] = {}
        self._numbers = count(1)

    @property
    def open_readings(self) -> tuple[int, ...]:
        """The numbers of those that were not closed."""
        return tuple(self._parts)

    def open_reading(self) -> int:
        """The number of a new reading."""
        number = next(self._numbers)
        self._parts[number] = deque()
        return number

    def close_reading(self, number: int) -> bool:
        """Ends that reading; False when it has ended already."""
        return self._parts.pop(number, None) is not None

    def next_part(self, number: int) -> bytes | None:
        """The next part of that reading, None at its end; it must have been asked for."""
        parts = self._parts[number]
        while not parts:
            self._receive_unless(lambda: bool(parts))
        return parts.popleft()

    def kept(self, sink: int) -> CommittedResult:
        """What that result amounts to; it must have been committed."""
        while sink not in self._kept:
            self._receive_unless(lambda: sink in self._kept)
        return self._kept.pop(sink)

    def _receive_unless(self, is_there: Callable[[], bool]) -> None:
        with self._guard:
            # Another thread may have taken it in while this one waited for its turn.
            if not is_there():
                self._receive()

    def _receive(self) -> None:
        match self._channel.receive():
            case Chunk(source=source), part if source in self._parts:
                self._parts[source].append(part)
            case NoMoreChunks(source=source), _ if source in self._parts:
                self._parts[source].append(None)
            case ResultKept(sink=sink, result=result), _:
                self._kept[sink] = result
