"""Repeats the messages that got lost."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from application.ports.message_queue import MessageQueue
from application.ports.statistics import Happening
from application.ports.unit_of_work import UnitOfWorkFactory
from application.use_cases.file_messages import work_message
from domain.file_state import FileState
from domain.file_status import FileStatus
from domain.stranding import published_before, stranded_since

PAGE = 100
PAGES_AT_ONCE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Republication:
    """One file that was told of once again, and what its record said before.

    `republications` counts this one too, since a worker last began with the file.
    """

    file_id: UUID
    tenant: str
    status: FileStatus
    stranded_since: datetime
    published_at: datetime | None
    republications: int

    @classmethod
    def of(cls, state: FileState) -> Self:
        """The republication of a file that was found in this state."""
        return cls(
            file_id=state.id,
            tenant=state.tenant,
            status=state.status,
            stranded_since=stranded_since(state),
            published_at=state.published_at,
            republications=state.republications + 1,
        )


class RepublishStranded:
    """One look at all unfinished files, by id and page by page.

    While the queue holds as many messages as there are such files, only those are told of again
    that were silent for six hours. After PAGES_AT_ONCE pages it ends, so that a queue which lost everything keeps no process
    busy for minutes: what was told of again is stranded no more, and the next look goes on.
    """

    def __init__(self, *, units_of_work: UnitOfWorkFactory, queue: MessageQueue) -> None:
        self._units_of_work = units_of_work
        self._queue = queue

    def __call__(self) -> Iterator[Republication]:
        """Yields every file once it was told of again. Raises DependencyError on a step."""
        with self._units_of_work.for_reading() as work:
            unfinished = work.files.count_unfinished()
        if unfinished == 0:
            return
        # A long queue is no loss: every unfinished file may still have its message in it.
        may_all_be_waiting = self._queue.approximate_size() >= unfinished
        after = None
        for _ in range(PAGES_AT_ONCE):
            page, after = self._republish_page(after, may_all_be_waiting=may_all_be_waiting)
            yield from page
            if len(page) < PAGE:
                return

    def _republish_page(
        self, after: UUID | None, *, may_all_be_waiting: bool
    ) -> tuple[list[Republication], UUID | None]:
        with self._units_of_work.for_writing() as work:
            now = work.now()
            page = work.files.stranded(
                published_before=published_before(now, may_all_be_waiting=may_all_be_waiting),
                at=now,
                after=after,
                limit=PAGE,
            )
            if not page:
                return [], after
            # Files first and then their messages, as everybody who changes both locks them.
            work.files.note_republished([state.id for state in page])
            for state in page:
                work.outbox.add(work_message(state))
            work.statistics.note(Happening.REPUBLISHED, times=len(page))
            work.commit()
        return [Republication.of(state) for state in page], page[-1].id
