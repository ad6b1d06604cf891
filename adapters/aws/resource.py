"""What every resource of AWS can be asked for: what differs, and to be put right."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

from adapters.aws.refusals import Refusals

MISSING = "missing"
"""Stands alone among the differences of a resource that does not exist."""


class Resource(ABC):
    """One resource as it should be; asks and acts when told to, and raises boto3's errors.

    What is refused for a part of it goes into `refusals`, and the other parts go on.
    """

    kind: str
    name: str

    @abstractmethod
    def differences(self, refusals: Refusals) -> tuple[str, ...]:
        """The attributes that are not as they should be; MISSING alone when there is nothing."""

    @abstractmethod
    def put_right(self, differences: Sequence[str], refusals: Refusals) -> tuple[str, ...]:
        """Makes the resource, or sets those attributes, and returns what was; deletes nothing."""
