"""Steps that tests of a database take, over an engine alone."""

from sqlalchemy import Engine

from adapters.memory.manual_clock import ManualClock
from adapters.sql.sql_unit_of_work import SqlUnitOfWorkFactory
from tests.builders import (
    build_file,
)


def units_of(engine: Engine) -> SqlUnitOfWorkFactory:
    return SqlUnitOfWorkFactory(
        engine, ManualClock(), observer=lambda events: None, bell=lambda: None
    )


def add_a_file(engine: Engine, *, name: str = "people.csv") -> None:
    with units_of(engine).for_writing() as work:
        work.files.add(build_file(original_name=name))
        work.commit()
