"""Holds a service to what it said of a file before."""

import threading
from typing import Any

import requests

from tests.end_to_end.service import Service

ANSWER_SECONDS = 60


class StatusWatch:
    """Remembers every end that was told, and that nobody may hear of another one.

    May be used by several threads.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._lock = threading.Lock()
        self._known: dict[str, dict[str, Any]] = {}

    def look_at(self, file_id: str) -> None:
        """Looks at this file from now on; and at those that it knows, one at a time."""
        with self._lock:
            self._known.setdefault(file_id, {})
            oldest = next(iter(self._known))
            told = self._known.pop(oldest)
        now = self.ask(f"/files/{oldest}")
        if now is None:
            now = told
        assert not told.get("done") or now == told, (told, now)
        with self._lock:
            self._known[oldest] = now

    def ask(self, path: str) -> Any:
        """The JSON at `path`; None while the service or what it needs is away.

        Raises Timeout when it says nothing at all.
        """
        try:
            answer = self._service.http.get(f"{self._service.url}{path}", timeout=ANSWER_SECONDS)
        except requests.Timeout:
            raise
        except requests.RequestException:
            return None
        assert answer.status_code in (200, 503), answer.text
        return answer.json() if answer.ok else None
