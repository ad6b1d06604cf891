"""What clients submit, and what has to become of it."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from domain.file_status import Outcome


class Nature(StrEnum):
    """What is special about a file's content."""

    GOOD = "every row is good"
    BAD = "no row is good"
    POISON = "the service has a defect that shows on it"
    DEADLY = "the worker's process dies of it"


@dataclass(frozen=True)
class Content:
    """One file's bytes. `number` makes them like no others of the run."""

    number: int
    nature: Nature = Nature.GOOD
    work_seconds: int = 1

    @property
    def name(self) -> str:
        """The name that its client gives it."""
        return f"people-{self.number}.csv"

    @cached_property
    def data(self) -> bytes:
        """The bytes: instructions that ObedientChunks follows line by line."""
        return f"number,nature,seconds\n{self.number},{self.nature.name},{self.work_seconds}\n".encode()

    @cached_property
    def sha256(self) -> str:
        """By which a row is recognised as this content's."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def results(self) -> dict[str, bytes]:
        """What every attempt that comes to an end has to write, by name."""
        report = {"report.json": f"report of {self.sha256}".encode()}
        if self.nature is Nature.GOOD:
            return report | {"clean.csv": self.data}
        return report

    @property
    def outcomes(self) -> frozenset[Outcome]:
        """The ends that it may come to by itself, whatever breaks on the way.

        Any file may be dead-lettered after so many starts without an end, which is looked at
        where it happens.
        """
        match self.nature:
            case Nature.GOOD:
                return frozenset({Outcome.CLEAN})
            case Nature.BAD:
                return frozenset({Outcome.REJECTED})
            case Nature.POISON | Nature.DEADLY:
                return frozenset({Outcome.DEAD_LETTERED})
