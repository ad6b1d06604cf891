"""Lists that go on behind a place, wherever that is: the next page costs what the first did."""

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Request
from marshmallow import ValidationError

from application.ports.dead_lettered_files import DeadLetterPlace
from entrypoints.http.parameters import Text

LONGEST_CURSOR = 200


def cursor_of(place: DeadLetterPlace) -> str:
    """The place as text that nobody but us has to read."""
    text = f"{place.given_up_at.isoformat()} {place.file_id}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def place_of(cursor: str) -> DeadLetterPlace:
    """The place that `cursor_of` made the cursor of; raises ValueError for any other text."""
    try:
        text = base64.b64decode(f"{cursor}{'=' * (-len(cursor) % 4)}", altchars="-_", validate=True)
        moment, _, file_id = text.decode().partition(" ")
        place = DeadLetterPlace(given_up_at=datetime.fromisoformat(moment), file_id=UUID(file_id))
    except (binascii.Error, UnicodeError) as error:
        raise ValueError("it is no cursor") from error
    if cursor_of(place) != cursor or place.given_up_at.tzinfo is None:
        raise ValueError("it is no cursor of ours")
    return place


class Cursor(Text):
    """Where a page begins, as the page before said."""

    def __init__(self) -> None:
        description = "Where to go on, from `next` of the page before."
        super().__init__(longest=LONGEST_CURSOR, metadata={"description": description})

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return place_of(super()._deserialize(value, *args, **kwargs))
        except ValueError as error:
            raise ValidationError("must be a cursor from the answer before") from error


class CursorLinks:
    """Links from a page to the next one and to the first, which keep the filters."""

    def __init__(self, request: Request, *, limit: int, next_past: DeadLetterPlace | None) -> None:
        self._request = request
        self._limit = limit
        self._next = None if next_past is None else self._link(cursor=cursor_of(next_past))

    def members(self) -> Mapping[str, object]:
        """The list's members beside its items."""
        return {"limit": self._limit, "next": self._next}

    def header(self) -> str:
        """The `Link` field: first, and next where there is such a page."""
        links = [f'<{self._link()}>; rel="first"']
        if self._next is not None:
            links.append(f'<{self._next}>; rel="next"')
        return ", ".join(links)

    def _link(self, **cursor: str) -> str:
        kept = {
            name: value
            for name, value in self._request.args.items()
            if name not in ("cursor", "limit")
        }
        return f"{self._request.path}?{urlencode({**kept, **cursor, 'limit': self._limit})}"
