"""When an unfinished file that nobody looks at any more is told of once again."""

from datetime import datetime, timedelta

from domain.file_state import FileState

PATIENCE = (
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=2),
    timedelta(hours=4),
    timedelta(hours=6),
)
"""How long a message may take, by how often it was repeated already; the last one ever after.

A message that waits in a long queue, or that the broker keeps losing, is not repeated for ever
at the pace of the first time.
"""


def published_before(at: datetime, *, may_all_be_waiting: bool) -> tuple[datetime, ...]:
    """Since when, at least, a file must have been silent at `at`, by its republications.

    While the queue is so long that every file may have its message in it, patience is at its
    end only after the longest time. But then it is: a queue's duplicates, and messages of files
    that have ended, would hide for ever that one was lost.
    """
    if may_all_be_waiting:
        return (at - PATIENCE[-1],)
    return tuple(at - patience for patience in PATIENCE)


def stranded_since(state: FileState) -> datetime:
    """From when on nothing but a message could have brought a worker to the file."""
    moments = [state.published_at or state.updated_at, state.next_attempt_at]
    if state.lease is not None:
        moments.append(state.lease.expires_at)
    return max(moments)
