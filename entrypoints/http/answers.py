"""Answers as JSON, with validators for whoever asks again."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime

from flask import Request, Response


def json_answer(
    body: object, status: int = 200, *, headers: Mapping[str, str] | None = None
) -> Response:
    """`body` as application/json."""
    return Response(
        _encoded(body), status, headers=dict(headers or {}), mimetype="application/json"
    )


def validated_answer(
    body: object, request: Request, *, headers: Mapping[str, str] | None = None
) -> Response:
    """As `json_answer` with a strong ETag, or 304 for a caller that has the same already.

    The tag is made from the bytes: it changes with the file's version and progress, and
    never stays when anything else shown, a rate for one, has moved.
    """
    encoded = _encoded(body)
    tag = bytes_tag(encoded)
    answer = Response(encoded, headers=dict(headers or {}), mimetype="application/json")
    answer.set_etag(tag)
    if request.if_none_match.contains_weak(tag):
        return not_modified(answer)
    return answer


def tag_of(body: object) -> str:
    """The ETag, without its quotes, that `validated_answer` gives that body."""
    return bytes_tag(_encoded(body))


def not_modified(answer: Response) -> Response:
    """304 with what RFC 9110 wants of the headers of `answer`."""
    kept = ("ETag", "Cache-Control", "Preference-Applied", "Repr-Digest")
    headers = {name: answer.headers[name] for name in kept if name in answer.headers}
    empty = Response(status=304, headers=headers)
    del empty.headers["Content-Type"]
    return empty


def wire_time(moment: datetime | None) -> str | None:
    """RFC 3339 in UTC with `Z`, to the microsecond."""
    if moment is None:
        return None
    utc = moment.astimezone(UTC)
    return utc.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def bytes_tag(encoded: bytes) -> str:
    """The ETag, without its quotes, of an answer of these bytes."""
    return hashlib.blake2b(encoded, digest_size=12).hexdigest()


def _encoded(body: object) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
