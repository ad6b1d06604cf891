"""The WSGI application behind granian's asynchronous interface.

Nothing but that interface tells a body that was cut short from one that ended, and none but it
waits for the client without a thread: a thread that is blocked in a read cannot be freed.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from entrypoints.http.arriving_body import ArrivingBody, Patience
from entrypoints.http.wsgi_environ import wsgi_environ

WsgiApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What the application has begun to answer; `rest` follows `first`, None when that is all."""

    status: int
    headers: list[tuple[bytes, bytes]]
    first: bytes
    rest: Iterator[bytes] | None
    chunks: Iterable[bytes]


class AsgiBridge:
    """An ASGI application that runs the WSGI one in threads.

    A request holds a thread while the application works on it and while it reads its body. The
    chunks of a download are read one by one in threads and sent without one, so that a client
    who does not take them costs none.
    """

    def __init__(self, application: WsgiApplication, *, threads: int, patience: Patience) -> None:
        self._application = application
        self._patience = patience
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="request")

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """Answers one request."""
        loop = asyncio.get_running_loop()
        body = ArrivingBody(receive, loop, patience=self._patience)
        environ = wsgi_environ(scope, body)
        answer = await loop.run_in_executor(self._threads, self._begin, environ)
        start = {"type": "http.response.start", "status": answer.status, "headers": answer.headers}
        await send(start)
        if answer.rest is None:
            await send({"type": "http.response.body", "body": answer.first})
            return
        try:
            await self._send_all(answer.first, answer.rest, send)
        finally:
            await loop.run_in_executor(self._threads, _close, answer.chunks)

    def _begin(self, environ: dict[str, Any]) -> _Answer:
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], *_: object) -> None:
            started[:] = [(status, headers)]

        chunks = self._application(environ, start_response)
        rest = iter(chunks)
        first = next(rest, b"")
        [(status, headers)] = started
        is_whole = dict(headers).get("Content-Length") == str(len(first)) or not first
        if is_whole:
            _close(chunks)
        return _Answer(
            status=int(status[:3]),
            headers=[
                (name.lower().encode("latin-1"), text.encode("latin-1")) for name, text in headers
            ],
            first=first,
            rest=None if is_whole else rest,
            chunks=chunks,
        )

    async def _send_all(self, first: bytes, rest: Iterator[bytes], send: Send) -> None:
        loop = asyncio.get_running_loop()
        chunk: bytes | None = first
        # Without its last message granian cuts the connection: nobody takes the part for all.
        with suppress(TimeoutError):
            while chunk is not None:
                message = {"type": "http.response.body", "body": chunk, "more_body": True}
                await asyncio.wait_for(send(message), self._patience.send_seconds)
                chunk = await loop.run_in_executor(self._threads, next, rest, None)
            await send({"type": "http.response.body", "body": b""})


def _close(chunks: Iterable[bytes]) -> None:
    close = getattr(chunks, "close", None)
    if close is not None:
        close()
