"""Defects around leases, heartbeats and the fence."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from application.errors import DependencyError
from application.ports.file_repository import FileRepository
from application.ports.lease_keeper import HeldLease, KeptLease, LeaseKeeper
from application.use_cases.claim_file import ClaimFile
from application.use_cases.renew_lease import Renewal, RenewLease
from application.use_cases.settle_attempt import SettleAttempt
from domain.file import File
from domain.file_state import FileState
from domain.file_status import FileStatus
from tests.simulation.actors import current_actor
from tests.simulation.defects.changed import changed
from tests.simulation.lease_actors import ActorLeaseKeeper
from tests.simulation.ports import Ports
from tests.simulation.timings import TIMINGS
from tests.simulation.wiring import Wiring
from tests.wrapped_database import WrappedUnitOfWork, WrappedUnitsOfWork

if TYPE_CHECKING:
    from tests.simulation.process import Process


class LeaseIgnoredAtClaim(Wiring):
    """A delivery is worked on, although somebody is at work."""

    def claim_file(self, process: "Process") -> ClaimFile:
        return ClaimFile(
            units_of_work=WrappedUnitsOfWork(process.ports.units_of_work, _LeaselessUnitOfWork),
            retry_policy=self.retry_policy,
            lease=TIMINGS.lease,
            worker=process.name,
        )


class _LeaselessUnitOfWork(WrappedUnitOfWork):
    @property
    def files(self) -> FileRepository:
        right = self.work.files

        def lock_for_worker(file_id: UUID) -> File:
            return File(replace(right.lock_for_worker(file_id).state, lease=None))

        return changed(right, lock_for_worker=lock_for_worker)


class CommitNotFenced(Wiring):
    """An attempt's end is written, whoever's turn it is by now."""

    def settle_attempt(self, process: "Process") -> SettleAttempt:
        return _unfenced(self, process)


class NoLeaseAndNoFence(LeaseIgnoredAtClaim, CommitNotFenced):
    """Both together."""


def _unfenced(wiring: Wiring, process: "Process") -> SettleAttempt:
    class Unfenced(WrappedUnitOfWork):
        """Shows each settling attempt the record as if it were its own."""

        @property
        def files(self) -> FileRepository:
            right = self.work.files

            def lock_for_worker(file_id: UUID) -> File:
                held = process.world.watch.held_by(current_actor())
                file = right.lock_for_worker(file_id)
                if held is None:
                    return file
                return File(replace(file.state, attempt=held.attempt, status=FileStatus.PROCESSING))

            return changed(right, lock_for_worker=lock_for_worker)

    return SettleAttempt(
        units_of_work=WrappedUnitsOfWork(process.ports.units_of_work, Unfenced),
        retry_policy=wiring.retry_policy,
        randomness=process.world.randomness,
        clock=process.ports.clock,
    )


class NoHeartbeat(Wiring):
    """The lease is taken once and never renewed; it is trusted as long as it lasts."""

    is_trusted_for_ever = False

    def lease_keeper(self, process: "Process") -> LeaseKeeper:
        return _SilentKeeper(process, is_trusted_for_ever=self.is_trusted_for_ever)


class NoHeartbeatButTrust(NoHeartbeat):
    """The lease is never renewed, and trusted for ever."""

    is_trusted_for_ever = True


class LostLeaseIgnored(Wiring):
    """The work goes on although the lease could not be renewed."""

    def lease_keeper(self, process: "Process") -> LeaseKeeper:
        return _StubbornKeeper(process, self.renew_lease(process))


@dataclass(slots=True)
class _SilentLease(KeptLease):
    process: "Process"
    trusted_until: float

    @property
    def is_lost(self) -> bool:
        """True once the time has come."""
        return self.process.world.scheduler.now >= self.trusted_until


class _SilentKeeper(LeaseKeeper):
    def __init__(self, process: "Process", *, is_trusted_for_ever: bool) -> None:
        self._process = process
        self._trust_seconds = 1e9 if is_trusted_for_ever else 210.0

    @contextmanager
    def keep(self, lease: HeldLease) -> Iterator[KeptLease]:
        kept = _SilentLease(self._process, lease.taken_at + self._trust_seconds)
        with self._process.world.watch.holding(current_actor(), lease, kept):
            yield kept


@dataclass(slots=True)
class _StubbornLease(KeptLease):
    kept: KeptLease
    is_lost: bool = False

    @property
    def trusted_until(self) -> float:
        """As it is."""
        return self.kept.trusted_until


class _StubbornKeeper(ActorLeaseKeeper):
    @contextmanager
    def keep(self, lease: HeldLease) -> Iterator[KeptLease]:
        with super().keep(lease) as kept:
            yield _StubbornLease(kept)


class LeaseTrustedFromTheAnswer(Wiring):
    """The lease is trusted from the moment when its owner hears of it."""

    def lease_keeper(self, process: "Process") -> LeaseKeeper:
        return _LateKeeper(process, self.renew_lease(process))


class _LateKeeper(ActorLeaseKeeper):
    @contextmanager
    def keep(self, lease: HeldLease) -> Iterator[KeptLease]:
        now = self._process.ports.clock.monotonic()
        with super().keep(replace(lease, taken_at=now)) as kept:
            yield kept


class OnlyTheMessageIsRenewed(Wiring):
    """The heartbeat hides the message on, and leaves the lease in the record alone."""

    def renew_lease(self, process: "Process") -> RenewLease:
        ports = process.ports

        class Forgetful(RenewLease):
            def __call__(self, held: HeldLease) -> Renewal:
                try:
                    ports.queue.change_visibility(held.delivery, seconds=300)
                except DependencyError:
                    return Renewal.UNKNOWN
                return Renewal.RENEWED

        return Forgetful(
            units_of_work=ports.units_of_work,
            queue=ports.queue,
            lease=TIMINGS.lease,
            visibility=TIMINGS.visibility,
        )


class LeasesByTheProcessClock(Wiring):
    """Leases are taken and judged by each process's own time of day."""

    def ports(self, process: "Process") -> Ports:
        ports = super().ports(process)
        clock = ports.clock

        class Local(WrappedUnitOfWork):
            def now(self) -> datetime:
                return clock.now()

        return replace(ports, units_of_work=WrappedUnitsOfWork(ports.units_of_work, Local))


class AttemptStartsAnew(Wiring):
    """Reprocessing begins to count attempts from the start again."""

    def ports(self, process: "Process") -> Ports:
        ports = super().ports(process)

        class Reset(WrappedUnitOfWork):
            @property
            def files(self) -> FileRepository:
                right = self.work.files

                def save(file: File) -> None:
                    right.save(restated(file, _reset(file.state)))

                return changed(right, save=save)

        return replace(ports, units_of_work=WrappedUnitsOfWork(ports.units_of_work, Reset))


def _reset(state: FileState) -> FileState:
    is_new = state.generation > 1 and state.status is FileStatus.PENDING and state.starts == 0
    return replace(state, attempt=0) if is_new else state


def restated(file: File, state: FileState) -> File:
    """The file with its events, in another state."""
    return file if file.state is state else _Restated(file, state)


class _Restated(File):
    __slots__ = ()

    def __init__(self, file: File, state: FileState) -> None:
        super().__init__(state)
        self._loaded_version = file.loaded_version
        self._events = list(file.events)
