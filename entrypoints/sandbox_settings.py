"""The settings of the processes that read files."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxSettings:
    """How much one file may take of the machine, beside the time of its attempt."""

    memory_bytes: int
    cpu_seconds: int
    scratch_bytes: int
