"""One trouble after the other, while files stream in."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice, repeat
from random import Random

from tests.end_to_end.kills.chronicle import Chronicle
from tests.end_to_end.kills.extent import Extent
from tests.end_to_end.kills.uploaders import Uploaders

Trouble = Callable[[Random], None]

LONG_OUTAGE_SECONDS = 35.0
"""A breaker has opened by then, and its probes have doubled their rest to the longest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Troubles:
    """What can happen, by names.

    Each of `kills` ends at least one process by kill -9. Each of `long_outages` lasts for
    LONG_OUTAGE_SECONDS.
    """

    kills: Mapping[str, Trouble]
    others: Mapping[str, Trouble]
    long_outages: Mapping[str, Trouble]

    def chosen(self, extent: Extent, chance: Random) -> list[tuple[str, Trouble]]:
        """As many of each sort as are wanted, in any order; each, before any comes again."""
        chosen = [
            *islice(_shuffled(self.kills, chance), extent.kills),
            *islice(_shuffled(self.others, chance), extent.others),
            *islice(_shuffled(self.long_outages, chance), extent.long_outages),
        ]
        return chance.sample(chosen, len(chosen))


def make_trouble(
    troubles: Troubles, extent: Extent, *, uploaders: Uploaders, chronicle: Chronicle
) -> None:
    """So many troubles, each a random moment after the service has taken a few more files."""
    chance = chronicle.chance
    for name, trouble in troubles.chosen(extent, chance):
        uploaders.wait_for_more(chance.randint(1, 3))
        uploaders.leave_the_tried_in_peace()
        time.sleep(chance.uniform(0, 1))
        chronicle.note(name)
        trouble(chance)


def _shuffled(troubles: Mapping[str, Trouble], chance: Random) -> Iterator[tuple[str, Trouble]]:
    named = list(troubles.items())
    return chain.from_iterable(chance.sample(named, len(named)) for _ in repeat(None))
