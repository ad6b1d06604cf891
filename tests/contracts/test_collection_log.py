"""The contract of CollectionLog."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

from application.ports.collection_log import Collection
from domain.epoch import Epoch
from tests.builders import START, build_id
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


class TestEpochs:
    def test_at_first_these_records_say_nothing(self, world: World) -> None:
        assert world.collections.epoch() is None

    def test_what_was_recorded_first_stays(self, world: World) -> None:
        first, second = (Epoch(installation=build_id(), number=0, compared_at=START) for _ in "ab")

        assert world.collections.record_epoch(first, instead_of=None)
        assert not world.collections.record_epoch(second, instead_of=None)

        assert world.collections.epoch() == first

    def test_an_epoch_replaces_the_one_it_was_made_from_and_no_other(self, world: World) -> None:
        first = Epoch(installation=build_id(), number=7, compared_at=after(0.000001))
        second = replace(first, number=2**40, paused_until=after(5))
        third = replace(second, compared_at=after(1), paused_until=None)
        world.collections.record_epoch(first, instead_of=None)

        assert world.collections.record_epoch(second, instead_of=first)
        assert not world.collections.record_epoch(third, instead_of=first)
        assert world.collections.epoch() == second
        assert world.collections.record_epoch(third, instead_of=second)
        assert world.collections.epoch() == third

    def test_of_many_that_replace_the_same_one_one_does(self, world: World) -> None:
        first = Epoch(installation=build_id(), number=0, compared_at=START)
        world.collections.record_epoch(first, instead_of=None)
        begin = Barrier(4)

        def advance(number: int) -> bool:
            begin.wait(timeout=60)
            return world.collections.record_epoch(replace(first, number=number), instead_of=first)

        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(advance, (1, 2, 3, 4))) == 1

    def test_it_is_kept_apart_from_the_collection(self, world: World) -> None:
        epoch = Epoch(installation=build_id(), number=1, compared_at=START)
        world.collections.record_epoch(epoch, instead_of=None)

        world.collections.record(Collection(began_at=START))

        assert world.collections.epoch() == epoch

    def test_of_many_that_are_the_first_one_is(self, world: World) -> None:
        begin = Barrier(4)

        def record(_: int) -> bool:
            first = Epoch(installation=build_id(), number=0, compared_at=START)
            begin.wait(timeout=60)
            return world.collections.record_epoch(first, instead_of=None)

        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(record, range(4))) == 1
