"""The worker, seen from its engine's process."""

import socket

from adapters.sandbox.frames import SIZES_BYTES, prefix, read_sizes
from adapters.sandbox.messages import FromChild, ToChild, decode_to_child, encode

_BUFFER_BYTES = 64 * 1024


class ParentChannel:
    """Sends and receives one message at a time, and waits as long as that takes.

    When the worker is gone there is nothing left to do: SystemExit is raised then.
    """

    def __init__(self, descriptor: int) -> None:
        self._socket = socket.socket(fileno=descriptor)
        self._incoming = self._socket.makefile("rb", buffering=_BUFFER_BYTES)

    def send(self, message: FromChild, payload: bytes | memoryview = b"") -> None:
        """Sends the message; the worker takes it in before long, whatever else it does."""
        try:
            self._socket.sendall(prefix(encode(message), payload))
            if payload:
                self._socket.sendall(payload)
        except OSError as error:
            raise SystemExit(0) from error

    def receive(self) -> tuple[ToChild, bytes]:
        """The next message and its payload."""
        sizes = read_sizes(self._read(SIZES_BYTES))
        message = decode_to_child(self._read(sizes.header))
        return message, self._read(sizes.payload)

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
