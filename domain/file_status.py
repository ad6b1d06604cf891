"""The life of a file: its statuses, its outcomes, and the one table of moves."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class FileStatus(StrEnum):
    """Where a file stands; the same four words on the wire, in the database and in logs."""

    PENDING = "PENDING"
    PROCESSING = "PROCESSING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"

    @property
    def is_final(self) -> bool:
        """True when nothing more happens to the file by itself."""
        return self in (FileStatus.COMPLETED, FileStatus.FAILED)


class Outcome(StrEnum):
    """Why a file is final: `clean` and `partial` are COMPLETED, the others FAILED."""

    CLEAN = "clean"
    PARTIAL = "partial"
    REJECTED = "rejected"
    DEAD_LETTERED = "dead_lettered"
    CANCELLED = "cancelled"


class Verb(StrEnum):
    """What can be done to a file that exists and is not erased."""

    START = "start"
    RELEASE = "release"
    RETRY = "retry"
    COMPLETE = "complete"
    REJECT = "reject"
    BURY = "bury"
    CANCEL = "cancel"
    REPROCESS = "reprocess"
    ERASE = "erase"


_PENDING, _PROCESSING = FileStatus.PENDING, FileStatus.PROCESSING
_COMPLETED, _FAILED = FileStatus.COMPLETED, FileStatus.FAILED

# Every legal move of the service. A move that is not in this table does not exist:
# the aggregate asks here, the database's CHECK constraints repeat the essentials.
MOVES: Mapping[Verb, Mapping[FileStatus, FileStatus]] = MappingProxyType(
    {
        Verb.START: {_PENDING: _PROCESSING, _PROCESSING: _PROCESSING},
        Verb.RELEASE: {_PROCESSING: _PENDING},
        Verb.RETRY: {_PROCESSING: _PENDING},
        Verb.COMPLETE: {_PROCESSING: _COMPLETED},
        Verb.REJECT: {_PROCESSING: _FAILED},
        Verb.BURY: {_PENDING: _FAILED, _PROCESSING: _FAILED},
        Verb.CANCEL: {_PENDING: _FAILED, _PROCESSING: _FAILED},
        Verb.REPROCESS: {_COMPLETED: _PENDING, _FAILED: _PENDING},
        Verb.ERASE: {
            _PENDING: _FAILED,
            _PROCESSING: _FAILED,
            _COMPLETED: _COMPLETED,
            _FAILED: _FAILED,
        },
    }
)
