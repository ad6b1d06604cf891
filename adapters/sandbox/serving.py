"""What an engine's process does: one job after the other, until the worker is gone."""

import json
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path

from adapters.sandbox.messages import Crashed, Finished, FromChild, Job, MemoryExhausted, Progressed
from adapters.sandbox.parent_channel import ParentChannel
from adapters.sandbox.refusals import refusal_of
from adapters.sandbox.remote_sinks import RemoteSinks
from adapters.sandbox.remote_source import RemoteReadings, RemoteSource
from adapters.sandbox.restraint import restrain_job, restrain_process
from application.errors import ApplicationError
from application.ports.content_engine import ContentEngine, EngineJob
from domain.errors import DomainError
from domain.patterns import PatternMatcher
from domain.progress import Progress
from domain.schema import Schema
from domain.schema_descriptor import parse_schema

_TRACEBACK_CHARACTERS = 20_000

NewEngine = Callable[[Path], ContentEngine]
"""Makes an engine whose temporary files go to that folder."""


def serve(descriptor: int, *, new_engine: NewEngine, patterns: PatternMatcher) -> None:
    """Does the jobs that come over the socket `descriptor`; ends by SystemExit with the worker.

    Restrains the whole process: it can do nothing else afterwards.
    """
    restrain_process()
    channel = ParentChannel(descriptor)
    readings = RemoteReadings(channel)
    while True:
        message, _ = channel.receive()
        # Anything else is a part of the content that the last job no longer wanted.
        if isinstance(message, Job):
            channel.send(_outcome(message, readings, new_engine=new_engine, patterns=patterns))


def _outcome(
    job: Job, readings: RemoteReadings, *, new_engine: NewEngine, patterns: PatternMatcher
) -> FromChild:
    try:
        return _do(job, readings, new_engine=new_engine, patterns=patterns)
    except SystemExit:
        raise
    except MemoryError:
        return MemoryExhausted()
    except (ApplicationError, DomainError) as error:
        return refusal_of(error) or _crash()
    except BaseException:  # noqa: BLE001 - the worker logs it; the panics of Rust are no Exception
        return _crash()


def _do(
    job: Job, readings: RemoteReadings, *, new_engine: NewEngine, patterns: PatternMatcher
) -> FromChild:
    restrain_job(
        memory_bytes=job.memory_bytes, cpu_seconds=job.cpu_seconds, file_bytes=job.scratch_bytes
    )
    # Where libraries make temporary files that nobody told them about.
    tempfile.tempdir = job.scratch
    channel = readings.channel

    def tell(progress: Progress) -> None:
        channel.send(Progressed(bytes_read=progress.bytes_read, rows_read=progress.rows_read))

    report = new_engine(Path(job.scratch)).process(
        EngineJob(
            source=RemoteSource(readings, size_bytes=job.size_bytes),
            file_type=job.file_type,
            schema=_schema(job, patterns),
            options=job.options,
            sinks=RemoteSinks(channel),
            progress=tell,
            # The worker asks itself, and ends this process.
            should_stop=lambda: False,
        )
    )
    readings.close_all()
    return Finished(report=report)


def _schema(job: Job, patterns: PatternMatcher) -> Schema | None:
    return None if job.schema is None else parse_schema(json.loads(job.schema), patterns=patterns)


def _crash() -> Crashed:
    return Crashed(traceback=traceback.format_exc()[-_TRACEBACK_CHARACTERS:])
