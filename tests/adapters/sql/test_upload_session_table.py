"""The database refuses an upload in parts that could not have come to be."""

from typing import Any

import pytest
from sqlalchemy import Engine, insert
from sqlalchemy.exc import IntegrityError

from adapters.sql.engine import for_writing
from adapters.sql.sql_upload_sessions import upload_session_row
from adapters.sql.upload_session_table import upload_sessions
from tests.builders import START, build_upload

_ENDED = {"status": "aborted", "ended_at": START, "original_name": "", "key": ""}


def insert_upload(engine: Engine, **changes: Any) -> None:
    with for_writing(engine).connect() as connection:
        row = upload_session_row(build_upload().state) | changes
        connection.execute(insert(upload_sessions), row)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        (_ENDED | {"status": "done"}, "status_is_known"),
        (_ENDED | {"status": "open"}, "ended_unless_open"),
        (_ENDED | {"ended_at": None}, "ended_unless_open"),
        (_ENDED | {"status": "refused"}, "refused_for_a_reason"),
        ({"refusal": "empty_file"}, "refused_for_a_reason"),
        ({"size_bytes": 0}, "sizes_from_one"),
        ({"part_bytes": 0}, "sizes_from_one"),
        ({"schema_name": "people"}, "schema_is_whole"),
        (_ENDED | {"original_name": "people.csv"}, "ended_has_no_name"),
        (_ENDED | {"key": "uploads/1/people.csv"}, "ended_has_no_name"),
        (_ENDED | {"handle": "a-handle"}, "ended_has_no_name"),
        (_ENDED | {"sha256": "ab"}, "ended_has_no_name"),
    ],
)
def test_a_row_that_no_verb_makes_is_refused(
    each_engine: Engine, changes: dict[str, Any], constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        insert_upload(each_engine, **changes)


@pytest.mark.parametrize("changes", [{}, _ENDED, _ENDED | {"status": "refused", "refusal": "x"}])
def test_a_row_that_a_verb_makes_is_taken(each_engine: Engine, changes: dict[str, Any]) -> None:
    insert_upload(each_engine, **changes)
