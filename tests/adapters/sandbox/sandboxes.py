"""Sandboxed engines for tests, and what became of their processes."""

import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from adapters.sandbox.engine import SandboxedContentEngine
from adapters.sandbox.limits import SandboxLimits
from adapters.system.system_clock import SystemClock
from application.ports.content_engine import ContentSource, EngineJob
from domain.file_type import FileType
from domain.processing_options import ProcessingOptions
from domain.processing_report import ProcessingReport
from tests.adapters.tabular.mill import BytesSource, KeptSinks

WILD = (sys.executable, str(Path(__file__).parent / "wild_engine.py"))
REAL = (sys.executable, "-P", "-m", "entrypoints.profiles.engine_process", "{}")


@dataclass
class ChildRecord:
    """What an observer was told."""

    started: list[int] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def child_started(self, pid: int) -> None:
        self.started.append(pid)

    def child_ended(self, pid: int, code: int) -> None:
        self.ended.append(pid)

    def child_said(self, pid: int, text: str) -> None:
        self.said.append(text)


@dataclass(frozen=True)
class Sandbox:
    """An engine, its processes, and the folder for its temporary files."""

    engine: SandboxedContentEngine
    record: ChildRecord
    scratch: Path

    def process(self, content: bytes, **changes: object) -> ProcessingReport:
        """The report on that content."""
        return self.engine.process(job_of(BytesSource(content), **changes))


@contextmanager
def sandbox(
    scratch: Path, *, command: Sequence[str] = WILD, limits: SandboxLimits | None = None
) -> Iterator[Sandbox]:
    """A sandbox of its own, of which nothing is left afterwards."""
    record = ChildRecord()
    engine = SandboxedContentEngine(
        command,
        limits=limits or SandboxLimits(),
        scratch=scratch,
        clock=SystemClock(),
        guard=threading.Lock(),
        observer=record,
    )
    try:
        yield Sandbox(engine, record, scratch)
    finally:
        engine.close()
    assert sorted(record.ended) == sorted(record.started)


def job_of(source: ContentSource, **changes: object) -> EngineJob:
    """A job that nobody stops or watches, unless the test says otherwise."""
    defaults: dict[str, object] = {
        "source": source,
        "file_type": FileType.CSV,
        "schema": None,
        "options": ProcessingOptions(),
        "sinks": KeptSinks(),
        "progress": lambda _: None,
        "should_stop": lambda: False,
    }
    return EngineJob(**(defaults | changes))  # type: ignore[arg-type]  # a builder's members
