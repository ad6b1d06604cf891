"""What the settings' profile offers to the commands of an operator."""

from importlib import import_module
from typing import Any

from application.ports.infrastructure import Provisioner
from entrypoints.cli.start_error import StartError
from entrypoints.settings import Profile, Settings


class NothingToProvisionError(StartError):
    """The profile stands on nothing that would have to be made beforehand."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(
            f"the {profile} profile needs nothing that would have to be provisioned; the aws"
            " profile does: set GRISTMILL_PROFILE=aws"
        )


def provisioner(settings: Settings) -> Provisioner:
    """Makes what the profile stands on; raises NothingToProvisionError."""
    if settings.profile is not Profile.AWS:
        raise NothingToProvisionError(settings.profile)
    made: Provisioner = _operations(settings).provisioner(settings)
    return made


def _operations(settings: Settings) -> Any:
    return import_module(f"entrypoints.profiles.{settings.profile}_operations")
