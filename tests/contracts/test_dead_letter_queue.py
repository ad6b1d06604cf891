from tests.contracts.steps import dead_bodies, publish, receive, spend
from tests.contracts.worlds import MAX_RECEIVES, VISIBILITY_SECONDS, World


class TestDeadLetterQueue:
    def dead_letters(self, world: World, *bodies: str) -> None:
        publish(world, *bodies)
        spend(world)
        receive(world)

    def test_it_is_empty_at_first(self, world: World) -> None:
        assert list(world.dead_letter_queue.receive(limit=10)) == []

    def test_a_dead_letter_bears_the_messages_body(self, world: World) -> None:
        self.dead_letters(world, '{"fileId": "1"}')

        [letter] = world.dead_letter_queue.receive(limit=10)

        assert letter.body == '{"fileId": "1"}'

    def test_at_most_the_limit_is_delivered(self, world: World) -> None:
        self.dead_letters(world, "1", "2", "3")

        assert len(world.dead_letter_queue.receive(limit=2)) == 2
        assert len(world.dead_letter_queue.receive(limit=2)) == 1
        assert len(world.dead_letter_queue.receive(limit=2)) == 0

    def test_a_received_letter_is_out_of_sight_for_a_while(self, world: World) -> None:
        self.dead_letters(world, "1")

        assert dead_bodies(world) == ["1"]
        assert dead_bodies(world) == []
        world.clock.advance(VISIBILITY_SECONDS)
        assert dead_bodies(world) == ["1"]

    def test_a_hidden_letter_returns_after_its_time(self, world: World) -> None:
        self.dead_letters(world, "1")
        [letter] = world.dead_letter_queue.receive(limit=1)

        world.dead_letter_queue.hide(letter, seconds=3600)

        world.clock.advance(3599)
        assert dead_bodies(world) == []
        world.clock.advance(1)
        assert dead_bodies(world) == ["1"]

    def test_a_letter_never_dies_again_however_often_it_is_received(self, world: World) -> None:
        self.dead_letters(world, "1")

        for _ in range(3 * MAX_RECEIVES):
            assert dead_bodies(world) == ["1"]
            world.clock.advance(VISIBILITY_SECONDS)

    def test_hidden_letters_count_and_deleted_ones_do_not(self, world: World) -> None:
        self.dead_letters(world, "1", "2", "3")
        deleted, hidden = world.dead_letter_queue.receive(limit=2)

        world.dead_letter_queue.delete(deleted)
        world.dead_letter_queue.hide(hidden, seconds=3600)

        assert world.dead_letter_queue.approximate_size() == 2

    def test_a_deleted_letter_never_returns(self, world: World) -> None:
        self.dead_letters(world, "1", "2")
        first, second = world.dead_letter_queue.receive(limit=10)

        world.dead_letter_queue.delete(first)
        world.dead_letter_queue.delete(first)

        world.clock.advance(VISIBILITY_SECONDS)
        assert dead_bodies(world) == [second.body]

    def test_a_stale_receipt_hides_nothing_and_is_no_error(self, world: World) -> None:
        self.dead_letters(world, "1")
        [stale] = world.dead_letter_queue.receive(limit=1)
        world.clock.advance(VISIBILITY_SECONDS)
        assert dead_bodies(world) == ["1"]

        world.dead_letter_queue.hide(stale, seconds=0)

        assert dead_bodies(world) == []
