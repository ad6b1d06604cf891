from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from application.errors import DatabaseUnavailableError, IdempotencyKeyTakenError
from application.ports.idempotency_keys import IdempotencyRecord
from tests.builders import build_idempotency_record, build_message
from tests.contracts.steps import after, claim
from tests.contracts.worlds import World

ROUTE = "POST /files/upload"


def find(world: World, tenant: str, route: str, key: str) -> IdempotencyRecord | None:
    with world.units_of_work.for_reading() as work:
        return work.idempotency_keys.find(tenant, route, key)


def take(world: World, record: IdempotencyRecord) -> None:
    with world.units_of_work.for_writing() as work:
        work.idempotency_keys.add(record)
        work.commit()


class TestIdempotencyKeys:
    def test_a_new_key_has_no_record(self, world: World) -> None:
        assert find(world, "acme", ROUTE, "key-1") is None

    def test_a_taken_key_finds_its_record(self, world: World) -> None:
        record = build_idempotency_record(key="ключ 1")

        take(world, record)

        assert find(world, "acme", ROUTE, "ключ 1") == record

    def test_a_key_belongs_to_its_tenant_and_route(self, world: World) -> None:
        records = [
            build_idempotency_record(),
            build_idempotency_record(tenant="other"),
            build_idempotency_record(route="POST /elsewhere"),
            build_idempotency_record(key="KEY-1"),
        ]

        for record in records:
            take(world, record)

        for record in records:
            assert find(world, record.tenant, record.route, record.key) == record

    def test_a_key_is_taken_once(self, world: World) -> None:
        first = build_idempotency_record()
        take(world, first)

        with pytest.raises(IdempotencyKeyTakenError) as caught:
            take(world, build_idempotency_record())

        assert caught.value.key == "key-1"
        assert find(world, "acme", ROUTE, "key-1") == first

    def test_a_key_that_was_not_committed_is_free(self, world: World) -> None:
        with world.units_of_work.for_writing() as work:
            work.idempotency_keys.add(build_idempotency_record())

        assert find(world, "acme", ROUTE, "key-1") is None

    def test_one_of_several_racing_transactions_takes_the_key_with_all_it_did(
        self, world: World
    ) -> None:
        racers = 4
        start = Barrier(racers)

        def race(number: int) -> str:
            record = build_idempotency_record(fingerprint=str(number))
            start.wait()
            while True:
                try:
                    with world.units_of_work.for_writing() as work:
                        work.outbox.add(build_message(body=str(number)))
                        work.idempotency_keys.add(record)
                        work.commit()
                except DatabaseUnavailableError:
                    continue
                except IdempotencyKeyTakenError:
                    return "lost"
                return str(number)

        with ThreadPoolExecutor(racers) as pool:
            results = list(pool.map(race, range(racers)))

        [winner] = [result for result in results if result != "lost"]
        found = find(world, "acme", ROUTE, "key-1")
        assert found is not None
        assert found.fingerprint == winner
        assert [record.message.body for record in claim(world)] == [winner]

    def test_old_keys_are_forgotten_in_bounded_steps(self, world: World) -> None:
        for number in range(5):
            record = build_idempotency_record(key=str(number), created_at=after(number))
            take(world, record)

        counts = []
        for _ in range(3):
            with world.units_of_work.for_writing() as work:
                counts.append(work.idempotency_keys.delete_created(before=after(3), limit=2))
                work.commit()

        assert counts == [2, 1, 0]
        kept = [find(world, "acme", ROUTE, str(number)) is not None for number in range(5)]
        assert kept == [False, False, False, True, True]
