"""One result file written as text."""

from application.ports.content_engine import CommittedResult, ResultSinks

_FLUSH_CHARACTERS = 64 * 1024


class ResultText:
    """Collects text and hands it to its sink in UTF-8, a good deal at a time."""

    def __init__(self, sinks: ResultSinks, name: str, *, media_type: str) -> None:
        self._sink = sinks.open(name, media_type=media_type)
        self._pending: list[str] = []
        self._pending_characters = 0

    def write(self, text: str) -> None:
        """Appends the text."""
        self._pending.append(text)
        self._pending_characters += len(text)
        if self._pending_characters >= _FLUSH_CHARACTERS:
            self.flush()

    def write_encoded(self, text: bytes) -> None:
        """Appends the text, which is in UTF-8."""
        self.flush()
        self._sink.write(text)

    def commit(self, *, rows: int | None) -> CommittedResult:
        """Keeps the result; nothing can be written after it."""
        self.flush()
        return self._sink.commit(rows=rows)

    def flush(self) -> None:
        """Hands over what was written so far."""
        self._sink.write("".join(self._pending).encode())
        self._pending.clear()
        self._pending_characters = 0
