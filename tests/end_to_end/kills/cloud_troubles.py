"""What can happen to an API, to workers, and to all that they need."""

import time
from functools import partial
from random import Random

import psutil

from tests.end_to_end.kills.cloud_world import CloudWorld
from tests.end_to_end.kills.living import kill_an_engine, pause, pause_an_engine
from tests.end_to_end.kills.troubles import LONG_OUTAGE_SECONDS, Troubles
from tests.end_to_end.service import wait_until

LEASE_SECONDS = 4
SETTINGS = {
    "GRISTMILL_HEARTBEAT_SECONDS": "0.5",
    "GRISTMILL_LEASE_SECONDS": str(LEASE_SECONDS),
    "GRISTMILL_VISIBILITY_SECONDS": "5",
    "GRISTMILL_LONG_POLL_SECONDS": "2",
    "GRISTMILL_DRAIN_SECONDS": "1",
    "GRISTMILL_BACKOFF_CAP_SECONDS": "1",
}
OUTAGE_SECONDS = 5.0


class CloudTroubles:
    """Every trouble is over when its method returns, but for what the service has to mend."""

    def __init__(self, world: CloudWorld) -> None:
        self._world = world
        self._service = world.service

    def all(self) -> Troubles:
        """What is tried."""
        networks = self._world.networks
        return Troubles(
            kills={
                "kill -9 of a worker": self._kill_worker,
                "kill -9 of the api": self._kill_api,
                "kill -9 of an engine": self._kill_engine,
                "kill -9 of everything": self._kill_everything,
            },
            others={
                "SIGSTOP of a worker past its lease": self._pause_worker,
                "SIGSTOP of an engine": self._pause_engine,
                "SIGTERM of a worker and a new start": self._deploy_worker,
                "SIGTERM of everything and a new start": self._deploy,
                **{f"no way to {it}": partial(self._cut_off_shortly, it) for it in networks},
            },
            long_outages={
                f"no way to {it} for long": partial(self._cut_off_for_long, it) for it in networks
            },
        )

    def _kill_worker(self, chance: Random) -> None:
        name = chance.choice(self._service.WORKERS)
        self._service.processes_by_name[name].kill()
        # Long enough now and then for the other one to take over.
        time.sleep(chance.choice((0, 2 * LEASE_SECONDS)))
        self._service.run_again(name)

    def _kill_api(self, _: Random) -> None:
        api = psutil.Process(self._service.processes_by_name["api"].pid)
        # The part of it that answers may do so for a moment before it ends, too.
        answering = api.children()
        self._service.processes_by_name["api"].kill()
        wait_until(lambda: not any(it.is_running() for it in answering), what="the end of the API")
        self._start_api()

    def _kill_engine(self, chance: Random) -> None:
        kill_an_engine(self._service.folder, chance)

    def _kill_everything(self, _: Random) -> None:
        self._service.kill()
        self._start()

    def _pause_worker(self, chance: Random) -> None:
        process = self._service.processes_by_name[chance.choice(self._service.WORKERS)]
        pause(psutil.Process(process.pid), LEASE_SECONDS + 1 + chance.uniform(0, 1))

    def _pause_engine(self, chance: Random) -> None:
        pause_an_engine(self._service.folder, chance, at_most_seconds=OUTAGE_SECONDS)

    def _deploy_worker(self, chance: Random) -> None:
        name = chance.choice(self._service.WORKERS)
        code = self._service.processes_by_name[name].stop()
        assert code == 0, (name, code)
        self._service.run_again(name)

    def _deploy(self, _: Random) -> None:
        codes = [it.stop() for it in self._service.processes_by_name.values()]
        assert codes == [0] * len(codes), codes
        self._start()

    def _cut_off_shortly(self, name: str, chance: Random) -> None:
        self._cut_off(name, chance.uniform(0, OUTAGE_SECONDS))

    def _cut_off_for_long(self, name: str, _: Random) -> None:
        self._cut_off(name, LONG_OUTAGE_SECONDS)

    def _cut_off(self, name: str, seconds: float) -> None:
        self._world.networks[name].refuse()
        time.sleep(seconds)
        self._world.networks[name].mend()

    def _start(self) -> None:
        for name in self._service.WORKERS:
            self._service.run_again(name)
        self._start_api()

    def _start_api(self) -> None:
        self._service.run("api")
        wait_until(self._service.is_ready, seconds=60, what="the start of the api")
