"""Tells how the service does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from application.errors import DependencyError
from application.ports.dead_letter_queue import DeadLetterQueue
from application.ports.dead_lettered_files import DeadLetterTotal
from application.ports.message_queue import MessageQueue
from application.ports.statistics import COUNTED_MOVES, Happening, OutboxBacklog, WorkDone
from application.ports.unit_of_work import UnitOfWorkFactory
from domain.events import FileEventName
from domain.file_state import FileState
from domain.file_status import FileStatus, Outcome

COUNTED_UP_TO = 100_000
"""A count that has come so far may mean more: nobody waits for a million to be counted."""

WORK_OF = timedelta(hours=1)
MOVES_OF = timedelta(hours=24)

TROUBLE = tuple(sorted(COUNTED_MOVES - {FileEventName.COMPLETED, FileEventName.REJECTED}, key=str))
"""The moves of a day that are counted: rare in a healthy one, and so cheap to count."""


REPAIRS = (Happening.REPUBLISHED, Happening.SENT_AGAIN)
"""What happens in a healthy service only when messages get lost, or are received in vain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueSizes:
    """About how many messages wait for workers, and how many lie among the dead letters."""

    work: int
    dead_letters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """The service at `at`, by the database's time, over all tenants.

    `unfinished`, `ended` and the outbox are counted up to COUNTED_UP_TO. `work_done` is of the
    last hour, `moves` and `happenings` are of the last day. `queues` is None when the queue could not be asked,
    for the reason `queue_failure`.
    """

    at: datetime
    unfinished: Mapping[FileStatus, int]
    ended: Mapping[Outcome, int]
    oldest_unfinished: FileState | None
    work_done: WorkDone
    moves: Mapping[FileEventName, int]
    happenings: Mapping[Happening, int]
    outbox: OutboxBacklog
    dead_letters: Sequence[DeadLetterTotal]
    queues: QueueSizes | None
    queue_failure: DependencyError | None = None


class GetStats:
    """One look at the queue, which may be away, and one at the records."""

    def __init__(
        self,
        *,
        units_of_work: UnitOfWorkFactory,
        queue: MessageQueue,
        dead_letters: DeadLetterQueue,
    ) -> None:
        self._units_of_work = units_of_work
        self._queue = queue
        self._dead_letters = dead_letters

    def __call__(self) -> Stats:
        """How things are now. Raises DatabaseUnavailableError."""
        queues, failure = self._look_at_queues()
        with self._units_of_work.for_reading() as work:
            statistics, now = work.statistics, work.now()
            return Stats(
                at=now,
                unfinished=statistics.unfinished(at_most=COUNTED_UP_TO),
                ended=statistics.ended(at_most=COUNTED_UP_TO),
                oldest_unfinished=statistics.oldest_unfinished(),
                work_done=statistics.work_done(since=now - WORK_OF),
                moves=statistics.moves(TROUBLE, since=now - MOVES_OF),
                happenings=statistics.happenings(since=now - MOVES_OF),
                outbox=statistics.outbox_backlog(at_most=COUNTED_UP_TO),
                dead_letters=work.dead_lettered_files.totals(),
                queues=queues,
                queue_failure=failure,
            )

    def _look_at_queues(self) -> tuple[QueueSizes | None, DependencyError | None]:
        try:
            work = self._queue.approximate_size()
            sizes = QueueSizes(work=work, dead_letters=self._dead_letters.approximate_size())
        except DependencyError as error:
            return None, error
        return sizes, None
