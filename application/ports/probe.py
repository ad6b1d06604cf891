"""Looks at one dependency, for a person who wants to know what is wrong."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum

PROBE_FOLDER = "doctor"
"""The first part of the keys of whatever a probe puts into the storage."""


class ProbeStatus(StrEnum):
    """What a look led to."""

    OK = "ok"
    SKIPPED = "skipped"
    """Nothing is known to be wrong, but it was not looked at, or not at all of it."""

    WRONG = "wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeResult:
    """What was found: `finding` in plain words, and unless it is ok, `hint` says what to do.

    Neither holds a secret.
    """

    status: ProbeStatus
    finding: str
    hint: str = ""


class DependencyProbe(ABC):
    """A look at one thing.

    `name` is what people call the thing. Whoever calls `check` gives it `deadline_seconds` and
    then goes on without an answer; the adapters' own limits end it somewhat later.
    """

    name: str
    deadline_seconds: float = 20

    @abstractmethod
    def check(self) -> ProbeResult:
        """Looks, changes nothing that lasts, and never raises an ApplicationError.

        May be called in a thread of its own, beside other probes.
        """
