"""A defect of what tidies up."""

from datetime import timedelta

from domain.collection_policy import CollectionPolicy
from tests.simulation.wiring import Wiring


class _Careless(CollectionPolicy):
    def __post_init__(self) -> None:
        """Takes any age."""


class CollectorWithoutAgeGuard(Wiring):
    """What no record names is removed, however young it is."""

    collection_policy = _Careless(min_age=timedelta())
