"""Query parameters, read as strictly as they are written down."""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Never, TypeVar

from flask import Request, request
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, ValidationError, fields
from marshmallow.validate import OneOf
from webargs.flaskparser import FlaskParser

from application.errors import UnknownSchemaError
from application.use_cases.schema_reference import parse_schema_reference
from domain.access import Scope
from domain.error_catalogue import CATALOGUE, ErrorLevel
from domain.file_status import FileStatus, Outcome
from domain.file_type import FileType
from entrypoints.http.callers import mark_scopes
from entrypoints.http.documented_headers import EVERY_ANSWER, Headers
from entrypoints.http.problems import InputFault, RequestError

View = TypeVar("View", bound=Callable[..., Any])

MAX_LIMIT = 100
DEFAULT_LIMIT = 20
MAX_PAGE = 1_000_000_000

ROW_ERROR_CODES = [code for code, entry in CATALOGUE.items() if entry.level is not ErrorLevel.FILE]


API_KEY_SCHEME = "apiKey"


class StrictInteger(fields.Integer):
    """Plain ASCII digits within bounds; marshmallow's own takes `1_0`, `９` and `+5`."""

    def __init__(self, *, lowest: int, highest: int, **kwargs: Any) -> None:
        metadata = {"minimum": lowest, "maximum": highest, **kwargs.pop("metadata", {})}
        super().__init__(metadata=metadata, **kwargs)
        self._lowest = lowest
        self._highest = highest

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> int:
        if isinstance(value, str) and re.fullmatch(r"[0-9]{1,10}", value):
            number = int(value)
            if self._lowest <= number <= self._highest:
                return number
        raise ValidationError(f"must be a whole number from {self._lowest} to {self._highest}")


class Moment(fields.DateTime):
    """An RFC 3339 time with its offset."""

    _FORM = re.compile(
        r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)", re.ASCII
    )

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> datetime:
        if isinstance(value, str) and self._FORM.fullmatch(value):
            try:
                return datetime.fromisoformat(value.upper()).astimezone(UTC)
            except (ValueError, OverflowError):
                pass
        raise ValidationError("must be an RFC 3339 time such as 2026-11-23T09:00:00Z")


class Text(fields.String):
    """Some text without control characters."""

    def __init__(self, *, longest: int, **kwargs: Any) -> None:
        metadata = {
            "minLength": 1,
            "maxLength": longest,
            "pattern": r"^[^\x00-\x1f]+$",
            **kwargs.pop("metadata", {}),
        }
        super().__init__(metadata=metadata, **kwargs)
        self._longest = longest

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> str:
        text = str(value)
        if not 0 < len(text) <= self._longest or any(character < " " for character in text):
            raise ValidationError(f"must be 1 to {self._longest} printable characters")
        return text


class SchemaFilter(Text):
    """A schema's name, alone or with a version, as the pair of both."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return parse_schema_reference(super()._deserialize(value, *args, **kwargs))
        except UnknownSchemaError as error:
            raise ValidationError("must be a schema as in people or people@2") from error


class PageQuery(Schema):
    """Which page of a list."""

    page = StrictInteger(
        lowest=1, highest=MAX_PAGE, load_default=1, metadata={"description": "Counted from 1."}
    )
    limit = StrictInteger(lowest=1, highest=MAX_LIMIT, load_default=DEFAULT_LIMIT)


class FileQuery(Schema):
    """Which files."""

    # Without a default: beside a cursor there is no page, and the two exclude each other.
    page = StrictInteger(
        lowest=1,
        highest=MAX_PAGE,
        metadata={"description": "Counted from 1, the default; not together with `cursor`."},
    )
    cursor = Text(
        longest=200,
        metadata={"description": "Where to go on, from `next` of a page by the same filters."},
    )
    limit = StrictInteger(lowest=1, highest=MAX_LIMIT, load_default=DEFAULT_LIMIT)
    status = fields.Enum(FileStatus, by_value=True)
    outcome = fields.Enum(Outcome, by_value=True)
    type = fields.Enum(FileType, by_value=True)
    schema = SchemaFilter(
        longest=200, metadata={"description": "A schema: `name`, or `name@version`."}
    )
    q = Text(longest=255, metadata={"description": "How the original name begins."})
    createdAfter = Moment()  # noqa: N815 (the name on the wire)
    createdBefore = Moment()  # noqa: N815 (the name on the wire)


class RowErrorQuery(PageQuery):
    """Which row errors."""

    code = fields.String(validate=OneOf(ROW_ERROR_CODES, error="Must be one of: {choices}."))
    column = Text(longest=1000)


class ResultQuery(Schema):
    """How to have a result file."""

    profile = fields.String(
        validate=OneOf(["excel"], error="Must be one of: {choices}."),
        metadata={
            "description": "`excel`, of a `.csv`: to be opened in a spreadsheet, with a byte order "
            "mark, and a `'` before each cell that could be taken for a formula."
        },
    )


class StrictQueryParser(FlaskParser):
    """Refuses what it does not know, and what is there twice."""

    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "query": RAISE}  # noqa: RUF012

    def load_querystring(self, req: Request, schema: Schema) -> Any:
        _refuse_repeats(req)
        return super().load_querystring(req, schema)

    def handle_error(self, error: ValidationError, *_args: Any, **_kwargs: Any) -> Never:
        """Raises RequestError `invalid_parameter` with every fault."""
        assert isinstance(error.messages, Mapping)
        faults = [
            _fault(str(name), str(messages[0]))
            for by_name in error.messages.values()
            for name, messages in by_name.items()
        ]
        raise _refusal(faults) from error


class StrictBlueprint(Blueprint):
    """A blueprint whose query parameters are those it documents, and no others.

    Its decorators document the headers that every answer has.
    """

    ARGUMENTS_PARSER = StrictQueryParser()

    def response(
        self, status_code: int, schema: Any = None, *, headers: Headers | None = None, **more: Any
    ) -> Any:
        return super().response(
            status_code, schema, headers={**EVERY_ANSWER, **(headers or {})}, **more
        )

    def alt_response(
        self,
        status_code: int,
        response: str | None = None,
        *,
        headers: Headers | None = None,
        **more: Any,
    ) -> Any:
        headers = {**EVERY_ANSWER, **(headers or {})}
        return super().alt_response(status_code, response, headers=headers, **more)

    def needs(self, *scopes: Scope) -> Callable[[View], View]:
        """Lets in only callers that have one of the scopes; every route says, or is public."""

        def document(view: View) -> View:
            view = mark_scopes(view, frozenset(scopes))
            view = self.problems(400, 401, 403, 429)(view)
            security = [{API_KEY_SCHEME: [scope.value]} for scope in scopes]
            documented: View = self.doc(security=security)(view)
            return documented

        return document

    def problems(self, *statuses: int) -> Callable[[View], View]:
        """Documents the statuses of the problems that are to be expected of a route."""

        def document(view: View) -> View:
            for status in statuses:
                view = self.alt_response(status, HTTPStatus(status).name)(view)
            return view

        return document


def refuse_query() -> None:
    """For routes without query parameters: raises RequestError if there are any."""
    if request.args:
        raise _refusal([_fault(name, "Unknown field.") for name in request.args])


def refuse_unknown(known: Collection[str]) -> None:
    """Raises RequestError for parameters that are none of these, or are there twice."""
    unknown = [name for name in request.args if name not in known]
    if unknown:
        raise _refusal([_fault(name, "Unknown field.") for name in unknown])
    _refuse_repeats(request)


def refuse_parameter(name: str, detail: str) -> Never:
    """Raises RequestError for a parameter that does not fit the rest of the request."""
    raise _refusal([InputFault(code="invalid_parameter", detail=detail, parameter=name)])


def _refuse_repeats(req: Request) -> None:
    repeated = [name for name, values in req.args.lists() if len(values) > 1]
    if repeated:
        raise _refusal([_fault(name, "must not be repeated") for name in repeated])


def _fault(name: str, message: str) -> InputFault:
    shown = name[:100]
    if message == "Unknown field.":
        detail = f'there is no parameter "{shown}"'
        return InputFault(code="unknown_parameter", detail=detail, parameter=shown)
    detail = f"{shown} {message[0].lower()}{message[1:].removesuffix('.')}"
    return InputFault(code="invalid_parameter", detail=detail, parameter=shown)


def _refusal(faults: list[InputFault]) -> RequestError:
    return RequestError(
        "invalid_parameter", "; ".join(fault.detail for fault in faults[:5]), faults=faults
    )
