"""One page of a tenant's files, and how many there are, at a cost that does not grow with them.

Each index of lists is led by all the values it filters by, and ends with the order of the list.
A filter that leaves a value open is so many ranges of the index, which are merged. A prefix of
names has an index, too, but in the order of names: of few, those of the page are picked out;
many are met soon enough on the way through the list.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, FromClause, Select, func, select, union_all

from adapters.sql.file_conditions import (
    Conditions,
    bounded_once,
    conditions_on,
    is_past,
    is_possible,
    ranges_of,
    whole_list,
)
from adapters.sql.file_mapping import file_state
from adapters.sql.name_prefix import begins_with, in_order_of_names
from adapters.sql.sql_transaction import SqlTransaction
from adapters.sql.tables import files, is_unfinished
from application.ports.file_repository import COUNTED_UP_TO, FileFilter, FilePage, FilePlace

_ENOUGH = COUNTED_UP_TO + 1
_LAST_OFFSET = 2**62
"""No list is as long, so none differs beyond it; databases understand about twice as much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listed:
    """The list: what of `source` lies in one of the ranges, and how much that is."""

    ranges: Sequence[Conditions]
    total: int
    is_exact: bool = True
    source: FromClause = files


def page_of_files(
    transaction: SqlTransaction,
    tenant: str,
    wanted: FileFilter,
    *,
    limit: int,
    offset: int,
    past: FilePlace | None,
) -> FilePage:
    """The page that begins `offset` files behind `past`, as the port has it."""
    if not is_possible(wanted):
        return FilePage(items=(), total=0)
    rest = list(ranges_of(tenant, bounded_once(wanted, past)))
    if wanted.name_prefix:
        listed = _with_names(transaction, tenant, wanted, rest=rest)
    else:
        some = _some(list(ranges_of(tenant, wanted)))
        listed = _Listed(ranges=rest, total=_count(transaction, some))
    found = _newest(listed, past, offset=min(offset, _LAST_OFFSET), limit=limit + 1)
    rows = transaction.rows(select(files).join(found, found.c.id == files.c.id))
    in_order = sorted(map(file_state, rows), key=lambda it: (it.created_at, it.id), reverse=True)
    items = tuple(in_order[:limit])
    return FilePage(
        items=items,
        total=min(listed.total, COUNTED_UP_TO),
        is_total_exact=listed.is_exact and listed.total <= COUNTED_UP_TO,
        next_past=FilePlace.of(items[-1]) if len(in_order) > limit else None,
    )


def _with_names(
    transaction: SqlTransaction, tenant: str, wanted: FileFilter, *, rest: Sequence[Conditions]
) -> _Listed:
    """The list of a prefix, by way of whichever leaves few: the prefix, or all else."""
    assert wanted.name_prefix is not None
    named = _of_names(tenant, wanted.name_prefix)
    named_count = _count(transaction, named)
    if named_count <= COUNTED_UP_TO:
        few = conditions_on(named, wanted)
        total = _count(transaction, select(named.c.id).where(*few).subquery())
        return _Listed(source=named, ranges=[few], total=total)
    met = [(*range_, begins_with(files.c.original_name, wanted.name_prefix)) for range_ in rest]
    if replace(wanted, name_prefix=None) == FileFilter():
        return _Listed(ranges=met, total=named_count)
    ranges = list(ranges_of(tenant, wanted))
    newest = _merged(files, ranges, limit=_ENOUGH, also=(files.c.original_name,))
    fits = begins_with(newest.c.original_name, wanted.name_prefix)
    counting = select(func.count(), func.count().filter(fits)).select_from(newest)
    looked_at, total = tuple(transaction.rows(counting)[0])
    if looked_at <= COUNTED_UP_TO:
        return _Listed(source=newest, ranges=[(fits,)], total=total)
    return _Listed(ranges=met, total=total, is_exact=False)


def _of_names(tenant: str, prefix: str) -> FromClause:
    """As many files as are counted whose names begin so, in no order that means anything."""
    conditions = (*whole_list(tenant), begins_with(files.c.original_name, prefix))
    # The order binds the query to the index of names, whatever the statistics say.
    return select(files).where(*conditions).order_by(in_order_of_names()).limit(_ENOUGH).subquery()


def _some(ranges: Sequence[Conditions]) -> FromClause:
    """As many files as are counted, in no order that means anything."""
    # That of each part binds it to its index.
    parts = [_in_order(files, range_).limit(_ENOUGH).subquery() for range_ in ranges]
    return union_all(*(select(part.c.id) for part in parts)).limit(_ENOUGH).subquery()


def _newest(listed: _Listed, past: FilePlace | None, *, offset: int, limit: int) -> FromClause:
    source = listed.source
    ranges = [
        range_ if past is None else (*range_, is_past(source, past)) for range_ in listed.ranges
    ]
    return _merged(source, ranges, offset=offset, limit=limit)


def _merged(
    source: FromClause,
    ranges: Sequence[Conditions],
    *,
    limit: int,
    offset: int = 0,
    also: Sequence[ColumnElement[str]] = (),
) -> FromClause:
    """The newest of all ranges, merged; each is cut by itself, else it would be read to its end."""
    if len(ranges) == 1:
        return _in_order(source, ranges[0], also).offset(offset).limit(limit).subquery()
    parts = [_in_order(source, range_, also).limit(offset + limit).subquery() for range_ in ranges]
    united = union_all(*(select(part) for part in parts)).subquery()
    whole = select(united).order_by(*_newest_first(united))
    return whole.offset(offset).limit(limit).subquery()


def _in_order(
    source: FromClause, conditions: Conditions, also: Sequence[ColumnElement[str]] = ()
) -> Select[tuple[object, ...]]:
    columns = (source.c.created_at, source.c.id, *also)
    # NULL is no constant to PostgreSQL, which would sort where the index is in order already.
    is_open = any(condition is is_unfinished for condition in conditions)
    lead = (files.c.outcome.desc(),) if is_open else ()
    return select(*columns).where(*conditions).order_by(*lead, *_newest_first(source))


def _newest_first(source: FromClause) -> tuple[ColumnElement[object], ...]:
    return source.c.created_at.desc(), source.c.id.desc()


def _count(transaction: SqlTransaction, some: FromClause) -> int:
    count: int = transaction.rows(select(func.count()).select_from(some))[0][0]
    return count
