"""Tells somebody how every call to a dependency ended."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Protocol

from application.errors import DependencyError
from application.ports.outbox import Topic


class Dependency(StrEnum):
    """What a worker stands on, each of which can be away while the others are not."""

    DATABASE = "database"
    STORAGE = "storage"
    STORAGE_WRITES = "storage_writes"
    """That the storage keeps what is written: full, or read-only, it still gives out all it has."""

    QUEUE = "queue"
    WORK_TOPIC = "work_topic"
    EVENTS_TOPIC = "events_topic"


ALL_OF_THE_STORAGE: Final = (Dependency.STORAGE, Dependency.STORAGE_WRITES)
"""What an attempt at a file takes from its first byte to its last."""

DEPENDENCY_OF: Final[Mapping[Topic, Dependency]] = MappingProxyType(
    {
        Topic.FILE_PROCESSING: Dependency.WORK_TOPIC,
        Topic.FILE_EVENTS: Dependency.EVENTS_TOPIC,
    }
)
"""Each topic is one of its own: it has its own name, its own rights, and an owner to delete it."""


class CallWatch(Protocol):
    """Is told of the end of every call, in the thread that made it."""

    def __call__(self, dependency: Dependency, error: DependencyError | None) -> None:
        """Takes note; `error` is None when the dependency did its part. Must not raise."""

    def go_on(self) -> None:
        """Takes note of a call that may not have asked anybody: its thread goes on. Never raises."""


@contextmanager
def watched(watch: CallWatch, dependency: Dependency) -> Generator[None]:
    """Tells `watch` how the block ended, and lets its error go on."""
    with watched_for_errors(watch, dependency):
        yield
    watch(dependency, None)


@contextmanager
def watched_for_errors(watch: CallWatch, dependency: Dependency) -> Generator[None]:
    """The same for a call whose success says nothing: it may not have asked anybody yet."""
    try:
        yield
    except DependencyError as error:
        watch(dependency, error)
        raise
    except Exception:
        # An object that is missing, or a defect of ours: the dependency has answered.
        watch(dependency, None)
        raise
