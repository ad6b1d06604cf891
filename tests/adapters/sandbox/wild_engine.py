"""A child whose engine does what the content's first word says, most of it bad.

Started as a file, with the socket's descriptor as its last argument.
"""

import mmap
import os
import re
import resource
import signal
import socket
import sys
import threading
from collections.abc import Callable, Generator
from pathlib import Path

from adapters.sandbox.serving import serve
from adapters.tabular.patterns import Re2PatternMatcher
from adapters.tabular.schema_inference import TabularSchemaInference
from application.errors import (
    ContentNotFoundError,
    ResourceLimitError,
    StorageUnavailableError,
)
from application.ports.content_engine import ContentEngine, EngineJob
from domain.errors import InvalidOptionError
from domain.file_status import Outcome
from domain.processing_report import ProcessingReport, RowCounts
from domain.progress import Progress
from entrypoints.parent_watch import end_with_stdin

MIB = 1024 * 1024
DESCRIPTOR = int(sys.argv[-1])


class WildEngine(ContentEngine):
    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch

    def process(self, job: EngineJob) -> ProcessingReport:
        source = job.source.open()
        first = next(source, b"")
        WILD.get(first.partition(b" ")[0], copy)(job, self._scratch)
        size = len(first) + sum(map(len, source))
        job.progress(Progress(bytes_read=size, rows_read=0))
        return ProcessingReport(
            outcome=Outcome.CLEAN, rows=RowCounts(read=size, accepted=size, rejected=0, skipped=0)
        )


def copy(job: EngineJob, _: Path) -> None:
    """Copies the content to a result."""
    sink = job.sinks.open("clean.csv", media_type="text/csv")
    for chunk in job.source.open():
        sink.write(chunk)
    sink.commit(rows=None)


def peek(job: EngineJob, _: Path) -> None:
    """Looks at the beginning once more, and has seen enough."""
    source = job.source.open()
    next(source)
    source.close()
    raise InvalidOptionError("delimiter", "x", "one of them")


_FORGOTTEN: list[Generator[bytes]] = []


def forget(job: EngineJob, _: Path) -> None:
    """Leaves a reading open."""
    _FORGOTTEN.append(job.source.open())
    next(_FORGOTTEN[0])


def remember(*_: object) -> None:
    """Closes it, when its job is over long since."""
    _FORGOTTEN.pop().close()


def tell_and_read(job: EngineJob) -> None:
    """Progress is told when something is read, at the latest."""
    job.progress(Progress(bytes_read=1, rows_read=1))
    next(job.source.open())


def in_threads(job: EngineJob, _: Path) -> None:
    """Reads, writes and tells in threads of their own, all at once."""
    read: list[int] = []

    def read_all() -> None:
        read.append(sum(map(len, job.source.open())))

    def write_all(name: str) -> None:
        sink = job.sinks.open(name, media_type="text/csv")
        for number in range(1000):
            sink.write(b"%d," % number * 100)
            job.progress(Progress(bytes_read=number, rows_read=number))
        sink.commit(rows=1000)

    threads = [threading.Thread(target=read_all) for _ in range(2)]
    threads += [threading.Thread(target=write_all, args=(name,)) for name in ("a.csv", "b.csv")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sizes = job.sinks.open("sizes", media_type="text/plain")
    sizes.write(repr(read).encode())
    sizes.commit(rows=None)


def _die_of(number: int) -> Callable[[EngineJob, Path], None]:
    return lambda *_: os.kill(os.getpid(), number)


def leave(*_: object) -> None:
    os._exit(3)


def spin(job: EngineJob, _: Path) -> None:
    """Without ever coming back to the interpreter, as a defect in native code would."""
    tell_and_read(job)
    re.fullmatch("(a+)+", "a" * 60 + "b")


def swell(*_: object) -> None:
    """Takes memory, of a kind that no limit of the kernel's counts, and keeps it."""
    kept, never = [], threading.Event()
    while not never.wait(0.001):
        kept.append(mmap.mmap(-1, MIB))
        kept[-1].write(b"x" * MIB)


def leap(*_: object) -> None:
    """Asks for more than there is at once."""
    bytearray(1 << 42)


def hang(job: EngineJob, _: Path) -> None:
    """Once it has told that it is there."""
    tell_and_read(job)
    threading.Event().wait()


def _say(said: bytes) -> Callable[[EngineJob, Path], None]:
    def say(*_: object) -> None:
        socket.socket(fileno=os.dup(DESCRIPTOR)).sendall(said)
        threading.Event().wait()

    return say


def stop_in_a_sink(job: EngineJob, _: Path) -> None:
    sink = job.sinks.open("clean.csv", media_type="text/csv")
    sink.write(b"x" * MIB)
    os.kill(os.getpid(), signal.SIGKILL)


def climb(job: EngineJob, _: Path) -> None:
    job.sinks.open("../../other/clean.csv", media_type="text/csv").commit(rows=None)


def litter(_: EngineJob, scratch: Path) -> None:
    (scratch / "folder").mkdir()
    (scratch / "folder" / "spilled").write_bytes(b"x" * MIB)
    os.kill(os.getpid(), signal.SIGKILL)


def fill(_: EngineJob, scratch: Path) -> None:
    with (scratch / "spilled").open("wb") as file:
        while True:
            file.write(b"x" * MIB)


def chatter(*_: object) -> None:
    for number in range(20_000):
        print(f"{number}: nobody should print here")  # noqa: T201 - which is the point
    print("the end", file=sys.stderr, flush=True)  # noqa: T201


def dump(*_: object) -> None:
    """Says what would hold for a crash."""
    print("core:", resource.getrlimit(resource.RLIMIT_CORE)[0], flush=True)  # noqa: T201


def _raise(error: BaseException) -> Callable[[EngineJob, Path], None]:
    def fail(*_: object) -> None:
        raise error

    return fail


class PanicError(BaseException):
    """As native code raises it: no Exception."""


WILD: dict[bytes, Callable[[EngineJob, Path], None]] = {
    b"peeks": peek,
    b"threads": in_threads,
    b"forgets": forget,
    b"remembers": remember,
    b"killed": _die_of(signal.SIGKILL),
    b"segfault": _die_of(signal.SIGSEGV),
    b"aborted": _die_of(signal.SIGABRT),
    b"leaves": leave,
    b"spins": spin,
    b"swells": swell,
    b"leaps": leap,
    b"hangs": hang,
    b"garbage": _say(b"Traceback (most recent call last):\n" * 10),
    b"nonsense": _say(b"\x00\x00\x00\x02\x00\x00\x00\x00{}"),
    b"endless": _say(b"\xff" * 8),
    b"half": _say(b"\x00\x00\x01\x00\x00\x00\x00\x00{"),
    b"strange": _say(b'\x00\x00\x00\x21\x00\x00\x00\x00{"type":"ChunkWanted","source":77}'),
    b"sink": stop_in_a_sink,
    b"climbs": climb,
    b"litters": litter,
    b"fills": fill,
    b"chatters": chatter,
    b"dumps": dump,
    b"defect": _raise(KeyError("a defect")),
    b"panics": _raise(PanicError("a panic")),
    b"foreign": _raise(ContentNotFoundError("none of the engine's errors")),
    b"option": _raise(InvalidOptionError("delimiter", "x", "one of them")),
    b"full": _raise(StorageUnavailableError("no room for keys")),
    b"limit": _raise(ResourceLimitError("too deep a heap")),
}


if __name__ == "__main__":
    end_with_stdin()
    serve(
        DESCRIPTOR,
        new_engine=WildEngine,
        inference=TabularSchemaInference(),
        patterns=Re2PatternMatcher(),
        new_guard=threading.Lock,
    )
