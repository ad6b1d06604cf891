"""The submitted bytes without their compression."""

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing
from itertools import accumulate, chain
from types import MappingProxyType

from adapters.tabular.faults import FileFaultError
from adapters.tabular.limits import Limits
from adapters.tabular.watch import Watch
from domain.file_head import Compression, compression_of, other_format
from domain.file_type import FileType
from domain.gunzip import Gunzip, GzipFault
from domain.processing_report import FileError, file_error

# The longest signature that is looked for.
_TELLING_BYTES = 16
_EXPECTED: Mapping[FileType, str] = MappingProxyType(
    {
        FileType.CSV: "CSV",
        FileType.JSON: "a JSON array or object",
        FileType.NDJSON: "NDJSON",
    }
)


class SubmittedContent:
    """Opens one job's content, expanded where it is gzip, as often as it has to be read.

    Where compression is broken, or expands too far, the content ends there like any other,
    so that its rows up to there are judged, alike however it is read; `finish` tells.
    """

    def __init__(
        self, watch: Watch, *, file_type: FileType, size_bytes: int, limits: Limits
    ) -> None:
        self.compression: Compression | None = None
        """What it is compressed by, which is known after the first step of an opening."""

        self._watch = watch
        self._file_type = file_type
        self._limits = limits
        self._size_bytes = size_bytes
        self._fault: FileError | None = None
        self._main: Generator[bytes] = self._expanded(watch.read_to)

    def is_large(self) -> bool:
        """True when the fast path is worth its while.

        What is compressed is looked at as far as it tells, since a little may be a lot.
        """
        enough = self._limits.fast_from_bytes
        if self.compression is None:
            return self._size_bytes >= enough
        if enough > self._most_bytes:
            return False
        with closing(self.look_ahead()) as blocks:
            return any(size >= enough for size in accumulate(map(len, blocks), initial=0))

    def most_result_bytes(self) -> int:
        """What its results may take; known after the first step of an opening.

        Of what is compressed all counts that it may expand to: how much it is shows at its end.
        """
        size = self._size_bytes if self.compression is None else self._most_bytes
        return max(self._limits.result_bytes, self._limits.result_ratio * size)

    def chunks(self) -> Generator[bytes]:
        """The opening whose bytes are counted as progress; there is one of them."""
        return self._main

    def look_ahead(self) -> Generator[bytes]:
        """Another opening, from the start. Both raise FileFaultError `not_this_type`."""
        return self._expanded(lambda _: None)

    @property
    def known_fault(self) -> FileError | None:
        """Why the content ended where it did not end, as far as it was read."""
        return self._fault

    def finish(self) -> FileError | None:
        """Why the content ended where it did not end; None when it was whole.

        That is a matter of all of it, so what nobody asked for is read now.
        """
        if self.compression is not None:
            for _ in self._main:
                pass
        return self._fault

    def _expanded(self, read_to: Callable[[int], None]) -> Generator[bytes]:
        with closing(self._watch.chunks()) as chunks:
            head = _at_least(chunks, _TELLING_BYTES)
            self.compression = compression_of(head)
            whole = chain((head,), chunks)
            if self.compression is None:
                self._check_format(head)
                yield from _counted(whole, read_to)
                return
            expanded = Gunzip(whole, most_bytes=self._most_bytes)
            blocks = iter(expanded)
            first = _at_least(blocks, _TELLING_BYTES)
            self._check_format(first)
            for block in chain((first,), blocks):
                # A little that is compressed may be a lot.
                self._watch.stop_reading_if_told()
                read_to(expanded.offset)
                yield block
            read_to(expanded.offset)
            if expanded.fault is not None:
                self._fault = self._file_error(expanded.fault)

    def _check_format(self, head: bytes) -> None:
        other = other_format(head)
        if other is not None:
            expected = _EXPECTED[self._file_type]
            reason = f"it is {other}"
            raise FileFaultError(file_error("not_this_type", expected=expected, reason=reason))

    @property
    def _most_bytes(self) -> int:
        return min(self._limits.decompressed_bytes, self._most_by_ratio)

    @property
    def _most_by_ratio(self) -> int:
        by_ratio = self._limits.expansion_ratio * self._size_bytes
        return max(by_ratio, self._limits.expansion_free_bytes)

    def _file_error(self, fault: GzipFault) -> FileError:
        if not fault.is_too_much:
            return file_error("gzip_corrupt", offset=fault.offset, reason=fault.reason)
        limits = self._limits
        if limits.decompressed_bytes < self._most_by_ratio:
            limit = f"{limits.decompressed_bytes} bytes"
        elif limits.expansion_free_bytes < self._most_by_ratio:
            limit = f"{limits.expansion_ratio} times its size"
        else:
            free = limits.expansion_free_bytes
            limit = f"{limits.expansion_ratio} times its size and {free} bytes"
        return file_error("decompression_limit", limit=limit)


def _counted(chunks: Iterator[bytes], read_to: Callable[[int], None]) -> Generator[bytes]:
    offset = 0
    for chunk in chunks:
        offset += len(chunk)
        read_to(offset)
        yield chunk


def _at_least(chunks: Iterator[bytes], size: int) -> bytes:
    """The first chunk, or several where they are small."""
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) >= size:
            break
    return head
