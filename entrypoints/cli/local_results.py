"""The engine's input and outputs as plain files, without a service."""

import hashlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final, Self

from application.ports.content_engine import (
    CommittedResult,
    ContentSource,
    ResultSink,
    ResultSinks,
)

CHUNK_BYTES = 1024 * 1024
RESULT_NAMES: Final = (
    "clean.csv",
    "clean.ndjson",
    "clean.parquet",
    "rejected.csv",
    "rejected.json",
    "rejected.ndjson",
    "errors.ndjson",
    "errors.index.json",
    "report.json",
    "datapackage.json",
)
"""Every result that a run may leave in its folder; other files there are not ours."""


class LocalFileError(Exception):
    """A file or folder on this machine cannot be read or written."""

    def __init__(self, verb: str, path: Path, error: OSError) -> None:
        super().__init__(f"cannot {verb} {path}: {error.strerror or error}")


class LocalSource(ContentSource):
    """A file on this machine. Raises LocalFileError."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def size_bytes(self) -> int:
        with _errors_of("read", self._path):
            return self._path.stat().st_size

    def open(self) -> Generator[bytes]:
        with _errors_of("read", self._path):
            file = self._path.open("rb")
        with file:
            while chunk := self._next_chunk(file):
                yield chunk

    def _next_chunk(self, file: BinaryIO) -> bytes:
        with _errors_of("read", self._path):
            return file.read(CHUNK_BYTES)


class LocalResults(ResultSinks):
    """Results in a folder, which hold what one run said, and nothing of a run before.

    As a context it makes the folder; at its end all results take their places together, and
    those of an earlier run that have no successor go. After an exception everything is as it
    was. Raises LocalFileError.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sinks: list[_LocalSink] = []

    def __enter__(self) -> Self:
        with _errors_of("write to", self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                with _errors_of("write to", self._folder):
                    self._take_places()
        finally:
            for sink in self._sinks:
                sink.abort()

    @property
    def paths(self) -> list[Path]:
        """Where the results are."""
        return sorted(sink.path for sink in self._sinks if sink.is_committed)

    def open(self, name: str, *, media_type: str) -> ResultSink:
        """A sink for the file called `name`; the media type is left to the name."""
        for other in self._sinks:
            if other.path == self._folder / name and not other.is_committed:
                other.abort()
        with _errors_of("write to", self._folder):
            sink = _LocalSink(self._folder / name)
        self._sinks.append(sink)
        return sink

    def _take_places(self) -> None:
        for name in RESULT_NAMES:
            path = self._folder / name
            if path not in self.paths:
                path.unlink(missing_ok=True)
                # Of a run that was killed.
                _partial(path).unlink(missing_ok=True)
        for path in self.paths:
            _partial(path).replace(path)


class NoResults(ResultSinks):
    """Takes results and keeps none."""

    paths: tuple[Path, ...] = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def open(self, name: str, *, media_type: str) -> ResultSink:
        """A sink for nothing."""
        return _NoSink()


class _LocalSink(ResultSink):
    def __init__(self, path: Path) -> None:
        self.path = path
        self.is_committed = False
        self._file = _partial(path).open("wb")
        self._content = _Content()

    def write(self, data: bytes) -> None:
        self._content.add(data)
        with _errors_of("write", self.path):
            self._file.write(data)

    def commit(self, *, rows: int | None) -> CommittedResult:
        with _errors_of("write", self.path):
            self._file.close()
        self.is_committed = True
        return self._content.amount

    def abort(self) -> None:
        # What could not be written cannot be flushed either; it is thrown away anyhow.
        with suppress(OSError):
            self._file.close()
        with suppress(OSError):
            _partial(self.path).unlink(missing_ok=True)


class _NoSink(ResultSink):
    def __init__(self) -> None:
        self._content = _Content()

    def write(self, data: bytes) -> None:
        self._content.add(data)

    def commit(self, *, rows: int | None) -> CommittedResult:
        return self._content.amount


class _Content:
    """Counts and hashes what passes through a sink."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self._size_bytes = 0

    def add(self, data: bytes) -> None:
        self._digest.update(data)
        self._size_bytes += len(data)

    @property
    def amount(self) -> CommittedResult:
        return CommittedResult(size_bytes=self._size_bytes, sha256=self._digest.hexdigest())


def _partial(path: Path) -> Path:
    return path.with_name(f".{path.name}.partial")


@contextmanager
def _errors_of(verb: str, path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise LocalFileError(verb, path, error) from error
