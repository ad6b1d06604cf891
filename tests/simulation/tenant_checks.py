"""I14: whatever is touched for a file bears its tenant, and nobody else's."""

from uuid import UUID

from adapters.memory.database import OutboxRow, Tables
from domain.events import FileEvent
from domain.file_state import FileState
from tests.simulation.broken_promise import require
from tests.simulation.sent_files import SentFile, SentFiles


class TenantChecks:
    """The tenant of a file is its client's, and never another."""

    def __init__(self, sent: SentFiles) -> None:
        self._sent = sent

    def check_new(self, sent: SentFile | None) -> None:
        """A record of something that its tenant has sent."""
        require(sent is not None, "I14", "a record of what its tenant never sent")

    def check(
        self, before: Tables, after: Tables, added: list[OutboxRow], moved: list[FileEvent]
    ) -> None:
        """All that one commit has touched."""
        for row in added:
            tenant = self._tenant_of(row.message.file_id)
            told = {row.message.tenant, dict(row.message.attributes)["tenant"]}
            require(told == {tenant}, "I14", f"a message bears {sorted(told)}, not {tenant}")
        for event in moved:
            is_own = event.tenant == self._tenant_of(event.file_id)
            require(is_own, "I14", f"{event.name} bears {event.tenant}")
        if after.idempotency_keys.keys() - before.idempotency_keys.keys():
            self._check_keys(before, after)

    def check_state(self, state: FileState) -> None:
        """A record that was changed."""
        is_own = state.tenant == self._tenant_of(state.id)
        require(is_own, "I14", f"file {state.id} has become {state.tenant}'s")
        if state.schema is not None:
            has_asked = self._sent.of(state.id).submission.has_schema
            require(has_asked, "I14", f"file {state.id} is judged by a schema it did not name")

    def check_answer(self, state: FileState, *, tenant: str) -> None:
        """What somebody was told of a file."""
        is_own = state.tenant == tenant == self._tenant_of(state.id)
        require(is_own, "I14", f"{tenant} was told of {state.tenant}'s file")

    def _check_keys(self, before: Tables, after: Tables) -> None:
        for key, record in after.idempotency_keys.items():
            if key not in before.idempotency_keys:
                is_own = key[0] == record.tenant == self._tenant_of(record.file_id)
                require(is_own, "I14", f"a key of {key[0]} stands for another tenant's file")

    def _tenant_of(self, file_id: UUID) -> str:
        return self._sent.of(file_id).submission.tenant
