"""Queries whose plans both databases show."""

from application.ports.dead_lettered_files import DeadLetterFilter
from application.ports.unit_of_work import UnitOfWork
from tests.builders import START


def find_finished(work: UnitOfWork) -> object:
    return work.files.finished_before(START, limit=1000)


def delete_tombstones(work: UnitOfWork) -> object:
    return work.files.delete_tombstones(before=START, limit=1000)


def count_unfinished(work: UnitOfWork) -> object:
    return work.files.count_unfinished()


def count_dead_letters(work: UnitOfWork) -> object:
    return work.dead_lettered_files.count(DeadLetterFilter(), at_most=100)


def total_dead_letters(work: UnitOfWork) -> object:
    return work.dead_lettered_files.totals()


def count_by_status(work: UnitOfWork) -> object:
    return work.statistics.unfinished(at_most=100_000)


def find_the_oldest(work: UnitOfWork) -> object:
    return work.statistics.oldest_unfinished()


def count_by_outcome(work: UnitOfWork) -> object:
    return work.statistics.ended(at_most=100_000)


def look_at_the_backlog(work: UnitOfWork) -> object:
    return work.statistics.outbox_backlog(at_most=100_000)
