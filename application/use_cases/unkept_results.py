"""Results that nobody asked for."""

import hashlib

from application.ports.content_engine import CommittedResult, ResultSink, ResultSinks


class UnkeptResults(ResultSinks):
    """Takes what the engine writes, says what it amounts to, and keeps none of it."""

    def open(self, name: str, *, media_type: str) -> ResultSink:
        """A sink for nothing."""
        return _UnkeptResult()


class _UnkeptResult(ResultSink):
    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self._size_bytes = 0

    def write(self, data: bytes) -> None:
        self._digest.update(data)
        self._size_bytes += len(data)

    def commit(self, *, rows: int | None) -> CommittedResult:
        return CommittedResult(size_bytes=self._size_bytes, sha256=self._digest.hexdigest())
