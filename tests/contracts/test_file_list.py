"""The part of the FileRepository contract that concerns lists."""

from datetime import timedelta
from uuid import UUID

import pytest

from application.ports.file_repository import COUNTED_UP_TO, FileFilter, FilePage, FilePlace
from domain.file import File
from domain.file_state import SchemaReference
from domain.file_status import FileStatus, Outcome
from domain.file_type import FileType
from tests.builders import START, TENANT, build_file, build_lease, build_report
from tests.contracts.steps import add_files, after, move
from tests.contracts.worlds import World

EVERYTHING = FileFilter()


def ask(
    world: World,
    wanted: FileFilter,
    *,
    offset: int = 0,
    limit: int = 100,
    past: FilePlace | None = None,
) -> FilePage:
    with world.units_of_work.for_reading() as work:
        return work.files.list(TENANT, wanted, offset=offset, limit=limit, past=past)


def ids(page: FilePage) -> list[UUID]:
    return [state.id for state in page.items]


def add_one_of_each(world: World) -> dict[str, File]:
    """Files by their status and outcome."""
    names = ("pending", "processing", "clean", "rejected", "cancelled", "erased")
    files = {name: build_file() for name in names}
    for name in ("processing", "clean", "rejected"):
        files[name].start(build_lease(), at=START)
    files["clean"].complete(build_report(), (), at=after(1))
    files["rejected"].reject(build_report(Outcome.REJECTED), (), at=after(1))
    files["cancelled"].cancel(at=after(1))
    files["erased"].erase(at=after(1))
    add_files(world, *files.values())
    return files


class TestFileList:
    def test_nothing_makes_an_empty_page(self, world: World) -> None:
        assert ask(world, EVERYTHING) == FilePage(items=(), total=0)

    def test_the_newest_come_first_and_the_higher_id_among_equals(self, world: World) -> None:
        older = build_file(created_at=START)
        twins = [build_file(created_at=after(5)) for _ in range(2)]
        newest = build_file(created_at=after(5) + timedelta(microseconds=1))
        add_files(world, twins[1], newest, older, twins[0])

        page = ask(world, EVERYTHING)

        assert ids(page) == [newest.id, twins[1].id, twins[0].id, older.id]
        assert page.items[3] == older.state

    @pytest.mark.parametrize("text", ["\x00", "people\x00", "\ud800", "x" * 10_000])
    def test_a_text_that_can_be_no_name_matches_nothing(self, world: World, text: str) -> None:
        add_files(world, build_file())

        assert ask(world, FileFilter(name_prefix=text)) == FilePage(items=(), total=0)
        assert ask(world, FileFilter(schema_name=text)) == FilePage(items=(), total=0)

    def test_pages_cut_the_list_without_gap_or_overlap(self, world: World) -> None:
        files = [build_file(created_at=after(number // 2)) for number in range(7)]
        add_files(world, *files)
        whole = ids(ask(world, EVERYTHING))

        pages = [ask(world, EVERYTHING, offset=offset, limit=3) for offset in (0, 3, 6)]

        assert [found for page in pages for found in ids(page)] == whole
        assert [len(page.items) for page in pages] == [3, 3, 1]
        assert [page.total for page in pages] == [7, 7, 7]

    def test_a_page_past_the_end_is_empty_and_still_tells_the_total(self, world: World) -> None:
        add_files(world, build_file())

        assert ask(world, EVERYTHING, offset=1, limit=5) == FilePage(items=(), total=1)

    def test_other_tenants_files_are_not_listed(self, world: World) -> None:
        mine = build_file()
        add_files(world, mine, build_file(tenant="other"))

        page = ask(world, EVERYTHING)

        assert ids(page) == [mine.id]
        assert page.total == 1

    def test_erased_files_are_never_listed(self, world: World) -> None:
        files = add_one_of_each(world)

        listed = ids(ask(world, EVERYTHING))

        assert files["erased"].id not in listed
        assert len(listed) == 5
        assert ids(ask(world, FileFilter(outcome=Outcome.CANCELLED))) == [files["cancelled"].id]

    @pytest.mark.parametrize(
        ("wanted", "names"),
        [
            (FileFilter(status=FileStatus.PENDING), {"pending"}),
            (FileFilter(status=FileStatus.PROCESSING), {"processing"}),
            (FileFilter(status=FileStatus.COMPLETED), {"clean"}),
            (FileFilter(status=FileStatus.FAILED), {"rejected", "cancelled"}),
            (FileFilter(outcome=Outcome.CLEAN), {"clean"}),
            (FileFilter(outcome=Outcome.REJECTED), {"rejected"}),
            (FileFilter(outcome=Outcome.PARTIAL), set()),
            (FileFilter(status=FileStatus.COMPLETED, outcome=Outcome.REJECTED), set()),
            (FileFilter(status=FileStatus.FAILED, outcome=Outcome.REJECTED), {"rejected"}),
        ],
    )
    def test_status_and_outcome_filter(
        self, world: World, wanted: FileFilter, names: set[str]
    ) -> None:
        files = add_one_of_each(world)

        page = ask(world, wanted)

        assert set(ids(page)) == {files[name].id for name in names}
        assert page.total == len(names)

    def test_the_status_filter_sees_the_last_move(self, world: World) -> None:
        file = build_file()
        add_files(world, file)

        move(world, file, lambda loaded: loaded.cancel(at=after(1)))

        assert ids(ask(world, FileFilter(status=FileStatus.FAILED))) == [file.id]
        assert ids(ask(world, FileFilter(status=FileStatus.PENDING))) == []

    def test_the_type_filters(self, world: World) -> None:
        csv, json = build_file(), build_file(file_type=FileType.JSON)
        add_files(world, csv, json)

        assert ids(ask(world, FileFilter(file_type=FileType.JSON))) == [json.id]

    def test_the_schemas_name_filters_whatever_the_version(self, world: World) -> None:
        people = [
            build_file(schema=SchemaReference(name="people", version=version)) for version in (1, 2)
        ]
        others = [
            build_file(schema=SchemaReference(name="people2", version=1)),
            build_file(),
        ]
        add_files(world, *people, *others)

        assert ids(ask(world, FileFilter(schema_name="people"))) == [people[1].id, people[0].id]

    def test_one_version_of_a_schema_filters(self, world: World) -> None:
        first, second, other = (
            build_file(schema=SchemaReference(name=name, version=version))
            for name, version in (("people", 1), ("people", 2), ("others", 2))
        )
        add_files(world, first, second, other, build_file())

        page = ask(world, FileFilter(schema_name="people", schema_version=2))

        assert (ids(page), page.total) == ([second.id], 1)
        assert ids(ask(world, FileFilter(schema_name="people", schema_version=3))) == []

    @pytest.mark.parametrize(
        ("prefix", "found"),
        [
            ("data", {"data.csv", "data_1.csv", "data%1.csv", "data\\1.csv"}),
            ("data_", {"data_1.csv"}),
            ("data%", {"data%1.csv"}),
            ("%", set()),
            ("_", set()),
            ("data\\", {"data\\1.csv"}),
            ("D", {"Data.csv"}),
            ("ä", {"ärzte.csv"}),
            ("Ä", set()),
            ("data.csv", {"data.csv"}),
            ("data.csv.", set()),
            ("[d]", set()),
            ("*", set()),
            ("", {"data.csv", "data_1.csv", "data%1.csv", "data\\1.csv", "Data.csv", "ärzte.csv"}),
        ],
    )
    def test_a_prefix_is_plain_text_in_its_own_case(
        self, world: World, prefix: str, found: set[str]
    ) -> None:
        names = ("data.csv", "data_1.csv", "data%1.csv", "data\\1.csv", "Data.csv", "ärzte.csv")
        add_files(world, *(build_file(original_name=name) for name in names))

        page = ask(world, FileFilter(name_prefix=prefix))

        assert {state.original_name for state in page.items} == found
        assert page.total == len(found)

    def test_the_bounds_of_creation_exclude_the_moment_itself(self, world: World) -> None:
        step = timedelta(microseconds=1)
        before, exact, later = (build_file(created_at=START + step * by) for by in (-1, 0, 1))
        add_files(world, before, exact, later)

        assert ids(ask(world, FileFilter(created_after=START))) == [later.id]
        assert ids(ask(world, FileFilter(created_before=START))) == [before.id]
        assert ids(
            ask(
                world, FileFilter(created_after=START - step, created_before=later.state.created_at)
            )
        ) == [exact.id]

    def test_filters_apply_before_pages_are_cut(self, world: World) -> None:
        wanted = [build_file(original_name="a.csv", created_at=after(by)) for by in (0, 2, 4)]
        others = [build_file(original_name="b.csv", created_at=after(by)) for by in (1, 3)]
        add_files(world, *wanted, *others)

        page = ask(world, FileFilter(name_prefix="a"), offset=1, limit=1)

        assert ids(page) == [wanted[1].id]
        assert page.total == 3

    def test_a_page_goes_on_behind_a_place_wherever_that_is(self, world: World) -> None:
        files = [build_file(created_at=after(number // 2)) for number in range(7)]
        add_files(world, *files)
        newest_first = [file.id for file in reversed(files)]

        first = ask(world, EVERYTHING, limit=3)
        second = ask(world, EVERYTHING, limit=3, past=first.next_past)
        third = ask(world, EVERYTHING, limit=3, past=second.next_past)

        assert [*ids(first), *ids(second), *ids(third)] == newest_first
        assert first.next_past == FilePlace.of(files[4].state)
        assert third.next_past is None
        assert {page.total for page in (first, second, third)} == {7}

    def test_a_place_counts_whether_or_not_its_file_is_there(self, world: World) -> None:
        older, gone, newer = (build_file(created_at=after(number)) for number in range(3))
        add_files(world, older, newer)

        page = ask(world, EVERYTHING, past=FilePlace.of(gone.state))

        assert ids(page) == [older.id]

    @pytest.mark.parametrize(
        "wanted",
        [
            FileFilter(status=FileStatus.PENDING),
            FileFilter(file_type=FileType.CSV),
            FileFilter(schema_name="people"),
            FileFilter(schema_name="people", schema_version=1),
            FileFilter(name_prefix="da"),
            FileFilter(name_prefix="da", status=FileStatus.PENDING),
            FileFilter(created_after=START, created_before=after(100)),
        ],
    )
    def test_every_filter_goes_on_behind_a_place_and_counts_the_whole(
        self, world: World, wanted: FileFilter
    ) -> None:
        schema = SchemaReference(name="people", version=1)
        files = [
            build_file(created_at=after(1 + number // 2), schema=schema, original_name="data.csv")
            for number in range(5)
        ]
        add_files(world, *files)

        page = ask(world, wanted, limit=2, past=FilePlace.of(files[3].state))

        assert ids(page) == [files[2].id, files[1].id]
        assert (page.total, page.is_total_exact) == (5, True)
        assert page.next_past == FilePlace.of(files[1].state)

    def test_a_list_is_counted_so_far_and_no_further(self, world: World) -> None:
        add_files(world, *(build_file() for _ in range(COUNTED_UP_TO)))
        exact = ask(world, EVERYTHING, limit=1)
        add_files(world, build_file())

        pages = [
            ask(world, wanted, limit=1)
            for wanted in (
                EVERYTHING,
                FileFilter(status=FileStatus.PENDING),
                FileFilter(name_prefix="p"),
                FileFilter(name_prefix="p", status=FileStatus.PENDING),
            )
        ]

        assert (exact.total, exact.is_total_exact) == (COUNTED_UP_TO, True)
        assert {(page.total, page.is_total_exact) for page in pages} == {(COUNTED_UP_TO, False)}
        rare = FileFilter(name_prefix="p", status=FileStatus.FAILED)
        assert ask(world, rare) == FilePage(items=(), total=0)
