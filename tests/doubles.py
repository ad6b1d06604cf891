"""Stand-ins that tests steer: an engine that obeys its input, leases that can be lost, time."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

from adapters.memory.manual_clock import ManualClock
from application.errors import ProcessingStoppedError
from application.ports.content_engine import ContentEngine, EngineJob
from application.ports.event_publisher import EventPublisher
from application.ports.lease_keeper import HeldLease, KeptLease, LeaseKeeper
from application.ports.outbox import OutboxRecord
from domain.file_status import Outcome
from domain.processing_report import ProcessingReport
from domain.progress import Progress
from tests.builders import build_report

TRUST_SECONDS = 210


class ObedientEngine(ContentEngine):
    """Reads the content line by line and does what a line says.

    A line `error NAME` raises the error registered under NAME, `reject` rejects the file,
    anything else is a row. What it writes is a function of its input alone.
    """

    def __init__(self) -> None:
        self.errors: dict[str, Exception] = {}
        self.before_row: Callable[[], None] = lambda: None

    def process(self, job: EngineJob) -> ProcessingReport:
        with closing(job.source.open()) as chunks:
            content = b"".join(chunks)
        outcome = Outcome.CLEAN
        lines = content.decode().splitlines()
        for number, line in enumerate(lines, start=1):
            self.before_row()
            if job.should_stop():
                raise ProcessingStoppedError("told to stop")
            job.progress(Progress(bytes_read=number, rows_read=number))
            if line.startswith("error "):
                raise self.errors[line.removeprefix("error ")]
            if line == "reject":
                outcome = Outcome.REJECTED
        self._write(job, "report.json", hashlib.sha256(content).hexdigest().encode())
        if outcome is Outcome.CLEAN:
            self._write(job, "clean.csv", content)
        return build_report(outcome=outcome)

    @staticmethod
    def _write(job: EngineJob, name: str, content: bytes) -> None:
        sink = job.sinks.open(name, media_type="application/octet-stream")
        sink.write(content)
        sink.commit(rows=None)


@dataclass(slots=True)
class StillLease(KeptLease):
    """A lease that nobody renews."""

    trusted_until: float
    is_lost: bool = False


@dataclass(slots=True)
class StillLeaseKeeper(LeaseKeeper):
    """Gives out leases that a test can lose, and remembers which."""

    kept: list[tuple[HeldLease, StillLease]] = field(default_factory=list)

    @contextmanager
    def keep(self, lease: HeldLease) -> Iterator[StillLease]:
        """The lease, as it is."""
        still = StillLease(trusted_until=lease.taken_at + TRUST_SECONDS)
        self.kept.append((lease, still))
        yield still


class BusyClock(ManualClock):
    """A clock by which others go on while somebody waits."""

    def __init__(self, meanwhile: Callable[[], object]) -> None:
        super().__init__()
        self._meanwhile = meanwhile

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        self._meanwhile()


class ClosedTopic(EventPublisher):
    """A topic that takes nothing, and says why."""

    def __init__(self, error: Exception | None = None) -> None:
        self._error = error

    def publish(self, records: Sequence[OutboxRecord]) -> Mapping[int, str]:
        if self._error is not None:
            raise self._error
        return {record.id: "InternalError" for record in records}
