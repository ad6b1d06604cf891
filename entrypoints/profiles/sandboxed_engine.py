"""The engine of the profiles that read strangers' files: in a process of its own."""

import json
import sys
import threading
from dataclasses import asdict
from pathlib import Path

from adapters.sandbox.engine import SandboxedContentEngine
from adapters.sandbox.limits import SandboxLimits
from adapters.tabular.limits import Limits
from application.ports.clock import Clock
from entrypoints.engine_log import EngineLog
from entrypoints.sandbox_settings import SandboxSettings

# -P, because otherwise a folder called `domain` where the user stands would be ours.
COMMAND = (sys.executable, "-P", "-m", "entrypoints.profiles.engine_process")


def sandboxed_engine(
    settings: SandboxSettings, *, clock: Clock, limits: Limits, scratch: Path | None = None
) -> SandboxedContentEngine:
    """The tabular engine with those limits; no process is started before the first file comes."""
    return SandboxedContentEngine(
        [*COMMAND, json.dumps(asdict(limits))],
        limits=SandboxLimits(
            memory_bytes=settings.memory_bytes,
            cpu_seconds=settings.cpu_seconds,
            scratch_bytes=settings.scratch_bytes,
        ),
        scratch=scratch,
        clock=clock,
        guard=threading.Lock(),
        observer=EngineLog(),
    )
