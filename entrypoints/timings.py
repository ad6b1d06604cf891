"""How long a worker holds what it works on."""

from dataclasses import dataclass
from datetime import timedelta

from entrypoints.settings_error import SettingsError

LONGEST_CALL_SECONDS = 40.0
"""What one call may take: a transaction that waits for a connection, a statement and its commit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timings:
    """How long a worker may hold a file, and how often it says that it is alive."""

    heartbeat: timedelta
    lease: timedelta
    visibility: timedelta

    def __post_init__(self) -> None:
        if not self.heartbeat < self.lease - self.margin < self.visibility:
            raise SettingsError(
                f"GRISTMILL_HEARTBEAT_SECONDS ({self.heartbeat.total_seconds():g}) must be less than "
                f"seven eighths of GRISTMILL_LEASE_SECONDS ({self.lease.total_seconds():g}), and "
                f"these less than GRISTMILL_VISIBILITY_SECONDS ({self.visibility.total_seconds():g})"
            )
        # Queues know whole seconds only; a part of one that is cut off would break the order.
        if self.visibility % timedelta(seconds=1):
            raise SettingsError(
                f"GRISTMILL_VISIBILITY_SECONDS ({self.visibility.total_seconds():g}) must be a "
                "whole number of seconds"
            )

    def outlasted_by(self, watchdog_seconds: float) -> float:
        """The same, if no slot that keeps its lease is ever silent for so long.

        Between two beats a slot may give no sign of life, and a beat ends with its call.
        Raises SettingsError.
        """
        if self.heartbeat.total_seconds() + LONGEST_CALL_SECONDS > watchdog_seconds:
            raise SettingsError(
                f"GRISTMILL_WATCHDOG_SECONDS ({watchdog_seconds:g}) must be at least "
                f"{LONGEST_CALL_SECONDS:g} more than GRISTMILL_HEARTBEAT_SECONDS "
                f"({self.heartbeat.total_seconds():g}), or workers that are well would be ended"
            )
        return watchdog_seconds

    @property
    def margin(self) -> timedelta:
        """How long before the lease's end the work on it is stopped."""
        return self.lease / 8
