from collections.abc import Sequence
from datetime import datetime

import pytest

from application.ports.outbox import OutgoingMessage, Topic
from tests.builders import START, build_id, build_message
from tests.contracts.steps import add_messages, after, claim, in_transaction
from tests.contracts.worlds import World

FAR = 10**6


def bodies(world: World, *, seconds_later: float = FAR) -> list[str]:
    """What can be claimed that much later, claimed by a relay nobody else is."""
    records = claim(world, owner="looker", at=after(seconds_later), seconds=1)
    return [record.message.body for record in records]


def mark_sent(
    world: World, record_ids: Sequence[int], *, owner: str = "relay-1", at: datetime = START
) -> None:
    with world.units_of_work.for_writing() as work:
        work.outbox.mark_sent(record_ids, owner=owner, at=at)
        work.commit()


def postpone(
    world: World, record_id: int, *, owner: str = "relay-1", available_at: datetime
) -> None:
    with world.units_of_work.for_writing() as work:
        work.outbox.postpone(record_id, owner=owner, available_at=available_at, error="refused")
        work.commit()


class TestOutbox:
    def test_nothing_can_be_claimed_from_an_empty_outbox(self, world: World) -> None:
        assert list(claim(world)) == []

    def test_a_claimed_message_is_the_one_that_was_added(self, world: World) -> None:
        message = OutgoingMessage(
            topic=Topic.FILE_EVENTS,
            file_id=build_id(),
            tenant="ténant",
            body='{"a": "ü \U0001f33e"}',
            attributes=(("outcome", "clean"), ("tenant", "ténant")),
        )
        add_messages(world, message)

        [record] = claim(world)

        assert record.message == message
        assert record.tries == 0

    def test_messages_of_one_and_of_many_transactions_leave_oldest_first(
        self, world: World
    ) -> None:
        messages = [build_message() for _ in range(6)]
        add_messages(world, *messages[:3])
        add_messages(world, *messages[3:])

        records = claim(world)

        assert [record.message for record in records] == messages
        assert len({record.id for record in records}) == 6

    def test_no_more_than_the_limit_are_claimed_and_the_rest_after_them(self, world: World) -> None:
        messages = [build_message() for _ in range(5)]
        add_messages(world, *messages)

        first, second = claim(world, limit=3), claim(world, limit=3)

        assert [record.message for record in (*first, *second)] == messages
        assert len(first) == 3

    @pytest.mark.parametrize("topic", Topic)
    def test_of_one_topic_the_oldest_are_claimed_however_many_wait_for_the_other(
        self, world: World, topic: Topic
    ) -> None:
        [other] = set(Topic) - {topic}
        wanted = [build_message(topic=topic) for _ in range(4)]
        add_messages(world, *(build_message(topic=other) for _ in range(30)), *wanted[:2])
        add_messages(world, *(build_message(topic=other) for _ in range(30)), *wanted[2:])

        first, rest = (claim(world, limit=limit, topics=[topic]) for limit in (3, 10))

        assert [record.message for record in (*first, *rest)] == wanted
        assert len(first) == 3
        assert {record.message.topic for record in claim(world, limit=100)} == {other}

    def test_of_no_topic_nothing_is_claimed(self, world: World) -> None:
        add_messages(world, build_message())

        assert list(claim(world, topics=[])) == []

    def test_what_is_claimed_or_postponed_is_not_claimed_by_its_topic_either(
        self, world: World
    ) -> None:
        event = Topic.FILE_EVENTS
        add_messages(world, *(build_message(topic=event, body=str(n)) for n in range(3)))
        postponed, _ = claim(world, limit=2)
        postpone(world, postponed.id, available_at=after(30))

        claimed = [claim(world, at=after(at), topics=[event], seconds=999) for at in (1, 30, 60)]

        bodies = [[record.message.body for record in records] for records in claimed]
        assert bodies == [["2"], ["0"], ["1"]]

    def test_an_uncommitted_message_does_not_exist(self, world: World) -> None:
        with world.units_of_work.for_writing() as work:
            work.outbox.add(build_message())

        assert list(claim(world)) == []

    def test_nobody_else_claims_a_message_before_the_claim_ends(self, world: World) -> None:
        add_messages(world, build_message())
        claim(world, owner="relay-1", at=START, seconds=60)

        assert list(claim(world, owner="relay-2", at=after(59.999))) == []
        assert list(claim(world, owner="relay-1", at=after(59.999))) == []
        assert len(claim(world, owner="relay-2", at=after(60))) == 1

    def test_a_claim_that_was_not_committed_does_not_count(self, world: World) -> None:
        add_messages(world, build_message())

        with world.units_of_work.for_writing() as work:
            assert len(work.outbox.claim(owner="a", limit=1, at=START, until=after(60))) == 1

        assert len(claim(world, owner="b")) == 1

    def test_sent_messages_are_never_claimed_again(self, world: World) -> None:
        add_messages(world, build_message(body="1"), build_message(body="2"))
        first, _ = claim(world)

        mark_sent(world, [first.id])

        assert bodies(world) == ["2"]

    def test_marking_nothing_or_twice_does_nothing(self, world: World) -> None:
        add_messages(world, build_message())
        [record] = claim(world)

        for ids in ([], [record.id], [record.id], [record.id + 1000]):
            mark_sent(world, ids)

        assert bodies(world) == []

    def test_an_owner_whose_claim_ran_out_still_ends_what_nobody_took(self, world: World) -> None:
        add_messages(world, build_message())
        [record] = claim(world, owner="late", seconds=1)

        mark_sent(world, [record.id], owner="late", at=after(50))

        assert bodies(world) == []

    def test_a_late_owner_leaves_alone_what_another_has_claimed_since(self, world: World) -> None:
        add_messages(world, build_message(body="1"))
        [record] = claim(world, owner="late", seconds=1)
        claim(world, owner="next", at=after(2), seconds=60)

        mark_sent(world, [record.id], owner="late", at=after(3))

        assert bodies(world, seconds_later=62) == ["1"]

    def test_a_late_owner_postpones_nothing_that_another_has_claimed_since(
        self, world: World
    ) -> None:
        add_messages(world, build_message(body="1"))
        [record] = claim(world, owner="late", seconds=1)
        claim(world, owner="next", at=after(2), seconds=60)

        postpone(world, record.id, owner="late", available_at=after(3))

        assert bodies(world, seconds_later=61) == []
        [again] = claim(world, at=after(62))
        assert again.tries == 0

    def test_a_postponed_message_returns_when_it_is_due_with_one_try_more(
        self, world: World
    ) -> None:
        add_messages(world, build_message(body="1"))

        for number, moment in enumerate((0, 5, 10)):
            [record] = claim(world, at=after(moment), seconds=60)
            assert record.tries == number
            postpone(world, record.id, available_at=after(moment + 5))
            assert bodies(world, seconds_later=moment + 4.999) == []

    def test_a_postponed_message_does_not_hold_up_the_others(self, world: World) -> None:
        add_messages(world, build_message(body="1"))
        [record] = claim(world)
        postpone(world, record.id, available_at=after(30))
        add_messages(world, build_message(body="2"))

        assert bodies(world, seconds_later=1) == ["2"]

    def test_voided_claims_can_be_claimed_at_once(self, world: World) -> None:
        add_messages(world, *(build_message(body=str(number)) for number in range(3)))
        first, *_ = claim(world, owner="dead", limit=2)
        mark_sent(world, [first.id], owner="dead", at=START)

        with world.units_of_work.for_writing() as work:
            voided = work.outbox.void_claims()
            work.commit()

        assert voided == 1
        assert bodies(world, seconds_later=0) == ["1", "2"]

    def test_only_the_claims_of_a_dead_owner_are_voided(self, world: World) -> None:
        add_messages(world, build_message(body="1"), build_message(body="2"))
        claim(world, owner="dead", limit=1)
        claim(world, owner="alive", limit=1)

        with world.units_of_work.for_writing() as work:
            voided = work.outbox.void_claims("dead")
            work.commit()

        assert voided == 1
        assert bodies(world, seconds_later=0) == ["1"]

    def test_a_files_unsent_work_is_withdrawn_and_nothing_else(self, world: World) -> None:
        file_id, other = build_id(), build_id()
        add_messages(
            world,
            build_message(file_id=file_id, body="work"),
            build_message(file_id=file_id, body="event", topic=Topic.FILE_EVENTS),
            build_message(file_id=other, body="others work"),
        )

        in_transaction(world, lambda work: work.outbox.withdraw_work(file_id))

        assert bodies(world) == ["event", "others work"]

    def test_work_that_is_being_published_can_be_withdrawn_and_ended(self, world: World) -> None:
        file_id = build_id()
        add_messages(world, build_message(file_id=file_id))
        [record] = claim(world)

        in_transaction(world, lambda work: work.outbox.withdraw_work(file_id))
        mark_sent(world, [record.id])
        postpone(world, record.id, available_at=START)

        assert bodies(world) == []

    def test_what_was_sent_long_ago_is_forgotten_in_bounded_steps(self, world: World) -> None:
        add_messages(world, *(build_message(body=str(number)) for number in range(5)))
        records = claim(world)
        for at, some in ((after(1), records[:3]), (after(9), records[3:4])):
            mark_sent(world, [record.id for record in some], owner="relay-1", at=at)

        counts = []
        for _ in range(3):
            with world.units_of_work.for_writing() as work:
                counts.append(work.outbox.delete_sent(before=after(9), limit=2))
                work.commit()

        assert counts == [2, 1, 0]
        assert bodies(world) == ["4"]

    @pytest.mark.parametrize("limit", [1, 2])
    def test_two_relays_share_the_work_without_overlap(self, world: World, limit: int) -> None:
        messages = [build_message() for _ in range(6)]
        add_messages(world, *messages)

        taken: list[OutgoingMessage] = []
        while records := [
            record
            for owner in ("relay-1", "relay-2")
            for record in claim(world, owner=owner, limit=limit)
        ]:
            taken += [record.message for record in records]

        assert taken == messages
