from application.ports.outbox import OutboxRecord, Topic
from tests.builders import build_message
from tests.contracts.steps import publish
from tests.contracts.worlds import World


class TestEventPublisher:
    def test_all_records_of_a_batch_are_accepted(self, world: World) -> None:
        assert publish(world, *(str(number) for number in range(10))) == {}

        assert {delivery.body for delivery in world.queue.receive(limit=10, wait_seconds=0)} == {
            str(number) for number in range(10)
        }

    def test_nothing_to_publish_is_no_error(self, world: World) -> None:
        assert world.publisher.publish([]) == {}

    def test_a_record_published_twice_arrives_twice(self, world: World) -> None:
        publish(world, "1")
        publish(world, "1")

        assert [delivery.body for delivery in world.queue.receive(limit=10, wait_seconds=0)] == [
            "1",
            "1",
        ]

    def test_events_of_files_do_not_reach_the_work_queue(self, world: World) -> None:
        event = build_message(topic=Topic.FILE_EVENTS)

        failed = world.publisher.publish([OutboxRecord(id=1, message=event, tries=0)])

        assert failed == {}
        assert world.queue.approximate_size() == 0
