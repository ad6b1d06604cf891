"""A stretch of network that tests can break: between a process and the service it calls."""

import socket
import struct
import threading
import time
from contextlib import suppress
from pathlib import Path

_CHUNK_BYTES = 64 * 1024
_TICK_SECONDS = 0.02
_RESET = struct.pack("ii", 1, 0)


class TcpProxy:
    """Listens on a free port of the loopback and passes bytes on to `target`, both ways.

    `target` is a port of the loopback, or the path of a socket. `refuse`, `slow_down` and
    `fall_silent` break it, each in its way, until `mend`. Entering starts it, leaving ends it
    and every connection.
    """

    def __init__(self, target: int | Path) -> None:
        self._target = target
        self._listener = _listen(0)
        self.port = int(self._listener.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self._lock = threading.Lock()
        self._connections: set[socket.socket] = set()
        self._bytes_per_second: float | None = None
        self._may_answer = threading.Event()
        self._may_answer.set()
        self._is_refusing = False

    def __enter__(self) -> "TcpProxy":
        self._accept_from(self._listener)
        return self

    def __exit__(self, *_: object) -> None:
        self.refuse()

    def refuse(self) -> None:
        """Resets every connection, and accepts no other: as when the service is not running."""
        self._is_refusing = True
        self._may_answer.set()
        # Without the shutdown, the thread that waits in accept would keep the port open.
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._reset_all()

    def slow_down(self, *, bytes_per_second: float) -> None:
        """Lets answers through at that rate, on connections that exist as on new ones."""
        self._bytes_per_second = bytes_per_second

    def fall_silent(self) -> None:
        """Takes connections and what they send, and lets no answer through."""
        self._may_answer.clear()

    def mend(self) -> None:
        """Passes everything on again, at once also what was slow."""
        self._bytes_per_second = None
        self._may_answer.set()
        if self._is_refusing:
            self._is_refusing = False
            self._listener = _listen(self.port)
            self._accept_from(self._listener)

    def _accept_from(self, listener: socket.socket) -> None:
        def accept() -> None:
            # An error of accept is the end of the listener.
            with suppress(OSError):
                while True:
                    self._connect(listener.accept()[0])

        threading.Thread(target=accept, name="proxy", daemon=True).start()

    def _connect(self, caller: socket.socket) -> None:
        try:
            service = self._reach()
        except OSError:
            caller.close()
            return
        service.settimeout(None)
        with self._lock:
            self._connections |= {caller, service}
        for source, sink, is_answer in ((caller, service, False), (service, caller, True)):
            threading.Thread(
                target=self._pump, args=(source, sink, is_answer), name="proxy", daemon=True
            ).start()

    def _reach(self) -> socket.socket:
        if isinstance(self._target, int):
            return socket.create_connection(("127.0.0.1", self._target), timeout=10)
        service = socket.socket(socket.AF_UNIX)
        service.connect(str(self._target))
        return service

    def _pump(self, source: socket.socket, sink: socket.socket, is_answer: bool) -> None:
        with suppress(OSError):
            while chunk := source.recv(_CHUNK_BYTES):
                self._pass_on(chunk, sink, is_answer=is_answer)
        self._forget(source, sink)

    def _pass_on(self, chunk: bytes, sink: socket.socket, *, is_answer: bool) -> None:
        while chunk:
            if is_answer:
                self._may_answer.wait()
            rate = self._bytes_per_second if is_answer else None
            size = len(chunk) if rate is None else max(1, int(rate * _TICK_SECONDS))
            sink.sendall(chunk[:size])
            chunk = chunk[size:]
            if rate is not None:
                time.sleep(_TICK_SECONDS)

    def _reset_all(self) -> None:
        with self._lock:
            connections = list(self._connections)
        for each in connections:
            with suppress(OSError):
                each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self._forget(*connections)

    def _forget(self, *connections: socket.socket) -> None:
        with self._lock:
            self._connections.difference_update(connections)
        for each in connections:
            # Wakes the thread that waits for it.
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


def _listen(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(128)
    return listener
