import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.entrypoints.worker.waiting import wait_until

CHILD = """
import os, sys, threading
from entrypoints.parent_watch import end_with_parent
end_with_parent(int(sys.argv[1]))
print(os.getpid(), flush=True)
threading.Event().wait()
"""
PARENT = f"""
import os, subprocess, sys
subprocess.Popen([sys.executable, "-c", {CHILD!r}, str(os.getpid())]).wait()
"""
ROOT = Path(__file__).parents[2]


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # An orphan that nobody reaps is dead all the same.
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return not state.stdout.strip().startswith("Z") and bool(state.stdout.strip())


def test_a_process_ends_soon_after_its_parent_was_killed() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as parent:
        assert parent.stdout is not None
        child_pid = int(parent.stdout.readline())

        parent.send_signal(signal.SIGKILL)

        wait_until(lambda: not is_alive(child_pid))


def test_a_process_whose_parent_died_before_it_could_look_ends_too() -> None:
    process = subprocess.run([sys.executable, "-c", CHILD, "1"], cwd=ROOT, timeout=20, check=False)

    assert process.returncode == 70
