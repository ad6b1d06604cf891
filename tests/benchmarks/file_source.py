"""A file as the engine reads it."""

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from application.ports.content_engine import ContentSource

_CHUNK_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class FileSource(ContentSource):
    """Read while it is processed, as from the disk of the embedded profile."""

    path: Path

    @property
    def size_bytes(self) -> int:
        return self.path.stat().st_size

    def open(self) -> Generator[bytes]:
        with self.path.open("rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                yield chunk
