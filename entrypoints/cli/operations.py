"""What the settings' profile offers to the commands of an operator."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from application.ports.infrastructure import Provisioner
from application.ports.probe import DependencyProbe
from entrypoints.cli.start_error import StartError
from entrypoints.settings import Profile, Settings


class NothingToProvisionError(StartError):
    """The profile stands on nothing that would have to be made beforehand."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(
            f"the {profile} profile needs nothing that would have to be provisioned; the aws"
            " profile does: set GRISTMILL_PROFILE=aws"
        )


class NothingToLookAtError(StartError):
    """The profile stands on nothing but its own process."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(
            f"the {profile} profile stands on nothing that could be looked at; set"
            " GRISTMILL_PROFILE=embedded or aws"
        )


def provisioner(settings: Settings) -> Provisioner:
    """Makes what the profile stands on; raises NothingToProvisionError."""
    if settings.profile is not Profile.AWS:
        raise NothingToProvisionError(settings.profile)
    made: Provisioner = _operations(settings).provisioner(settings)
    return made


@contextmanager
def probes(settings: Settings, *, expects_workers: bool) -> Generator[Sequence[DependencyProbe]]:
    """A look at each thing that the profile stands on, in the order in which to mend them.

    With `expects_workers`, it is wrong that no worker answers. Leaving closes what the looks
    have opened. Raises NothingToLookAtError.
    """
    if settings.profile is Profile.MEMORY:
        raise NothingToLookAtError(settings.profile)
    with _operations(settings).probes(settings, expects_workers=expects_workers) as looks:
        yield looks


def _operations(settings: Settings) -> Any:
    return import_module(f"entrypoints.profiles.{settings.profile}_operations")
