"""How much trouble is made: a little every day, more on a build server, most in a soak."""

import os


def runs_and_troubles() -> tuple[int, int]:
    """How many services are tried in each profile, and how many troubles each of them gets."""
    if os.environ.get("SOAK"):
        return 10, 25
    if os.environ.get("CI"):
        return 2, 15
    return 1, 10
