"""Uploads in parts to the storage in memory, whose links their maker follows itself."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256 as sha256_of
from itertools import count
from urllib.parse import parse_qs, urlencode, urlsplit

from adapters.memory.file_storage import MemoryFileStorage
from application.errors import ContentNotFoundError
from application.ports.clock import Clock
from application.ports.direct_uploads import ArrivedPart, DirectUploads, PartLink
from application.upload_errors import UploadIsOverError


@dataclass(frozen=True, slots=True)
class _Upload:
    key: str
    media_type: str
    parts: dict[int, bytes] = field(default_factory=dict)


class MemoryDirectUploads(DirectUploads):
    """Links of a scheme of its own, since no server stands behind them."""

    def __init__(self, storage: MemoryFileStorage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock
        self._uploads: dict[str, _Upload] = {}
        self._numbers = count(1)
        self._etags: dict[str, str] = {}

    def begin(self, key: str, *, media_type: str) -> str:
        # The storage knows what a key is.
        self._storage.create(key, media_type=media_type).abort()
        handle = f"upload-{next(self._numbers)}"
        self._uploads[handle] = _Upload(key, media_type)
        return handle

    def link(
        self,
        key: str,
        handle: str,
        *,
        number: int,
        size_bytes: int,
        sha256: str,
        expires_in_seconds: int,
    ) -> PartLink:
        self._storage.create(key, media_type="").abort()
        expires_at = self._clock.now() + timedelta(seconds=expires_in_seconds)
        told = {"number": number, "size": size_bytes, "expires_at": expires_at.isoformat()}
        return PartLink(url=f"memory://{handle}/?{urlencode(told)}", headers={"x-sha256": sha256})

    def send(self, link: PartLink, content: bytes) -> bool:
        """What somebody does who follows a link; False when the storage refuses it."""
        parts = urlsplit(link.url)
        told = {name: value for name, [value] in parse_qs(parts.query).items()}
        upload = self._uploads.get(parts.netloc)
        if upload is None or self._clock.now() >= datetime.fromisoformat(told["expires_at"]):
            return False
        is_signed = (len(content), sha256_of(content).hexdigest()) == (
            int(told["size"]),
            link.headers["x-sha256"],
        )
        if is_signed:
            upload.parts[int(told["number"])] = content
        return is_signed

    def arrived(self, key: str, handle: str) -> Sequence[ArrivedPart]:
        upload = self._uploads.get(handle)
        if upload is None:
            raise UploadIsOverError(key)
        return [
            ArrivedPart(
                number=number, size_bytes=len(content), sha256=sha256_of(content).hexdigest()
            )
            for number, content in sorted(upload.parts.items())
        ]

    def complete(self, key: str, handle: str) -> str:
        upload = self._uploads.pop(handle, None)
        if upload is not None:
            content = b"".join(content for _, content in sorted(upload.parts.items()))
            self._etags[key] = self._storage.put(key, content, upload.media_type)
        if key not in self._etags or key not in self._storage.keys:
            raise ContentNotFoundError(key)
        return self._etags[key]

    def abort(self, key: str, handle: str) -> None:
        del key
        self._uploads.pop(handle, None)
