"""How much of the machine one file may have."""

from dataclasses import dataclass

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxLimits:
    """The most that one attempt at a file may use; how long it may take is the caller's to say."""

    memory_bytes: int = 1024 * _MIB
    cpu_seconds: int = 1800
    # Of each temporary file, which is what the kernel can count.
    scratch_bytes: int = 4096 * _MIB
    # A child that has read so many files makes room for a new one, with its leaks, if any.
    files_per_child: int = 1000
