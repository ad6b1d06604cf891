"""The work on a file, in pieces of virtual time."""

from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

from application.errors import ProcessingStoppedError
from application.ports.content_engine import ContentEngine, EngineJob
from domain.file_status import Outcome
from domain.processing_report import ProcessingReport
from domain.progress import Progress
from tests.builders import build_report
from tests.simulation.content import Content, Nature

if TYPE_CHECKING:
    from tests.simulation.process import Process

PIECE_SECONDS = 20.0
"""Shorter than the margin at the end of a lease, as the engine's own second is."""


class ObedientChunks(ContentEngine):
    """Takes as long as the content says, and ends as it says.

    What it writes is a function of its input alone.
    """

    def __init__(self, process: "Process", *, is_mended: Callable[[], bool]) -> None:
        """While the service `is_mended()`, its defect does not show."""
        self._process = process
        self._is_mended = is_mended

    def process(self, job: EngineJob) -> ProcessingReport:
        with closing(job.source.open()) as chunks:
            content = self._process.world.content_of(b"".join(chunks))
        nature = Nature.GOOD if self._is_mended() else content.nature
        self._work(job, content, nature)
        for name, data in content.results.items():
            sink = job.sinks.open(name, media_type="application/octet-stream")
            sink.write(data)
            sink.commit(rows=None)
        return build_report(Outcome.REJECTED if nature is Nature.BAD else Outcome.CLEAN)

    def _work(self, job: EngineJob, content: Content, nature: Nature) -> None:
        world, done = self._process.world, 0.0
        while True:
            job.progress(Progress(bytes_read=int(done), rows_read=int(done)))
            if job.should_stop():
                raise ProcessingStoppedError("told to stop")
            world.watch.work_goes_on()
            if done > content.work_seconds - 0.001:
                return
            began_at = world.scheduler.now
            self._process.work(min(PIECE_SECONDS, content.work_seconds - done))
            done += world.scheduler.now - began_at
            self._suffer(nature)

    def _suffer(self, nature: Nature) -> None:
        if nature is Nature.POISON:
            raise ZeroDivisionError("the defect that shows on this content")
        if nature is Nature.DEADLY:
            self._process.die()
