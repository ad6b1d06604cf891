"""What an engine's process does: one job after the other, until the worker is gone."""

import json
import tempfile
import traceback
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from adapters.sandbox.inbox import Inbox
from adapters.sandbox.messages import (
    Crashed,
    Finished,
    FromChild,
    Inferred,
    Job,
    MemoryExhausted,
    Progressed,
)
from adapters.sandbox.parent_channel import NewGuard, ParentChannel
from adapters.sandbox.refusals import refusal_of
from adapters.sandbox.remote_sinks import RemoteSinks
from adapters.sandbox.remote_source import RemoteSource
from adapters.sandbox.restraint import restrain_job, restrain_process
from application.errors import ApplicationError
from application.ports.content_engine import ContentEngine, EngineJob
from application.ports.schema_inference import InferenceJob, SchemaInference
from domain.errors import DomainError
from domain.patterns import PatternMatcher
from domain.progress import Progress
from domain.schema import Schema
from domain.schema_descriptor import parse_schema

_TRACEBACK_CHARACTERS = 20_000

NewEngine = Callable[[Path], ContentEngine]
"""Makes an engine whose temporary files go to that folder."""


def serve(
    descriptor: int,
    *,
    new_engine: NewEngine,
    inference: SchemaInference,
    patterns: PatternMatcher,
    new_guard: NewGuard,
) -> None:
    """Does the jobs that come over the socket `descriptor`; ends by SystemExit with the worker.

    Restrains the whole process: it can do nothing else afterwards. The engine may read, write
    and tell its progress in threads of its own.
    """
    restrain_process()
    channel = ParentChannel(descriptor, new_guard=new_guard)
    inbox = Inbox(channel, guard=new_guard())
    jobs = _Jobs(channel, inbox, new_engine=new_engine, inference=inference, patterns=patterns)
    while True:
        message, _ = channel.receive()
        # Anything else is a part of the content that the last job no longer wanted.
        if isinstance(message, Job):
            channel.send(jobs.outcome(message))


class _Jobs:
    """Does one job after the other, each by an engine of its own."""

    def __init__(
        self,
        channel: ParentChannel,
        inbox: Inbox,
        *,
        new_engine: NewEngine,
        inference: SchemaInference,
        patterns: PatternMatcher,
    ) -> None:
        self._channel = channel
        self._inbox = inbox
        self._new_engine = new_engine
        self._inference = inference
        self._patterns = patterns

    def outcome(self, job: Job) -> FromChild:
        """How the job ended."""
        try:
            return self._done(job)
        except SystemExit:
            raise
        except MemoryError:
            return MemoryExhausted()
        except (ApplicationError, DomainError) as error:
            return refusal_of(error) or _crash()
        except BaseException:  # noqa: BLE001 - the worker logs it; the panics of Rust are no Exception
            return _crash()

    def _done(self, job: Job) -> Finished | Inferred:
        restrain_job(
            memory_bytes=job.memory_bytes, cpu_seconds=job.cpu_seconds, file_bytes=job.scratch_bytes
        )
        # Where libraries make temporary files that nobody told them about.
        tempfile.tempdir = job.scratch
        source = RemoteSource(self._channel, self._inbox, size_bytes=job.size_bytes)
        with closing(source):
            if job.sample_rows is not None:
                return Inferred(inference=self._inference.infer(_inference_job(job, source)))
            engine = self._new_engine(Path(job.scratch))
            return Finished(report=engine.process(self._engine_job(job, source)))

    def _engine_job(self, job: Job, source: RemoteSource) -> EngineJob:
        return EngineJob(
            source=source,
            file_type=job.file_type,
            schema=_schema(job, self._patterns),
            options=job.options,
            sinks=RemoteSinks(self._channel, self._inbox),
            progress=self._tell,
            # The worker asks itself, and ends this process.
            should_stop=lambda: False,
        )

    def _tell(self, progress: Progress) -> None:
        self._channel.send(Progressed(bytes_read=progress.bytes_read, rows_read=progress.rows_read))


def _inference_job(job: Job, source: RemoteSource) -> InferenceJob:
    assert job.sample_rows is not None
    return InferenceJob(
        source=source,
        file_type=job.file_type,
        options=job.options,
        sample_rows=job.sample_rows,
    )


def _schema(job: Job, patterns: PatternMatcher) -> Schema | None:
    return None if job.schema is None else parse_schema(json.loads(job.schema), patterns=patterns)


def _crash() -> Crashed:
    return Crashed(traceback=traceback.format_exc()[-_TRACEBACK_CHARACTERS:])
