"""The processes that were started in a folder, everything that they started, and their ends."""

import signal
import time
from contextlib import suppress
from pathlib import Path
from random import Random

import psutil

from tests.end_to_end.service import wait_until


def living_in(folder: Path) -> list[psutil.Process]:
    """All that stand in the folder, whoever is their parent by now."""
    return [process for process in psutil.process_iter() if _stands_in(process, folder)]


def engines_in(folder: Path) -> list[psutil.Process]:
    """Those among them that read files for the workers."""
    return [it for it in living_in(folder) if _is_engine(it)]


def kill(process: psutil.Process) -> bool:
    """kill -9; False when it had just ended by itself."""
    with suppress(psutil.NoSuchProcess):
        process.send_signal(signal.SIGKILL)
        return True
    return False


def pause(process: psutil.Process, seconds: float) -> None:
    """SIGSTOP, and SIGCONT after that time."""
    with suppress(psutil.NoSuchProcess):
        process.send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        process.send_signal(signal.SIGCONT)


def kill_an_engine(folder: Path, chance: Random) -> None:
    """kill -9 of one of the engines in the folder, as soon as there is one."""
    wait_until(
        lambda: any(kill(engine) for engine in _one_of(engines_in(folder), chance)),
        what="an engine's death",
    )


def pause_an_engine(folder: Path, chance: Random, *, at_most_seconds: float) -> None:
    """Lets one of the engines in the folder, if there is one, stand still for a while."""
    for engine in _one_of(engines_in(folder), chance):
        pause(engine, chance.uniform(0, at_most_seconds))


def _one_of(processes: list[psutil.Process], chance: Random) -> list[psutil.Process]:
    return chance.sample(processes, min(1, len(processes)))


def _stands_in(process: psutil.Process, folder: Path) -> bool:
    with suppress(psutil.Error):
        return process.status() != psutil.STATUS_ZOMBIE and Path(process.cwd()) == folder
    return False


def _is_engine(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return any("engine_process" in part for part in process.cmdline())
    return False
