"""Defects around results: where they are written, when, and who removes them."""

import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from application.ports.clock import Clock
from application.ports.content_engine import EngineJob
from application.ports.file_storage import ContentWriter, FileStorage
from application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from application.use_cases.delete_file import DeleteFile
from application.use_cases.process_delivery import ProcessDelivery
from application.use_cases.settle_attempt import SettleAttempt
from domain.processing_report import ProcessingReport
from tests.simulation.defects.changed import changed
from tests.simulation.defects.lease_defects import CommitNotFenced
from tests.simulation.ports import Ports
from tests.simulation.watched_storage import WatchedStorage
from tests.simulation.wiring import Wiring
from tests.wrapped_database import WrappedUnitOfWork

if TYPE_CHECKING:
    from tests.simulation.process import Process
    from tests.simulation.watch import Watch

ATTEMPT = re.compile(r"^(results/[^/]+/\d+)/\d+")


class SharedResultKey(Wiring):
    """All attempts of a generation write to the same keys."""

    def storage(self, watch: "Watch", clock: Clock) -> WatchedStorage:
        return _SharingStorage(watch, clock)


class SharedResultKeyWithoutFence(SharedResultKey, CommitNotFenced):
    """And whoever comes last has the last word."""


class _SharingStorage(WatchedStorage):
    def put(self, key: str, content: bytes, media_type: str) -> str:
        return super().put(_shared(key), content, media_type)

    def open(
        self, key: str, *, etag: str | None = None, start: int = 0, length: int | None = None
    ) -> Generator[bytes]:
        return super().open(_shared(key), etag=etag, start=start, length=length)

    def delete_below(self, folder: str) -> None:
        super().delete_below(_shared(folder))


def _shared(key: str) -> str:
    return ATTEMPT.sub(r"\1", key)


class CommittedBeforeResults(Wiring):
    """The results are written after the file's end was committed."""

    def ports(self, process: "Process") -> Ports:
        ports = super().ports(process)
        late = _LateResults(ports.storage)
        return replace(
            ports,
            storage=changed(ports.storage, create=late.create),
            units_of_work=_LateUnitsOfWork(ports.units_of_work, late),
        )


class _LateResults:
    """Keeps results back until somebody tells it to write them."""

    def __init__(self, storage: FileStorage) -> None:
        self._storage = storage
        self._late: list[ContentWriter] = []

    def create(self, key: str, *, media_type: str) -> ContentWriter:
        writer = self._storage.create(key, media_type=media_type)
        if not key.startswith("results/"):
            return writer
        return changed(writer, commit=lambda: self._keep(writer), __enter__=writer.__enter__)

    def write_late(self) -> None:
        """Writes what was kept back."""
        while self._late:
            self._late.pop().commit()

    def _keep(self, writer: ContentWriter) -> str:
        self._late.append(writer)
        return ""


class _LateUnitsOfWork(UnitOfWorkFactory):
    def __init__(self, units: UnitOfWorkFactory, storage: _LateResults) -> None:
        self._units = units
        self._storage = storage

    def for_writing(self) -> UnitOfWork:
        return _LateUnitOfWork(self._units.for_writing(), self._storage)

    def for_reading(self) -> UnitOfWork:
        return self._units.for_reading()


class _LateUnitOfWork(WrappedUnitOfWork):
    def __init__(self, work: UnitOfWork, storage: _LateResults) -> None:
        super().__init__(work)
        self._storage = storage

    def commit(self) -> None:
        self.work.commit()
        self._storage.write_late()


class UnansweredCommitNotLookedFor(Wiring):
    """After a commit without an answer the file counts as another's, and its results go."""

    def settle_attempt(self, process: "Process") -> SettleAttempt:
        class Forgetful(SettleAttempt):
            def _try(self, attempt, settle, unanswered):  # type: ignore[no-untyped-def]
                unanswered.clear()
                return super()._try(attempt, settle, unanswered)

        return Forgetful(
            units_of_work=process.ports.units_of_work,
            retry_policy=self.retry_policy,
            randomness=process.world.randomness,
            clock=process.ports.clock,
        )


class ResultsDiscardedInDoubt(Wiring):
    """Results are removed, although the file's end may be committed."""

    def process_delivery(self, process: "Process") -> ProcessDelivery:
        right = super().process_delivery(process)

        @contextmanager
        def discarding(results: object, attempted: object) -> Iterator[None]:
            try:
                yield
            except Exception:
                right._discard(results)  # type: ignore[arg-type]
                raise

        right._discarding_unless_kept = discarding  # type: ignore[method-assign]
        return right


class OtherBytesEachTime(Wiring):
    """What is written depends on who writes it."""

    def ports(self, process: "Process") -> Ports:
        ports = super().ports(process)
        right = ports.engine

        def run(job: EngineJob) -> ProcessingReport:
            sink = job.sinks.open("worker.txt", media_type="text/plain")
            sink.write(f"{process.name} at {process.world.scheduler.now}".encode())
            sink.commit(rows=None)
            return right.process(job)

        return replace(ports, engine=changed(right, process=run))


class ErasedInTheRecordAlone(Wiring):
    """A deletion leaves the bytes where they are."""

    def delete_file(self, process: "Process") -> DeleteFile:
        ports = process.ports
        return DeleteFile(
            units_of_work=ports.units_of_work,
            storage=changed(ports.storage, delete_below=lambda folder: None),
        )
