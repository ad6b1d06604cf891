"""What holds for every test."""

import os

from hypothesis import settings

from tests.emulated_aws import emulated_aws
from tests.postgres import empty_postgres_url, postgres_binaries, postgres_server, postgres_url

# Imported here alone: a fixture that two conftests import is two fixtures, so two emulators in
# one process, of which the one that was started last holds the clock of both.
__all__ = [
    "empty_postgres_url",
    "emulated_aws",
    "postgres_binaries",
    "postgres_server",
    "postgres_url",
]

# No deadline: a busy machine is not a bug. Under CI a property is tried more often, and always
# with the same examples, so that a red build is red again.
settings.register_profile("everyday", deadline=None, max_examples=100, print_blob=True)
settings.register_profile("ci", deadline=None, max_examples=500, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "everyday")
