"""Dead-lettered files in the database."""

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, and_, false, func, literal, or_, select

from adapters.sql.file_mapping import file_state
from adapters.sql.sql_transaction import SqlTransaction
from adapters.sql.storable_text import is_storable
from adapters.sql.tables import files, is_dead_lettered
from application.ports.dead_lettered_files import (
    DeadLetteredFiles,
    DeadLetterFilter,
    DeadLetterPlace,
    DeadLetterTotal,
)
from domain.file_state import FileState

_LAST_GIVEN_UP_FIRST = (files.c.processed_at.desc(), files.c.id.desc())


class SqlDeadLetteredFiles(DeadLetteredFiles):
    """Those rows of `files` that the indexes of dead letters hold."""

    def __init__(self, transaction: SqlTransaction) -> None:
        self._transaction = transaction

    def page(
        self, wanted: DeadLetterFilter, *, past: DeadLetterPlace | None, limit: int
    ) -> Sequence[FileState]:
        page = select(files).where(is_dead_lettered, *_conditions(wanted))
        page = page.order_by(*_LAST_GIVEN_UP_FIRST).limit(limit)
        if past is not None:
            page = page.where(_is_past(past))
        return [file_state(row) for row in self._transaction.rows(page)]

    def count(self, wanted: DeadLetterFilter, *, at_most: int) -> int:
        found = select(literal(1)).where(is_dead_lettered, *_conditions(wanted))
        # The order decides nothing but the index, of which SQLite else takes a longer one.
        found = found.order_by(*_LAST_GIVEN_UP_FIRST).limit(at_most)
        counting = select(func.count()).select_from(found.subquery())
        count: int = self._transaction.rows(counting)[0][0]
        return count

    def totals(self) -> Sequence[DeadLetterTotal]:
        code, given_up_at = files.c.error_code, files.c.processed_at
        by_code = (
            select(
                code,
                func.count().label("total"),
                func.min(given_up_at).label("first_at"),
                func.max(given_up_at).label("last_at"),
            )
            .where(is_dead_lettered)
            .group_by(code)
            .order_by(code)
        )
        return [
            DeadLetterTotal(
                error_code=row.error_code,
                count=row.total,
                first_at=row.first_at,
                last_at=row.last_at,
            )
            for row in self._transaction.rows(by_code)
        ]


def _is_past(place: DeadLetterPlace) -> ColumnElement[bool]:
    # The first condition is the one that both databases enter the index by.
    return and_(
        files.c.processed_at <= place.given_up_at,
        or_(files.c.processed_at < place.given_up_at, files.c.id < place.file_id),
    )


def _conditions(wanted: DeadLetterFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.ids is not None:
        yield files.c.id.in_(wanted.ids)
    if wanted.error_code is not None:
        yield _text_equals(files.c.error_code, wanted.error_code)
    if wanted.tenant is not None:
        yield _text_equals(files.c.tenant, wanted.tenant)
    if wanted.after is not None:
        yield files.c.processed_at > wanted.after
    if wanted.before is not None:
        yield files.c.processed_at < wanted.before


def _text_equals(stored: ColumnElement[str], text: str) -> ColumnElement[bool]:
    return stored == text if is_storable(text) else false()
