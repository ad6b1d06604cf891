"""Counts for itself what every file has cost, and compares it with what its record says."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from domain.events import FileEvent, FileEventName
from domain.file_state import FileState
from domain.file_status import Outcome
from tests.simulation.broken_promise import require
from tests.simulation.content import Nature
from tests.simulation.sent_files import SentFiles

if TYPE_CHECKING:
    from tests.simulation.world import World

STARTS = (FileEventName.STARTED, FileEventName.TAKEN_OVER)
ENDS_OF_STARTS = (
    FileEventName.RELEASED,
    FileEventName.RETRY_SCHEDULED,
    FileEventName.COMPLETED,
    FileEventName.REJECTED,
)
"""After these a row of starts without an outcome begins anew."""

FAULTS_OF_FILES = {
    "internal_error": Nature.POISON,
    "resource_limit": Nature.ENDLESS,
}
"""What a file may be blamed for, and the only nature that it may be blamed for it with."""

MOST_FAILURES = 3
MOST_STARTS = 6
LONGEST_OUTAGE_SECONDS = 86_400.0
"""The budgets of the protocol, which are not read from the policy that is to keep them."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What one generation of a file has cost, by its history."""

    starts: int = 0
    failures: int = 0
    retries: int = 0


class BudgetChecks:
    """I9: a file is given up when a budget is spent, and then it is; nothing is counted twice."""

    def __init__(self, world: "World", sent: SentFiles) -> None:
        self._world = world
        self._sent = sent
        self._spent: dict[UUID, Spent] = {}
        self._began_at: dict[UUID, float] = {}

    def check(self, state: FileState, events: tuple[FileEvent, ...]) -> None:
        """Looks at the newest moves of a file, in whose record they have led to `state`."""
        for event in events:
            self._check_blame(event)
            self._count(event)
        spent = self._spent.get(state.id, Spent())
        told = Spent(starts=state.starts, failures=state.failures, retries=state.retries)
        require(told == spent, "I9", f"{told} is recorded of {state.id}, and {spent} true")
        require(spent.starts <= MOST_STARTS, "I9", f"{state.id} was started once too often")
        require(spent.failures <= MOST_FAILURES, "I9", f"{state.id} has failed once too often")
        last = events[-1]
        if last.outcome is Outcome.DEAD_LETTERED and last.is_terminal:
            self._world.sightings.add("exhausted")
            self._check_burial(state, spent)

    def _count(self, event: FileEvent) -> None:
        spent = self._spent.get(event.file_id, Spent())
        if event.name in STARTS:
            spent = replace(spent, starts=spent.starts + 1)
        elif event.name in ENDS_OF_STARTS:
            spent = replace(spent, starts=0)
        if event.name is FileEventName.RETRY_SCHEDULED:
            is_failure = event.error_code in FAULTS_OF_FILES
            spent = replace(spent, retries=spent.retries + 1, failures=spent.failures + is_failure)
        elif event.name is FileEventName.DEAD_LETTERED:
            is_failure = event.error_code in (*FAULTS_OF_FILES, "worker_crash_loop")
            spent = replace(spent, failures=spent.failures + is_failure)
        elif event.name in (FileEventName.RECEIVED, FileEventName.REPROCESSED):
            spent = Spent()
            self._began_at[event.file_id] = self._world.seconds_of(event.at)
        self._spent[event.file_id] = spent

    def _check_blame(self, event: FileEvent) -> None:
        is_fault = event.name in (FileEventName.RETRY_SCHEDULED, FileEventName.DEAD_LETTERED)
        if not is_fault or event.error_code not in FAULTS_OF_FILES:
            return
        nature = self._sent.of(event.file_id).content.nature
        is_true = nature is FAULTS_OF_FILES[event.error_code]
        require(is_true, "I9", f"{nature} content is blamed for {event.error_code}")

    def _check_burial(self, state: FileState, spent: Spent) -> None:
        match state.error_code:
            case "worker_crash_loop":
                is_spent = spent.starts == MOST_STARTS
            case "internal_error" | "resource_limit":
                is_spent = spent.failures == MOST_FAILURES
            case "dependency_unavailable":
                waited = self._world.scheduler.now - self._began_at[state.id]
                is_spent = waited >= LONGEST_OUTAGE_SECONDS
            case _:
                is_spent = False
        require(is_spent, "I9", f"buried with {state.error_code}, although {spent} is all")
