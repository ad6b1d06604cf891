"""Content on its way, with an end to each stretch of it.

The clients' deadlines are for one wait on the network, and a peer that sends or takes a byte
every few seconds keeps all of them.
"""

from collections.abc import Generator
from contextlib import AbstractContextManager
from io import BufferedIOBase, BytesIO
from typing import TYPE_CHECKING, cast

from adapters.aws.errors import storage_errors
from application.errors import StorageUnavailableError
from application.ports.clock import Clock

if TYPE_CHECKING:  # stubs, which only a developer has
    from botocore.response import StreamingBody

TRANSFER_SECONDS = 60.0
"""For what is read at once, or for 8 MiB that are sent."""

_CHUNK_BYTES = 256 * 1024
_SENT_BYTES = 8 * 1024 * 1024


class Outgoing(BytesIO):
    """Content to be sent, which nobody may go on fetching when its time is over.

    The time begins now, and is that of all tries together.
    """

    def __init__(self, content: bytes, clock: Clock) -> None:
        super().__init__(content)
        self._clock = clock
        parts = max(1.0, len(content) / _SENT_BYTES)
        self._ends_at = clock.monotonic() + parts * TRANSFER_SECONDS

    def read(self, size: int | None = -1) -> bytes:
        """Raises TimeoutError, which the client takes for a broken connection."""
        if self._clock.monotonic() >= self._ends_at:
            raise TimeoutError("the content was taken too slowly")
        return super().read(size)


def incoming(body: "StreamingBody", *, size_bytes: int, clock: Clock) -> Generator[bytes]:
    """The chunks of an answer of that size.

    Raises StorageUnavailableError when one takes too long, and when the answer breaks off.
    What whoever reads them does meanwhile takes its own time.
    """
    # As a context it gives its stream, which lets us read what is there; its own `read` waits
    # for all that it is asked for. The size, though, is compared there alone.
    with cast("AbstractContextManager[BufferedIOBase]", body) as stream:
        while chunk := _chunk(stream, ends_at=clock.monotonic() + TRANSFER_SECONDS, clock=clock):
            size_bytes -= len(chunk)
            yield chunk
    if size_bytes:
        raise StorageUnavailableError(f"no answer: {size_bytes} bytes of it are missing")


def _chunk(stream: BufferedIOBase, *, ends_at: float, clock: Clock) -> bytes:
    """As much as comes, up to a chunk; nothing at the end."""
    chunk = bytearray()
    while len(chunk) < _CHUNK_BYTES:
        with storage_errors():
            piece = stream.read1(_CHUNK_BYTES - len(chunk))
        if not piece:
            break
        chunk += piece
        if clock.monotonic() >= ends_at:
            raise StorageUnavailableError("the content came too slowly")
    return bytes(chunk)
