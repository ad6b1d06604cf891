"""What the outbox and the unit of work keep beyond their ports."""

from datetime import timedelta

from adapters.sql.sql_unit_of_work import SqlUnitOfWorkFactory
from tests.builders import START, build_message


def test_a_late_relay_never_marks_a_later_message(units_of_work: SqlUnitOfWorkFactory) -> None:
    until = START + timedelta(seconds=60)
    with units_of_work.for_writing() as work:
        work.outbox.add(build_message())
        [first] = work.outbox.claim(owner="relay", limit=1, at=START, until=until)
        work.outbox.mark_sent([first.id], owner="relay", at=START)
        assert work.outbox.delete_sent(before=until, limit=1) == 1
        work.outbox.add(build_message())

        [second] = work.outbox.claim(owner="relay", limit=1, at=START, until=until)

        assert second.id != first.id
