"""The engine's input and outputs as plain files, without a service."""

from collections.abc import Generator
from contextlib import suppress
from pathlib import Path

from application.ports.content_engine import ContentSource, ResultSink, ResultSinks

CHUNK_BYTES = 1024 * 1024


class LocalSource(ContentSource):
    """A file on this machine."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def size_bytes(self) -> int:
        return self._path.stat().st_size

    def open(self) -> Generator[bytes]:
        with self._path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                yield chunk


class LocalResults(ResultSinks):
    """Results in a folder, each of which appears when it is complete."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sinks: list[_LocalSink] = []

    @property
    def paths(self) -> list[Path]:
        """Where the results are."""
        return sorted(sink.path for sink in self._sinks if sink.is_committed)

    def open(self, name: str, *, media_type: str) -> ResultSink:
        """A sink for the file called `name`; the media type is left to the name."""
        sink = _LocalSink(self._folder / name)
        self._sinks.append(sink)
        return sink

    def abort_uncommitted(self) -> None:
        """Leaves no half-made file behind."""
        for sink in self._sinks:
            sink.abort()


class NoResults(ResultSinks):
    """Takes results and keeps none."""

    def open(self, name: str, *, media_type: str) -> ResultSink:
        """A sink for nothing."""
        return _NoSink()


class _LocalSink(ResultSink):
    def __init__(self, path: Path) -> None:
        self.path = path
        self.is_committed = False
        self._partial = path.with_name(f".{path.name}.partial")
        self._file = self._partial.open("wb")

    def write(self, data: bytes) -> None:
        self._file.write(data)

    def commit(self, *, rows: int | None) -> None:
        self._file.close()
        self._partial.replace(self.path)
        self.is_committed = True

    def abort(self) -> None:
        self._file.close()
        with suppress(FileNotFoundError):
            self._partial.unlink()


class _NoSink(ResultSink):
    def write(self, data: bytes) -> None:
        pass

    def commit(self, *, rows: int | None) -> None:
        pass
