"""What the table keeps of a message that has left."""

from sqlalchemy import Engine, select

from adapters.sql.message_tables import outbox
from adapters.sql.sql_unit_of_work import SqlUnitOfWorkFactory
from tests.builders import START, build_message


def test_of_a_message_that_has_left_no_body_is_kept(
    engine: Engine, units_of_work: SqlUnitOfWorkFactory
) -> None:
    with units_of_work.for_writing() as work:
        work.outbox.add(build_message(body='{"s3Key": "uploads/1/wages.csv"}'))
        work.outbox.add(build_message(body='{"s3Key": "uploads/2/people.csv"}'))
        first, _ = work.outbox.claim(owner="relay", limit=2, at=START, until=START)
        work.outbox.mark_sent([first.id], owner="relay", at=START)
        work.commit()

    with engine.connect() as connection:
        bodies = connection.execute(select(outbox.c.body).order_by(outbox.c.id)).scalars().all()
    assert bodies == ["", '{"s3Key": "uploads/2/people.csv"}']
