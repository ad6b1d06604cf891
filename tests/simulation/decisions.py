"""Which calls meet which fault: decided by chance, or told in advance to repeat a run."""

import random
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass

from tests.simulation.fault import SPECIAL, Fault

WEIGHTS = {
    Fault.CRASH_BEFORE: 4,
    Fault.CRASH_AFTER: 5,
    Fault.ERROR_BEFORE: 6,
    Fault.ERROR_AFTER: 8,
    Fault.STALL_5: 3,
    Fault.STALL_100: 2,
    Fault.STALL_310: 4,
    Fault.STALL_700: 1,
    Fault.ANSWER_310: 2,
    Fault.HANG: 3,
    Fault.ERROR_AND_OUTAGE: 1,
}

ERRORS = (Fault.ERROR_BEFORE, Fault.ERROR_AFTER, Fault.HANG)
SPECIAL_SHARE = 0.3
"""Of the faults of calls that something special can befall."""
COMMON = tuple(fault for fault in Fault if fault not in SPECIAL)


@dataclass(frozen=True, slots=True, order=True)
class CallPoint:
    """One call of a run: the actor's name, and the how manieth of its calls it is."""

    actor: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call that was made, of which port, and what can befall it beside the common."""

    point: CallPoint
    port: str
    special: tuple[Fault, ...] = ()

    @property
    def faults(self) -> tuple[Fault, ...]:
        """All that can befall it."""
        return (*COMMON, *self.special)


class Decisions(ABC):
    """Says of every call whether it goes wrong."""

    @abstractmethod
    def fault_at(self, call: Call) -> Fault | None:
        """The fault of this call."""


class ChanceDecisions(Decisions):
    """Faults by chance, and remembered, so that the run can be told again with fewer."""

    def __init__(self, seed: int, *, share: float, answers_alone: bool = False) -> None:
        """`answers_alone`: nothing worse befalls calls than errors of the database."""
        self._random = random.Random(f"faults of {seed}")
        self._share = share
        self._answers_alone = answers_alone
        self.made: dict[CallPoint, Fault] = {}

    def fault_at(self, call: Call) -> Fault | None:
        if self._random.random() >= self._share:
            return None
        if self._answers_alone:
            return self._remembered(call.point, self._error_of(call.port))
        if call.special and self._random.random() < SPECIAL_SHARE:
            return self._remembered(call.point, self._random.choice(call.special))
        [fault] = self._random.choices(list(WEIGHTS), weights=list(WEIGHTS.values()))
        return self._remembered(call.point, fault)

    def _error_of(self, port: str) -> Fault | None:
        return self._random.choice(ERRORS) if port == "database" else None

    def _remembered(self, point: CallPoint, fault: Fault | None) -> Fault | None:
        if fault is not None:
            self.made[point] = fault
        return fault


class ToldDecisions(Decisions):
    """The faults that somebody names, and no others."""

    def __init__(self, faults: Mapping[CallPoint, Fault]) -> None:
        self._faults = faults

    def fault_at(self, call: Call) -> Fault | None:
        return self._faults.get(call.point)
