"""Orders on disk, as many megabytes of them as wanted."""

import sys
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from application.ports.content_engine import ContentSource
from tests.benchmarks.orders import orders_csv

ROWS_AT_A_TIME = 50_000
CHUNK_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class FileSource(ContentSource):
    """A file read as it is processed."""

    path: Path

    @property
    def size_bytes(self) -> int:
        return self.path.stat().st_size

    def open(self) -> Generator[bytes]:
        with self.path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                yield chunk


def write_orders(path: Path, *, megabytes: int) -> None:
    """Writes that much; after some thousands the rows begin again."""
    header, _, rows = orders_csv(ROWS_AT_A_TIME).partition(b"\n")
    with path.open("wb") as file:
        file.write(header + b"\n")
        while file.tell() + len(rows) < megabytes * 1_000_000:
            file.write(rows)
        missing = rows[: max(0, megabytes * 1_000_000 - file.tell())]
        file.write(missing[: missing.rfind(b"\n") + 1])


if __name__ == "__main__":
    write_orders(Path(sys.argv[1]), megabytes=int(sys.argv[2]))
