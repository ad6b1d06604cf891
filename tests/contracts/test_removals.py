"""The part of the FileRepository contract that remembers which erased files still have bytes."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from domain.file import File
from domain.file_state import FileState
from tests.builders import START, build_file, build_id
from tests.contracts.steps import add_files, after, history, in_transaction, move, stored
from tests.contracts.worlds import World


def add_erased_file(world: World, *, at: datetime = START, tenant: str = "acme") -> File:
    file = build_file(tenant=tenant)
    add_files(world, file)
    move(world, file, lambda loaded: loaded.erase(at=at))
    return file


def due(world: World, *, at: datetime, limit: int = 100) -> list[FileState]:
    with world.units_of_work.for_reading() as work:
        return list(work.files.due_for_removal(at=at, limit=limit))


def plan(world: World, file_id: UUID, due_at: datetime | None) -> None:
    in_transaction(world, lambda work: work.files.plan_removal(file_id, due_at=due_at))


class TestRemovals:
    def test_an_erased_file_is_due_from_the_moment_it_was_erased(self, world: World) -> None:
        file = add_erased_file(world, at=after(10))

        assert due(world, at=after(10) - timedelta(microseconds=1)) == []
        assert due(world, at=after(10)) == [stored(world, file)]

    def test_a_file_that_is_not_erased_is_never_due(self, world: World) -> None:
        file = build_file()
        add_files(world, file)
        plan(world, file.id, START)

        assert due(world, at=after(10**6)) == []
        assert stored(world, file) == file.state

    def test_a_removal_is_planned_anew_and_nothing_else_changes(self, world: World) -> None:
        file = add_erased_file(world)
        before, events = stored(world, file), history(world, file)

        plan(world, file.id, after(3600))

        assert due(world, at=after(3599)) == []
        assert due(world, at=after(3600)) == [replace(before, removal_due_at=after(3600))]
        assert history(world, file) == events

    def test_what_needs_no_removal_is_never_due_again(self, world: World) -> None:
        file = add_erased_file(world)

        plan(world, file.id, None)

        assert due(world, at=after(10**6)) == []

    def test_planning_for_an_unknown_file_does_nothing(self, world: World) -> None:
        plan(world, build_id(), START)

        assert due(world, at=after(1)) == []

    def test_the_longest_due_come_first_over_all_tenants_and_no_more_than_asked_for(
        self, world: World
    ) -> None:
        files = [
            add_erased_file(world, at=after(seconds), tenant=f"tenant-{seconds}")
            for seconds in (30, 10, 20, 40)
        ]

        ids = [state.id for state in due(world, at=after(30), limit=2)]

        assert ids == [files[1].id, files[2].id]
        assert len(due(world, at=after(30))) == 3
