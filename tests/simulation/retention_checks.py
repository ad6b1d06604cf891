"""What leaves the records leaves them when its time has come, and not sooner."""

from datetime import timedelta
from typing import TYPE_CHECKING

from adapters.memory.database import Tables
from domain.erasure import ErasedBy
from domain.events import FileEvent, FileEventName
from tests.simulation.broken_promise import require

if TYPE_CHECKING:
    from tests.simulation.world import World

KEYS_LIVE = timedelta(days=7)
TOMBSTONES_LIVE = timedelta(days=31)
FILES_LIVE = timedelta(days=10)
"""Where there is a retention at all."""

SENT_MESSAGES_LIVE = timedelta(hours=24)


class RetentionChecks:
    """R1: keys live for a week, tombstones for a month, files as long as was set."""

    def __init__(self, world: "World") -> None:
        self._world = world

    def check(self, before: Tables, after: Tables, moved: list[FileEvent]) -> None:
        """What one commit has removed."""
        if len(after.files) < len(before.files):
            self._check_tombstones(before, after)
        if len(after.idempotency_keys) < len(before.idempotency_keys):
            self._check_keys(before, after)
        if before.outbox.keys() - after.outbox.keys():
            self._check_messages(before, after)
        for event in moved:
            is_erasure = event.name is FileEventName.ERASED
            if is_erasure and event.details.get("actor") == ErasedBy.RETENTION:
                self._check_outlived(before, event)

    def _check_tombstones(self, before: Tables, after: Tables) -> None:
        now = self._world.clock.now()
        for file_id in before.files.keys() - after.files.keys():
            erased_at = before.files[file_id].erased_at
            is_old = erased_at is not None and now - erased_at >= TOMBSTONES_LIVE
            require(is_old, "R1", f"the record of {file_id} is gone")
        self._world.sightings.add("tombstone forgotten")

    def _check_keys(self, before: Tables, after: Tables) -> None:
        now = self._world.clock.now()
        for key in before.idempotency_keys.keys() - after.idempotency_keys.keys():
            age = now - before.idempotency_keys[key].created_at
            require(age >= KEYS_LIVE, "R1", f"the key {key} was forgotten after {age}")
        self._world.sightings.add("key forgotten")

    def _check_messages(self, before: Tables, after: Tables) -> None:
        now = self._world.clock.now()
        for number in before.outbox.keys() - after.outbox.keys():
            row = before.outbox[number]
            is_old = row.sent_at is not None and now - row.sent_at >= SENT_MESSAGES_LIVE
            # The messages of a file that was erased are withdrawn.
            is_over = is_old or after.files[row.message.file_id].is_erased
            require(is_over, "R1", f"message {number} has left the outbox too soon")

    def _check_outlived(self, before: Tables, event: FileEvent) -> None:
        ended_at = before.files[event.file_id].processed_at
        is_old = ended_at is not None and event.at - ended_at >= FILES_LIVE
        is_old = is_old and self._world.scenario.has_retention
        require(is_old, "R1", f"file {event.file_id} was erased before its time")
        self._world.sightings.add("outlived")
