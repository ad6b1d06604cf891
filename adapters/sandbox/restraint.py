"""Limits that an engine's process sets itself, for the kernel to keep."""

import resource
import signal
from contextlib import suppress
from math import ceil
from pathlib import Path

_MOST_DESCRIPTORS = 256
_RESERVED_PER_RESIDENT = 2
"""Allocators reserve memory ahead of its use: in measurements, 1.6 times what was resident."""

_RESERVED_BYTES = 256 * 1024 * 1024
"""The stacks of the libraries' threads, of which little is ever used."""


def restrain_process() -> None:
    """Before the first job: what holds for all of them."""
    # Python ignores this signal, and the engine would take a full disk for the reason.
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_NOFILE, _MOST_DESCRIPTORS)
    # When the machine runs out of memory, Linux shall choose this process and not the worker.
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", "ascii")


def restrain_job(*, memory_bytes: int, cpu_seconds: int, file_bytes: int) -> None:
    """Before each job: what the kernel does not let it exceed.

    The memory that it occupies is the worker's to watch. This is the wall behind, for what
    grows faster than somebody looks.
    """
    _lower(resource.RLIMIT_DATA, memory_bytes * _RESERVED_PER_RESIDENT + _RESERVED_BYTES)
    _lower(resource.RLIMIT_FSIZE, file_bytes)
    used = resource.getrusage(resource.RUSAGE_SELF)
    _lower(resource.RLIMIT_CPU, ceil(used.ru_utime + used.ru_stime) + cpu_seconds)


def _lower(kind: int, value: int) -> None:
    _, most = resource.getrlimit(kind)
    resource.setrlimit(kind, (value if most < 0 else min(value, most), most))
