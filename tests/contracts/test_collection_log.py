"""The contract of CollectionLog."""

from application.ports.collection_log import Collection
from tests.builders import START
from tests.contracts.steps import after
from tests.contracts.worlds import World


class TestCollectionLog:
    def test_at_first_there_is_nothing(self, world: World) -> None:
        assert world.collections.newest() is None

    def test_what_was_recorded_is_known(self, world: World) -> None:
        collection = Collection(began_at=after(0.000001), position="results/1/clean.csv")

        world.collections.record(collection)

        assert world.collections.newest() == collection

    def test_the_newest_replaces_what_was_recorded(self, world: World) -> None:
        world.collections.record(Collection(began_at=START, position="results/1"))
        last = Collection(began_at=after(1), is_over=True)

        world.collections.record(last)

        assert world.collections.newest() == last
