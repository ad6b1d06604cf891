"""One engine's process, seen from the worker."""

import os
import select
import signal
import socket
import subprocess
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple, Protocol

import psutil

from adapters.sandbox.child_output import ChildOutput
from adapters.sandbox.frames import FrameBuffer, prefix
from adapters.sandbox.messages import FromChild, ToChild, decode_from_child, encode
from application.errors import EngineUnavailableError

_RECEIVED_BYTES = 256 * 1024
_FAREWELL_SECONDS = 1.0


class ChildObserver(Protocol):
    """Is told what becomes of the processes, in the thread that uses them."""

    def child_started(self, pid: int) -> None:
        """A process was started."""

    def child_ended(self, pid: int, code: int) -> None:
        """It has ended, or was ended; the code of a signal is negative."""

    def child_said(self, pid: int, text: str) -> None:
        """It wrote that to its stdout or stderr; of much, the last part."""


class Received(NamedTuple):
    """A message of the child, and the payload that came with it."""

    message: FromChild
    payload: bytes


class ChildGoneError(Exception):
    """The process has closed its side, so it has ended or is about to."""


class ChildProcess:
    """Talks to a process without ever waiting for it longer than it was told to.

    The process is not forked but started anew, since the worker has threads; it has a session
    of its own, so that Ctrl-C does not end it before the worker has given the file back. Its
    stdin is a pipe that carries nothing: it closes with this process, however that ends.
    Raises EngineUnavailableError when the machine has no room for it.
    """

    def __init__(self, command: Sequence[str], *, observer: ChildObserver) -> None:
        self._observer = observer
        self._socket, theirs = socket.socketpair()
        with theirs:
            self._process = self._start(command, theirs.fileno())
        self._socket.setblocking(False)
        assert self._process.stdout is not None
        self._output = ChildOutput(self._process.stdout)
        self._pending: deque[bytes | memoryview] = deque()
        self._frames = FrameBuffer()
        self._code: int | None = None
        self.jobs = 0
        observer.child_started(self.pid)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """False once it has ended."""
        return self._process.poll() is None

    @property
    def is_between_messages(self) -> bool:
        """False when a message has begun to arrive."""
        return self._frames.is_empty

    @property
    def resident_bytes(self) -> int:
        """How much memory it occupies; 0 when it has just ended."""
        try:
            return psutil.Process(self.pid).memory_info().rss
        except psutil.Error:
            return 0

    def send(self, message: ToChild, payload: bytes | memoryview = b"") -> None:
        """Has the message sent as soon as the child takes it."""
        self._pending.append(prefix(encode(message), payload))
        if payload:
            self._pending.append(payload)

    def exchange(self, seconds: float) -> list[Received]:
        """What the child said, of which the first is waited for up to `seconds`.

        Raises ChildGoneError, and BrokenFrameError when what it said is no message.
        """
        self._send_pending()
        ready = self._wait(seconds)
        if self._output.descriptor in ready:
            self._output.read()
        if self._socket.fileno() not in ready:
            return []
        return [
            Received(decode_from_child(frame.header), frame.payload)
            for frame in self._frames.frames(self._receive())
        ]

    def report_output(self) -> None:
        """Tells the observer what the child wrote since the last time, if anything."""
        text = self._output.take()
        if text:
            self._observer.child_said(self.pid, text)

    def end(self) -> int:
        """The exit code of a process that is ending; it is killed if it does not."""
        try:
            self._process.wait(_FAREWELL_SECONDS)
        except subprocess.TimeoutExpired:
            return self.kill()
        return self._farewell()

    def kill(self) -> int:
        """Ends the process, and what it may have started, at once; its exit code."""
        # It may be ending by itself, and not be there to be killed.
        with suppress(ProcessLookupError, PermissionError):
            if self.is_alive:
                os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()
        return self._farewell()

    def _start(self, command: Sequence[str], descriptor: int) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(
                [*command, str(descriptor)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=[descriptor],
                start_new_session=True,
            )
        except OSError as error:
            self._socket.close()
            raise EngineUnavailableError(f"its process could not be started: {error}") from error

    def _wait(self, seconds: float) -> set[int]:
        waiting = select.poll()
        waiting.register(self._socket, select.POLLIN | (select.POLLOUT if self._pending else 0))
        if self._output.descriptor is not None:
            waiting.register(self._output.descriptor, select.POLLIN)
        found = waiting.poll(seconds * 1000)
        return {descriptor for descriptor, event in found if event & ~select.POLLOUT}

    def _send_pending(self) -> None:
        try:
            while self._pending:
                sent = self._socket.send(self._pending[0])
                self._pending[0] = memoryview(self._pending[0])[sent:]
                if not self._pending[0]:
                    self._pending.popleft()
        except BlockingIOError:
            return
        except OSError:
            # What it may have said before it went is still to be received.
            self._pending.clear()

    def _receive(self) -> bytes:
        try:
            received = self._socket.recv(_RECEIVED_BYTES)
        except OSError as error:
            raise ChildGoneError from error
        if not received:
            raise ChildGoneError
        return received

    def _farewell(self) -> int:
        code = self._process.returncode
        if self._code is None:
            self._code = code
            self.report_output()
            self._output.close()
            self._socket.close()
            assert self._process.stdin is not None
            self._process.stdin.close()
            self._observer.child_ended(self.pid, code)
        return code
