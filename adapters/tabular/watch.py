"""Tells how far the reading has come, and notices when it shall stop."""

from collections.abc import Callable, Generator
from contextlib import closing

from application.errors import ProcessingStoppedError
from application.ports.content_engine import ContentSource
from domain.progress import Progress

_ROWS_BETWEEN_LOOKS = 200
_BYTES_BETWEEN_LOOKS = 256 * 1024
_STOPPED = "the work on the file was told to stop"


class Watch:
    """Stands between one source and the readers, who say how far they are.

    By default nobody is told how far the reading has come, and nothing stops it.
    """

    def __init__(
        self,
        source: ContentSource,
        *,
        progress: Callable[[Progress], None] = lambda _: None,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self._source = source
        self._progress = progress
        self._should_stop = should_stop
        self._bytes_read = 0
        self._rows_read = 0
        self._is_stopped = False
        self.is_read_ahead = False
        """Set when another thread goes on reading: the job is then told and asked by the rows
        alone, in the thread that called the engine."""

    def chunks(self) -> Generator[bytes]:
        """The source from its start, closed when the reader stops."""
        with closing(self._source.open()) as chunks:
            for chunk in chunks:
                # However much the source hands over at once, stopping must not wait for it.
                for start in range(0, len(chunk), _BYTES_BETWEEN_LOOKS):
                    self.stop_reading_if_told()
                    yield chunk[start : start + _BYTES_BETWEEN_LOOKS]

    def read_to(self, offset: int) -> None:
        """So many of the source's bytes are used up."""
        self._bytes_read = offset
        if not self.is_read_ahead:
            self._report()

    def bytes_read(self) -> int:
        """How much of the source was used up so far."""
        return self._bytes_read

    def row(self) -> None:
        """One more row was read."""
        self._rows_read += 1
        if self._rows_read % _ROWS_BETWEEN_LOOKS == 0:
            self.look()

    def rows(self, count: int) -> None:
        """So many more rows were read, at once."""
        self._rows_read += count
        self.look()

    def look(self) -> None:
        """Asks whether to stop, and tells how far the reading has come."""
        self._stop_if_told()
        self._report()

    def finish(self) -> None:
        """Everything was read."""
        self._report()

    def stop_reading_if_told(self) -> None:
        """Raises ProcessingStoppedError when the job shall stop, in whichever thread reads."""
        if not self.is_read_ahead:
            self._stop_if_told()
        elif self._is_stopped:
            raise ProcessingStoppedError(_STOPPED)

    def _stop_if_told(self) -> None:
        if self._should_stop():
            self._is_stopped = True
            raise ProcessingStoppedError(_STOPPED)

    def _report(self) -> None:
        self._progress(Progress(bytes_read=self._bytes_read, rows_read=self._rows_read))
