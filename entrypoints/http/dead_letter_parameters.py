"""Which dead letters are meant: in a query, and in the body of a redrive."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from marshmallow import Schema, ValidationError, fields
from marshmallow.validate import Length

from application.ports.dead_lettered_files import DeadLetterFilter
from entrypoints.http.answers import wire_time
from entrypoints.http.cursors import Cursor
from entrypoints.http.json_body import BooleanMember, TextMember
from entrypoints.http.parameters import DEFAULT_LIMIT, MAX_LIMIT, Moment, StrictInteger

# ruff: noqa: N815 (names on the wire are camelCase)

MAX_IDS = 100

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

_CODE = {"description": "The reason, as in `errorCode`."}
_AFTER = {"description": "Given up after that moment."}
_BEFORE = {"description": "Given up before that moment."}


class DeadLetterQuery(Schema):
    """Which dead letters."""

    code = TextMember(longest=100, metadata=_CODE)
    tenant = TextMember(longest=255)
    deadLetteredAfter = Moment(metadata=_AFTER)
    deadLetteredBefore = Moment(metadata=_BEFORE)
    cursor = Cursor()
    limit = StrictInteger(lowest=1, highest=MAX_LIMIT, load_default=DEFAULT_LIMIT)


class FileIdMember(TextMember):
    """A file's id."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, *args, **kwargs)
        if not _UUID.fullmatch(text):
            raise ValidationError("must hold ids of files")
        return UUID(text)


class RedriveRequest(Schema):
    """Which dead letters to redrive. What is named holds together; at least one has to be."""

    ids = fields.List(
        FileIdMember(longest=36, metadata={"format": "uuid"}),
        validate=Length(1, MAX_IDS, error="Must hold {min} to {max} ids."),
    )
    code = TextMember(longest=100, metadata=_CODE)
    tenant = TextMember(longest=255)
    deadLetteredAfter = Moment(metadata=_AFTER)
    deadLetteredBefore = Moment(metadata=_BEFORE)
    all = BooleanMember(metadata={"description": "`true`, and nothing else named: every one."})
    cursor = Cursor()
    dryRun = BooleanMember(
        load_default=True,
        metadata={"description": "`false` to carry it out; else nothing changes."},
    )


def dead_letter_filter(given: Mapping[str, Any]) -> DeadLetterFilter:
    """The filter of a query or a body as it was read."""
    ids = given.get("ids")
    return DeadLetterFilter(
        ids=None if ids is None else tuple(dict.fromkeys(ids)),
        error_code=given.get("code"),
        tenant=given.get("tenant"),
        after=given.get("deadLetteredAfter"),
        before=given.get("deadLetteredBefore"),
    )


def filter_members(wanted: DeadLetterFilter) -> dict[str, object]:
    """The members of a body that mean this filter."""
    members = {
        "ids": None if wanted.ids is None else [str(file_id) for file_id in wanted.ids],
        "code": wanted.error_code,
        "tenant": wanted.tenant,
        "deadLetteredAfter": wire_time(wanted.after),
        "deadLetteredBefore": wire_time(wanted.before),
    }
    return {name: value for name, value in members.items() if value is not None}
