from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from application.errors import (
    ConcurrentUpdateError,
    DatabaseUnavailableError,
    UnknownFileError,
)
from domain.events import FileEventName
from domain.fault import FaultKind
from domain.file import File
from domain.file_status import FileStatus, Outcome
from tests.builders import (
    START,
    TENANT,
    build_fault,
    build_file,
    build_id,
    build_lease,
    build_report,
)
from tests.contracts.full_state import build_full_state, build_result
from tests.contracts.steps import add_files, after, history, move, stored
from tests.contracts.worlds import World


class TestFileRepository:
    def test_several_are_found_at_once_whosever_they_are(self, world: World) -> None:
        files = [build_file(tenant=f"tenant-{number}") for number in range(3)]
        add_files(world, *files)
        erased = move(world, files[1], lambda loaded: loaded.erase(at=after(1)))

        with world.units_of_work.for_reading() as work:
            found = work.files.find_all({files[0].id, files[1].id, build_id()})
            nothing = work.files.find_all([])

        assert {state.id: state for state in found} == {
            files[0].id: files[0].state,
            files[1].id: erased,
        }
        assert list(nothing) == []

    @pytest.mark.parametrize(
        "changes",
        [
            {},
            {
                "status": FileStatus.COMPLETED,
                "outcome": Outcome.PARTIAL,
                "lease": None,
                "starts": 0,
                "processed_at": after(4.5),
            },
        ],
        ids=["at work", "finished"],
    )
    def test_a_stored_file_comes_back_with_every_field(
        self, world: World, changes: dict[str, Any]
    ) -> None:
        file = File.receive(build_full_state(**changes))

        add_files(world, file)

        assert stored(world, file) == file.state

    def test_a_stored_file_of_defaults_comes_back_unchanged(self, world: World) -> None:
        file = build_file()

        add_files(world, file)

        assert stored(world, file) == file.state

    def test_times_come_back_aware(self, world: World) -> None:
        file = build_file()

        add_files(world, file)

        assert stored(world, file).created_at.utcoffset() == timedelta(0)

    def test_a_loaded_file_has_no_events_and_its_stored_version(self, world: World) -> None:
        file = build_file(version=5)
        add_files(world, file)

        with world.units_of_work.for_reading() as work:
            loaded = work.files.get(TENANT, file.id)

        assert loaded.events == ()
        assert loaded.loaded_version == 5

    def test_an_unknown_id_is_an_error(self, world: World) -> None:
        unknown = build_id()

        with world.units_of_work.for_writing() as work:
            for ask in (
                lambda: work.files.get(TENANT, unknown),
                lambda: work.files.lock(TENANT, unknown),
                lambda: work.files.lock_for_worker(unknown),
                lambda: work.files.history(TENANT, unknown),
            ):
                with pytest.raises(UnknownFileError) as caught:
                    ask()
                assert caught.value.file_id == unknown

    def test_another_tenants_file_is_unknown(self, world: World) -> None:
        file = build_file(tenant="other")
        add_files(world, file)

        with world.units_of_work.for_writing() as work:
            with pytest.raises(UnknownFileError):
                work.files.get(TENANT, file.id)
            with pytest.raises(UnknownFileError):
                work.files.lock(TENANT, file.id)
            with pytest.raises(UnknownFileError):
                work.files.history(TENANT, file.id)

    def test_a_worker_finds_a_file_of_whichever_tenant(self, world: World) -> None:
        file = build_file(tenant="other")
        add_files(world, file)

        with world.units_of_work.for_writing() as work:
            assert work.files.lock_for_worker(file.id).state == file.state

    def test_an_erased_file_can_still_be_loaded(self, world: World) -> None:
        file = build_file(metadata={"a": "b"})
        add_files(world, file)

        saved = move(world, file, lambda loaded: loaded.erase(at=after(1)))

        assert stored(world, file) == saved
        assert saved.is_erased
        assert saved.metadata == {}

    def test_the_history_of_an_erased_file_keeps_its_moves_and_no_error_text(
        self, world: World
    ) -> None:
        file = build_file()
        add_files(world, file)
        move(world, file, lambda loaded: loaded.bury(build_fault(message="a name"), at=after(1)))

        move(world, file, lambda loaded: loaded.erase(at=after(2)))

        events = history(world, file)
        assert [event.name for event in events][1:] == [
            FileEventName.DEAD_LETTERED,
            FileEventName.ERASED,
        ]
        assert [event.error_message for event in events] == [None, None, None]
        assert events[1].error_code == "internal_error"

    def test_a_saved_move_is_stored_whole(self, world: World) -> None:
        file = build_file()
        add_files(world, file)

        move(world, file, lambda loaded: loaded.start(build_lease(), at=START))
        saved = move(
            world,
            file,
            lambda loaded: loaded.complete(build_report(), (build_result(),), at=after(5)),
        )

        assert stored(world, file) == saved
        assert saved.outcome is Outcome.CLEAN
        assert saved.results == (build_result(),)

    def test_values_that_a_move_clears_are_cleared(self, world: World) -> None:
        file = build_file()
        add_files(world, file)
        move(world, file, lambda loaded: loaded.cancel(at=after(1)))

        move(world, file, lambda loaded: loaded.reprocess(at=after(2)))

        again = stored(world, file)
        assert (again.outcome, again.error_code, again.processed_at) == (None, None, None)
        assert again.generation == 2

    def test_two_moves_of_one_load_are_saved_together(self, world: World) -> None:
        file = build_file()
        add_files(world, file)

        def start_and_release(loaded: File) -> None:
            loaded.start(build_lease(), at=START)
            loaded.release("shutdown", at=after(1))

        move(world, file, start_and_release)

        assert stored(world, file).version == 3
        assert [event.name for event in history(world, file)] == [
            FileEventName.RECEIVED,
            FileEventName.STARTED,
            FileEventName.RELEASED,
        ]

    def test_a_stale_file_is_not_saved(self, world: World) -> None:
        file = build_file()
        add_files(world, file)
        with world.units_of_work.for_reading() as work:
            stale = work.files.get(TENANT, file.id)
        cancelled = move(world, file, lambda loaded: loaded.cancel(at=after(1)))
        stale.start(build_lease(), at=after(2))

        with world.units_of_work.for_writing() as work:
            with pytest.raises(ConcurrentUpdateError) as caught:
                work.files.save(stale)
            work.commit()

        assert caught.value.expected_version == 1
        assert stored(world, file) == cancelled
        assert len(history(world, file)) == 2
        assert FileEventName.STARTED not in [event.name for event in world.observed]

    def test_a_file_that_was_never_added_is_not_saved(self, world: World) -> None:
        file = build_file()
        file.cancel(at=after(1))

        with world.units_of_work.for_writing() as work, pytest.raises(ConcurrentUpdateError):
            work.files.save(file)

    def test_history_keeps_every_event_with_all_its_facts_in_order(self, world: World) -> None:
        file = build_file()
        add_files(world, file)
        fault = build_fault(FaultKind.DEPENDENCY, code="storage_unavailable", message="nö \n")

        # All at one moment: order must not depend on the time.
        move(world, file, lambda loaded: loaded.start(build_lease(), at=START))
        move(world, file, lambda loaded: loaded.retry(fault, next_attempt_at=START, at=START))
        move(world, file, lambda loaded: loaded.start(build_lease("worker-2"), at=START))
        move(world, file, lambda loaded: loaded.complete(build_report(), (), at=after(2.25)))

        events = history(world, file)
        assert events == world.observed
        assert [event.name for event in events] == [
            FileEventName.RECEIVED,
            FileEventName.STARTED,
            FileEventName.RETRY_SCHEDULED,
            FileEventName.STARTED,
            FileEventName.COMPLETED,
        ]
        assert events[0].from_status is None
        assert events[2].error_message == "nö \n"
        assert events[3].details == {"lease_owner": "worker-2"}
        assert events[4].details == {"rows_accepted": 1, "rows_rejected": 0}
        assert events[4].seconds == 2.25

    def test_histories_do_not_mix(self, world: World) -> None:
        one, other = build_file(), build_file()

        add_files(world, one, other)
        move(world, one, lambda loaded: loaded.cancel(at=after(1)))

        assert len(history(world, one)) == 2
        assert len(history(world, other)) == 1

    def test_no_update_under_lock_is_lost(self, world: World) -> None:
        file = build_file()
        add_files(world, file)

        def start_and_release(loaded: File) -> None:
            loaded.start(build_lease(), at=START)
            loaded.release("its turn is over", at=START)

        def take_turns(turns: int) -> None:
            while turns:
                try:
                    move(world, file, start_and_release)
                except DatabaseUnavailableError:
                    continue
                turns -= 1

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(take_turns, [5] * 4))

        assert stored(world, file).attempt == 20
        assert stored(world, file).version == 41
        assert len(history(world, file)) == 41

    def test_unfinished_files_of_all_tenants_are_counted(self, world: World) -> None:
        pending, cancelled = build_file(tenant="other"), build_file()
        processing = build_file()
        processing.start(build_lease(), at=START)
        add_files(world, pending, cancelled, processing)
        move(world, cancelled, lambda loaded: loaded.cancel(at=after(1)))

        with world.units_of_work.for_reading() as work:
            assert work.files.count_unfinished() == 2
