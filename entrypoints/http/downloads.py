"""Stored bytes as an answer: whole, one range of them, or where else to get them."""

import base64
import re
from dataclasses import dataclass
from itertools import chain
from urllib.parse import quote

from flask import Request, Response

from application.use_cases.open_content import StoredContent
from entrypoints.http.answers import not_modified
from entrypoints.http.problems import RequestError

_ONE_RANGE = re.compile(r"bytes=(?:([0-9]{1,18})-([0-9]{1,18})?|-([0-9]{1,18}))")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    start: int
    stop: int


def download(content: StoredContent, request: Request) -> Response:
    """Sends the caller to the storage where that makes links, else streams an attachment.

    As RFC 9110 says for Range, If-Range, If-None-Match. Nothing is held in memory. Raises
    RequestError `range_not_satisfiable` and, before the answer has begun, what the storage
    raises.
    """
    headers = _headers(content)
    if request.if_none_match.contains_weak(content.sha256):
        return not_modified(Response(headers=headers))
    # A link is signed for GET alone.
    link = None if request.method == "HEAD" else content.link()
    if link is not None:
        return _redirect(link, repr_digest=headers["Repr-Digest"])
    span = _asked_span(content, request)
    if span is None:
        return _stream(content, _Span(start=0, stop=content.size_bytes), 200, headers)
    headers["Content-Range"] = f"bytes {span.start}-{span.stop - 1}/{content.size_bytes}"
    return _stream(content, span, 206, headers)


def _redirect(link: str, *, repr_digest: str) -> Response:
    """307, which nobody may keep: the link in it soon ends, and needs no permission."""
    headers = {"Location": link, "Cache-Control": "no-store", "Repr-Digest": repr_digest}
    empty = Response(status=307, headers=headers)
    del empty.headers["Content-Type"]
    return empty


def _headers(content: StoredContent) -> dict[str, str]:
    digest = base64.b64encode(bytes.fromhex(content.sha256)).decode()
    return {
        "Accept-Ranges": "bytes",
        "Content-Disposition": attachment(content.name),
        "Content-Type": content.media_type,
        "ETag": f'"{content.sha256}"',
        "Repr-Digest": f"sha-256=:{digest}:",
    }


def _asked_span(content: StoredContent, request: Request) -> _Span | None:
    """The one range asked for; None for the whole, which also answers several or odd ranges."""
    asked = _ONE_RANGE.fullmatch(request.headers.get("Range", ""))
    if_range = request.headers.get("If-Range")
    if asked is None or if_range not in (None, f'"{content.sha256}"'):
        return None
    size, (first, last, suffix) = content.size_bytes, asked.groups()
    if suffix is not None:
        span = _Span(start=max(0, size - int(suffix)), stop=size)
    else:
        span = _Span(start=int(first), stop=min(size, int(last) + 1) if last else size)
        if last and int(last) < int(first):
            return None
    if span.start >= span.stop:
        raise RequestError(
            "range_not_satisfiable",
            f"the content has {size} bytes",
            headers={"Content-Range": f"bytes */{size}"},
        )
    return span


def _stream(content: StoredContent, span: _Span, status: int, headers: dict[str, str]) -> Response:
    chunks = content.open(start=span.start, length=span.stop - span.start)
    # The first step opens the content: it has to fail while there still can be a problem.
    first = next(chunks, b"")
    answer = Response(chain((first,), chunks), status, headers=headers)
    answer.headers["Content-Length"] = str(span.stop - span.start)
    answer.call_on_close(chunks.close)
    return answer


def attachment(name: str) -> str:
    """The Content-Disposition of what is to be saved under that name."""
    plain = "".join(
        character if " " <= character <= "~" and character not in '"\\%' else "_"
        for character in name
    )
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
