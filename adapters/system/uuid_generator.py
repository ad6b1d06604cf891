"""Ids that sort by time."""

import secrets
import time
from uuid import UUID

from application.ports.id_generator import IdGenerator

_VERSION_7 = 7 << 76
_VARIANT_RFC = 2 << 62


class UuidGenerator(IdGenerator):
    """UUIDv7 by RFC 9562, method 3: milliseconds, then 12 bits of their fraction, then chance.

    Within a process ids rise, even when the clock stands still or goes back; those that
    several threads make at the very same moment come in any order.
    """

    def __init__(self) -> None:
        self._last_tick = 0

    def new_id(self) -> UUID:
        # A tick is 1/4096 of a millisecond, the unit of the 12 bits that follow the version.
        self._last_tick = tick = max(self._last_tick + 1, (time.time_ns() << 12) // 1_000_000)
        milliseconds, fraction = tick >> 12, tick & 0xFFF
        return UUID(
            int=milliseconds << 80
            | _VERSION_7
            | fraction << 64
            | _VARIANT_RFC
            | secrets.randbits(62)
        )
