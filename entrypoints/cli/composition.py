"""Builds the service that the settings ask for; a profile is imported only when chosen."""

from importlib import import_module
from typing import Any

from entrypoints.container import Container, RecoverableContainer
from entrypoints.settings import Settings


def compose(settings: Settings, *, threads: int) -> Container:
    """The container of this process, its logging configured.

    `threads` of its threads may use the database at the same time; see `thread_counts`.
    """
    container: Container = _profile(settings).build(settings, threads=threads)
    return container


def compose_recoverable(settings: Settings, *, threads: int) -> RecoverableContainer:
    """The same, of a profile whose processes are all on this machine: embedded or memory."""
    container: RecoverableContainer = _profile(settings).build(settings, threads=threads)
    return container


def check_start(settings: Settings) -> None:
    """Raises what `compose` would raise, and leaves nothing open.

    For who has others do it: a server makes a traceback of what a person can put right.
    """
    compose(settings, threads=1).close()()


def migrate(settings: Settings) -> None:
    """Brings the database to this version.

    Raises NewerDatabaseError, DatabaseUnavailableError.
    """
    _profile(settings).migrate(settings)


def _profile(settings: Settings) -> Any:
    return import_module(f"entrypoints.profiles.{settings.profile}")
