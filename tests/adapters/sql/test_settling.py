"""An end that was committed without an answer is recognised in what the database gives back."""

import pytest
from sqlalchemy import Engine

from adapters.memory.manual_clock import ManualClock
from adapters.memory.seeded_ids import SeededRandomness
from adapters.sql.sql_unit_of_work import SqlUnitOfWorkFactory
from application.use_cases.settle_attempt import SettleAttempt, Settled
from domain.events import FileEventName
from domain.fault import FaultKind
from domain.file_state import FileState
from domain.progress import Progress
from domain.retry_policy import RetryPolicy
from tests.builders import TENANT, build_fault, build_file, build_lease, build_report
from tests.faults import CommitFault, FaultyUnitsOfWork


@pytest.fixture
def database(each_engine: Engine) -> FaultyUnitsOfWork:
    """A database by its own clock, where it has one."""
    return FaultyUnitsOfWork(
        SqlUnitOfWorkFactory(
            each_engine, ManualClock(), observer=lambda events: None, bell=lambda: None
        )
    )


def started(database: FaultyUnitsOfWork) -> FileState:
    file = build_file()
    with database.for_writing() as work:
        now = work.now()
        file.start(build_lease(at=now), at=now)
        work.files.add(file)
        work.commit()
    return file.state


@pytest.mark.parametrize("fault", [CommitFault.UNANSWERED, CommitFault.LOST])
@pytest.mark.parametrize("ending", ["finish", "release", "fail"])
def test_whether_an_unanswered_commit_happened_or_not_the_end_is_written_once(
    database: FaultyUnitsOfWork, fault: CommitFault, ending: str
) -> None:
    attempt = started(database)
    faults = [fault]
    database.next_fault = lambda: faults.pop() if faults else None
    settle = SettleAttempt(
        units_of_work=database,
        retry_policy=RetryPolicy(),
        randomness=SeededRandomness(),
        clock=ManualClock(),
    )
    progress = Progress(bytes_read=2**33, rows_read=7)
    endings = {
        "finish": lambda: settle.finish(
            attempt, build_report(), (), progress=progress, try_until=60
        ),
        "release": lambda: settle.release(attempt, "shutdown", try_until=60),
        "fail": lambda: settle.fail(attempt, build_fault(FaultKind.FAILURE), try_until=60),
    }

    settlement = endings[ending]()

    assert settlement.settled in (Settled.FINISHED, Settled.RELEASED, Settled.RETRIED)
    with database.for_reading() as work:
        moves = [event.name for event in work.files.history(TENANT, attempt.id)]
    assert len(moves) == 3
    assert moves[:2] == [FileEventName.RECEIVED, FileEventName.STARTED]
