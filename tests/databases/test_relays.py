"""Relays of several processes share one outbox on a real database."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from adapters.sql.engine import create_engine
from adapters.sql.message_tables import outbox
from adapters.sql.sql_unit_of_work import SqlUnitOfWorkFactory
from adapters.system.system_clock import SystemClock
from tests.builders import build_message
from tests.databases.conftest import PROCESSES
from tests.databases.effort import by_effort
from tests.databases.relaying import BAD, relay_until_empty

MESSAGES = by_effort(600, ci=3_000, soak=50_000)
CLAIM_SECONDS = 1.0


@pytest.fixture
def engine(place: str | Path) -> Iterator[Engine]:
    """The database, by its own time."""
    engine = create_engine(place, wait_seconds=60)
    yield engine
    engine.dispose()


def test_relays_of_several_processes_lose_nothing_and_only_the_bad_message_waits(
    place: str | Path, engine: Engine, processes: ProcessPoolExecutor
) -> None:
    bodies = [f"message {number}" for number in range(MESSAGES)]
    units_of_work = SqlUnitOfWorkFactory(
        engine, SystemClock(), observer=lambda events: None, bell=lambda: None
    )
    with units_of_work.for_writing() as work:
        for body in [BAD, *bodies]:
            work.outbox.add(build_message(body=body))
        work.commit()
    # A relay that is killed after it published, before it could say so.
    with units_of_work.for_writing() as work:
        now = work.now()
        until = now + timedelta(seconds=CLAIM_SECONDS)
        claimed = work.outbox.claim(owner="killed", limit=10, at=now, until=until)
        work.commit()
    of_the_dead = [record.message.body for record in claimed]

    running = [
        processes.submit(relay_until_empty, place, f"relay-{number}", 2 * CLAIM_SECONDS)
        for number in range(PROCESSES)
    ]
    relayed = [finished.result() for finished in running]

    sent = Counter(body for one in relayed for body in one.bodies)
    assert of_the_dead[0] == BAD
    assert sent == Counter(bodies)
    with engine.connect() as connection:
        waiting = connection.execute(select(outbox).where(outbox.c.sent_at.is_(None))).all()
    assert [row.body for row in waiting] == [BAD]
    assert waiting[0].tries == sum(one.refusals for one in relayed) > 0
    assert waiting[0].last_error == "InvalidParameter"
