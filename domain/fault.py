"""What went wrong with an attempt, in words that may be shown to the submitter."""

from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """Whose fault it is, and so which budget it spends."""

    DEPENDENCY = "dependency"
    """Something we need is down: costs time, never a failure."""

    FAILURE = "failure"
    """A defect of ours, or a file that breaks its worker: three and it is over."""

    INPUT = "input"
    """The stored content is gone or changed: no retry can help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A stable code and one sentence; never a stack, a bucket or a key."""

    kind: FaultKind
    code: str
    message: str
