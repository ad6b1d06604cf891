"""The contract of Statistics."""

from collections.abc import Callable
from typing import TypeVar

import pytest

from application.ports.statistics import COUNTED_MOVES, OutboxBacklog, Statistics, WorkDone
from domain.events import FileEventName
from domain.file import File
from domain.file_status import FileStatus, Outcome
from domain.processing_report import RowCounts
from tests.builders import (
    START,
    build_fault,
    build_file,
    build_lease,
    build_message,
    build_report,
)
from tests.contracts.steps import (
    add_files,
    add_messages,
    after,
    claim,
    in_transaction,
    move,
    stored,
)
from tests.contracts.worlds import World

MANY = 1000
NOTHING_ENDED = dict.fromkeys(Outcome, 0)

T = TypeVar("T")


def ask(world: World, question: Callable[[Statistics], T]) -> T:
    with world.units_of_work.for_reading() as work:
        return question(work.statistics)


def unfinished(world: World, *, at_most: int = MANY) -> dict[FileStatus, int]:
    return dict(ask(world, lambda statistics: statistics.unfinished(at_most=at_most)))


def ended(world: World, *, at_most: int = MANY) -> dict[Outcome, int]:
    return dict(ask(world, lambda statistics: statistics.ended(at_most=at_most)))


def moves(world: World, *names: FileEventName, since: float = 0) -> dict[FileEventName, int]:
    return dict(ask(world, lambda statistics: statistics.moves(names, since=after(since))))


def work_done(world: World, *, since: float = 0) -> WorkDone:
    return ask(world, lambda statistics: statistics.work_done(since=after(since)))


def backlog(world: World, *, at_most: int = MANY) -> OutboxBacklog:
    return ask(world, lambda statistics: statistics.outbox_backlog(at_most=at_most))


def started(seconds: float = 0) -> File:
    file = build_file(created_at=after(seconds))
    file.start(build_lease(at=after(seconds)), at=after(seconds))
    return file


def finished(
    outcome: Outcome, seconds: float = 1, *, accepted: int = 0, rejected: int = 0, size: int = 8
) -> File:
    """A file that came to that end so many seconds after START."""
    file = build_file(size_bytes=size)
    if outcome is Outcome.CANCELLED:
        file.cancel(at=after(seconds))
        return file
    file.start(build_lease(), at=START)
    rows = RowCounts(read=accepted + rejected, accepted=accepted, rejected=rejected, skipped=0)
    if outcome is Outcome.DEAD_LETTERED:
        file.bury(build_fault(), at=after(seconds))
    elif outcome is Outcome.REJECTED:
        file.reject(build_report(outcome, rows=rows), (), at=after(seconds))
    else:
        file.complete(build_report(outcome, rows=rows), (), at=after(seconds))
    return file


class TestStatistics:
    def test_an_empty_service_counts_nothing(self, world: World) -> None:
        assert unfinished(world) == {FileStatus.PENDING: 0, FileStatus.PROCESSING: 0}
        assert ask(world, lambda statistics: statistics.oldest_unfinished()) is None
        assert ended(world) == NOTHING_ENDED
        assert moves(world, FileEventName.RELEASED) == {FileEventName.RELEASED: 0}
        assert work_done(world) == WorkDone(
            ended=NOTHING_ENDED, rows_accepted=0, rows_rejected=0, size_bytes=0
        )
        assert backlog(world) == OutboxBacklog(unsent=0, oldest_at=None)

    def test_unfinished_files_are_counted_by_status_over_all_tenants(self, world: World) -> None:
        add_files(
            world,
            *(build_file() for _ in range(2)),
            build_file(tenant="other"),
            started(),
            *(finished(outcome) for outcome in Outcome),
        )

        assert unfinished(world) == {FileStatus.PENDING: 3, FileStatus.PROCESSING: 1}

    def test_those_that_wait_longest_are_counted_first(self, world: World) -> None:
        add_files(world, build_file(created_at=after(2)), started(0), started(1))

        assert unfinished(world, at_most=2) == {FileStatus.PENDING: 0, FileStatus.PROCESSING: 2}

    def test_the_oldest_unfinished_file_is_the_one_whose_generation_began_first(
        self, world: World
    ) -> None:
        reprocessed, waiting = finished(Outcome.CLEAN), build_file(created_at=after(50))
        add_files(world, reprocessed, waiting, build_file(created_at=after(60)))
        move(world, reprocessed, lambda file: file.reprocess(at=after(100)))

        oldest = ask(world, lambda statistics: statistics.oldest_unfinished())

        assert oldest == stored(world, waiting)

    def test_files_are_counted_by_outcome_but_for_erased_ones(self, world: World) -> None:
        erased = finished(Outcome.CLEAN)
        erased.erase(at=after(2))
        add_files(
            world,
            *(finished(outcome) for outcome in (*Outcome, Outcome.CLEAN)),
            erased,
            build_file(),
        )

        assert ended(world) == {**dict.fromkeys(Outcome, 1), Outcome.CLEAN: 2}

    def test_no_more_of_an_outcome_are_counted_than_asked(self, world: World) -> None:
        add_files(world, *(finished(Outcome.CLEAN) for _ in range(5)), finished(Outcome.PARTIAL))

        counted = {**NOTHING_ENDED, Outcome.CLEAN: 3, Outcome.PARTIAL: 1}
        assert ended(world, at_most=3) == counted

    def test_moves_are_counted_by_name_from_a_moment_on(self, world: World) -> None:
        file = started()
        file.release("shutdown", at=after(10))
        file.start(build_lease(at=after(11), seconds=1), at=after(11))
        file.start(build_lease(at=after(20)), at=after(20))
        file.retry(build_fault(), next_attempt_at=after(21), at=after(21))
        other = started()
        other.release("shutdown", at=after(30))
        add_files(world, file, other)
        names = (
            FileEventName.RELEASED,
            FileEventName.TAKEN_OVER,
            FileEventName.RETRY_SCHEDULED,
        )

        assert list(moves(world, *names).values()) == [2, 1, 1]
        assert list(moves(world, *names, since=20).values()) == [1, 1, 1]
        assert list(moves(world, *names, since=20.000001).values()) == [1, 0, 1]
        assert moves(world, FileEventName.RELEASED) == {FileEventName.RELEASED: 2}

    def test_every_move_that_is_counted_is_found(self, world: World) -> None:
        taken_over = started()
        taken_over.start(build_lease(at=after(300)), at=after(300))
        taken_over.release("shutdown", at=after(301))
        taken_over.start(build_lease(at=after(302)), at=after(302))
        taken_over.retry(build_fault(), next_attempt_at=after(303), at=after(303))
        again = finished(Outcome.CLEAN)
        again.reprocess(at=after(2))
        again.erase(at=after(3))
        add_files(world, taken_over, again, finished(Outcome.REJECTED))
        add_files(world, finished(Outcome.DEAD_LETTERED))

        found = moves(world, *COUNTED_MOVES)

        assert found == dict.fromkeys(COUNTED_MOVES, 1)

    @pytest.mark.parametrize("name", [FileEventName.RECEIVED, FileEventName.STARTED])
    def test_moves_of_every_file_are_not_counted(self, world: World, name: FileEventName) -> None:
        with pytest.raises(ValueError, match=name.value):
            moves(world, FileEventName.RELEASED, name)

    def test_work_is_counted_from_a_moment_on(self, world: World) -> None:
        add_files(
            world,
            finished(Outcome.CLEAN, 10, accepted=7, size=100),
            finished(Outcome.PARTIAL, 20, accepted=5, rejected=2, size=200),
            finished(Outcome.REJECTED, 30, accepted=1, rejected=3, size=400),
            finished(Outcome.DEAD_LETTERED, 40, size=800),
            finished(Outcome.CANCELLED, 50, size=1600),
            started(),
        )

        assert work_done(world) == WorkDone(
            ended=dict.fromkeys(Outcome, 1), rows_accepted=13, rows_rejected=5, size_bytes=700
        )
        assert work_done(world, since=20) == WorkDone(
            ended={**dict.fromkeys(Outcome, 1), Outcome.CLEAN: 0},
            rows_accepted=6,
            rows_rejected=5,
            size_bytes=600,
        )

    def test_work_at_a_file_that_was_erased_or_reprocessed_was_done(self, world: World) -> None:
        erased, twice = (finished(Outcome.CLEAN, accepted=1) for _ in range(2))
        add_files(world, erased, twice)
        move(world, erased, lambda file: file.erase(at=after(5)))
        move(world, twice, lambda file: file.reprocess(at=after(5)))
        move(world, twice, lambda file: file.start(build_lease(at=after(6)), at=after(6)))
        move(world, twice, lambda file: file.complete(build_report(), (), at=after(7)))

        done = work_done(world)

        assert (done.ended[Outcome.CLEAN], done.rows_accepted, done.size_bytes) == (3, 3, 24)

    def test_more_rows_than_an_integer_of_32_bits_holds_are_summed(self, world: World) -> None:
        add_files(world, *(finished(Outcome.CLEAN, accepted=2**40) for _ in range(2)))

        assert work_done(world).rows_accepted == 2**41

    def test_the_outbox_tells_how_much_waits_and_since_when(self, world: World) -> None:
        for _ in range(3):
            add_messages(world, build_message())
            world.clock.advance(10)
        first, *_ = claim(world, limit=1)

        assert backlog(world) == OutboxBacklog(unsent=3, oldest_at=START)
        assert backlog(world, at_most=2).unsent == 2

        in_transaction(
            world,
            lambda work: work.outbox.mark_sent([first.id], owner="relay-1", at=after(30)),
        )
        assert backlog(world) == OutboxBacklog(unsent=2, oldest_at=after(10))

    def test_a_message_that_could_not_leave_is_as_old_as_it_was(self, world: World) -> None:
        add_messages(world, build_message())
        [record] = claim(world)

        in_transaction(
            world,
            lambda work: work.outbox.postpone(
                record.id, owner="relay-1", available_at=after(30), error="refused"
            ),
        )

        assert backlog(world) == OutboxBacklog(unsent=1, oldest_at=START)
