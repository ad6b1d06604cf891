"""Who holds a lock, as far as its file tells: lines of process id and command."""

import os
from contextlib import suppress

_LONGEST_BYTES = 16 * 1024


def leave_name(descriptor: int, command: str, *, beside_others: bool) -> None:
    """Notes this process in the lock's file, beside the living ones that are noted there.

    Of two that do so at once one may get lost, which costs no more than a name in a message.
    Nor does a full disk: then the lock is held without a name.
    """
    names = _living(descriptor) if beside_others else {}
    names[os.getpid()] = command
    note = "".join(f"{pid} {name}\n" for pid, name in names.items())
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, note.encode(), 0)


def holders(descriptor: int) -> list[str]:
    """The living processes that are noted, in words."""
    return [f"gristmill {name} (process {pid})" for pid, name in _living(descriptor).items()]


def _living(descriptor: int) -> dict[int, str]:
    lines = os.pread(descriptor, _LONGEST_BYTES, 0).decode(errors="replace").splitlines()
    noted = (line.split(" ", 1) for line in lines)
    return {
        int(words[0]): words[1]
        for words in noted
        if len(words) == 2 and words[0].isdecimal() and _is_alive(int(words[0]))
    }


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except (ProcessLookupError, OverflowError):
        return False
    return True
