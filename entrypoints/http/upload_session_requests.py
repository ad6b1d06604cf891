"""The bodies of requests about uploads in parts."""

import json
import re
from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from flask import Request
from marshmallow import Schema, ValidationError, fields
from marshmallow.validate import Length

from application.ports.clock import Clock
from domain.part_plan import MOST_PARTS
from entrypoints.http.json_body import (
    BooleanMember,
    TextMember,
    invalid_member,
    load_members,
    read_json,
)
from entrypoints.http.problems import RequestError
from entrypoints.http.upload_fields import FIELD_BYTES

# ruff: noqa: N815 (names on the wire are camelCase)

LARGEST_BODY = 256 * 1024
MOST_LINKS = 1000
_LONGEST_NAME = 4096
_LARGEST_NUMBER = 2**53 - 1
_SHA256 = re.compile(r"[0-9a-f]{64}", re.IGNORECASE)
_CONTENT_SHA256 = re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):\s*(?:,|$)")


class IntegerMember(fields.Integer):
    """A JSON number without a fraction; marshmallow's own takes `"1"` and `true`."""

    def __init__(self, *, lowest: int, highest: int, **kwargs: Any) -> None:
        metadata = {"minimum": lowest, "maximum": highest, **kwargs.pop("metadata", {})}
        super().__init__(metadata=metadata, **kwargs)
        self._lowest = lowest
        self._highest = highest

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> int:
        if type(value) is int and self._lowest <= value <= self._highest:
            return value
        raise ValidationError(f"must be a whole number from {self._lowest} to {self._highest}")


class NameMember(fields.String):
    """A file's name, which is cleaned and not refused, whatever characters it has."""

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> str:
        if not isinstance(value, str) or len(value) > _LONGEST_NAME:
            raise ValidationError(f"must be a string of at most {_LONGEST_NAME} characters")
        return value


class MaxErrorsMember(fields.Field[str]):
    """A count, or a share as a string."""

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> str:
        if type(value) not in (int, str):
            raise ValidationError('must be a whole number, or a percentage such as "5%"')
        return str(value)


class ObjectMember(fields.Dict):
    """A JSON object."""

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> Any:
        if not isinstance(value, dict):
            raise ValidationError("must be a JSON object of strings")
        return value


class UploadRequest(Schema):
    """What is to be uploaded in parts, with the options that an upload has."""

    name = NameMember(
        required=True,
        error_messages={"required": "Is missing."},
        metadata={"description": "Of a .csv, .tsv, .json, .ndjson or .jsonl file, maybe with .gz."},
    )
    size = IntegerMember(
        lowest=0,
        highest=_LARGEST_NUMBER,
        required=True,
        error_messages={"required": "Is missing."},
        metadata={"description": "Of the whole file, in bytes; an empty one is refused."},
    )
    sha256 = TextMember(
        longest=FIELD_BYTES["sha256"],
        metadata={"description": "Of the whole file, in hexadecimal; compared at completion."},
    )
    schema = TextMember(
        longest=FIELD_BYTES["schema"],
        metadata={"description": "A registered schema: `name`, or `name@version`."},
    )
    onError = TextMember(longest=FIELD_BYTES["onError"])
    maxErrors = MaxErrorsMember(
        metadata={"oneOf": [{"type": "integer"}, {"type": "string"}], "description": "As `5%`."}
    )
    outputs = TextMember(
        longest=FIELD_BYTES["outputs"], metadata={"description": "As `csv,parquet`."}
    )
    encoding = TextMember(longest=FIELD_BYTES["encoding"])
    delimiter = TextMember(longest=FIELD_BYTES["delimiter"])
    header = BooleanMember()
    parentId = TextMember(longest=FIELD_BYTES["parentId"], metadata={"format": "uuid"})
    metadata = ObjectMember(keys=fields.String(), values=fields.String())


class PartDigest(Schema):
    """A part that is to be sent."""

    number = IntegerMember(lowest=1, highest=MOST_PARTS, required=True)
    sha256 = TextMember(
        longest=64,
        required=True,
        metadata={
            "description": "Of the part, in hexadecimal.",
            "pattern": "^[0-9A-Fa-f]{64}$",
        },
    )


class PartsRequest(Schema):
    """The parts for which links are wanted."""

    parts = fields.List(
        fields.Nested(PartDigest),
        required=True,
        error_messages={"required": "Is missing."},
        validate=Length(1, MOST_LINKS, error="Must hold {min} to {max} parts."),
    )


def read_upload(request: Request, clock: Clock) -> dict[str, Any]:
    """The members of a request to begin an upload; raises RequestError."""
    body = read_json(request, max_bytes=LARGEST_BODY, clock=clock, what="upload")
    return load_members(UploadRequest(), body)


def form_fields(members: Mapping[str, Any]) -> dict[str, str]:
    """The options among the members, as the fields that a form would have."""
    given = {name: value for name, value in members.items() if name not in ("name", "size")}
    if "header" in given:
        given["header"] = "true" if given["header"] else "false"
    if "metadata" in given:
        given["metadata"] = json.dumps(given["metadata"])
        if len(given["metadata"]) > FIELD_BYTES["metadata"]:
            most = FIELD_BYTES["metadata"]
            raise invalid_member("/metadata", f"metadata is longer than {most} bytes")
    return given


def read_part_digests(request: Request, clock: Clock) -> dict[int, str]:
    """The sha256 of each part by its number; raises RequestError."""
    body = read_json(request, max_bytes=LARGEST_BODY, clock=clock, what="list of parts")
    digests: dict[int, str] = {}
    for place, part in enumerate(load_members(PartsRequest(), body)["parts"]):
        if part["number"] in digests:
            raise invalid_member(f"/parts/{place}", f"part {part['number']} is there twice")
        if not _SHA256.fullmatch(part["sha256"]):
            raise invalid_member(f"/parts/{place}/sha256", "sha256 must be 64 hexadecimal digits")
        digests[part["number"]] = part["sha256"].lower()
    return digests


def part_size(request: Request) -> int:
    """The length that a part is announced with: without one, a cut would look like its end."""
    if request.content_length is None:
        raise RequestError.in_header(
            "length_required", "Content-Length", "a part needs a Content-Length"
        )
    return request.content_length


def part_sha256(request: Request) -> str:
    """The digest that a part is announced with, in hexadecimal."""
    found = _CONTENT_SHA256.search(request.headers.get("Content-Digest", ""))
    if found is None:
        raise RequestError.in_header(
            "digest_required",
            "Content-Digest",
            "a part needs a Content-Digest with its sha-256, as sha-256=:base64:",
        )
    return b64decode(found[1]).hex()
