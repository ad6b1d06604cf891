"""Operators who redrive the same dead letters at once redrive each of them once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import Engine, func, select

from adapters.memory.manual_clock import ManualClock
from adapters.sql.message_tables import outbox
from adapters.sql.sql_unit_of_work import SqlUnitOfWorkFactory
from application.ports.dead_lettered_files import DeadLetterFilter
from application.use_cases.redrive_dead_letters import RedriveDeadLetters, RedriveReport
from tests.builders import TENANT, build_fault, build_file

OPERATORS = 4
LETTERS = 30


def test_each_dead_letter_is_redriven_by_one_of_them_and_sent_once(each_engine: Engine) -> None:
    units = SqlUnitOfWorkFactory(
        each_engine, ManualClock(), observer=lambda events: None, bell=lambda: None
    )
    ids = set()
    with units.for_writing() as work:
        for _ in range(LETTERS):
            file = build_file()
            file.bury(build_fault(), at=work.now())
            work.files.add(file)
            ids.add(file.id)
        work.commit()
    redrive, everybody = RedriveDeadLetters(units_of_work=units), Barrier(OPERATORS)

    def operate() -> RedriveReport:
        everybody.wait(timeout=30)
        return redrive(DeadLetterFilter(), past=None, limit=LETTERS)

    with ThreadPoolExecutor(OPERATORS) as pool:
        reports = [it.result() for it in [pool.submit(operate) for _ in range(OPERATORS)]]

    redriven = [file_id for report in reports for file_id in report.redriven]
    assert [report.failed for report in reports] == [()] * OPERATORS
    assert (set(redriven), len(redriven)) == (ids, LETTERS)
    with units.for_reading() as work:
        assert {work.files.get(TENANT, file_id).state.generation for file_id in ids} == {2}
    with each_engine.connect() as connection:
        sent = connection.execute(
            select(func.count(), func.count(outbox.c.file_id.distinct()))
        ).one()
    assert tuple(sent) == (LETTERS, LETTERS)
