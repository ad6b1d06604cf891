"""How often, and from what age on, objects that no record refers to are removed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.errors import ContentTooOldError

LEAST_AGE = timedelta(hours=24)
"""An attempt may take eleven hours, and an upload is recorded after its bytes: whatever is
younger may still become somebody's."""

LONGEST_UNRECORDED = LEAST_AGE / 2
"""Content that waited longer for its record is not recorded any more.

The other half is for what lies between that look and the commit, and between a collector's look
at the records and its removal. The limits of an upload and of an attempt stay below it.
"""


def check_recordable(*, begun_at: datetime, at: datetime) -> None:
    """Raises ContentTooOldError when content that was begun then may be collected soon.

    For whoever has a new object recorded, in the transaction that does so: both times are the
    database's, since a process that stood still for a day may not have noticed. An attempt
    needs no look, because no later one can take its place and leave it the right to commit.
    """
    if at - begun_at > LONGEST_UNRECORDED:
        raise ContentTooOldError(age=at - begun_at, longest=LONGEST_UNRECORDED)


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
