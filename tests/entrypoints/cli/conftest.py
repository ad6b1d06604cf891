"""The emulator, for commands of the aws profile."""

from tests.emulated_aws import emulated_aws

__all__ = ["emulated_aws"]
