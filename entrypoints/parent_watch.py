"""Ends a process whose parent is gone."""

import fcntl
import os
import select
import sys
import threading

LOOK_EVERY_SECONDS = 0.1
ORPHANED = 70


def end_with_parent(parent_pid: int) -> None:
    """Ends this process at once, and without farewell, when `parent_pid` no longer is its parent.

    kill -9 leaves a parent no chance to stop its children, and an orphan would go on holding
    the port and the data directory. The parent's id is given by the parent, because asking for
    it here would come too late if it died during our start. Asking again and again is the one
    way that works alike on Linux and macOS, for forked and for spawned children.
    """
    threading.Thread(target=_watch, args=(parent_pid,), name="parent-watch", daemon=True).start()


def end_with_stdin() -> None:
    """Ends this process at once when the pipe that is its stdin closes, as it does at the latest
    with the parent that holds the other end and writes nothing.

    On Linux it is the kernel that ends it, by SIGIO, so that code which never comes back to
    Python is no obstacle; elsewhere a thread looks.
    """
    if sys.platform == "linux":
        fcntl.fcntl(0, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(0, fcntl.F_SETFL, fcntl.fcntl(0, fcntl.F_GETFL) | os.O_ASYNC)
    else:
        end_with_parent(os.getppid())
    # It may have closed before.
    if select.select([0], [], [], 0)[0]:
        os._exit(ORPHANED)


def _watch(parent_pid: int) -> None:
    never = threading.Event()
    while os.getppid() == parent_pid:
        never.wait(LOOK_EVERY_SECONDS)
    os._exit(ORPHANED)
