"""A file that somebody shows us, and that is not kept."""

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from application.errors import ProcessingStoppedError, ResourceLimitError
from application.ports.clock import Clock
from application.ports.content_engine import ContentSource
from application.ports.file_storage import ContentWriter
from application.use_cases.received_content import receive_content
from domain.file_type import FileType
from domain.processing_options import ProcessingOptions
from domain.upload_policy import UploadPolicy, clean_file_name


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleLimits:
    """What one sample may take: it is held in memory, and somebody waits for the answer."""

    max_bytes: int = 10 * 1024 * 1024
    seconds: float = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What was shown, as what it is read, and how."""

    source: ContentSource
    file_type: FileType
    options: ProcessingOptions


def receive_sample(
    *,
    name: str,
    chunks: Iterable[bytes],
    options: Callable[[], ProcessingOptions],
    limits: SampleLimits,
) -> Sample:
    """The sample, once all of it has arrived.

    `options` is asked once, after the last chunk, because the fields of a form may follow its
    file. Raises FileTooLargeError, EmptyFileError, and what `decide_file_type`,
    `clean_file_name`, `chunks` and `options` raise.
    """
    held = _HeldContent()
    policy = UploadPolicy(max_bytes=limits.max_bytes)
    arrived = receive_content(held, name=clean_file_name(name), chunks=chunks, policy=policy)
    said = options()
    return Sample(source=held, file_type=arrived.file_type(said.encoding), options=said)


@contextmanager
def time_limit(clock: Clock, limits: SampleLimits) -> Iterator[Callable[[], bool]]:
    """Tells when the look at a sample has to stop; a look that was stopped has failed.

    Raises ResourceLimitError for it.
    """
    ends_at = clock.monotonic() + limits.seconds
    try:
        yield lambda: clock.monotonic() >= ends_at
    except ProcessingStoppedError as error:
        reason = f"a sample may take {limits.seconds:g} s, and this one took more"
        raise ResourceLimitError(reason) from error


class _HeldContent(ContentWriter, ContentSource):
    """Content in memory, which is gone with the request."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []

    @property
    def size_bytes(self) -> int:
        return sum(map(len, self._chunks))

    def open(self) -> Generator[bytes]:
        yield from self._chunks

    def write(self, chunk: bytes) -> None:
        self._chunks.append(chunk)

    def commit(self) -> str:
        return ""

    def abort(self) -> None:
        self._chunks.clear()
