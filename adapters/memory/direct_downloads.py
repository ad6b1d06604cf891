"""Links to objects in memory, which their maker follows itself."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

from adapters.memory.file_storage import MemoryFileStorage
from application.errors import ContentNotFoundError
from application.ports.clock import Clock
from application.ports.direct_downloads import DirectDownloads

LONGEST_SECONDS = 604_800


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedLink:
    """What somebody who follows a link gets, and is told to save it as."""

    content: bytes
    file_name: str
    media_type: str


class MemoryDirectDownloads(DirectDownloads):
    """Links of a scheme of its own, since no server stands behind them."""

    def __init__(self, storage: MemoryFileStorage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    def link(self, key: str, *, file_name: str, media_type: str, expires_in_seconds: int) -> str:
        self._check_key(key)
        if not 1 <= expires_in_seconds <= LONGEST_SECONDS:
            raise ValueError(f"not within 1 to {LONGEST_SECONDS} seconds: {expires_in_seconds}")
        expires_at = self._clock.now() + timedelta(seconds=expires_in_seconds)
        told = {
            "file_name": file_name,
            "media_type": media_type,
            "expires_at": expires_at.isoformat(),
        }
        return f"memory://{self._storage.bucket}/{key}?{urlencode(told)}"

    def follow(self, url: str) -> FollowedLink | None:
        """What is behind a link that was made here; None once it has expired."""
        parts = urlsplit(url)
        told = {name: value for name, [value] in parse_qs(parts.query).items()}
        if self._clock.now() >= datetime.fromisoformat(told["expires_at"]):
            return None
        return FollowedLink(
            content=b"".join(self._storage.open(parts.path.removeprefix("/"))),
            file_name=told["file_name"],
            media_type=told["media_type"],
        )

    def _check_key(self, key: str) -> None:
        # The storage knows what a key is; whether anything is there, a link does not ask.
        with suppress(ContentNotFoundError):
            next(self._storage.open(key, length=0), b"")
