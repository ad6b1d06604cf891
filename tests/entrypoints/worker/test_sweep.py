"""A sweep whose every statement takes as long as a statement may is no thread that hangs."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from application.ports.file_repository import FileRepository
from application.ports.idempotency_keys import IdempotencyKeys
from application.ports.outbox import Outbox
from application.ports.statistics import Statistics
from application.ports.upload_sessions import UploadSessions
from application.use_cases.forget_old_records import ForgetOldRecords
from domain.circuit_breaker import BreakerPolicy
from domain.retention_policy import RetentionPolicy
from entrypoints.pulses import Pulses
from entrypoints.watchdog import Watchdog
from entrypoints.watched.units_of_work import WatchedUnitsOfWork
from entrypoints.worker.breakers import Breakers
from entrypoints.worker.call_watch import ProcessCallWatch
from tests.in_memory_container import InMemoryService
from tests.wrapped_database import WrappedUnitOfWork, WrappedUnitsOfWork

STATEMENT_SECONDS = 29
LIMIT_SECONDS = 70
"""More than two such statements, and less than the five of a sweep."""


def slow(wait: Callable[[], None]) -> type[WrappedUnitOfWork]:
    """Transactions in which whatever is asked for is followed by a wait."""

    class Slow(WrappedUnitOfWork):
        @property
        def files(self) -> FileRepository:
            wait()
            return super().files

        @property
        def outbox(self) -> Outbox:
            wait()
            return super().outbox

        @property
        def idempotency_keys(self) -> IdempotencyKeys:
            wait()
            return super().idempotency_keys

        @property
        def upload_sessions(self) -> UploadSessions:
            wait()
            return super().upload_sessions

        @property
        def statistics(self) -> Statistics:
            wait()
            return super().statistics

    return Slow


def test_a_sweep_of_slow_statements_is_no_thread_that_hangs() -> None:
    service, pulses = InMemoryService(), Pulses()
    watchdog = Watchdog(pulses, clock=service.clock, limit_seconds=LIMIT_SECONDS)
    watch = ProcessCallWatch(Breakers(policy=BreakerPolicy(), clock=service.clock), pulses)
    waits: list[Sequence[object]] = []

    def wait() -> None:
        for _ in range(STATEMENT_SECONDS):
            service.clock.advance(1)
            waits.append(list(watchdog.look()))

    units_of_work = WrappedUnitsOfWork(service.units_of_work, slow(wait))
    sweep = ForgetOldRecords(
        units_of_work=WatchedUnitsOfWork(units_of_work, watch),
        policy=RetentionPolicy(tombstones=timedelta(days=31)),
    )
    pulses.begin("reconcile").beat()

    assert list(sweep()) == [0]

    assert len(waits) == 5 * STATEMENT_SECONDS
    assert not any(waits)
