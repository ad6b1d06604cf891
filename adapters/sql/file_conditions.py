"""What a filter of files says, as ranges of the indexes of lists and as plain conditions."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

from sqlalchemy import ColumnElement, FromClause, Uuid, literal, tuple_

from adapters.sql.storable_text import is_storable
from adapters.sql.tables import files, is_listed, is_unfinished
from adapters.sql.utc_date_time import UtcDateTime
from application.ports.file_repository import FileFilter, FilePlace
from domain.file_status import FileStatus, Outcome
from domain.file_type import FileType

Conditions = tuple[ColumnElement[bool], ...]
"""They hold together."""

_KINDS: Sequence[tuple[FileStatus, Outcome | None]] = (
    (FileStatus.PENDING, None),
    (FileStatus.PROCESSING, None),
    (FileStatus.COMPLETED, Outcome.CLEAN),
    (FileStatus.COMPLETED, Outcome.PARTIAL),
    (FileStatus.FAILED, Outcome.REJECTED),
    (FileStatus.FAILED, Outcome.DEAD_LETTERED),
    (FileStatus.FAILED, Outcome.CANCELLED),
)


def is_possible(wanted: FileFilter) -> bool:
    """False where no file can fit: a text that none has, or two values that exclude each other."""
    texts = (wanted.name_prefix or "", wanted.schema_name or "")
    return all(map(is_storable, texts)) and any(_kinds(wanted))


def whole_list(tenant: str) -> Conditions:
    """All that a tenant's lists ever show."""
    return (files.c.tenant == tenant, is_listed)


def ranges_of(tenant: str, wanted: FileFilter) -> Iterator[Conditions]:
    """The filter but for its prefix: ranges of one index, which have no file in common."""
    rest = (*whole_list(tenant), *_of_schema(files, wanted), *_of_time(files, wanted))
    kinds = (wanted.status, wanted.outcome, wanted.file_type, wanted.schema_name)
    if all(value is None for value in (*kinds, wanted.schema_version)):
        yield rest
        return
    for (status, outcome), file_type in product(_kinds(wanted), _types(wanted)):
        yield (
            *rest,
            files.c.status == status.value,
            is_unfinished if outcome is None else files.c.outcome == outcome.value,
            files.c.file_type == file_type.value,
        )


def conditions_on(source: FromClause, wanted: FileFilter) -> Conditions:
    """The filter but for its prefix, over rows that were found by other means."""
    equal = {
        "status": wanted.status,
        "outcome": wanted.outcome,
        "file_type": wanted.file_type,
    }
    kind = (source.c[name] == value.value for name, value in equal.items() if value is not None)
    return (*kind, *_of_schema(source, wanted), *_of_time(source, wanted))


def bounded_once(wanted: FileFilter, past: FilePlace | None) -> FileFilter:
    """The filter without a bound of creation that everything behind `past` keeps.

    Of two upper bounds PostgreSQL begins at the first, and reads all from there to the other.
    """
    bound = wanted.created_before
    is_kept = past is not None and bound is not None and past.created_at < bound
    return replace(wanted, created_before=None) if is_kept else wanted


def is_past(source: FromClause, place: FilePlace) -> ColumnElement[bool]:
    """True of what the list has behind that place."""
    here = tuple_(literal(place.created_at, UtcDateTime()), literal(place.file_id, Uuid()))
    return tuple_(source.c.created_at, source.c.id) < here


def _kinds(wanted: FileFilter) -> Iterator[tuple[FileStatus, Outcome | None]]:
    for status, outcome in _KINDS:
        if wanted.status in (None, status) and wanted.outcome in (None, outcome):
            yield status, outcome


def _types(wanted: FileFilter) -> Sequence[FileType]:
    return tuple(FileType) if wanted.file_type is None else (wanted.file_type,)


def _of_schema(source: FromClause, wanted: FileFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.schema_name is not None:
        yield source.c.schema_name == wanted.schema_name
    if wanted.schema_version is not None:
        yield source.c.schema_version == wanted.schema_version


def _of_time(source: FromClause, wanted: FileFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.created_after is not None:
        yield source.c.created_at > wanted.created_after
    if wanted.created_before is not None:
        yield source.c.created_at < wanted.created_before
