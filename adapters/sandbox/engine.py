"""A content engine and its look at samples in a child process, which a file may kill."""

from collections.abc import Generator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.sandbox.child_process import ChildObserver
from adapters.sandbox.children import Children
from adapters.sandbox.frames import BrokenFrameError
from adapters.sandbox.limits import SandboxLimits
from adapters.sandbox.served_job import ServedJob
from application.errors import StorageUnavailableError
from application.ports.clock import Clock
from application.ports.content_engine import ContentEngine, EngineJob, ResultSink, ResultSinks
from application.ports.schema_inference import Inference, InferenceJob, SchemaInference
from domain.processing_report import ProcessingReport

JOB_FOLDER_PREFIX = "gristmill-job-"
"""Begins the name of every folder that is made in `scratch`."""


class SandboxedContentEngine(ContentEngine, SchemaInference):
    """Has each job done by one of its children, within `limits`.

    `command` starts a child, with the number of an open descriptor as its last argument; see
    `serving`. Temporary files go to a folder of the job's own in `scratch`, or where the system
    keeps such, and are gone with the job. May be used by several threads, which `guard` keeps
    from each other.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        limits: SandboxLimits,
        scratch: Path | None,
        clock: Clock,
        guard: AbstractContextManager[object],
        observer: ChildObserver,
    ) -> None:
        self._limits = limits
        self._scratch = scratch
        self._clock = clock
        self._children = Children(
            command, files_per_child=limits.files_per_child, guard=guard, observer=observer
        )

    def process(self, job: EngineJob) -> ProcessingReport:
        """See the port. A child that has to stop is killed: there is nothing for it to save.

        Raises EngineUnavailableError when no child could be started, EngineCrashedError for a
        defect of the engine, BrokenFrameError when the child said what makes no sense.
        """
        with self._served(job) as served:
            return served.run()

    def infer(self, job: InferenceJob) -> Inference:
        """See the port; raises as `process` does."""
        engine_job = EngineJob(
            source=job.source,
            file_type=job.file_type,
            schema=None,
            options=job.options,
            sinks=_NoSinks(),
            progress=lambda _: None,
            should_stop=job.should_stop,
        )
        with self._served(engine_job) as served:
            return served.infer(job.sample_rows)

    def close(self) -> None:
        """Ends the children."""
        self._children.close()

    @contextmanager
    def _served(self, job: EngineJob) -> Generator[ServedJob]:
        with self._job_folder() as folder, self._children.lend() as child:
            yield ServedJob(job, child, limits=self._limits, scratch=folder, clock=self._clock)

    @contextmanager
    def _job_folder(self) -> Generator[Path]:
        try:
            folder = TemporaryDirectory(
                prefix=JOB_FOLDER_PREFIX, dir=self._scratch, ignore_cleanup_errors=True
            )
        except OSError as error:
            raise StorageUnavailableError(f"no temporary folder: {error}") from error
        with folder as path:
            yield Path(path)


class _NoSinks(ResultSinks):
    """For a look that has no results: a child that begins one has gone mad."""

    def open(self, name: str, *, media_type: str) -> ResultSink:
        raise BrokenFrameError(f"a result of an inference: {name}")
