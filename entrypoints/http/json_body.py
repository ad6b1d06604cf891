"""Bodies that are JSON."""

from collections.abc import Mapping
from typing import Any, cast

from flask import Request
from marshmallow import RAISE, Schema, ValidationError, fields

from application.ports.clock import Clock
from entrypoints.http.parameters import Text
from entrypoints.http.problems import InputFault, RequestError
from entrypoints.http.request_body import RequestBody
from entrypoints.http.strict_json import parse_json


def read_json(request: Request, *, max_bytes: int, clock: Clock, what: str) -> object:
    """The value that the body is; a `what`, as refusals call it.

    Raises RequestError `not_json`, `malformed_json`, `body_too_large`, `incomplete_body`,
    `digest_mismatch`.
    """
    body = RequestBody(request, max_bytes=max_bytes, clock=clock)
    try:
        if request.mimetype != "application/json":
            raise RequestError("not_json", f"a {what} is sent as application/json")
        text = body.read_whole()
        body.check_whole()
        body.check_digest()
    finally:
        body.drain()
    try:
        return parse_json(text)
    except ValueError as error:
        raise RequestError("malformed_json", f"the {what} is not valid JSON: {error}") from error


def load_members(schema: Schema, value: object) -> dict[str, Any]:
    """The members of a JSON object as `schema` reads them.

    Raises RequestError `invalid_member` that tells each fault at its place.
    """
    if not isinstance(value, dict):
        raise invalid_member("", "the body is a JSON object")
    try:
        members: dict[str, Any] = schema.load(value, unknown=RAISE)
    except ValidationError as error:
        told_by_name = cast("Mapping[str, object]", error.messages)
        faults = [_fault(name, told) for name, told in told_by_name.items()]
        detail = "; ".join(fault.detail for fault in faults[:5])
        raise RequestError("invalid_member", detail, faults=faults) from error
    return members


def invalid_member(pointer: str, detail: str) -> RequestError:
    """The refusal of what stands at that place of the body."""
    fault = InputFault(code="invalid_member", detail=detail, pointer=pointer)
    return RequestError("invalid_member", detail, faults=[fault])


def _fault(name: str, told: object) -> InputFault:
    shown, message = name[:100], _first_message(told)
    if message == "Unknown field.":
        detail = f'there is no member "{shown}"'
        return InputFault(code="unknown_member", detail=detail, pointer=f"/{shown}")
    detail = f"{shown} {message[0].lower()}{message[1:].removesuffix('.')}"
    return InputFault(code="invalid_member", detail=detail, pointer=f"/{shown}")


def _first_message(told: object) -> str:
    """A message, or the first of those about the items of a list."""
    while isinstance(told, Mapping):
        told = next(iter(told.values()))
    return str(told[0] if isinstance(told, list) else told)


class TextMember(Text):
    """A JSON string as Text demands it."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError("must be a string")
        return super()._deserialize(value, *args, **kwargs)


class BooleanMember(fields.Boolean):
    """`true` or `false`; marshmallow's own takes `"yes"` and `1`."""

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("must be true or false")
        return value
