"""A request's body, read by a thread while it arrives at the event loop."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How slow a client may be, who holds a thread by its body or an open file by a download.

    Between two pieces of a body `silence_seconds` may pass; once `grace_seconds` were spent
    waiting, `bytes_per_second` have to arrive on the average. A piece of an answer has to be
    taken within `send_seconds`.
    """

    silence_seconds: float = 10.0
    grace_seconds: float = 10.0
    bytes_per_second: int = 1024
    send_seconds: float = 30.0


class ArrivingBody:
    """WSGI's input: each `read` waits for the next piece, and no longer than is decent.

    Nothing is asked of the client before the first `read`, which is when `100 Continue` is
    sent. One piece is fetched ahead of the reader, and no more: who sends faster than is read
    waits.
    """

    def __init__(
        self,
        receive: Callable[[], Awaitable[dict[str, Any]]],
        loop: asyncio.AbstractEventLoop,
        *,
        patience: Patience,
    ) -> None:
        self._receive = receive
        self._loop = loop
        self._patience = patience
        self._coming: Future[dict[str, Any]] | None = None
        self._piece = memoryview(b"")
        self._has_ended = False
        self._received_bytes = 0
        self._waited_seconds = 0.0

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes, as soon as there are any; none at the body's end.

        Raises TimeoutError when the client is too slow, ConnectionError when it is gone before
        the end. Afterwards there is nothing more.
        """
        if size < 0:
            return b"".join(iter(lambda: self.read(64 * 1024), b""))
        while not self._piece and not self._has_ended:
            self._await_piece()
        taken, self._piece = self._piece[:size], self._piece[size:]
        return bytes(taken)

    def _await_piece(self) -> None:
        message = self._next_message()
        if message["type"] == "http.disconnect":
            self._has_ended = True
            raise ConnectionResetError("the connection ended before the body did")
        piece = message.get("body", b"")
        self._piece = memoryview(piece)
        self._received_bytes += len(piece)
        if not message.get("more_body", False):
            self._has_ended = True
            return
        self._coming = self._ask()

    def _next_message(self) -> dict[str, Any]:
        coming = self._coming or self._ask()
        self._coming = None
        began = self._loop.time()
        try:
            return coming.result(self._longest_wait_seconds())
        except FutureTimeoutError as error:
            coming.cancel()
            self._has_ended = True
            raise TimeoutError("the body arrives too slowly") from error
        finally:
            # Only what was spent here: a storage that is slow is not the client's fault.
            self._waited_seconds += self._loop.time() - began

    def _longest_wait_seconds(self) -> float:
        earned = self._received_bytes / self._patience.bytes_per_second
        left = self._patience.grace_seconds + earned - self._waited_seconds
        return max(0.0, min(self._patience.silence_seconds, left))

    def _ask(self) -> Future[dict[str, Any]]:
        return asyncio.run_coroutine_threadsafe(self._received(), self._loop)

    async def _received(self) -> dict[str, Any]:
        return await self._receive()
