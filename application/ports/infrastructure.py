"""What the service stands on, made by a command instead of by hand."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvisionedResource:
    """One bucket, topic, queue or subscription, as it is now.

    `changes` names what had to be set, in the service's own words; `missing` alone when all
    of it had to be made; nothing when it was right before. `refusals` says in plain words
    what was refused, so that it is still missing or wrong.
    """

    kind: str
    name: str
    changes: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """True when something had to be set, and was."""
        return bool(self.changes)


class Provisioner(ABC):
    """Makes what the service needs at run time, and repairs what has drifted."""

    @abstractmethod
    def target(self) -> str:
        """Whose resources these are, and where, in words.

        Raises ConfigurationError for credentials that lead nowhere, QueueUnavailableError.
        """

    @abstractmethod
    def provision(self) -> Iterator[ProvisionedResource]:
        """Makes what is missing, sets what differs, deletes nothing; yields each resource when done.

        Safe to repeat, also after it broke off, and on several machines at once: a second run
        changes nothing. What is refused, because of a permission or because a name belongs to
        somebody else, keeps nothing else from being done. Raises StorageUnavailableError and
        QueueUnavailableError, after which the other resources were not looked at, and
        ConfigurationError for credentials that lead nowhere.
        """
