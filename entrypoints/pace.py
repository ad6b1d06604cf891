"""How fast a profile notices that somebody died, when nobody says otherwise."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What suits a profile, in seconds.

    One machine notices by itself who died and may be quick; over a network that may be away
    for a while, haste only takes files from workers that are alive.
    """

    heartbeat: float
    lease: float
    visibility: float
    long_poll: float
    drain: float


QUICK: Final = Pace(heartbeat=5, lease=20, visibility=30, long_poll=1, drain=10)
PATIENT: Final = Pace(heartbeat=60, lease=240, visibility=300, long_poll=20, drain=25)
