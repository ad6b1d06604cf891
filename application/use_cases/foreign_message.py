"""A message that is none of ours, as evidence for the log."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

SHOWN_CHARACTERS = 200


class ForeignReason(StrEnum):
    """How a message gave itself away."""

    UNREADABLE = "unreadable"
    """It is no work message of a version that we know."""

    UNKNOWN_FILE = "unknown_file"
    """There is no such file. Ours never come before the row, which is committed first."""

    FORGED = "forged"
    """It contradicts the file's record: in its bucket, its key, or a generation to come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignMessage:
    """What is kept of a message that was thrown away.

    `beginning` is ASCII without line breaks: whoever sent it chose every character.
    """

    reason: ForeignReason
    detail: str
    sha256: str
    size_bytes: int
    beginning: str

    @classmethod
    def of(cls, body: str, reason: ForeignReason, *, detail: str = "") -> Self:
        """The evidence of that body."""
        # A lone surrogate is in no encoding, and must not break the log either.
        content = body.encode("utf-8", "surrogatepass")
        return cls(
            reason=reason,
            detail=detail,
            sha256=hashlib.sha256(content).hexdigest(),
            size_bytes=len(content),
            beginning=ascii(body[:SHOWN_CHARACTERS]),
        )
