"""The emulator that the composed services run against."""

from tests.emulated_aws import emulated_aws

__all__ = ["emulated_aws"]
