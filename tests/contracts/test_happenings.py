"""The contract of Statistics, for what has no record of its own."""

from application.ports.statistics import Happening
from tests.contracts.steps import after, in_transaction
from tests.contracts.worlds import World

NONE = dict.fromkeys(Happening, 0)


def note(world: World, happening: Happening, *, times: int = 1) -> None:
    in_transaction(world, lambda work: work.statistics.note(happening, times=times))


def happenings(world: World, *, since: float = 0) -> dict[Happening, int]:
    with world.units_of_work.for_reading() as work:
        return dict(work.statistics.happenings(since=after(since)))


def forget(world: World, *, before: float, limit: int = 100) -> int:
    with world.units_of_work.for_writing() as work:
        count = work.statistics.forget_happenings(before=after(before), limit=limit)
        work.commit()
    return count


def test_where_nothing_happened_everything_is_zero(world: World) -> None:
    assert happenings(world) == NONE


def test_each_is_counted_as_often_as_it_happened(world: World) -> None:
    note(world, Happening.FENCED)
    note(world, Happening.REPUBLISHED, times=3)
    note(world, Happening.FENCED)

    assert happenings(world) == NONE | {Happening.FENCED: 2, Happening.REPUBLISHED: 3}


def test_only_what_happened_since_then_is_counted(world: World) -> None:
    note(world, Happening.SENT_AGAIN)
    world.clock.advance(60)
    note(world, Happening.SENT_AGAIN, times=2)

    assert happenings(world, since=60)[Happening.SENT_AGAIN] == 2
    assert happenings(world, since=61) == NONE


def test_what_is_not_committed_has_not_happened(world: World) -> None:
    with world.units_of_work.for_writing() as work:
        work.statistics.note(Happening.FENCED)

    assert happenings(world) == NONE


def test_what_is_old_is_forgotten_some_at_a_time(world: World) -> None:
    for _ in range(3):
        note(world, Happening.FENCED)
    world.clock.advance(60)
    note(world, Happening.FENCED)

    assert [forget(world, before=60, limit=2) for _ in range(3)] == [2, 1, 0]
    assert happenings(world)[Happening.FENCED] == 1
