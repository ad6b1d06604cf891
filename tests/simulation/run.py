"""One run: a scenario played to its end, and what has to be true then."""

from datetime import timedelta

from adapters.memory.database import OutboxRow
from application.use_cases.compare_epochs import INSTALLATIONS_FOLDER
from domain.file_state import FileState
from tests.simulation.actors import Actor
from tests.simulation.api import ApiProcess
from tests.simulation.broken_promise import BrokenPromiseError
from tests.simulation.clock import virtual_seconds
from tests.simulation.deploy_checks import check_deploys
from tests.simulation.scenario import Scenario
from tests.simulation.supervisor import RestartingSupervisor
from tests.simulation.users import Client, User
from tests.simulation.weather import WeatherMaker
from tests.simulation.wiring import Wiring
from tests.simulation.worker import WorkerProcess
from tests.simulation.world import World

TERMINAL_SECONDS = 3600.0
LOST_SECONDS = 6 * 3600.0 + 120.0
SENT_SECONDS = 60.0 + 2.0
"""What a relay had claimed that died in the last moment is another's after 60 s, and every relay
looks once a second; whatever else waited has left before (59.3 s at most in 3,000 seeds)."""
COLLECTED_SECONDS = 49 * 3600.0
LATE_REMOVAL = timedelta(hours=1, minutes=10)


class Run:
    """The world of a scenario, and everybody in it."""

    def __init__(self, scenario: Scenario, wiring: Wiring | None = None) -> None:
        self.scenario = scenario
        self.world = World(scenario, wiring or Wiring())
        self._apis = [self._api(name) for name in scenario.apis]
        self._workers = [self._worker(name) for name in scenario.workers]
        self.world.processes += [*self._apis, *self._workers]
        supervisor = RestartingSupervisor(self.world, frees=scenario.is_supervised)
        self.world.supervisor = supervisor
        for process in self.world.processes:
            process.start()
        self._users = [*self._clients(), *self._operators(), *self._weather()]

    def play(self) -> World:
        """Plays it; raises BrokenPromiseError when a promise was broken."""
        try:
            self._play()
        finally:
            self._end()
        return self.world

    def _play(self) -> None:
        scheduler = self.world.scheduler
        scheduler.run(until=self.scenario.ends_at, is_over=self._is_over)
        # All relays may stand still at once, and for longer than new accidents happen.
        stand_until = max(scheduler.now, self.world.relays_stand_until)
        scheduler.run(until=stand_until, is_over=self._is_over)
        ended_at = scheduler.now
        scheduler.run(until=ended_at + SENT_SECONDS, is_over=self._is_over)
        self._check_sent(ended_at)
        limit = ended_at + TERMINAL_SECONDS
        scheduler.run(until=limit, is_over=self._is_over)
        self._check_finished(after_losses=False)
        scheduler.run(until=limit + LOST_SECONDS, is_over=self._is_over)
        self._check_finished(after_losses=True)
        self._check_removed()
        if self.scenario.has_collector:
            self._check_collected()
        if self.scenario.is_calm:
            self._check_calm()
        if self.scenario.has_deploys_alone:
            check_deploys(self.world)
        if self.scenario.has_outages_alone:
            self.world.outages.check()

    def _is_over(self) -> bool:
        tables = self.world.database.tables
        return (
            all(user.dead for user in self._users)
            and all(state.is_final for state in tables.files.values())
            and all(row.sent_at is not None for row in tables.outbox.values())
            and not self.world.queue.bodies
            and all(worker.is_idle for worker in self._workers)
            and all(call.dead for call in self.world.late_calls)
        )

    def _check_sent(self, ended_at: float) -> None:
        """L2: what waited when the last accident was over has left a minute later."""
        waiting = [
            row
            for row in self.world.database.tables.outbox.values()
            if row.sent_at is None and self._waited_at(row, ended_at)
        ]
        if waiting:
            raise BrokenPromiseError("L2", f"{len(waiting)} messages wait in the outbox")

    def _waited_at(self, row: OutboxRow, at: float) -> bool:
        added_at = self.world.watch.added_at(row.id)
        return added_at <= at

    def _check_finished(self, *, after_losses: bool) -> None:
        """L1: every file comes to its end, and every client to its answer."""
        for state in self.world.database.tables.files.values():
            if not state.is_final and (after_losses or not self.world.watch.was_lost(state)):
                raise BrokenPromiseError("L1", f"file {state.id} is still {state.status}")
        if not all(user.dead for user in self._users):
            raise BrokenPromiseError("L1", "somebody still waits for an answer")
        if self.world.queue.bodies:
            raise BrokenPromiseError("L1", "a message is never deleted")

    def _check_removed(self) -> None:
        """Of a file that was erased nothing is left, once late writers are gone."""
        erased = [state for state in self.world.database.tables.files.values() if state.is_erased]
        if not erased:
            return
        scheduler = self.world.scheduler
        until = max(self._quiet_since(), *(_erased_at(state) for state in erased))
        until += LATE_REMOVAL.total_seconds()
        scheduler.run(until=until, is_over=lambda: False)
        ids = {str(state.id) for state in erased}
        left = sorted(key for key in self.world.storage.keys if key.split("/")[1] in ids)
        if left:
            raise BrokenPromiseError("I4", f"{left} is left of an erased file")

    def _check_collected(self) -> None:
        """I5: two days later storage holds what records name, and nothing else."""
        scheduler = self.world.scheduler
        scheduler.run(until=self._quiet_since() + COLLECTED_SECONDS, is_over=lambda: False)
        files = [
            state for state in self.world.database.tables.files.values() if not state.is_erased
        ]
        named = {state.key for state in files}
        named |= {result.key for state in files for result in state.results}
        kept = {key for key in self.world.storage.keys if not key.startswith(INSTALLATIONS_FOLDER)}
        if kept != named:
            raise BrokenPromiseError("I5", f"{kept - named} is garbage")

    def _quiet_since(self) -> float:
        """A run may be over before the last accident would have been possible."""
        return max(self.world.scheduler.now, self.scenario.ends_at)

    def _check_calm(self) -> None:
        """E1: where nothing goes wrong, nothing happens twice."""
        for state in self.world.database.tables.files.values():
            if state.attempt != 1:
                raise BrokenPromiseError("E1", f"file {state.id} was started {state.attempt} times")

    def _end(self) -> None:
        everybody = [actor for process in self.world.processes for actor in process.actors]
        watchers = self.world.supervisor.actors
        late = self.world.late_calls
        self.world.scheduler.end([*everybody, *self._users, *watchers, *late])

    def _api(self, name: str) -> ApiProcess:
        return ApiProcess(self.world, name, skew_seconds=self.scenario.skews.get(name, 0.0))

    def _worker(self, name: str) -> WorkerProcess:
        return WorkerProcess(self.world, name, skew_seconds=self.scenario.skews.get(name, 0.0))

    def _clients(self) -> list[Actor]:
        submissions = self.scenario.submissions
        numbers = sorted({submission.client for submission in submissions})
        return [
            self._user(
                f"client-{number}",
                Client(
                    self.world,
                    self._apis,
                    [submission for submission in submissions if submission.client == number],
                ).run,
            )
            for number in numbers
        ]

    def _operators(self) -> list[Actor]:
        return [
            self._user(f"user-{number}", User(self.world, self._apis, action).run)
            for number, action in enumerate(self.scenario.actions, start=1)
        ]

    def _weather(self) -> list[Actor]:
        return [
            self._user(f"weather-{number}", WeatherMaker(self.world, event).run)
            for number, event in enumerate(self.scenario.weather, start=1)
        ]

    def _user(self, name: str, run: object) -> Actor:
        assert callable(run)
        actor = Actor(name, run, self.world.scheduler)
        return self.world.scheduler.spawn(actor)


def _erased_at(state: FileState) -> float:
    assert state.erased_at is not None
    return virtual_seconds(state.erased_at)
