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
    ANSWER_310 = "the call does its work, and its answer takes 310 s"
    HANG = "nobody answers until the port's deadline, and nothing was done"
    ERROR_AND_OUTAGE = "the call does its work, and then nobody answers for 310 s"
    PARTIAL = "the work is done in part"
    LATE = "nobody answers until the port's deadline, and the work is done soon after"
    LATE_400 = "the same, but the work is done 400 s later, after lease and visibility"
    CRASH_AND_LATE = "the process dies while it waits, and the work is done afterwards"
    STATEMENT_1 = "the first statement of the transaction fails, and so all of it"
    STATEMENT_2 = "the second one fails"
    STATEMENT_3 = "the third one fails"

    @property
    def stall_seconds(self) -> float:
        """How long the caller stands still before the call."""
        return STALLS.get(self, 0.0)

    @property
    def broken_statement(self) -> int:
        """Which statement of a transaction fails, counted from 1; 0 when none does."""
        return STATEMENTS.index(self) + 1 if self in STATEMENTS else 0


OUTAGE_SECONDS = 310.0

STALLS = {
    Fault.STALL_5: 5.0,
    Fault.STALL_100: 100.0,
    Fault.STALL_310: 310.0,
    Fault.STALL_700: 700.0,
}

LATE_SECONDS = {Fault.LATE: 30.0, Fault.LATE_400: 400.0, Fault.CRASH_AND_LATE: 100.0}
"""When the work of a call is done whose caller hears no more of it."""

STATEMENTS = (Fault.STATEMENT_1, Fault.STATEMENT_2, Fault.STATEMENT_3)

SPECIAL = frozenset((Fault.PARTIAL, *LATE_SECONDS, *STATEMENTS))
"""What can befall some calls alone."""
