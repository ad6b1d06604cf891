"""Tells which rows of a file are bad, where, and why."""

import json
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from uuid import UUID

from application.errors import FileNotDoneError, RowsNotCheckedError, UnknownResultError
from application.ports.file_storage import FileStorage
from application.ports.unit_of_work import UnitOfWorkFactory
from application.use_cases.get_file import read_file
from application.use_cases.open_content import StoredContent, stored_result
from domain.file_state import FileState
from domain.row_error import RowError

ERRORS_NAME = "errors.ndjson"
"""The result that holds every row error, one JSON object a line, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowErrorTotal:
    """How many errors of one code one column has; None is the record as a whole."""

    code: str
    column: str | None
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RowErrorPage:
    """Some of a file's row errors.

    `total` counts those that the filter lets through, `totals` all of them.
    """

    items: tuple[RowError, ...]
    total: int
    totals: tuple[RowErrorTotal, ...]


class ListRowErrors:
    """Pages of a finished file's row errors, in the order of its rows."""

    def __init__(self, *, units_of_work: UnitOfWorkFactory, storage: FileStorage) -> None:
        self._units_of_work = units_of_work
        self._storage = storage

    def __call__(
        self,
        tenant: str,
        file_id: UUID,
        *,
        page: int,
        limit: int,
        code: str | None = None,
        column: str | None = None,
    ) -> RowErrorPage:
        """Page `page`, counted from 1, of the errors of that code and column, None being any.

        Raises UnknownFileError, FileErasedError, FileNotDoneError before the end, and
        RowsNotCheckedError for a file that was cancelled or given up.
        """
        with self._units_of_work.for_reading() as work:
            state = read_file(work, tenant, file_id)
        errors = _stored_errors(self._storage, state)
        first, counts = (page - 1) * limit, dict[tuple[str, str | None], int]()
        items: list[RowError] = []
        seen = 0
        for error in _read_errors(errors):
            counts[error.code, error.column] = counts.get((error.code, error.column), 0) + 1
            if (code or error.code) != error.code or (column or error.column) != error.column:
                continue
            if first <= seen < first + limit:
                items.append(error)
            seen += 1
        totals = (
            RowErrorTotal(code=code, column=column, count=count)
            for (code, column), count in sorted(counts.items(), key=lambda item: -item[1])
        )
        return RowErrorPage(items=tuple(items), total=seen, totals=tuple(totals))


def _stored_errors(storage: FileStorage, state: FileState) -> StoredContent:
    # No errors known is not no errors: an empty page would say that every row is good.
    if not state.is_final:
        raise FileNotDoneError(state.id, status=state.status)
    try:
        return stored_result(storage, state, ERRORS_NAME)
    except UnknownResultError as error:
        raise RowsNotCheckedError(state.id, outcome=str(state.outcome)) from error


def _read_errors(stored: StoredContent) -> Iterator[RowError]:
    with closing(stored.open()) as chunks:
        for line in _lines(chunks):
            yield RowError(**json.loads(line))


def _lines(chunks: Generator[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole
