"""The work on a file, in pieces of virtual time."""

from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

from application.errors import ProcessingStoppedError
from application.ports.content_engine import ContentEngine, EngineJob
from domain.file_status import Outcome
from domain.processing_report import ProcessingReport, RowCounts
from domain.progress import Progress
from tests.builders import build_report
from tests.simulation.content import (
    DEFECTIVE,
    Nature,
    field_of,
    lines_of,
    report_bytes,
)

if TYPE_CHECKING:
    from tests.simulation.process import Process

PIECE_SECONDS = 20.0
"""Shorter than the margin at the end of a lease, as the engine's own second is."""


class ObedientChunks(ContentEngine):
    """Takes as long as the content says, and judges each of its rows as it says.

    What it writes is a function of its input alone, and is written while the work goes on.
    """

    def __init__(self, process: "Process", *, is_mended: Callable[[], bool]) -> None:
        """While the service `is_mended()`, its defects do not show."""
        self._process = process
        self._is_mended = is_mended

    def process(self, job: EngineJob) -> ProcessingReport:
        with closing(job.source.open()) as chunks:
            head, *rows = b"".join(chunks).decode().removesuffix("\n").split("\n")
        _, nature_name, seconds = head.split(",")
        nature, work_seconds = Nature[nature_name], int(seconds)
        if nature in DEFECTIVE and self._is_mended():
            nature, work_seconds = Nature.GOOD, 1
        good = [row for row in rows if row.startswith("good")]
        bad = [row for row in rows if row.startswith("bad")]
        work = _Work(self._process, job, nature)
        work.go_on(until=work_seconds / 2)
        if good:
            _write(job, "clean.csv", lines_of(good), rows=len(good))
        work.go_on(until=work_seconds)
        if bad:
            _write(job, "rejected.csv", lines_of(bad), rows=len(bad))
        report = _report(rows, good=len(good), bad=len(bad))
        _write(job, "report.json", report_bytes(report, field_of(job.schema)), rows=None)
        return report


class _Work:
    """How far the work on one file has come."""

    def __init__(self, process: "Process", job: EngineJob, nature: Nature) -> None:
        self._process = process
        self._job = job
        self._nature = nature
        self._done = 0.0

    def go_on(self, *, until: float) -> None:
        """Works until so many seconds of it are done."""
        world, job = self._process.world, self._job
        while True:
            job.progress(Progress(bytes_read=int(self._done), rows_read=int(self._done)))
            if job.should_stop():
                raise ProcessingStoppedError("told to stop")
            world.watch.work_goes_on(self._process)
            if self._done > until - 0.001:
                return
            began_at = world.scheduler.now
            self._process.work(min(PIECE_SECONDS, until - self._done))
            self._done += world.scheduler.now - began_at
            self._suffer()

    def _suffer(self) -> None:
        if self._nature is Nature.POISON:
            raise ZeroDivisionError("the defect that shows on this content")
        if self._nature is Nature.DEADLY:
            self._process.die()


def _report(rows: list[str], *, good: int, bad: int) -> ProcessingReport:
    counts = RowCounts(
        read=len(rows), accepted=good, rejected=bad, skipped=sum(not row for row in rows)
    )
    if not good:
        return build_report(Outcome.REJECTED, rows=counts)
    return build_report(Outcome.PARTIAL if bad else Outcome.CLEAN, rows=counts)


def _write(job: EngineJob, name: str, data: bytes, *, rows: int | None) -> None:
    sink = job.sinks.open(name, media_type="application/octet-stream")
    sink.write(data)
    sink.commit(rows=rows)
