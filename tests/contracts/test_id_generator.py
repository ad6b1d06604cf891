from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import RFC_4122, UUID

import pytest

from adapters.memory.seeded_ids import SeededRandomness, SequentialIds
from adapters.system.system_randomness import SystemRandomness
from adapters.system.uuid_generator import UuidGenerator
from application.ports.id_generator import IdGenerator, Randomness


@pytest.fixture(params=[SequentialIds, UuidGenerator])
def ids(request: pytest.FixtureRequest) -> IdGenerator:
    make: Callable[[], IdGenerator] = request.param
    return make()


@pytest.fixture(params=[SeededRandomness, SystemRandomness])
def randomness(request: pytest.FixtureRequest) -> Randomness:
    make: Callable[[], Randomness] = request.param
    return make()


class TestIdGenerator:
    def test_ids_are_uuids_of_version_7(self, ids: IdGenerator) -> None:
        made = [ids.new_id() for _ in range(100)]

        assert {(each.version, each.variant) for each in made} == {(7, RFC_4122)}

    def test_ids_rise_in_the_order_they_were_made(self, ids: IdGenerator) -> None:
        made = [ids.new_id() for _ in range(5000)]

        assert made == sorted(made)
        assert [str(each) for each in made] == sorted(str(each) for each in made)

    def test_threads_never_get_the_same_id(self, ids: IdGenerator) -> None:
        def make(_: int) -> list[UUID]:
            return [ids.new_id() for _ in range(1000)]

        with ThreadPoolExecutor(4) as pool:
            made = [each for batch in pool.map(make, range(4)) for each in batch]

        assert len(set(made)) == 4000

    def test_two_generators_never_make_the_same_id(self) -> None:
        one, other = UuidGenerator(), UuidGenerator()

        assert not {one.new_id() for _ in range(100)} & {other.new_id() for _ in range(100)}


class TestRandomness:
    def test_numbers_lie_between_zero_and_the_ceiling(self, randomness: Randomness) -> None:
        drawn = [randomness.uniform(30.0) for _ in range(1000)]

        assert min(drawn) >= 0
        assert max(drawn) <= 30
        assert len(set(drawn)) > 900

    def test_every_part_of_the_range_is_drawn_from(self, randomness: Randomness) -> None:
        tenths = {int(randomness.uniform(10.0)) for _ in range(1000)}

        assert tenths >= set(range(10))

    def test_a_ceiling_of_zero_leaves_no_choice(self, randomness: Randomness) -> None:
        assert randomness.uniform(0.0) == 0
