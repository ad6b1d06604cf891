"""Ends a process whose parent is gone."""

import os
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


def _watch(parent_pid: int) -> None:
    never = threading.Event()
    while os.getppid() == parent_pid:
        never.wait(LOOK_EVERY_SECONDS)
    os._exit(ORPHANED)
