"""What a worker and its engine's process say to each other.

Both run the same code, so the messages have no versions. Those of the child are still checked
on arrival, member by member: it has read a stranger's file, and may be anything by now.
"""

from typing import TypeAlias

import msgspec

from adapters.sandbox.frames import BrokenFrameError
from application.ports.content_engine import CommittedResult
from application.ports.schema_inference import Inference
from domain.file_type import FileType
from domain.processing_options import ProcessingOptions
from domain.processing_report import ProcessingReport


class _Message(msgspec.Struct, kw_only=True, tag=True, forbid_unknown_fields=True):
    """Its class is told by the member `type`."""


class Job(_Message):
    """To the child: process a file. `schema` is the descriptor as JSON text.

    With `sample_rows` nothing is processed: a schema is inferred from so many rows.
    """

    file_type: FileType
    size_bytes: int
    schema: str | None
    options: ProcessingOptions
    scratch: str
    memory_bytes: int
    cpu_seconds: int
    scratch_bytes: int
    sample_rows: int | None = None


class Chunk(_Message):
    """To the child: the next part of the content, in the payload."""

    source: int


class NoMoreChunks(_Message):
    """To the child: the content is at its end."""

    source: int


class ResultKept(_Message):
    """To the child: a result is kept, and this is what it amounts to."""

    sink: int
    result: CommittedResult


class SourceOpened(_Message):
    """To the worker: the content is to be read from its start, under this number."""

    source: int


class ChunkWanted(_Message):
    """To the worker: send the next part, or that there is none."""

    source: int


class SourceClosed(_Message):
    """To the worker: this reading is over."""

    source: int


class SinkOpened(_Message):
    """To the worker: a result of this name begins, under this number."""

    sink: int
    name: str
    media_type: str


class Written(_Message):
    """To the worker: append the payload to a result."""

    sink: int


class Committed(_Message):
    """To the worker: keep a result, and say what it amounts to."""

    sink: int
    rows: int | None


class Progressed(_Message):
    """To the worker: how far the reading has come."""

    bytes_read: int
    rows_read: int


class Finished(_Message):
    """To the worker: the job is done, and the child is ready for the next."""

    report: ProcessingReport


class Inferred(_Message):
    """To the worker: the sample was looked at, and the child is ready for the next job."""

    inference: Inference


class Refused(_Message):
    """To the worker: the engine raised an error of its port, by name and with its arguments."""

    error: str
    arguments: tuple[str, ...]


class MemoryExhausted(_Message):
    """To the worker: the system gave the child no more memory."""


class Crashed(_Message):
    """To the worker: the engine has a defect."""

    traceback: str


ToChild: TypeAlias = Job | Chunk | NoMoreChunks | ResultKept
FromChild: TypeAlias = (
    SourceOpened
    | ChunkWanted
    | SourceClosed
    | SinkOpened
    | Written
    | Committed
    | Progressed
    | Finished
    | Inferred
    | Refused
    | MemoryExhausted
    | Crashed
)

encode = msgspec.json.Encoder().encode
"""A message as a header."""

_to_child: msgspec.json.Decoder[ToChild] = msgspec.json.Decoder(ToChild)
_from_child: msgspec.json.Decoder[FromChild] = msgspec.json.Decoder(FromChild)


def decode_to_child(header: bytes) -> ToChild:
    """The message to a child."""
    return _to_child.decode(header)


def decode_from_child(header: bytes) -> FromChild:
    """The message of a child. Raises BrokenFrameError for anything that is none."""
    try:
        return _from_child.decode(header)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BrokenFrameError(f"no message: {error}") from error
