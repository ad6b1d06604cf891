"""Looks at one dependency, for a person who wants to know what is wrong."""

from abc import ABC, abstractmethod
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeResult:
    """What was found: `finding` in plain words, and when it is not `ok`, `hint` says what to do."""

    name: str
    ok: bool
    finding: str
    hint: str = ""


class DependencyProbe(ABC):
    """One thing that only one family of adapters can look at."""

    @abstractmethod
    def check(self) -> ProbeResult:
        """Looks, changes nothing that lasts, and never raises a DependencyError."""
