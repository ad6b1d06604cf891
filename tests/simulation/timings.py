"""The timings of the aws profile, which the simulated workers keep."""

from datetime import timedelta

from entrypoints.timings import Timings

TIMINGS = Timings(
    heartbeat=timedelta(seconds=60),
    lease=timedelta(seconds=240),
    visibility=timedelta(seconds=300),
)
ATTEMPT_LIMIT = timedelta(hours=1)
DRAIN_SECONDS = 25.0
LONG_POLL_SECONDS = 20.0
COLLECT_PERIOD_SECONDS = 60.0
RECEIVE_PAUSE_SECONDS = 0.25
PROBE_PAUSE_SECONDS = 2.0
RELAY_PERIOD_SECONDS = 1.0
DEAD_LETTER_PERIOD_SECONDS = 5.0
RECONCILE_PERIOD_SECONDS = 60.0
SLOTS = 2
