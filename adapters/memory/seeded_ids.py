"""Ids and chance that are the same in every run."""

import hashlib
from itertools import count
from uuid import UUID

from application.ports.id_generator import IdGenerator, Randomness

_FIRST_MILLISECOND = 1_795_424_400_000  # 2026-11-23T09:00:00Z, where ManualClock starts


class SequentialIds(IdGenerator):
    """Rising UUIDv7s, one for each millisecond after a fixed moment; other seeds, other ids."""

    def __init__(self, seed: int = 0) -> None:
        self._milliseconds = count(_FIRST_MILLISECOND)
        self._low_bits = int.from_bytes(_digest(seed, 0)) & ((1 << 62) - 1)

    def new_id(self) -> UUID:
        version, variant = 7 << 76, 2 << 62
        return UUID(int=next(self._milliseconds) << 80 | version | variant | self._low_bits)


class SeededRandomness(Randomness):
    """The same numbers for the same seed, under every version of Python."""

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed
        self._draws = count()

    def uniform(self, ceiling: float) -> float:
        draw = int.from_bytes(_digest(self._seed, next(self._draws))[:6])
        return ceiling * draw / (1 << 48)


def _digest(seed: int, number: int) -> bytes:
    return hashlib.sha256(f"{seed}/{number}".encode()).digest()
