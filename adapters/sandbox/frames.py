"""Messages on a stream of bytes: each a header, and a payload that may be empty."""

import struct
from collections.abc import Iterator
from typing import NamedTuple

_SIZES = struct.Struct("!II")

SIZES_BYTES = _SIZES.size
MOST_HEADER_BYTES = 256 * 1024 * 1024
"""The longest header is a report. Two thousand names of a kibibyte are 12 MiB where each of their
characters has to be escaped, and a report has them up to some twenty times: among its columns and
header faults, and once for each code and rule that there was in a column. Beside them its profiles
and errors are small.
"""

MOST_PAYLOAD_BYTES = 512 * 1024
"""A part of a file: a larger one would not pass faster, and both sides have to hold it."""


class BrokenFrameError(Exception):
    """What came over the stream is no message."""


class Frame(NamedTuple):
    """One message as it travels."""

    header: bytes
    payload: bytes


class FrameSizes(NamedTuple):
    """How many bytes of header and payload follow."""

    header: int
    payload: int


def prefix(header: bytes, payload: bytes | memoryview) -> bytes:
    """What goes before the payload."""
    return _SIZES.pack(len(header), len(payload)) + header


def read_sizes(data: bytes | bytearray | memoryview) -> FrameSizes:
    """The sizes that a frame begins with. Raises BrokenFrameError for such as none may have."""
    sizes = FrameSizes(*_SIZES.unpack_from(data))
    if sizes.header > MOST_HEADER_BYTES or sizes.payload > MOST_PAYLOAD_BYTES:
        raise BrokenFrameError(f"a message of {sizes.header} + {sizes.payload} bytes")
    return sizes


class FrameBuffer:
    """Puts frames together from pieces that end anywhere."""

    def __init__(self) -> None:
        self._pending = bytearray()

    @property
    def is_empty(self) -> bool:
        """True between two frames."""
        return not self._pending

    def frames(self, piece: bytes) -> Iterator[Frame]:
        """The frames that `piece` completes. Raises BrokenFrameError."""
        self._pending += piece
        begin = 0
        while len(self._pending) - begin >= SIZES_BYTES:
            with memoryview(self._pending)[begin:] as rest:
                sizes = read_sizes(rest)
                header_end = SIZES_BYTES + sizes.header
                end = header_end + sizes.payload
                if len(rest) < end:
                    break
                frame = Frame(bytes(rest[SIZES_BYTES:header_end]), bytes(rest[header_end:end]))
            begin += end
            yield frame
        del self._pending[:begin]
