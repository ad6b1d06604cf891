"""How many threads of a process want a database connection at the same time, at most.

A pool with fewer lets a heartbeat wait for a connection while its lease runs out.
"""

from entrypoints.settings import Settings

_WORKER_LOOPS = 5
"""Receiving, the relay, the dead letters, the reconciler and the collector."""


def api_threads(settings: Settings) -> int:
    """Those that answer requests, and the relay."""
    return settings.server_threads + 1


def worker_threads(settings: Settings) -> int:
    """Two for every file that is worked on, since its heartbeat has its own, and the loops."""
    return 2 * settings.worker_concurrency + _WORKER_LOOPS
