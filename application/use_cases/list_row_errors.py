"""Tells which rows of a file are bad, where, and why."""

import json
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from uuid import UUID

from application.errors import FileNotDoneError, RowsNotCheckedError, UnknownResultError
from application.ports.content_engine import ERRORS_INDEX_NAME, ERRORS_NAME
from application.ports.file_storage import FileStorage
from application.ports.unit_of_work import UnitOfWorkFactory
from application.use_cases.get_file import read_file
from application.use_cases.open_content import StoredContent, stored_result
from domain.error_index import ErrorBlock, ErrorIndex, ErrorKind
from domain.file_state import FileState
from domain.row_error import RowError


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
    """Pages of a finished file's row errors, in the order of its rows.

    A page costs the same wherever it is: the index tells what to pass over unread.
    """

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
        index = _stored_index(self._storage, state) or _index_of(errors)
        is_wanted = _Filter(code=code, column=column)
        totals = index.totals
        return RowErrorPage(
            items=tuple(_page(errors, index, is_wanted, first=(page - 1) * limit, limit=limit)),
            total=sum(count for kind, count in totals.items() if is_wanted(kind)),
            totals=tuple(
                RowErrorTotal(code=code, column=column, count=count)
                for (code, column), count in sorted(totals.items(), key=lambda item: -item[1])
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Filter:
    """Lets errors of a code and a column through, where they are given."""

    code: str | None
    column: str | None

    def __call__(self, kind: ErrorKind) -> bool:
        code, column = kind
        return (self.code or code) == code and (self.column or column) == column

    def count_in(self, block: ErrorBlock) -> int:
        return sum(count for kind, count in block.counts.items() if self(kind))


def _page(
    errors: StoredContent, index: ErrorIndex, is_wanted: _Filter, *, first: int, limit: int
) -> Iterator[RowError]:
    """The wanted errors from number `first` on: blocks before it are passed over unread."""
    passed, shown = 0, 0
    for block in index.blocks:
        wanted = is_wanted.count_in(block)
        if not wanted or passed + wanted <= first:
            passed += wanted
            continue
        for error in _read_errors(errors, block):
            if not is_wanted((error.code, error.column)):
                continue
            passed += 1
            if passed > first:
                yield error
                shown += 1
            if shown == limit:
                return


def _stored_errors(storage: FileStorage, state: FileState) -> StoredContent:
    # No errors known is not no errors: an empty page would say that every row is good.
    if not state.is_final:
        raise FileNotDoneError(state.id, status=state.status)
    try:
        return stored_result(storage, state, ERRORS_NAME)
    except UnknownResultError as error:
        raise RowsNotCheckedError(state.id, outcome=str(state.outcome)) from error


def _stored_index(storage: FileStorage, state: FileState) -> ErrorIndex | None:
    if all(result.name != ERRORS_INDEX_NAME for result in state.results):
        return None
    with closing(stored_result(storage, state, ERRORS_INDEX_NAME).open()) as chunks:
        return ErrorIndex.from_json(json.loads(b"".join(chunks)))


def _index_of(errors: StoredContent) -> ErrorIndex:
    """All errors as one block: there are few, or a former release wrote them."""
    whole = ErrorBlock(start=0, size=errors.size_bytes, counts={})
    counts = Counter((error.code, error.column) for error in _read_errors(errors, whole))
    return ErrorIndex(blocks=(replace(whole, counts=counts),))


def _read_errors(stored: StoredContent, block: ErrorBlock) -> Iterator[RowError]:
    with closing(stored.open(start=block.start, length=block.size)) as chunks:
        for line in _lines(chunks):
            yield RowError(**json.loads(line))


def _lines(chunks: Generator[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole
