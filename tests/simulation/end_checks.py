"""What has to be true of a file that has come to its end."""

import hashlib
from typing import TYPE_CHECKING
from uuid import UUID

from adapters.memory.database import Tables
from domain.events import FileEvent
from domain.file_state import FileState
from domain.file_status import Outcome
from tests.simulation.broken_promise import require
from tests.simulation.sent_files import SentFile, SentFiles

if TYPE_CHECKING:
    from tests.simulation.world import World

JUDGED = (Outcome.CLEAN, Outcome.PARTIAL, Outcome.REJECTED)


class EndChecks:
    """I3, I4, I9, I12, I13, I20: the end is the content's, whatever happened on the way.

    Nothing is compared with another run: what the content has to come to is known, so that no
    order, no number of receives and no accident can have had a part in it.
    """

    def __init__(self, world: "World", sent: SentFiles) -> None:
        self._world = world
        self._sent = sent
        self.wishes: set[tuple[UUID, Outcome]] = set()
        """Which ends users have asked for."""

    def check(self, event: FileEvent, state: FileState, after: Tables) -> None:
        """Looks at the move that has ended a generation."""
        ends = [
            other
            for other in after.history[state.id]
            if other.is_terminal and other.generation == event.generation
        ]
        require(len(ends) == 1, "I3", f"file {state.id} ended {len(ends)} times")
        match event.outcome:
            case Outcome.CANCELLED:
                is_wished = (state.id, Outcome.CANCELLED) in self.wishes
                require(is_wished, "I9", "a file was cancelled that nobody wanted cancelled")
            case Outcome.DEAD_LETTERED:
                pass
            case _:
                self._check_verdict(event, state, self._sent.of(state.id))

    def _check_verdict(self, event: FileEvent, state: FileState, sent: SentFile) -> None:
        content = sent.content
        can_end = not content.is_defective or self._world.is_mended
        require(can_end, "I9", f"{content.nature}, and yet it ended {event.outcome}")
        is_true = event.outcome is content.outcome
        require(is_true, "I9", f"{content.nature} content ended {event.outcome}")
        require(state.rows == content.rows, "I12", f"{state.rows} instead of {content.rows}")
        told = {"rows_accepted": content.rows.accepted, "rows_rejected": content.rows.rejected}
        require(event.details == told, "I12", f"{event.details} in the history, not {told}")
        self._world.sightings.add(f"{event.outcome}{' skipped' * bool(content.rows.skipped)}")
        self._check_results(state, sent)

    def _check_results(self, state: FileState, sent: SentFile) -> None:
        expected = sent.results
        for result in state.results:
            is_own = f"/{state.generation}/{state.attempt}/" in result.key
            require(is_own, "I4", f"{result.key} is not the winner's")
        told = {result.name: (result.size_bytes, result.sha256) for result in state.results}
        true = {
            name: (len(data), hashlib.sha256(data).hexdigest()) for name, data in expected.items()
        }
        require(told == true, "I13", f"{sorted(told)} differ from what the content has to become")
        for result in state.results:
            rows = expected[result.name].count(b"\n") if result.name.endswith(".csv") else None
            require(result.rows == rows, "I12", f"{result.name} has {rows} rows, not {result.rows}")

    def check_served(self, state: FileState, name: str, content: bytes) -> None:
        """I4: what a user was given is what its content has to become."""
        expected = self._sent.of(state.id).results.get(name)
        require(content == expected, "I4", f"{name} was served with other bytes")
