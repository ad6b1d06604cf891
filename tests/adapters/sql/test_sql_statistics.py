"""What statistics make of rows that an earlier version wrote."""

from datetime import timedelta

from sqlalchemy import Engine, update

from adapters.memory.manual_clock import ManualClock
from adapters.sql.engine import by_process_time, for_writing
from adapters.sql.message_tables import outbox
from adapters.sql.sql_unit_of_work import SqlUnitOfWorkFactory
from tests.builders import START, build_message


def test_a_message_that_does_not_say_when_it_was_written_is_as_old_as_it_can_be_seen_to_be(
    each_engine: Engine,
) -> None:
    clock = ManualClock()
    units = SqlUnitOfWorkFactory(
        by_process_time(each_engine), clock, observer=lambda events: None, bell=lambda: None
    )
    for _ in range(2):
        with units.for_writing() as work:
            work.outbox.add(build_message())
            work.commit()
        clock.advance(10)
    available_at = START + timedelta(seconds=5)
    with for_writing(each_engine).begin() as connection:
        first = update(outbox).where(outbox.c.added_at == START)
        connection.execute(first.values(added_at=None, available_at=available_at))

    with units.for_reading() as work:
        backlog = work.statistics.outbox_backlog(at_most=10)

    assert (backlog.unsent, backlog.oldest_at) == (2, available_at)
