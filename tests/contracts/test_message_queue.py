from concurrent.futures import ThreadPoolExecutor

import pytest

from application.ports.message_queue import Delivery
from tests.contracts.steps import dead_bodies, publish, receive, spend
from tests.contracts.worlds import MAX_RECEIVES, VISIBILITY_SECONDS, World


def publish_and_receive(world: World, body: str = "1") -> Delivery:
    publish(world, body)
    [delivery] = receive(world)
    return delivery


class TestMessageQueue:
    def test_an_empty_queue_delivers_nothing(self, world: World) -> None:
        assert list(receive(world)) == []
        assert world.queue.approximate_size() == 0

    def test_a_delivery_bears_the_body_and_counts_from_one(self, world: World) -> None:
        delivery = publish_and_receive(world, '{"fileId": "ü"}')

        assert delivery.body == '{"fileId": "ü"}'
        assert delivery.receive_count == 1

    def test_at_most_the_limit_is_delivered(self, world: World) -> None:
        publish(world, *(str(number) for number in range(12)))

        batches = [receive(world, limit=limit) for limit in (1, 10, 10)]

        assert [len(batch) for batch in batches] == [1, 10, 1]
        bodies = {delivery.body for batch in batches for delivery in batch}
        assert bodies == {str(number) for number in range(12)}

    def test_a_received_message_is_hidden_for_the_visibility_timeout(self, world: World) -> None:
        first = publish_and_receive(world)

        world.clock.advance(VISIBILITY_SECONDS - 1)
        assert list(receive(world)) == []

        world.clock.advance(1)
        [second] = receive(world)
        assert second.message_id == first.message_id
        assert second.receipt != first.receipt
        assert second.receive_count == 2

    def test_a_deleted_message_never_returns(self, world: World) -> None:
        delivery = publish_and_receive(world)

        world.queue.delete(delivery)
        world.queue.delete(delivery)

        world.clock.advance(VISIBILITY_SECONDS)
        assert list(receive(world)) == []
        assert world.queue.approximate_size() == 0

    def test_deleting_one_message_leaves_the_others(self, world: World) -> None:
        publish(world, "1", "2")
        kept, deleted = receive(world)

        world.queue.delete(deleted)

        world.clock.advance(VISIBILITY_SECONDS)
        assert [delivery.body for delivery in receive(world)] == [kept.body]

    def test_a_longer_visibility_counts_from_now(self, world: World) -> None:
        delivery = publish_and_receive(world)
        world.clock.advance(100)

        world.queue.change_visibility(delivery, seconds=1000)

        world.clock.advance(999)
        assert list(receive(world)) == []
        world.clock.advance(1)
        assert len(receive(world)) == 1

    def test_a_shorter_visibility_counts_from_now(self, world: World) -> None:
        delivery = publish_and_receive(world)

        world.queue.change_visibility(delivery, seconds=10)

        world.clock.advance(10)
        assert len(receive(world)) == 1

    def test_visibility_zero_shows_the_message_at_once(self, world: World) -> None:
        delivery = publish_and_receive(world)

        world.queue.change_visibility(delivery, seconds=0)

        [again] = receive(world)
        assert again.receive_count == 2

    def test_a_stale_receipt_changes_no_visibility(self, world: World) -> None:
        stale = publish_and_receive(world)
        world.clock.advance(VISIBILITY_SECONDS)
        receive(world)

        world.queue.change_visibility(stale, seconds=0)

        assert list(receive(world)) == []

    def test_deleting_by_a_stale_receipt_is_no_error(self, world: World) -> None:
        stale = publish_and_receive(world)
        world.clock.advance(VISIBILITY_SECONDS)
        [fresh] = receive(world)

        world.queue.delete(stale)
        world.queue.delete(fresh)

        assert world.queue.approximate_size() == 0

    def test_changing_the_visibility_of_a_deleted_message_is_no_error(self, world: World) -> None:
        delivery = publish_and_receive(world)
        world.queue.delete(delivery)

        world.queue.change_visibility(delivery, seconds=0)

        assert list(receive(world)) == []

    def test_after_three_receives_the_fourth_finds_a_dead_letter(self, world: World) -> None:
        publish(world, "1")

        for count in range(1, MAX_RECEIVES + 1):
            [delivery] = receive(world)
            assert delivery.receive_count == count
            assert dead_bodies(world) == []
            world.clock.advance(VISIBILITY_SECONDS)
        assert list(receive(world)) == []

        assert dead_bodies(world) == ["1"]
        assert world.queue.approximate_size() == 0

    def test_a_message_is_no_dead_letter_while_its_last_receiver_is_at_work(
        self, world: World
    ) -> None:
        delivery = publish_and_receive(world)
        for _ in range(MAX_RECEIVES - 1):
            world.queue.change_visibility(delivery, seconds=0)
            [delivery] = receive(world)
        world.queue.change_visibility(delivery, seconds=3 * VISIBILITY_SECONDS)
        world.clock.advance(2 * VISIBILITY_SECONDS)

        assert list(receive(world)) == []
        assert dead_bodies(world) == []
        world.queue.delete(delivery)
        assert world.queue.approximate_size() == 0

    def test_a_dead_letter_does_not_take_the_place_of_a_live_message(self, world: World) -> None:
        publish(world, "dead")
        spend(world)
        publish(world, "alive")

        assert [delivery.body for delivery in receive(world, limit=1)] == ["alive"]

    def test_waiting_ends_with_the_first_message(self, world: World) -> None:
        publish(world, "1")
        start = world.clock.monotonic()

        deliveries = world.queue.receive(limit=10, wait_seconds=20)

        assert len(deliveries) == 1
        assert world.clock.monotonic() == start

    def test_waiting_in_vain_takes_its_time_and_no_longer(self, world: World) -> None:
        start = world.clock.monotonic()

        deliveries = world.queue.receive(limit=10, wait_seconds=2)

        assert list(deliveries) == []
        assert world.clock.monotonic() - start == pytest.approx(2)

    def test_a_message_that_falls_due_while_waiting_is_delivered(self, world: World) -> None:
        delivery = publish_and_receive(world)
        world.queue.change_visibility(delivery, seconds=1)

        [again] = world.queue.receive(limit=1, wait_seconds=2)

        assert again.message_id == delivery.message_id

    def test_the_size_counts_hidden_messages(self, world: World) -> None:
        publish(world, "1", "2", "3")
        receive(world, limit=2)

        assert world.queue.approximate_size() == 3

    def test_two_consumers_never_share_a_delivery(self, world: World) -> None:
        publish(world, *(str(number) for number in range(40)))

        def consume(_: int) -> list[Delivery]:
            taken: list[Delivery] = []
            while batch := receive(world, limit=3):
                taken += batch
            return taken

        with ThreadPoolExecutor(4) as pool:
            taken = [delivery for batch in pool.map(consume, range(4)) for delivery in batch]

        assert len(taken) == 40
        assert len({delivery.message_id for delivery in taken}) == 40


class TestHiddenMessages:
    def test_received_messages_are_visible_at_once(self, world: World) -> None:
        publish(world, "1", "2", "3")
        receive(world, limit=2)

        assert world.hidden_messages.reveal() == 2

        assert {delivery.body for delivery in receive(world)} == {"1", "2", "3"}

    def test_only_what_a_dead_receiver_held_is_visible_at_once(self, world: World) -> None:
        publish(world, "1", "2")
        [held] = world.queue_of("dead").receive(limit=1, wait_seconds=0)
        world.queue_of("alive").receive(limit=1, wait_seconds=0)

        assert world.hidden_messages.reveal("dead") == 1

        assert [delivery.message_id for delivery in receive(world)] == [held.message_id]

    def test_a_message_belongs_to_its_last_receiver(self, world: World) -> None:
        publish(world, "1")
        world.queue_of("dead").receive(limit=1, wait_seconds=0)
        world.clock.advance(VISIBILITY_SECONDS)
        world.queue_of("alive").receive(limit=1, wait_seconds=0)

        assert world.hidden_messages.reveal("dead") == 0

        assert list(receive(world)) == []

    def test_revealing_leaves_the_receipts_of_the_living_alone(self, world: World) -> None:
        publish(world, "1", "2")
        world.queue_of("dead").receive(limit=1, wait_seconds=0)
        [held] = world.queue_of("alive").receive(limit=1, wait_seconds=0)

        world.hidden_messages.reveal("dead")
        world.queue.delete(held)

        assert world.queue.approximate_size() == 1

    def test_nothing_hidden_is_nothing_to_reveal(self, world: World) -> None:
        publish(world, "1")

        assert world.hidden_messages.reveal() == 0

    def test_dead_letters_stay_hidden(self, world: World) -> None:
        publish(world, "1")
        spend(world)
        receive(world)
        [letter] = world.dead_letter_queue.receive(limit=1)
        world.dead_letter_queue.hide(letter, seconds=3600)

        assert world.hidden_messages.reveal() == 0
        assert dead_bodies(world) == []
