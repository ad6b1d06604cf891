"""One reading of the content on behalf of a child."""

from collections.abc import Generator

from adapters.sandbox.frames import MOST_PAYLOAD_BYTES


class ServedSource:
    """Hands over what the source yields in parts that fit into a message."""

    def __init__(self, chunks: Generator[bytes]) -> None:
        self._chunks = chunks
        self._rest = memoryview(b"")

    def next_part(self) -> memoryview | None:
        """The next part, None at the end; raises what the source raises."""
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return None
            self._rest = memoryview(chunk)
        part, self._rest = self._rest[:MOST_PAYLOAD_BYTES], self._rest[MOST_PAYLOAD_BYTES:]
        return part

    def close(self) -> None:
        """Lets go of the source."""
        self._chunks.close()
