"""The part of the FileRepository contract that finds what was kept long enough."""

import pytest

from application.errors import UnknownFileError
from domain.file import File
from tests.builders import START, build_file
from tests.contracts.steps import add_files, after, history, in_transaction, move, stored
from tests.contracts.worlds import World


def add_cancelled_file(world: World, *, seconds: float, tenant: str = "acme") -> File:
    file = build_file(tenant=tenant)
    add_files(world, file)
    move(world, file, lambda loaded: loaded.cancel(at=after(seconds)))
    return file


def add_tombstone(world: World, *, seconds: float, is_removed: bool = True) -> File:
    file = build_file()
    add_files(world, file)
    move(world, file, lambda loaded: loaded.erase(at=after(seconds)))
    if is_removed:
        in_transaction(world, lambda work: work.files.plan_removal(file.id, due_at=None))
    return file


def finished_before(world: World, seconds: float, *, limit: int = 100) -> list[File]:
    with world.units_of_work.for_reading() as work:
        return [File(state) for state in work.files.finished_before(after(seconds), limit=limit)]


def delete_tombstones(world: World, *, seconds: float, limit: int = 100) -> int:
    with world.units_of_work.for_writing() as work:
        count = work.files.delete_tombstones(before=after(seconds), limit=limit)
        work.commit()
    return count


def is_known(world: World, file: File) -> bool:
    try:
        stored(world, file)
    except UnknownFileError:
        return False
    return True


class TestFinishedFiles:
    def test_a_file_is_found_once_its_end_is_past(self, world: World) -> None:
        file = add_cancelled_file(world, seconds=10)

        assert finished_before(world, 10) == []
        assert [found.state for found in finished_before(world, 10.000001)] == [stored(world, file)]

    def test_what_is_unfinished_or_erased_is_never_found(self, world: World) -> None:
        unfinished = build_file(created_at=START)
        add_files(world, unfinished)
        add_tombstone(world, seconds=1)

        assert finished_before(world, 10**6) == []

    def test_a_file_that_began_anew_is_found_no_more(self, world: World) -> None:
        file = add_cancelled_file(world, seconds=10)

        move(world, file, lambda loaded: loaded.reprocess(at=after(20)))

        assert finished_before(world, 10**6) == []

    def test_the_oldest_end_comes_first_over_all_tenants_and_no_more_than_asked_for(
        self, world: World
    ) -> None:
        files = [
            add_cancelled_file(world, seconds=seconds, tenant=f"tenant-{seconds}")
            for seconds in (30, 10, 20)
        ]

        assert [found.id for found in finished_before(world, 100, limit=2)] == [
            files[1].id,
            files[2].id,
        ]


class TestTombstones:
    def test_an_old_one_is_forgotten_with_its_history(self, world: World) -> None:
        file = add_tombstone(world, seconds=10)

        assert delete_tombstones(world, seconds=10) == 0
        assert is_known(world, file)
        assert delete_tombstones(world, seconds=11) == 1

        assert not is_known(world, file)
        with pytest.raises(UnknownFileError):
            history(world, file)

    def test_one_whose_bytes_may_still_be_there_stays(self, world: World) -> None:
        file = add_tombstone(world, seconds=10, is_removed=False)

        assert delete_tombstones(world, seconds=10**6) == 0
        assert is_known(world, file)

    def test_a_file_that_is_not_erased_stays(self, world: World) -> None:
        file = add_cancelled_file(world, seconds=10)

        assert delete_tombstones(world, seconds=10**6) == 0
        assert len(history(world, file)) == 2

    def test_no_more_than_asked_for_go_at_once_and_the_oldest_first(self, world: World) -> None:
        files = [add_tombstone(world, seconds=seconds) for seconds in (30, 10, 20)]

        assert delete_tombstones(world, seconds=100, limit=2) == 2

        assert [is_known(world, file) for file in files] == [True, False, False]
        assert delete_tombstones(world, seconds=100, limit=2) == 1
        assert delete_tombstones(world, seconds=100, limit=2) == 0
