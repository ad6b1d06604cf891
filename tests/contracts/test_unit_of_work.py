from collections.abc import Callable
from datetime import timedelta

import pytest

from application.errors import UnknownFileError
from application.ports.unit_of_work import UnitOfWork
from domain.events import FileEventName
from tests.builders import (
    TENANT,
    build_file,
    build_idempotency_record,
    build_message,
    build_schema_version,
)
from tests.contracts.steps import add_files, after, claim, history, in_transaction, move, stored
from tests.contracts.worlds import World


class DeliberateError(Exception):
    """What a test raises inside a transaction."""


def change_everything(work: UnitOfWork) -> None:
    work.files.add(build_file())
    work.outbox.add(build_message())
    work.schemas.add(build_schema_version())
    work.idempotency_keys.add(build_idempotency_record())


def assert_nothing_happened(world: World) -> None:
    with world.units_of_work.for_reading() as work:
        assert work.files.count_unfinished() == 0
        assert list(work.schemas.list(TENANT)) == []
        assert work.idempotency_keys.find(TENANT, "POST /files/upload", "key-1") is None
    assert list(claim(world)) == []
    assert world.observed == []
    assert world.bell.rings == 0


class TestUnitOfWork:
    def test_what_is_committed_is_there_for_the_next_one(self, world: World) -> None:
        in_transaction(world, change_everything)

        with world.units_of_work.for_reading() as work:
            assert work.files.count_unfinished() == 1
            assert len(work.schemas.list(TENANT)) == 1
            assert work.idempotency_keys.find(TENANT, "POST /files/upload", "key-1") is not None
        assert len(claim(world)) == 1

    def test_leaving_without_a_commit_undoes_everything(self, world: World) -> None:
        with world.units_of_work.for_writing() as work:
            change_everything(work)

        assert_nothing_happened(world)

    def test_an_error_undoes_everything_and_passes_through(self, world: World) -> None:
        def fail(work: UnitOfWork) -> None:
            change_everything(work)
            raise DeliberateError

        with pytest.raises(DeliberateError):
            in_transaction(world, fail)

        assert_nothing_happened(world)

    def test_an_error_after_the_commit_undoes_nothing(self, world: World) -> None:
        file = build_file()

        def fail_late() -> None:
            with world.units_of_work.for_writing() as work:
                work.files.add(file)
                work.commit()
                raise DeliberateError

        with pytest.raises(DeliberateError):
            fail_late()

        assert stored(world, file) == file.state

    def test_a_saved_file_that_is_not_committed_stays_as_it_was(self, world: World) -> None:
        file = build_file()
        add_files(world, file)

        with world.units_of_work.for_writing() as work:
            loaded = work.files.lock(TENANT, file.id)
            loaded.cancel(at=after(1))
            work.files.save(loaded)

        assert stored(world, file) == file.state
        assert len(history(world, file)) == 1

    def test_a_loaded_file_that_is_not_saved_stays_as_it_was(self, world: World) -> None:
        file = build_file()
        add_files(world, file)

        in_transaction(world, lambda work: work.files.get(TENANT, file.id).cancel(at=after(1)))

        assert stored(world, file) == file.state

    def test_a_unit_of_work_sees_its_own_changes(self, world: World) -> None:
        file = build_file()

        with world.units_of_work.for_writing() as work:
            work.files.add(file)
            loaded = work.files.lock(TENANT, file.id)
            loaded.cancel(at=after(1))
            work.files.save(loaded)

            assert work.files.get(TENANT, file.id).state == loaded.state
            assert len(work.files.history(TENANT, file.id)) == 2

    def test_a_reader_sees_one_state_to_its_end(self, world: World) -> None:
        old, new = build_file(), build_file()
        add_files(world, old)

        with world.units_of_work.for_reading() as reader:
            assert reader.files.count_unfinished() == 1
            add_files(world, new)
            move(world, old, lambda loaded: loaded.cancel(at=after(1)))

            assert reader.files.count_unfinished() == 1
            assert reader.files.get(TENANT, old.id).state == old.state
            with pytest.raises(UnknownFileError):
                reader.files.get(TENANT, new.id)

        assert stored(world, new) == new.state

    def test_a_reader_does_not_see_what_is_not_committed(self, world: World) -> None:
        file = build_file()

        with world.units_of_work.for_writing() as writer:
            writer.files.add(file)
            with (
                world.units_of_work.for_reading() as reader,
                pytest.raises(UnknownFileError),
            ):
                reader.files.get(TENANT, file.id)
            writer.commit()

        assert stored(world, file) == file.state

    def test_its_time_is_the_databases_aware_and_in_utc(self, world: World) -> None:
        with world.units_of_work.for_reading() as work:
            before = work.now()
        world.clock.advance(90.5)
        with world.units_of_work.for_writing() as work:
            later = work.now()

        assert before.utcoffset() == timedelta(0)
        assert later - before == timedelta(seconds=90.5)


class TestEventObserver:
    def test_events_are_shown_after_the_commit_in_the_order_of_the_saves(
        self, world: World
    ) -> None:
        first, second = build_file(), build_file()

        with world.units_of_work.for_writing() as work:
            work.files.add(second)
            work.files.add(first)
            assert world.observed == []
            work.commit()

        assert [event.file_id for event in world.observed] == [second.id, first.id]

    def test_only_the_events_since_the_load_are_shown(self, world: World) -> None:
        file = build_file()
        add_files(world, file)

        move(world, file, lambda loaded: loaded.cancel(at=after(1)))
        move(world, file, lambda loaded: loaded.reprocess(at=after(2)))

        assert [event.name for event in world.observed] == [
            FileEventName.RECEIVED,
            FileEventName.CANCELLED,
            FileEventName.REPROCESSED,
        ]

    def test_a_commit_without_moves_shows_nothing(self, world: World) -> None:
        in_transaction(world, lambda work: work.outbox.add(build_message()))

        assert world.observed == []


class TestCommitBell:
    def test_it_rings_once_after_a_commit_that_added_messages(self, world: World) -> None:
        with world.units_of_work.for_writing() as work:
            work.outbox.add(build_message())
            work.outbox.add(build_message())
            assert world.bell.rings == 0
            work.commit()

        assert world.bell.rings == 1

    @pytest.mark.parametrize(
        "change",
        [
            lambda work: work.files.add(build_file()),
            lambda work: work.outbox.void_claims(),
            lambda work: None,
        ],
        ids=["a file", "the outbox but no message", "nothing"],
    )
    def test_it_stays_silent_without_new_messages(
        self, world: World, change: Callable[[UnitOfWork], object]
    ) -> None:
        in_transaction(world, change)

        assert world.bell.rings == 0
