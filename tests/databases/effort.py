"""How much is tried on real databases: everyday, under CI, and in soak."""

import os

IS_SOAK = bool(os.environ.get("SOAK"))
IS_CI = bool(os.environ.get("CI"))


def by_effort(everyday: int, *, ci: int, soak: int) -> int:
    """The one of the three that this run can afford."""
    if IS_SOAK:
        return soak
    return ci if IS_CI else everyday
