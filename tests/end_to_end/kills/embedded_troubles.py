"""What can happen to `gristmill up` and to what it stands on."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from random import Random

import psutil

from tests.end_to_end.kills.living import kill, kill_an_engine, pause, pause_an_engine
from tests.end_to_end.kills.troubles import LONG_OUTAGE_SECONDS, Troubles
from tests.end_to_end.service import Service, wait_until

LEASE_SECONDS = 4
SETTINGS = {
    "GRISTMILL_HEARTBEAT_SECONDS": "0.5",
    "GRISTMILL_LEASE_SECONDS": str(LEASE_SECONDS),
    "GRISTMILL_VISIBILITY_SECONDS": "5",
    "GRISTMILL_DRAIN_SECONDS": "1",
    "GRISTMILL_BACKOFF_CAP_SECONDS": "1",
}
OUTAGE_SECONDS = 5.0
SHORT_SECONDS = 2.0


class EmbeddedTroubles:
    """Every trouble is over when its method returns, but for what the service has to mend."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def all(self) -> Troubles:
        """What is tried."""
        return Troubles(
            kills={
                "kill -9 of a worker": self._kill_worker,
                "kill -9 of the api": self._kill_api,
                "kill -9 of the process that answers": self._kill_server,
                "kill -9 of an engine": self._kill_engine,
                "kill -9 of the supervisor": self._kill_supervisor,
                "kill -9 of everything": self._kill_everything,
            },
            others={
                "SIGSTOP of a worker past its lease": self._pause_worker,
                "SIGSTOP of an engine": self._pause_engine,
                "SIGTERM and a new start": self._deploy,
                "a locked database": self._lock_database,
                "a database that is away": self._move_database,
                "a storage that is away": self._move_storage,
            },
            long_outages={
                "a database that is locked for long": self._lock_database_for_long,
                "a database that is away for long": self._move_database_for_long,
                "a storage that is away for long": self._move_storage_for_long,
            },
        )

    def _kill_worker(self, chance: Random) -> None:
        wait_until(lambda: kill(self._some_child("worker", chance)), what="a worker's death")

    def _kill_api(self, chance: Random) -> None:
        api = self._some_child("api", chance)
        self._kill_and_see_another_api(api, victims=[api])

    def _kill_server(self, chance: Random) -> None:
        api = self._some_child("api", chance)
        self._kill_and_see_another_api(api, victims=api.children())

    def _kill_and_see_another_api(
        self, api: psutil.Process, *, victims: list[psutil.Process]
    ) -> None:
        # The other part of a killed API may answer for a moment before it ends, too.
        dying = {api, *api.children()}
        killed = [kill(victim) for victim in victims]
        assert any(killed), "all of them had just ended"
        wait_until(lambda: not any(it.is_running() for it in dying), what="the end of the API")
        wait_until(self._service.answers, seconds=60, what="another API")

    def _kill_engine(self, chance: Random) -> None:
        kill_an_engine(self._service.folder, chance)

    def _kill_supervisor(self, _: Random) -> None:
        self._service.process.kill()
        self._service.process.wait()
        self._service.start()

    def _kill_everything(self, _: Random) -> None:
        self._service.kill()
        self._service.start()

    def _pause_worker(self, chance: Random) -> None:
        pause(self._some_child("worker", chance), LEASE_SECONDS + 1 + chance.uniform(0, 1))

    def _pause_engine(self, chance: Random) -> None:
        pause_an_engine(self._service.folder, chance, at_most_seconds=OUTAGE_SECONDS)

    def _deploy(self, _: Random) -> None:
        code = self._service.stop()
        assert code == 0, code
        self._service.start()

    def _lock_database(self, chance: Random) -> None:
        self._keep_database_locked(chance.uniform(0, OUTAGE_SECONDS))

    def _lock_database_for_long(self, _: Random) -> None:
        self._keep_database_locked(LONG_OUTAGE_SECONDS)

    def _move_database(self, chance: Random) -> None:
        _move_away(self._service.data_dir / "gristmill.db", chance.uniform(0, SHORT_SECONDS))

    def _move_database_for_long(self, _: Random) -> None:
        _move_away(self._service.data_dir / "gristmill.db", LONG_OUTAGE_SECONDS)

    def _move_storage(self, chance: Random) -> None:
        _move_away(self._service.data_dir / "objects", chance.uniform(0, SHORT_SECONDS))

    def _move_storage_for_long(self, _: Random) -> None:
        _move_away(self._service.data_dir / "objects", LONG_OUTAGE_SECONDS)

    def _keep_database_locked(self, seconds: float) -> None:
        with closing(self._connect()) as other:
            other.execute("BEGIN IMMEDIATE")
            time.sleep(seconds)
            other.execute("ROLLBACK")

    def _connect(self) -> sqlite3.Connection:
        path = self._service.data_dir / "gristmill.db"
        return sqlite3.connect(path, timeout=60, isolation_level=None)

    def _some_child(self, command: str, chance: Random) -> psutil.Process:
        """One of the supervisor's children, which may just be started again."""
        found: list[psutil.Process] = []

        def is_there() -> bool:
            found[:] = [psutil.Process(it.pid) for it in self._service.children(command)]
            return bool(found)

        wait_until(is_there, what=f"a child that is {command}")
        return chance.choice(found)


def _move_away(path: Path, seconds: float) -> None:
    away = path.rename(path.with_name(f"{path.name}-away"))
    time.sleep(seconds)
    away.rename(path)
