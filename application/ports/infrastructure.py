"""What the service stands on, made by a command instead of by hand."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvisionedResource:
    """One bucket, topic, queue or subscription, as it should be now.

    `changes` names what had to be set for that, in the service's own words; `missing` alone
    when all of it had to be made; nothing when it was right before.
    """

    kind: str
    name: str
    changes: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """True unless it was right before."""
        return bool(self.changes)


class Provisioner(ABC):
    """Makes what the service needs at run time, and repairs what has drifted."""

    @abstractmethod
    def provision(self) -> Sequence[ProvisionedResource]:
        """Makes what is missing, sets what differs, deletes nothing, and tells of each resource.

        Safe to repeat, also after it broke off: a second run changes nothing. Raises
        StorageUnavailableError, QueueUnavailableError, and ConfigurationError when it is not
        allowed to look or to change, or when a name belongs to somebody else.
        """
