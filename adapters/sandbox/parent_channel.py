"""The worker, seen from its engine's process."""

import socket
from collections.abc import Callable
from contextlib import AbstractContextManager

from adapters.sandbox.frames import SIZES_BYTES, prefix, read_sizes
from adapters.sandbox.messages import FromChild, ToChild, decode_to_child, encode

_BUFFER_BYTES = 64 * 1024

NewGuard = Callable[[], AbstractContextManager[object]]
"""Makes what keeps threads from each other, a lock for one."""


class ParentChannel:
    """Sends and receives messages, and waits as long as that takes.

    Small messages are collected until there is a large one, or an answer to wait for: each time
    the worker is woken up costs more than what it is told. When the worker is gone there is
    nothing left to do: SystemExit is raised then. Any number of threads may send; those that
    receive take turns, see `Inbox`.
    """

    def __init__(self, descriptor: int, *, new_guard: NewGuard) -> None:
        self._socket = socket.socket(fileno=descriptor)
        self._incoming = self._socket.makefile("rb", buffering=_BUFFER_BYTES)
        self._sending = new_guard()
        self._outgoing = bytearray()

    def send(self, message: FromChild, payload: bytes | memoryview = b"") -> None:
        """Has the message sent, at the latest with the next that has a payload."""
        with self._sending:
            self._outgoing += prefix(encode(message), payload)
            if payload or len(self._outgoing) >= _BUFFER_BYTES:
                self._send_outgoing()
            if payload:
                self._send_all(payload)

    def receive(self) -> tuple[ToChild, bytes]:
        """The next message and its payload, after all that was to be sent."""
        with self._sending:
            self._send_outgoing()
        sizes = read_sizes(self._read(SIZES_BYTES))
        message = decode_to_child(self._read(sizes.header))
        return message, self._read(sizes.payload)

    def _send_outgoing(self) -> None:
        if self._outgoing:
            self._send_all(self._outgoing)
            self._outgoing.clear()

    def _send_all(self, content: bytes | bytearray | memoryview) -> None:
        try:
            self._socket.sendall(content)
        except OSError as error:
            raise SystemExit(0) from error

    def _read(self, size: int) -> bytes:
        if not size:
            return b""
        try:
            content: bytes = self._incoming.read(size)
        except OSError as error:
            raise SystemExit(0) from error
        if len(content) < size:
            raise SystemExit(0)
        return content
