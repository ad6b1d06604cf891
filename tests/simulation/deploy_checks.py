"""What has to be true where workers are told to stop, and nothing else goes wrong but silence."""

from typing import TYPE_CHECKING

from domain.events import FileEventName
from domain.file_status import Outcome
from tests.simulation.broken_promise import require

if TYPE_CHECKING:
    from tests.simulation.world import World


def check_deploys(world: "World") -> None:
    """B4: no deploy leaves a file to the end of its lease, nor brings it nearer to its end."""
    for history in world.database.tables.history.values():
        taken_over = [event for event in history if event.name is FileEventName.TAKEN_OVER]
        require(not taken_over, "B4", f"{len(taken_over)} deploys left a file to its lease")
        is_buried = any(event.outcome is Outcome.DEAD_LETTERED for event in history)
        require(not is_buried, "B4", "a file was given up because of deploys")
    has_letters = "redriven" in world.sightings or world.dead_letters.bodies
    require(not has_letters, "B4", "deploys have made a dead letter of a message")
