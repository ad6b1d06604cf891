"""What can befall one call of a port."""

from enum import StrEnum


class Fault(StrEnum):
    """One accident at one call."""

    CRASH_BEFORE = "the process dies before the call did anything"
    CRASH_AFTER = "the process dies once the call has done its work"
    ERROR_BEFORE = "the call fails and did nothing"
    ERROR_AFTER = "the call fails and did its work all the same"
    STALL_5 = "the caller stands still for 5 s"
    STALL_100 = "the caller stands still for 100 s"
    STALL_310 = "the caller stands still for 310 s, longer than lease and visibility"
    STALL_700 = "the caller stands still for 700 s"
    HANG = "nobody answers until the port's deadline, and nothing was done"
    ERROR_AND_OUTAGE = "the call does its work, and then nobody answers for 310 s"
    PARTIAL = "a batch is taken in part"

    @property
    def stall_seconds(self) -> float:
        """How long the caller stands still before the call."""
        return STALLS.get(self, 0.0)


OUTAGE_SECONDS = 310.0

STALLS = {
    Fault.STALL_5: 5.0,
    Fault.STALL_100: 100.0,
    Fault.STALL_310: 310.0,
    Fault.STALL_700: 700.0,
}
