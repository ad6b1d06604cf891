"""One job of the engine, done by a child and served by the worker."""

import json
import re
from contextlib import ExitStack
from pathlib import Path

from adapters.sandbox.child_process import ChildGoneError, ChildProcess, Received
from adapters.sandbox.deaths import died_of, swelled
from adapters.sandbox.frames import BrokenFrameError
from adapters.sandbox.limits import SandboxLimits
from adapters.sandbox.messages import (
    Chunk,
    ChunkWanted,
    Committed,
    Crashed,
    Finished,
    FromChild,
    Inferred,
    Job,
    MemoryExhausted,
    NoMoreChunks,
    Progressed,
    Refused,
    ResultKept,
    SinkOpened,
    SourceClosed,
    SourceOpened,
    Written,
)
from adapters.sandbox.refusals import error_of
from adapters.sandbox.served_source import ServedSource
from application.errors import EngineUnavailableError, ProcessingStoppedError
from application.ports.clock import Clock
from application.ports.content_engine import EngineJob, ResultSink
from application.ports.schema_inference import Inference
from domain.processing_report import ProcessingReport
from domain.progress import Progress

LOOK_SECONDS = 0.1
"""How often the worker looks at the child's memory, and whether it shall stop."""

_RESULT_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,99}")


class EngineCrashedError(Exception):
    """The engine has a defect; its traceback is among the notes."""


class ServedJob:
    """Does for the child what only the worker can, until the job is done.

    Whatever the source, the sinks or the callbacks raise passes through. The child is then in
    the middle of something, as it is after every other error: it can only be killed.
    """

    def __init__(
        self,
        job: EngineJob,
        child: ChildProcess,
        *,
        limits: SandboxLimits,
        scratch: Path,
        clock: Clock,
    ) -> None:
        self._job = job
        self._child = child
        self._limits = limits
        self._scratch = scratch
        self._clock = clock
        self._next_look = clock.monotonic()
        self._has_begun = False
        self._outcome: ProcessingReport | Inference | None = None
        self._sources: dict[int, ServedSource] = {}
        self._sinks: dict[int, ResultSink] = {}

    def run(self) -> ProcessingReport:
        """The report, once every result was committed."""
        outcome = self._done(self._order())
        if not isinstance(outcome, ProcessingReport):
            raise BrokenFrameError("an inference in place of a report")
        return outcome

    def infer(self, sample_rows: int) -> Inference:
        """What is told by the first rows, of which nothing is written."""
        outcome = self._done(self._order(sample_rows))
        if not isinstance(outcome, Inference):
            raise BrokenFrameError("a report in place of an inference")
        return outcome

    def _done(self, order: Job) -> ProcessingReport | Inference:
        try:
            self._child.send(order)
            while self._outcome is None:
                self._look()
                for received in self._exchange():
                    self._serve(received)
            return self._outcome
        finally:
            self._close_sources()

    def _order(self, sample_rows: int | None = None) -> Job:
        schema = self._job.schema
        return Job(
            file_type=self._job.file_type,
            size_bytes=self._job.source.size_bytes,
            schema=None if schema is None else json.dumps(schema.descriptor),
            options=self._job.options,
            scratch=str(self._scratch),
            memory_bytes=self._limits.memory_bytes,
            cpu_seconds=self._limits.cpu_seconds,
            scratch_bytes=self._limits.scratch_bytes,
            sample_rows=sample_rows,
        )

    def _look(self) -> None:
        if self._job.should_stop():
            raise ProcessingStoppedError("the work on the file was told to stop")
        now = self._clock.monotonic()
        if now < self._next_look:
            return
        self._next_look = now + LOOK_SECONDS
        if self._child.resident_bytes > self._limits.memory_bytes:
            raise swelled(self._limits)

    def _exchange(self) -> list[Received]:
        try:
            received = self._child.exchange(LOOK_SECONDS)
        except ChildGoneError:
            raise self._death() from None
        self._has_begun = self._has_begun or bool(received)
        return received

    def _death(self) -> Exception:
        code = self._child.end()
        if not self._has_begun:
            # It has seen nothing of the file yet.
            return EngineUnavailableError(f"its process ended with {code} before it began")
        return died_of(code, self._limits)

    def _serve(self, received: Received) -> None:
        match received.message:
            case SourceOpened() | ChunkWanted() | SourceClosed() as message:
                self._serve_content(message)
            case SinkOpened() | Written() | Committed() as message:
                self._serve_result(message, received.payload)
            case Progressed(bytes_read=bytes_read, rows_read=rows_read):
                self._job.progress(Progress(bytes_read=bytes_read, rows_read=rows_read))
            case Finished(report=outcome) | Inferred(inference=outcome):
                self._outcome = outcome
            case MemoryExhausted():
                raise swelled(self._limits)
            case Refused() as refused:
                raise error_of(refused)
            case Crashed(traceback=traceback):
                raise _crashed(traceback)

    def _serve_content(self, message: SourceOpened | ChunkWanted | SourceClosed) -> None:
        number = message.source
        match message:
            case SourceOpened():
                _refuse_if(number in self._sources, message)
                self._sources[number] = ServedSource(self._job.source.open())
            case ChunkWanted():
                _refuse_if(number not in self._sources, message)
                self._send_part(number)
            case SourceClosed():
                _refuse_if(number not in self._sources, message)
                self._sources.pop(number).close()

    def _send_part(self, number: int) -> None:
        part = self._sources[number].next_part()
        if part is None:
            self._child.send(NoMoreChunks(source=number))
        else:
            self._child.send(Chunk(source=number), part)

    def _serve_result(self, message: SinkOpened | Written | Committed, payload: bytes) -> None:
        match message:
            case SinkOpened(sink=number, name=name, media_type=media_type):
                # The name becomes part of a key in storage: nothing may lead out of its folder.
                is_name = _RESULT_NAME.fullmatch(name) is not None
                _refuse_if(number in self._sinks or not is_name, message)
                self._sinks[number] = self._job.sinks.open(name, media_type=media_type)
            case Written(sink=number):
                _refuse_if(number not in self._sinks, message)
                self._sinks[number].write(payload)
            case Committed(sink=number, rows=rows):
                _refuse_if(number not in self._sinks, message)
                result = self._sinks.pop(number).commit(rows=rows)
                self._child.send(ResultKept(sink=number, result=result))

    def _close_sources(self) -> None:
        with ExitStack() as closing:
            for source in self._sources.values():
                closing.callback(source.close)


def _refuse_if(is_wrong: bool, message: FromChild) -> None:
    if is_wrong:
        raise BrokenFrameError(f"a message out of place: {message}")


def _crashed(traceback: str) -> EngineCrashedError:
    *_, last = traceback.strip().splitlines()
    error = EngineCrashedError(last)
    error.add_note(traceback)
    return error
