"""Where a page of files goes on: behind a place in the list, whatever arrives meanwhile."""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from flask import Request

from application.ports.file_repository import FileFilter, FilePage, FilePlace
from entrypoints.http.parameters import refuse_parameter

_SEAL_BYTES = 8


class FileCursors:
    """The cursors of one list: a tenant's, by one filter. Of another one they mean nothing."""

    def __init__(self, tenant: str, wanted: FileFilter) -> None:
        given = {name: str(value) for name, value in asdict(wanted).items() if value is not None}
        self._list = json.dumps([tenant, given], sort_keys=True)

    def encode(self, place: FilePlace) -> str:
        """The place as text that nobody but us has to read."""
        text = f"{place.created_at.isoformat()} {place.file_id}".encode()
        return base64.urlsafe_b64encode(self._seal(text) + text).decode().rstrip("=")

    def decode(self, cursor: str | None) -> FilePlace | None:
        """The place that `encode` made the cursor of, None of None.

        Raises RequestError for any other text. The seal finds mistakes, not forgers: whoever
        makes a place up gets to see nothing but what else is in this list.
        """
        if cursor is None:
            return None
        try:
            sealed = base64.b64decode(
                f"{cursor}{'=' * (-len(cursor) % 4)}", altchars="-_", validate=True
            )
            moment, _, file_id = sealed[_SEAL_BYTES:].decode().partition(" ")
            place = FilePlace(created_at=datetime.fromisoformat(moment), file_id=UUID(file_id))
        except (binascii.Error, ValueError):
            place = None
        if place is None or self.encode(place) != cursor:
            refuse_parameter(
                "cursor", "cursor must be from the `next` of a page of the same list and filters"
            )
        return place

    def _seal(self, text: bytes) -> bytes:
        return hashlib.blake2b(
            text, digest_size=_SEAL_BYTES, person=b"files", key=self._key
        ).digest()

    @property
    def _key(self) -> bytes:
        return hashlib.blake2b(self._list.encode(), digest_size=32).digest()


class FileLinks:
    """The neighbours of one page of files; `page` is None for one that a cursor began.

    The next one is always behind a cursor: by its number it would begin with what newer files
    have pushed there from this one.
    """

    def __init__(
        self, request: Request, cursors: FileCursors, *, page: int | None, limit: int
    ) -> None:
        self._request = request
        self._cursors = cursors
        self._page = page
        self._limit = limit

    def members(self, found: FilePage) -> Mapping[str, object]:
        """The list's members beside its items."""
        return {
            "page": self._page,
            "limit": self._limit,
            "total": found.total,
            "totalIsExact": found.is_total_exact,
            "next": self._next(found),
        }

    def header(self, found: FilePage) -> str:
        """The `Link` field: first, and prev, next and last where they are known."""
        last = max(1, -(-found.total // self._limit))
        links = {"first": self._link(page=1)}
        if self._page is not None and self._page > 1:
            # From past the end, back to where the entries are.
            is_past = found.is_total_exact and not found.items
            links["prev"] = self._link(
                page=min(self._page - 1, last) if is_past else self._page - 1
            )
        following = self._next(found)
        if following is not None:
            links["next"] = following
        if found.is_total_exact:
            links["last"] = self._link(page=last)
        return ", ".join(f'<{link}>; rel="{rel}"' for rel, link in links.items())

    def _next(self, found: FilePage) -> str | None:
        if found.next_past is None:
            return None
        return self._link(cursor=self._cursors.encode(found.next_past))

    def _link(self, **where: object) -> str:
        kept = {
            name: value
            for name, value in self._request.args.items()
            if name not in ("page", "cursor", "limit")
        }
        return f"{self._request.path}?{urlencode({**kept, **where, 'limit': self._limit})}"
