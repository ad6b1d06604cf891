"""Where the aws profile finds its engines."""

from tests.emulated_aws import emulated_aws

__all__ = ["emulated_aws"]
