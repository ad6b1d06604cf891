"""One trouble after the other, while files stream in."""

import time
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from random import Random

from tests.end_to_end.kills.chronicle import Chronicle
from tests.end_to_end.kills.uploaders import Uploaders

Trouble = Callable[[Random], None]

# A file may begin seven times without an end. That is not tried here, so before then it is left
# in peace until it ends.
MOST_ATTEMPTS = 4


def make_trouble(
    troubles: Mapping[str, Trouble], times: int, *, uploaders: Uploaders, chronicle: Chronicle
) -> None:
    """So many troubles, each a random moment after the service has taken a few more files."""
    chance = chronicle.chance
    for _, name in zip(range(times), _shuffled(list(troubles), chance), strict=False):
        uploaders.wait_for_more(chance.randint(1, 3))
        uploaders.leave_the_tried_in_peace(MOST_ATTEMPTS)
        time.sleep(chance.uniform(0, 1))
        chronicle.note(name)
        troubles[name](chance)


def _shuffled(names: list[str], chance: Random) -> Iterator[str]:
    """Every name before any comes again."""
    for _ in count():
        yield from chance.sample(names, len(names))
