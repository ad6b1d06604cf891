"""Serves the application with granian."""

import math
import os
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from entrypoints.http.arriving_body import Patience
from entrypoints.http.asgi_bridge import AsgiBridge, WsgiApplication
from entrypoints.parent_watch import end_with_parent
from entrypoints.stop_signals import shield_stop_signals, stop_signals

ApplicationLoader = Callable[[Callable[[], bool]], WsgiApplication]
"""Makes the application; is given what tells that the process is about to end."""

LONGEST_HEADER_MILLISECONDS = 10_000
LARGEST_HEADER_BYTES = 64 * 1024
BACKLOG = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """Where to listen, how many requests to answer at once, and how long to drain.

    With `parent_pid`, the server ends at once when that process does.
    """

    host: str
    port: int
    threads: int
    drain_seconds: float
    patience: Patience = field(default_factory=Patience)
    parent_pid: int | None = None


def serve(load_application: ApplicationLoader, settings: ServerSettings) -> None:
    """Serves until SIGTERM, SIGINT or SIGHUP, then lets requests finish within the drain time.

    `load_application` is called in the one process that answers requests, which granian
    starts and which ends at once when this one dies; it has to be picklable, because on some
    systems that process is a new interpreter. The port is not probed here: granian shares it
    (SO_REUSEPORT) with whoever listens already. For the main thread, while it is the only one.
    """
    # Asked before granian puts its own handlers in place, also for the process it starts.
    stopping = stop_signals()
    shield_stop_signals(stopping)
    if settings.parent_pid is not None:
        end_with_parent(settings.parent_pid)
    server = Granian(
        target="gristmill",
        address=_numeric(settings.host),
        port=settings.port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        websockets=False,
        workers=1,
        backlog=BACKLOG,
        http1_settings=HTTP1Settings(
            header_read_timeout=LONGEST_HEADER_MILLISECONDS,
            max_buffer_size=LARGEST_HEADER_BYTES,
        ),
        # One stalled upload would otherwise keep the process from ending for ever.
        workers_kill_timeout=max(1, math.ceil(settings.drain_seconds)),
        # Granian's own words would go to stdout, as plain text.
        log_level=LogLevels.error,
        log_dictconfig={"handlers": {}, "loggers": {"_granian": {"propagate": True}}},
    )
    loader = partial(_load, load_application, stopping, settings, parent_pid=os.getpid())
    server.serve(target_loader=loader, wrap_loader=False)


def _numeric(host: str) -> str:
    """The address of `host`: granian does not look names up."""
    return str(socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0][4][0])


def _load(
    load_application: ApplicationLoader,
    stopping: frozenset[signal.Signals],
    settings: ServerSettings,
    *,
    parent_pid: int,
) -> AsgiBridge:
    is_ending = shield_stop_signals(stopping, has_event_loop=True)
    end_with_parent(parent_pid)
    application = load_application(is_ending)
    return AsgiBridge(application, threads=settings.threads, patience=settings.patience)
