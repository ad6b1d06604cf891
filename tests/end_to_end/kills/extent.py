"""How much trouble is made: a little every day, more on a build server, most in a soak."""

import os


def is_soak() -> bool:
    """True when there is time for everything."""
    return bool(os.environ.get("SOAK"))


def runs_and_troubles() -> tuple[int, int]:
    """How many services are tried in each profile, and how many troubles each of them gets."""
    if is_soak():
        return 10, 25
    if os.environ.get("CI"):
        return 2, 15
    return 1, 10
