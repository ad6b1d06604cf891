"""How often, and from what age on, objects that no record refers to are removed."""

from dataclasses import dataclass
from datetime import timedelta

LEAST_AGE = timedelta(hours=24)
"""An attempt may take eleven hours, and an upload is recorded after its bytes: whatever is
younger may still become somebody's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionPolicy:
    """`period` is from the beginning of one collection to the next; None: there are none.

    Nothing younger than `min_age` is collected, nor results that a newer generation replaced,
    before that one ended so long ago. Raises ValueError for less than LEAST_AGE.
    """

    period: timedelta | None = timedelta(hours=24)
    min_age: timedelta = LEAST_AGE

    def __post_init__(self) -> None:
        if self.min_age < LEAST_AGE:
            raise ValueError(f"nothing younger than {LEAST_AGE} may be collected")
