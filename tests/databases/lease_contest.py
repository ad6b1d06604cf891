"""Workers that fight for the same few files by short leases, and write down what they were told."""

import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from time import monotonic, sleep
from uuid import UUID

from adapters.sql.engine import create_engine
from adapters.sql.sql_unit_of_work import SqlUnitOfWorkFactory
from adapters.system.system_clock import SystemClock
from adapters.system.system_randomness import SystemRandomness
from application.use_cases.cancel_file import CancelFile
from application.use_cases.claim_file import Claimed, ClaimFile
from application.use_cases.file_messages import WorkRequest
from application.use_cases.reprocess_file import ReprocessFile
from application.use_cases.settle_attempt import SettleAttempt, Settled
from domain.errors import IllegalTransitionError
from domain.fault import Fault, FaultKind
from domain.file_state import FileState
from domain.retry_policy import BackoffStrategy, RetryPolicy
from tests.builders import TENANT, build_report

LEASE = timedelta(milliseconds=60)
OUTAGE = Fault(kind=FaultKind.DEPENDENCY, code="dependency_unavailable", message="it was away")


class Deed(StrEnum):
    """What somebody tried."""

    CLAIM = "claim"
    RENEW = "renew"
    FINISH = "finish"
    RELEASE = "release"
    RETRY = "retry"
    CANCEL = "cancel"
    REPROCESS = "reprocess"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One try, and what the database answered: `at` and `until` are its times of a lease."""

    deed: Deed
    file_id: UUID
    attempt: int = 0
    generation: int = 0
    succeeded: bool
    at: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """One process's part: so many threads, for so long, at these files."""

    place: str | Path
    file_ids: Sequence[UUID]
    threads: int
    seconds: float
    seed: int


def compete(contest: Contest) -> list[Note]:
    """What the threads of one process wrote down; none may meet an error."""
    # Patient: a busy machine is no failure, and not one call may fail.
    engine = create_engine(contest.place, threads=contest.threads, wait_seconds=60)
    units_of_work = SqlUnitOfWorkFactory(
        engine, SystemClock(), observer=lambda events: None, bell=lambda: None
    )
    ends_at = monotonic() + contest.seconds

    def run(number: int) -> list[Note]:
        name = f"worker-{contest.seed}-{number}"
        contender = Contender(units_of_work, name, random.Random(name))
        while monotonic() < ends_at:
            contender.act(contender.chance.choice(contest.file_ids))
        return contender.notes

    with ThreadPoolExecutor(contest.threads) as pool:
        notes = [note for part in pool.map(run, range(contest.threads)) for note in part]
    engine.dispose()
    return notes


class Contender:
    """A worker that forgets to stop: it goes on with attempts that it has lost long ago."""

    def __init__(
        self, units_of_work: SqlUnitOfWorkFactory, name: str, chance: random.Random
    ) -> None:
        policy = RetryPolicy(strategy=BackoffStrategy.FIXED, base_seconds=1, max_starts=1_000_000)
        clock = SystemClock()
        self.chance = chance
        self.notes: list[Note] = []
        self._units_of_work = units_of_work
        self._held: list[FileState] = []
        self._claim_file = ClaimFile(
            units_of_work=units_of_work, retry_policy=policy, lease=LEASE, worker=name
        )
        self._settle = SettleAttempt(
            units_of_work=units_of_work,
            retry_policy=policy,
            randomness=SystemRandomness(),
            clock=clock,
        )

    def act(self, file_id: UUID) -> None:
        """Does one thing to the file, or to one that was claimed before."""
        mine = [state for state in self._held if state.id == file_id]
        if not mine or self.chance.random() < 0.3:
            self.chance.choices([self._claim, self._cancel, self._reprocess], [8, 1, 3])[0](file_id)
            return
        attempt = self.chance.choice(mine)
        act: Callable[[FileState], None] = self.chance.choices(
            [self._renew, self._finish, self._release, self._retry, self._stall], [6, 3, 2, 1, 4]
        )[0]
        act(attempt)

    def _claim(self, file_id: UUID) -> None:
        generation, bucket, key = self._named(file_id)
        claim = self._claim_file(
            WorkRequest(file_id=file_id, generation=generation, bucket=bucket, key=key)
        )
        if not isinstance(claim, Claimed):
            self._note(Deed.CLAIM, file_id, succeeded=False)
            return
        state = claim.file
        assert state.lease is not None
        self._held = [*self._held[-3:], state]
        self._note(
            Deed.CLAIM,
            file_id,
            state,
            succeeded=True,
            at=state.updated_at,
            until=state.lease.expires_at,
        )

    def _named(self, file_id: UUID) -> tuple[int, str, str]:
        with self._units_of_work.for_reading() as work:
            state = work.files.get(TENANT, file_id).state
        return state.generation, state.bucket, state.key

    def _renew(self, attempt: FileState) -> None:
        with self._units_of_work.for_writing() as work:
            at = work.now()
            is_renewed = work.files.renew_lease(
                attempt.id, attempt=attempt.attempt, expires_at=at + LEASE
            )
            work.commit()
        self._note(Deed.RENEW, attempt.id, attempt, succeeded=is_renewed, at=at, until=at + LEASE)

    def _finish(self, attempt: FileState) -> None:
        settlement = self._settle.finish(
            attempt, build_report(), (), progress=None, try_until=monotonic() + 60
        )
        self._note_settled(Deed.FINISH, attempt, settlement.settled)

    def _release(self, attempt: FileState) -> None:
        settlement = self._settle.release(attempt, "deploy", try_until=monotonic() + 60)
        self._note_settled(Deed.RELEASE, attempt, settlement.settled)

    def _retry(self, attempt: FileState) -> None:
        settlement = self._settle.fail(attempt, OUTAGE, try_until=monotonic() + 60)
        self._note_settled(Deed.RETRY, attempt, settlement.settled)

    def _stall(self, attempt: FileState) -> None:
        """Sometimes longer than the lease."""
        sleep(self.chance.uniform(0, 2 * LEASE.total_seconds()))

    def _cancel(self, file_id: UUID) -> None:
        self._ask(Deed.CANCEL, CancelFile(units_of_work=self._units_of_work), file_id)

    def _reprocess(self, file_id: UUID) -> None:
        self._ask(Deed.REPROCESS, ReprocessFile(units_of_work=self._units_of_work), file_id)

    def _ask(self, deed: Deed, verb: CancelFile | ReprocessFile, file_id: UUID) -> None:
        try:
            state = verb(TENANT, file_id)
        except IllegalTransitionError:
            self._note(deed, file_id, succeeded=False)
        else:
            self._note(deed, file_id, state, succeeded=True)

    def _note_settled(self, deed: Deed, attempt: FileState, settled: Settled) -> None:
        self._note(deed, attempt.id, attempt, succeeded=settled is not Settled.FENCED)

    def _note(
        self,
        deed: Deed,
        file_id: UUID,
        state: FileState | None = None,
        *,
        succeeded: bool,
        at: datetime | None = None,
        until: datetime | None = None,
    ) -> None:
        self.notes.append(
            Note(
                deed=deed,
                file_id=file_id,
                attempt=state.attempt if state else 0,
                generation=state.generation if state else 0,
                succeeded=succeeded,
                at=at,
                until=until,
            )
        )
