"""Contents of any size, made while they are read, and results that go nowhere."""

import zlib
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from itertools import count

from adapters.tabular.engine import TabularContentEngine
from adapters.tabular.limits import Limits
from application.ports.content_engine import (
    CommittedResult,
    ContentSource,
    EngineJob,
    ResultSink,
    ResultSinks,
)
from domain.file_type import FileType
from domain.processing_options import ProcessingOptions
from tests.adapters.tabular.mill import schema_of

_MEGABYTE = 1_000_000


def _repeated(head: bytes, piece: bytes) -> Callable[[], Iterator[bytes]]:
    def chunks() -> Iterator[bytes]:
        yield head
        while True:
            yield piece

    return chunks


def _numbered() -> Iterator[bytes]:
    yield b"a,b\n"
    for start in count(step=1000):
        yield b"".join(b"%d,some text\n" % number for number in range(start, start + 1000))


def _zeros() -> Iterator[bytes]:
    """Compressed a thousandfold."""
    gzip = zlib.compressobj(wbits=31)
    while True:
        if compressed := gzip.compress(bytes(_MEGABYTE)):
            yield compressed


_KINDS = {
    "rows": (FileType.CSV, _repeated(b"a,b\n", b"some,row with text\n" * 1000)),
    "bad rows": (FileType.CSV, _repeated(b"a,b\n", b'1\n1,2,3\n1,"x"x\n' * 1000)),
    "unique rows": (FileType.CSV, _numbered),
    "objects": (FileType.JSON, _repeated(b"[", b'{"a":"some","b":"text"},\n' * 1000)),
    "lines": (FileType.NDJSON, _repeated(b"", b'{"a":"some","b":"text"}\n' * 1000)),
    "compressed zeros": (FileType.NDJSON, _zeros),
    "never closed quote": (FileType.CSV, _repeated(b'a,b\n"', b"x" * 100_000 + b"\n")),
    "one endless line": (FileType.CSV, _repeated(b"a,b\n", b"x" * 100_000)),
    "one endless string": (FileType.JSON, _repeated(b'[{"a":"', b"x" * 100_000)),
}


def mill_endless(kind: str, *, size_bytes: int) -> None:
    """Processes so much of that kind."""
    file_type, chunks = _KINDS[kind]
    unique = {"name": "a", "type": "integer", "constraints": {"unique": True}}
    job = EngineJob(
        source=_CutSource(chunks, size_bytes),
        file_type=file_type,
        schema=schema_of(unique, {"name": "b"}) if kind == "unique rows" else None,
        options=ProcessingOptions(delimiter=","),
        sinks=NoSinks(),
        progress=lambda _: None,
        should_stop=lambda: False,
    )
    TabularContentEngine(limits=replace(Limits(), key_bytes=_MEGABYTE)).process(job)


class _CutSource(ContentSource):
    def __init__(self, chunks: Callable[[], Iterator[bytes]], size_bytes: int) -> None:
        self._chunks = chunks
        self._size_bytes = size_bytes

    @property
    def size_bytes(self) -> int:
        return self._size_bytes

    def open(self) -> Generator[bytes]:
        left = self._size_bytes
        for chunk in self._chunks():
            yield chunk[:left]
            left -= len(chunk)
            if left <= 0:
                return


class NoSinks(ResultSinks, ResultSink):
    def open(self, name: str, *, media_type: str) -> ResultSink:
        return self

    def write(self, data: bytes) -> None:
        pass

    def commit(self, *, rows: int | None) -> CommittedResult:
        return CommittedResult(size_bytes=0, sha256="")
