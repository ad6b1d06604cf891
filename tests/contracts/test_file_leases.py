"""The part of the FileRepository contract that changes a file without moving it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import pytest

from application.ports.file_repository import FileRepository
from application.ports.outbox import Topic
from domain.file import File
from domain.file_state import FileState, Lease
from domain.progress import Progress
from tests.builders import (
    START,
    TENANT,
    build_file,
    build_id,
    build_lease,
    build_message,
    build_report,
)
from tests.contracts.steps import (
    add_files,
    add_messages,
    add_started_file,
    after,
    claim,
    history,
    in_transaction,
    move,
    stored,
)
from tests.contracts.worlds import World

HALF_AN_HOUR, AN_HOUR = after(1800), after(3600)
PROGRESS = Progress(bytes_read=4096, rows_read=12)


def renew(files: FileRepository, file_id: UUID, attempt: int) -> bool:
    return files.renew_lease(file_id, attempt=attempt, expires_at=after(500))


def report(files: FileRepository, file_id: UUID, attempt: int) -> bool:
    return files.report_progress(file_id, attempt=attempt, progress=PROGRESS)


def write(
    world: World, ask: Callable[[FileRepository, UUID, int], bool], file_id: UUID, attempt: int
) -> bool:
    with world.units_of_work.for_writing() as work:
        answer = ask(work.files, file_id, attempt)
        work.commit()
    return answer


def stranded(
    world: World,
    *,
    published_before: Sequence[datetime] = (HALF_AN_HOUR,),
    at: datetime = AN_HOUR,
    after_id: UUID | None = None,
    limit: int = 100,
) -> list[FileState]:
    with world.units_of_work.for_reading() as work:
        return list(
            work.files.stranded(
                published_before=published_before, at=at, after=after_id, limit=limit
            )
        )


class TestLeaseAndProgress:
    def test_a_renewal_moves_the_leases_end_and_nothing_else(self, world: World) -> None:
        file = add_started_file(world)

        assert write(world, renew, file.id, 1)

        lease = Lease(owner="worker-1", expires_at=after(500))
        assert stored(world, file) == replace(file.state, lease=lease)
        assert len(history(world, file)) == 2

    def test_progress_is_recorded_and_nothing_else(self, world: World) -> None:
        file = add_started_file(world)

        assert write(world, report, file.id, 1)

        assert stored(world, file) == replace(file.state, progress=PROGRESS)
        assert len(history(world, file)) == 2

    def test_a_lease_that_ran_out_is_renewed_while_nobody_took_the_file(self, world: World) -> None:
        file = add_started_file(world, lease_seconds=1)
        world.clock.advance(10)

        assert write(world, renew, file.id, 1)

    def test_a_renewal_does_not_spoil_a_save_of_the_same_version(self, world: World) -> None:
        file = add_started_file(world)
        with world.units_of_work.for_reading() as work:
            loaded = work.files.get(TENANT, file.id)
        write(world, renew, file.id, 1)
        loaded.complete(build_report(), (), at=after(5))

        in_transaction(world, lambda work: work.files.save(loaded))

        assert stored(world, file) == loaded.state

    @pytest.mark.parametrize("ask", [renew, report])
    def test_another_attempt_or_file_is_refused(
        self, world: World, ask: Callable[[FileRepository, UUID, int], bool]
    ) -> None:
        file = add_started_file(world)

        assert not write(world, ask, file.id, 0)
        assert not write(world, ask, file.id, 2)
        assert not write(world, ask, build_id(), 1)
        assert stored(world, file) == file.state

    @pytest.mark.parametrize("ask", [renew, report])
    @pytest.mark.parametrize(
        "end",
        [
            lambda file: file.release("shutdown", at=after(1)),
            lambda file: file.complete(build_report(), (), at=after(1)),
            lambda file: file.cancel(at=after(1)),
            lambda file: file.erase(at=after(1)),
        ],
        ids=["released", "completed", "cancelled", "erased"],
    )
    def test_an_attempt_that_is_over_is_refused(
        self,
        world: World,
        ask: Callable[[FileRepository, UUID, int], bool],
        end: Callable[[File], None],
    ) -> None:
        file = add_started_file(world)
        ended = move(world, file, end)

        assert not write(world, ask, file.id, 1)
        assert stored(world, file) == ended

    @pytest.mark.parametrize("ask", [renew, report])
    def test_an_attempt_that_was_taken_over_is_refused(
        self, world: World, ask: Callable[[FileRepository, UUID, int], bool]
    ) -> None:
        file = add_started_file(world, lease_seconds=10)
        taken = move(world, file, lambda loaded: loaded.start(build_lease("b"), at=after(11)))

        assert not write(world, ask, file.id, 1)
        assert stored(world, file) == taken
        assert write(world, ask, file.id, 2)

    def test_publication_is_noted_and_nothing_else(self, world: World) -> None:
        noted, other = build_file(), build_file()
        add_files(world, noted, other)

        in_transaction(
            world, lambda work: work.files.note_published([noted.id, build_id()], at=after(7))
        )

        assert stored(world, noted) == replace(noted.state, published_at=after(7))
        assert stored(world, other) == other.state
        assert len(history(world, noted)) == 1

    def test_noting_the_publication_of_nothing_does_nothing(self, world: World) -> None:
        in_transaction(world, lambda work: work.files.note_published([], at=after(7)))

    def test_republications_are_counted_and_nothing_else(self, world: World) -> None:
        noted, other = build_file(), build_file()
        add_files(world, noted, other)

        for _ in range(2):
            in_transaction(world, lambda work: work.files.note_republished([noted.id, build_id()]))

        assert stored(world, noted) == replace(noted.state, republications=2)
        assert stored(world, other) == other.state
        assert len(history(world, noted)) == 1


class TestExpiredLeases:
    def expire(self, world: World, owner: str | None) -> int:
        with world.units_of_work.for_writing() as work:
            count = work.files.expire_leases(owner=owner, at=after(5))
            work.commit()
        return count

    def test_one_owners_leases_end_and_nothing_else_changes(self, world: World) -> None:
        dead = [add_started_file(world, owner="dead") for _ in range(2)]
        alive = add_started_file(world, owner="alive")

        assert self.expire(world, "dead") == 2

        for file in dead:
            now = stored(world, file)
            assert now.lease is not None
            assert not now.lease.is_live(after(5))
            assert now == replace(file.state, lease=now.lease)
            assert len(history(world, file)) == 2
        assert stored(world, alive) == alive.state

    def test_everybodys_leases_end(self, world: World) -> None:
        add_started_file(world, owner="a")
        add_started_file(world, owner="b")

        assert self.expire(world, None) == 2
        assert self.expire(world, None) == 0

    def test_leases_that_ran_out_are_not_counted(self, world: World) -> None:
        add_started_file(world, lease_seconds=5)

        assert self.expire(world, None) == 0

    def test_another_worker_can_start_at_once(self, world: World) -> None:
        file = add_started_file(world, owner="dead")

        self.expire(world, "dead")

        saved = move(world, file, lambda loaded: loaded.start(build_lease("new"), at=after(5)))
        assert stored(world, file) == saved


class TestStrandedFiles:
    def test_a_pending_file_that_nobody_was_told_of_is_stranded(self, world: World) -> None:
        file = build_file()
        add_files(world, file)

        assert stranded(world) == [file.state]

    def test_a_started_file_whose_lease_ran_out_is_stranded(self, world: World) -> None:
        file = add_started_file(world)

        assert stranded(world) == [file.state]

    def test_a_finished_file_is_not(self, world: World) -> None:
        cancelled, erased = build_file(), build_file()
        cancelled.cancel(at=after(1))
        erased.erase(at=after(1))
        add_files(world, cancelled, erased)

        assert stranded(world) == []

    def test_a_file_with_a_live_lease_is_not(self, world: World) -> None:
        file = add_started_file(world, lease_seconds=3600.000001)

        assert stranded(world, at=after(3600)) == []
        assert stranded(world, at=after(3601)) == [file.state]

    def test_a_file_with_an_unsent_message_is_not(self, world: World) -> None:
        file = build_file()
        add_files(world, file)
        add_messages(world, build_message(file_id=file.id))

        assert stranded(world) == []

        [record] = claim(world)
        assert stranded(world) == []
        in_transaction(
            world, lambda work: work.outbox.mark_sent([record.id], owner="relay-1", at=after(1))
        )
        assert stranded(world) == [file.state]

    def test_a_file_of_which_only_an_event_is_unsent_is_stranded(self, world: World) -> None:
        file = build_file()
        add_files(world, file)
        add_messages(world, build_message(file_id=file.id, topic=Topic.FILE_EVENTS))

        assert stranded(world) == [file.state]

    def test_a_file_that_is_not_due_is_not(self, world: World) -> None:
        file = build_file(next_attempt_at=after(3600))
        add_files(world, file)

        assert stranded(world, at=after(3599)) == []
        assert stranded(world, at=after(3600)) == [file.state]

    def test_a_file_published_lately_is_not(self, world: World) -> None:
        file = build_file()
        add_files(world, file)
        in_transaction(world, lambda work: work.files.note_published([file.id], at=after(1800)))

        assert stranded(world, published_before=[after(1800)]) == []
        assert [state.id for state in stranded(world, published_before=[after(1801)])] == [file.id]

    def test_a_file_never_published_but_moved_lately_is_not(self, world: World) -> None:
        file = build_file(updated_at=after(1800))
        add_files(world, file)

        assert stranded(world, published_before=[after(1800)]) == []
        assert stranded(world, published_before=[after(1801)]) == [file.state]

    def test_each_republication_has_a_patience_of_its_own_and_the_last_is_for_all_others(
        self, world: World
    ) -> None:
        files = [build_file(published_at=after(10), republications=count) for count in (0, 1, 2, 9)]
        add_files(world, *files)
        late, early = after(11), after(10)

        assert [state.republications for state in stranded(world, published_before=[late])] == [
            0,
            1,
            2,
            9,
        ]
        for moments, expected in (
            ([late, early, early], [0]),
            ([early, late, early], [1]),
            ([early, early, late], [2, 9]),
            ([early, late], [1, 2, 9]),
        ):
            found = stranded(world, published_before=moments)
            assert [state.republications for state in found] == expected

    def test_what_was_published_long_ago_is_stranded_though_moved_lately(
        self, world: World
    ) -> None:
        file = build_file(updated_at=after(3000), published_at=after(10))
        add_files(world, file)

        assert stranded(world) == [file.state]

    def test_pages_go_by_id_to_the_end_over_all_tenants(self, world: World) -> None:
        files = [build_file(tenant=f"tenant-{number % 2}") for number in range(5)]
        add_files(world, *reversed(files))

        first = stranded(world, limit=2)
        second = stranded(world, limit=2, after_id=first[-1].id)
        third = stranded(world, limit=2, after_id=second[-1].id)

        assert [state.id for state in (*first, *second, *third)] == [file.id for file in files]
        assert stranded(world, after_id=third[-1].id) == []
        assert stranded(world, at=START, published_before=[START]) == []
