"""Keeps the right to work on a file while the work lasts."""

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from application.ports.message_queue import Delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLease:
    """What a worker holds: attempt `attempt` of the file, and the delivery that led to it.

    `taken_at` is the clock's monotonic reading from before the lease was asked for, so that
    our idea of its end is never later than the database's.
    """

    file_id: UUID
    attempt: int
    delivery: Delivery
    taken_at: float


class KeptLease(Protocol):
    """A lease that somebody renews, until the block that keeps it is left."""

    @property
    def trusted_until(self) -> float:
        """The clock's monotonic reading until which nobody else can have taken the file."""

    @property
    def is_lost(self) -> bool:
        """True for ever once the lease could not be renewed in time: stop, write nothing."""


class LeaseKeeper(ABC):
    """Renews leases in the background."""

    @abstractmethod
    def keep(self, lease: HeldLease) -> AbstractContextManager[KeptLease]:
        """Renews the lease every heartbeat until the block ends.

        On leaving, the heartbeat has come to rest: no renewal is under way or will follow.
        """
