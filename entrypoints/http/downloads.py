"""Stored bytes as an answer: whole, or one range of them."""

import base64
from dataclasses import dataclass
from itertools import chain
from urllib.parse import quote

from flask import Request, Response
from werkzeug.http import parse_range_header

from application.use_cases.open_content import StoredContent
from entrypoints.http.answers import not_modified
from entrypoints.http.problems import RequestError


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    start: int
    stop: int


def download(content: StoredContent, request: Request) -> Response:
    """Streams `content` as an attachment, as RFC 9110 says for Range, If-Range, If-None-Match.

    Nothing is held in memory. Raises RequestError `range_not_satisfiable` and, before the
    answer has begun, what the storage raises.
    """
    headers = _headers(content)
    if request.if_none_match.contains_weak(content.sha256):
        return not_modified(Response(headers=headers))
    span = _asked_span(content, request)
    if span is None:
        return _stream(content, _Span(start=0, stop=content.size_bytes), 200, headers)
    headers["Content-Range"] = f"bytes {span.start}-{span.stop - 1}/{content.size_bytes}"
    return _stream(content, span, 206, headers)


def _headers(content: StoredContent) -> dict[str, str]:
    digest = base64.b64encode(bytes.fromhex(content.sha256)).decode()
    return {
        "Accept-Ranges": "bytes",
        "Content-Disposition": _attachment(content.name),
        "Content-Type": content.media_type,
        "ETag": f'"{content.sha256}"',
        "Repr-Digest": f"sha-256=:{digest}:",
    }


def _asked_span(content: StoredContent, request: Request) -> _Span | None:
    """The one range asked for; None for the whole, which also answers several or odd ranges."""
    asked = parse_range_header(request.headers.get("Range"))
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1:
        return None
    if_range = request.headers.get("If-Range")
    if if_range is not None and if_range != f'"{content.sha256}"':
        return None
    found = asked.range_for_length(content.size_bytes)
    if found is None:
        raise RequestError(
            "range_not_satisfiable",
            f"the content has {content.size_bytes} bytes",
            headers={"Content-Range": f"bytes */{content.size_bytes}"},
        )
    return _Span(start=found[0], stop=found[1])


def _stream(content: StoredContent, span: _Span, status: int, headers: dict[str, str]) -> Response:
    chunks = content.open(start=span.start, length=span.stop - span.start)
    # The first step opens the content: it has to fail while there still can be a problem.
    first = next(chunks, b"")
    answer = Response(chain((first,), chunks), status, headers=headers)
    answer.headers["Content-Length"] = str(span.stop - span.start)
    answer.call_on_close(chunks.close)
    return answer


def _attachment(name: str) -> str:
    plain = "".join(
        character if " " <= character <= "~" and character not in '"\\%' else "_"
        for character in name
    )
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
