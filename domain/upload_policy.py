"""What may be submitted: how large, and under which name."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta

from domain.collection_policy import LONGEST_UNRECORDED
from domain.errors import FileTooLargeError, InvalidFileNameError, UploadTooSlowError

MAX_NAME_BYTES = 255
LONGEST_UPLOAD = LONGEST_UNRECORDED - timedelta(hours=1)
"""The hour is for what lies between the last byte and its record."""

_MAX_KEY_NAME = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadPolicy:
    """The operator's limits; 10 MiB within an hour unless set otherwise.

    Raises ValueError for a duration after which the content could not be recorded any more.
    """

    max_bytes: int = 10 * 1024 * 1024
    max_duration: timedelta = timedelta(hours=1)

    def __post_init__(self) -> None:
        if self.max_duration > LONGEST_UPLOAD:
            raise ValueError(f"an upload may take {LONGEST_UPLOAD} at most")

    def check_size(self, size_bytes: int) -> None:
        """Raises FileTooLargeError once more than `max_bytes` were counted."""
        if size_bytes > self.max_bytes:
            raise FileTooLargeError(max_bytes=self.max_bytes)

    def check_duration(self, duration: timedelta) -> None:
        """Raises UploadTooSlowError once it took longer than `max_duration`."""
        if duration > self.max_duration:
            raise UploadTooSlowError(longest=self.max_duration)


def clean_file_name(raw: str) -> str:
    """The name as it is shown: NFC, without folders, control or direction characters.

    Names are cleaned, not refused; at most 255 bytes of UTF-8 are kept, the extension among
    them. Only a NUL, or a name of which nothing is left, raises InvalidFileNameError.
    """
    if "\x00" in raw:
        raise InvalidFileNameError("contains a NUL character")
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", raw))[-1]
    # C* are control, format (all bidirectional overrides), surrogate and unassigned characters.
    shown = "".join(
        character for character in last if not unicodedata.category(character).startswith("C")
    ).strip()
    if shown in ("", ".", ".."):
        raise InvalidFileNameError("is empty")
    return _shorten(shown)


def key_name(shown: str) -> str:
    """The name as it stands in an object key: `[A-Za-z0-9._-]`, at most 100 characters."""
    ascii_name = unicodedata.normalize("NFKD", shown).encode("ascii", "ignore").decode()
    safe = re.sub(r"[^A-Za-z0-9._-]+", "_", ascii_name).lstrip("._-")
    return safe[-_MAX_KEY_NAME:].lstrip("._-") or "file"


def _shorten(name: str) -> str:
    if len(name.encode()) <= MAX_NAME_BYTES:
        return name
    stem, dot, extension = name.rpartition(".")
    tail = f"{dot}{extension}".encode()
    if not stem or len(tail) > 32:
        stem, tail = name, b""
    kept = stem.encode()[: MAX_NAME_BYTES - len(tail)].decode(errors="ignore")
    return kept + tail.decode()
