"""Makes happen what befalls the world."""

from collections.abc import Sequence

from tests.simulation.process import Process
from tests.simulation.scenario import Weather, WeatherEvent
from tests.simulation.worker import WorkerProcess
from tests.simulation.world import World


class WeatherMaker:
    """Plays the scenario's weather, one event after the other."""

    def __init__(self, world: World, event: WeatherEvent) -> None:
        self._world = world
        self._event = event

    def run(self) -> None:
        """Waits for the event's time, and lets it happen."""
        world, event = self._world, self._event
        world.scheduler.sleep(event.at)
        world.sightings.add(event.weather.name.lower())
        world.note(f"{event.weather} {event.target} {event.seconds or ''}".rstrip())
        match event.weather:
            case Weather.DUPLICATE:
                self._duplicate(world.queue.bodies)
            case Weather.PURGE:
                while world.queue.lose() is not None:
                    pass
                world.watch.messages_lost()
            case Weather.EXPIRE:
                world.queue.lose()
                world.watch.messages_lost()
            case Weather.EXPIRE_DEAD_LETTER:
                world.dead_letters.lose()
                world.watch.messages_lost()
            case Weather.OUTAGE:
                world.begin_outage(event.target, seconds=event.seconds)
            case Weather.SILENCE:
                world.begin_silence(event.target, seconds=event.seconds)
            case Weather.DEPLOY | Weather.PAUSE | Weather.CRASH:
                self._befall_processes()

    def _befall_processes(self) -> None:
        match self._event.weather:
            case Weather.PAUSE:
                self._process(self._event.target).pause(self._event.seconds)
            case Weather.CRASH:
                self._process(self._event.target).crash()
            case _:
                self._deploy()

    def _duplicate(self, bodies: Sequence[str]) -> None:
        if bodies:
            self._world.queue.put(bodies[0])
            self._world.messages_changed()

    def _deploy(self) -> None:
        for process in self._world.processes:
            if isinstance(process, WorkerProcess) and process.is_up:
                process.stop()

    def _process(self, name: str) -> Process:
        [process] = [process for process in self._world.processes if process.name == name]
        return process
