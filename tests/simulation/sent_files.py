"""Which file is whose, and what was sent as it: known from the clients, never from a record."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from domain.file_state import FileState
from tests.simulation.content import FIELDS, Content
from tests.simulation.scenario import Submission


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFile:
    """One content that a client sends."""

    submission: Submission
    content: Content

    @property
    def results(self) -> Mapping[str, bytes]:
        """What has to become of it, by its own tenant's rules."""
        is_judged = self.submission.has_schema
        return self.content.results(field=FIELDS[self.submission.tenant] if is_judged else None)


class SentFiles:
    """What the clients of a scenario send."""

    def __init__(self, submissions: Iterable[Submission]) -> None:
        self._sent: dict[tuple[str, str], SentFile] = {}
        self._by_id: dict[UUID, SentFile] = {}
        self.accepted_at: dict[UUID, float] = {}
        """When each file came into the records."""
        for submission in submissions:
            for content in (submission.content, submission.other_content):
                if content is not None:
                    sent = SentFile(submission=submission, content=content)
                    self._sent[submission.tenant, content.sha256] = sent

    def recognise(self, state: FileState, *, at: float) -> SentFile | None:
        """What a new record is about; None when its tenant never sent such a thing."""
        sent = self._sent.get((state.tenant, state.sha256))
        if sent is not None:
            self._by_id[state.id] = sent
            self.accepted_at[state.id] = at
        return sent

    def of(self, file_id: UUID) -> SentFile:
        """What that file was sent as; remembered, since an erased record forgets."""
        return self._by_id[file_id]

    def twins(self, sent: SentFile) -> list[UUID]:
        """The files that were recognised as the same."""
        return [file_id for file_id, known in self._by_id.items() if known is sent]
