"""What every request and every answer carries."""

import re

import structlog
from flask import Flask, Response, g, request

from application.ports.id_generator import IdGenerator

_REQUEST_ID = re.compile(r"[A-Za-z0-9._~+/=:-]{1,128}")


def frame_requests(app: Flask, ids: IdGenerator) -> None:
    """Gives each request an id, the caller's own where it is safe, and each answer its headers."""

    @app.before_request
    def name_request() -> None:
        asked = request.headers.get("X-Request-Id", "")
        g.request_id = asked if _REQUEST_ID.fullmatch(asked) else str(ids.new_id())
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def add_headers(answer: Response) -> Response:
        answer.headers["X-Request-Id"] = g.request_id
        answer.headers["X-Content-Type-Options"] = "nosniff"
        # Whoever shares a cache with a caller must not be shown what is there for that one.
        private = "private, no-cache" if "caller" in g else "no-cache"
        answer.headers.setdefault("Cache-Control", private)
        answer.headers.setdefault("Referrer-Policy", "no-referrer")
        # An API answer is never a page: what a browser is shown of it may load or run nothing.
        answer.headers.setdefault(
            "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"
        )
        return answer
