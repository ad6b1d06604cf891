"""The contract of DeadLetteredFiles."""

from dataclasses import replace
from uuid import UUID

import pytest

from application.ports.dead_lettered_files import (
    DeadLetterFilter,
    DeadLetterPlace,
    DeadLetterTotal,
)
from domain.file import File
from domain.file_state import FileState
from domain.file_status import Outcome
from tests.builders import START, build_fault, build_file, build_id, build_lease, build_report
from tests.contracts.steps import add_files, after, move, stored
from tests.contracts.worlds import World

EVERYTHING = DeadLetterFilter()


def given_up(seconds: float = 0, *, code: str = "internal_error", tenant: str = "acme") -> File:
    """A file that was given up that many seconds after START."""
    file = build_file(tenant=tenant)
    file.bury(build_fault(code=code), at=after(seconds))
    return file


def page(
    world: World,
    wanted: DeadLetterFilter = EVERYTHING,
    *,
    past: DeadLetterPlace | None = None,
    limit: int = 100,
) -> list[FileState]:
    with world.units_of_work.for_reading() as work:
        return list(work.dead_lettered_files.page(wanted, past=past, limit=limit))


def ids(states: list[FileState]) -> list[UUID]:
    return [state.id for state in states]


def count(world: World, wanted: DeadLetterFilter = EVERYTHING, *, at_most: int = 100) -> int:
    with world.units_of_work.for_reading() as work:
        return work.dead_lettered_files.count(wanted, at_most=at_most)


def totals(world: World) -> list[DeadLetterTotal]:
    with world.units_of_work.for_reading() as work:
        return list(work.dead_lettered_files.totals())


class TestDeadLetteredFiles:
    def test_there_are_none_at_first(self, world: World) -> None:
        add_files(world, build_file())

        assert page(world) == []
        assert count(world) == 0
        assert totals(world) == []

    def test_only_files_that_were_given_up_are_among_them(self, world: World) -> None:
        cancelled, rejected, erased, dead = build_file(), build_file(), given_up(), given_up()
        cancelled.cancel(at=START)
        rejected.start(build_lease(), at=START)
        rejected.reject(build_report(Outcome.REJECTED), (), at=START)
        erased.erase(at=START)
        add_files(world, build_file(), cancelled, rejected, erased, dead)

        assert page(world) == [stored(world, dead)]
        assert count(world) == 1
        assert [total.count for total in totals(world)] == [1]

    def test_the_last_given_up_comes_first_and_the_higher_id_among_equals(
        self, world: World
    ) -> None:
        late, early, twin = given_up(5), given_up(1), given_up(5)
        add_files(world, late, twin, early)

        assert ids(page(world)) == [twin.id, late.id, early.id]

    def test_files_of_every_tenant_are_among_them(self, world: World) -> None:
        mine, yours = given_up(1), given_up(2, tenant="other")
        add_files(world, mine, yours)

        assert ids(page(world)) == [yours.id, mine.id]
        assert ids(page(world, DeadLetterFilter(tenant="acme"))) == [mine.id]
        assert count(world, DeadLetterFilter(tenant="other")) == 1

    def test_the_error_code_filters(self, world: World) -> None:
        defect, limit = given_up(1), given_up(2, code="resource_limit")
        add_files(world, defect, limit)

        assert ids(page(world, DeadLetterFilter(error_code="resource_limit"))) == [limit.id]
        assert count(world, DeadLetterFilter(error_code="internal_error")) == 1
        assert page(world, DeadLetterFilter(error_code="input_missing")) == []

    def test_the_window_excludes_its_ends(self, world: World) -> None:
        files = [given_up(seconds) for seconds in range(4)]
        add_files(world, *files)

        wanted = DeadLetterFilter(after=after(0), before=after(3))

        assert ids(page(world, wanted)) == [files[2].id, files[1].id]
        assert count(world, wanted) == 2

    def test_ids_name_files_and_those_of_others_match_nothing(self, world: World) -> None:
        dead, other, alive = given_up(1), given_up(2), build_file()
        add_files(world, dead, other, alive)

        wanted = DeadLetterFilter(ids=(dead.id, alive.id, build_id()))

        assert ids(page(world, wanted)) == [dead.id]
        assert count(world, wanted) == 1
        assert page(world, DeadLetterFilter(ids=())) == []

    def test_conditions_hold_together(self, world: World) -> None:
        wanted = DeadLetterFilter(
            error_code="resource_limit", tenant="other", after=START, before=after(9)
        )
        fitting = given_up(5, code="resource_limit", tenant="other")
        others = (
            given_up(5, tenant="other"),
            given_up(5, code="resource_limit"),
            given_up(9, code="resource_limit", tenant="other"),
        )
        add_files(world, fitting, *others)

        assert ids(page(world, wanted)) == [fitting.id]
        assert ids(page(world, replace(wanted, ids=(others[0].id,)))) == []

    @pytest.mark.parametrize("text", ["\x00", "\ud800", "x" * 10_000])
    def test_a_text_that_no_file_can_have_matches_nothing(self, world: World, text: str) -> None:
        add_files(world, given_up())

        assert page(world, DeadLetterFilter(error_code=text)) == []
        assert count(world, DeadLetterFilter(tenant=text)) == 0

    def test_pages_follow_each_other_without_gap_or_overlap(self, world: World) -> None:
        add_files(world, *(given_up(number // 3) for number in range(8)))
        whole = page(world)

        found: list[FileState] = []
        past: DeadLetterPlace | None = None
        while part := page(world, past=past, limit=3):
            found += part
            past = DeadLetterPlace.of(part[-1])

        assert found == whole
        assert len(found) == 8

    def test_a_page_begins_behind_a_place_whose_file_has_left(self, world: World) -> None:
        first, second, third = (given_up(seconds) for seconds in (3, 2, 1))
        add_files(world, first, second, third)
        place = DeadLetterPlace.of(stored(world, second))

        move(world, second, lambda file: file.reprocess(at=after(9)))

        assert ids(page(world, past=place)) == [third.id]
        assert ids(page(world)) == [first.id, third.id]

    def test_no_more_are_counted_than_asked(self, world: World) -> None:
        add_files(world, *(given_up(number) for number in range(5)))

        assert [count(world, at_most=most) for most in (0, 3, 5, 6)] == [0, 3, 5, 5]

    def test_totals_tell_how_many_and_when_by_code(self, world: World) -> None:
        add_files(
            world,
            given_up(3, code="resource_limit"),
            given_up(1, code="resource_limit", tenant="other"),
            given_up(2),
        )

        assert totals(world) == [
            DeadLetterTotal(
                error_code="internal_error", count=1, first_at=after(2), last_at=after(2)
            ),
            DeadLetterTotal(
                error_code="resource_limit", count=2, first_at=after(1), last_at=after(3)
            ),
        ]
