"""What the end of an engine's process says about the file it worked on."""

import signal

from adapters.sandbox.limits import SandboxLimits
from application.errors import ResourceLimitError


def swelled(limits: SandboxLimits) -> ResourceLimitError:
    """The file needs more memory than it may have."""
    return ResourceLimitError(
        f"a file may take {limits.memory_bytes} bytes of memory, and this one took more"
    )


def died_of(code: int, limits: SandboxLimits) -> ResourceLimitError:
    """The limit that the exit code names, if any; the code of a signal is negative."""
    match -code:
        case signal.SIGXCPU:
            return ResourceLimitError(
                f"a file may take {limits.cpu_seconds} s of processor time, and this one took more"
            )
        case signal.SIGXFSZ:
            return ResourceLimitError(
                f"a temporary file may take {limits.scratch_bytes} bytes, and one took more"
            )
        case number if number > 0:
            return ResourceLimitError(
                f"the engine's process was ended by {_name_of(number)} while it read the file"
            )
    return ResourceLimitError(f"the engine's process exited with {code} while it read the file")


def _name_of(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
