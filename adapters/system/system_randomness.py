"""The machine's own chance."""

import random

from application.ports.id_generator import Randomness


class SystemRandomness(Randomness):
    """Random numbers from the operating system, different in forked processes too."""

    def __init__(self) -> None:
        self._random = random.SystemRandom()

    def uniform(self, ceiling: float) -> float:
        return self._random.uniform(0, ceiling)
