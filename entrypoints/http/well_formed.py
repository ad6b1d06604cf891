"""What is refused of a request before anybody asks what it wants."""

import re
from urllib.parse import unquote_to_bytes

from flask import Flask, request

from entrypoints.http.problems import RequestError

_METHOD = re.compile(r"[A-Z]+(?:-[A-Z]+)*")
# A host that is there twice has a comma here. It may be empty (RFC 9110, 7.2).
_HOST = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+;=%-]*|\[[0-9A-Fa-f:.]+\])(?::[0-9]{0,5})?")


def refuse_malformed(app: Flask) -> None:
    """Answers 400 where Werkzeug would guess what was meant, and 404 for `//files`.

    Whoever stands in front of us and judges by paths, methods or hosts must read them as we do.
    """

    @app.before_request
    def look_at_request_line() -> None:
        environ = request.environ
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        if not _METHOD.fullmatch(method):
            raise RequestError("bad_request", "the method is not written in capital letters")
        if path.startswith("//"):
            raise RequestError("not_found", f"{method} {path[:200]}: Not Found")
        if not path.startswith("/"):
            raise RequestError("bad_request", "the target does not begin with a slash")
        _check_query(environ["QUERY_STRING"].encode("latin-1"))
        if not _HOST.fullmatch(environ.get("HTTP_HOST", "")):
            raise RequestError.in_header("bad_request", "Host", "Host does not name one host")


def _check_query(query: bytes) -> None:
    try:
        unquote_to_bytes(query).decode()
    except UnicodeDecodeError as error:
        raise RequestError("bad_request", "the query is not UTF-8") from error
