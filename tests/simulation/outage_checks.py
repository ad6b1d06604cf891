"""What has to be true while something is away and nothing else goes wrong."""

from typing import TYPE_CHECKING

from domain.events import FileEvent
from tests.simulation.broken_promise import require
from tests.simulation.budget_checks import STARTS
from tests.simulation.clock import virtual_seconds
from tests.simulation.scenario import WeatherEvent
from tests.simulation.timings import SLOTS

if TYPE_CHECKING:
    from tests.simulation.world import World

ERRORS_THAT_OPEN = 5
MOST_IN_VAIN = ERRORS_THAT_OPEN - 1 + SLOTS
"""How much one worker may begin in vain: until the errors are enough, and what runs by then."""

SENT_SECONDS = 60.0
LONGEST_REST_SECONDS = 30.0
FIRST_TRIES = ERRORS_THAT_OPEN + 4
"""Until a breaker opens, and in the rests that grow from 5 s to the longest."""
OF_THE_RELAY = ("database", "publisher")


class OutageChecks:
    """B1, L2: work rests while what it takes is away, and messages leave once they can."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._received: list[tuple[str, float]] = []
        self._published: list[tuple[str, float]] = []

    def received(self, worker: str, count: int) -> None:
        """The queue has handed out so many messages."""
        if self._world.scenario.has_outages_alone:
            self._received += [(worker, self._world.scheduler.now)] * count

    def publishes(self, process: str) -> None:
        """A relay calls the topics."""
        if self._world.scenario.has_outages_alone:
            self._published.append((process, self._world.scheduler.now))

    def check(self) -> None:
        """Looks back at the whole run."""
        for outage in self._world.scenario.outages:
            if outage.target == "database":
                self._check_in_vain(outage, self._received)
            if outage.target.startswith("storage"):
                histories = self._world.database.tables.history.values()
                starts = [
                    (str(event.details["lease_owner"]), virtual_seconds(event.at))
                    for history in histories
                    for event in history
                    if _is_start(event)
                ]
                self._check_in_vain(outage, starts)
            if outage.target == "publisher":
                self._check_tries(outage)
        self._check_sent()

    def _check_in_vain(self, outage: WeatherEvent, begun: list[tuple[str, float]]) -> None:
        for worker in self._world.scenario.workers:
            count = sum(
                name == worker and outage.at <= at < outage.at + outage.seconds
                for name, at in begun
            )
            what = f"{worker} has begun {count} times while {outage.target} was away"
            require(count <= MOST_IN_VAIN, "B1", what)

    def _check_tries(self, outage: WeatherEvent) -> None:
        """What has no other probe is tried by its calls, and rests as long between them."""
        most = FIRST_TRIES + outage.seconds / LONGEST_REST_SECONDS
        for process in (*self._world.scenario.apis, *self._world.scenario.workers):
            count = sum(
                name == process and outage.at <= at < outage.at + outage.seconds
                for name, at in self._published
            )
            what = f"{process} has published {count} times while {outage.target} was away"
            require(count <= most, "B1", what)

    def _check_sent(self) -> None:
        for row in self._world.database.tables.outbox.values():
            topic = row.message.topic
            added_at = self._world.watch.added_at(row.id)
            due_at = added_at + SENT_SECONDS
            for outage in self._world.scenario.outages:
                ended_at = outage.at + outage.seconds
                is_in_the_way = outage.target in (*OF_THE_RELAY, topic)
                if is_in_the_way and outage.at < due_at and added_at < ended_at:
                    due_at = max(due_at, ended_at + SENT_SECONDS)
            is_prompt = row.sent_at is not None and virtual_seconds(row.sent_at) <= due_at
            require(is_prompt, "L2", f"message {row.id} of {topic} left too late")


def _is_start(event: FileEvent) -> bool:
    return event.name in STARTS
