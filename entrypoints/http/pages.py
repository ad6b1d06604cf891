"""Lists in pages, and the links between them (RFC 8288)."""

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Request

from entrypoints.http.problems import InputFault, RequestError

MAX_DEPTH = 10_000
"""How far into a list of files pages go: deeper ones would cost ever more."""


def check_depth(*, page: int, limit: int) -> None:
    """Raises RequestError `page_too_deep`."""
    if page * limit > MAX_DEPTH:
        detail = (
            f"page {page} of {limit} lies beyond the first {MAX_DEPTH} entries; "
            "go on by `cursor` instead, which `next` of any page has, or narrow the list"
        )
        fault = InputFault(code="page_too_deep", detail=detail, parameter="page")
        raise RequestError("page_too_deep", detail, faults=[fault])


class PageLinks:
    """The neighbours of one page of a list."""

    def __init__(self, request: Request, *, page: int, limit: int, total: int) -> None:
        self._request = request
        self._page = page
        self._limit = limit
        self._total = total

    def members(self) -> Mapping[str, object]:
        """The list's members beside its items."""
        last = self._last()
        return {
            "page": self._page,
            "limit": self._limit,
            "total": self._total,
            "totalIsExact": True,
            "next": self._link(self._page + 1) if self._page < last else None,
        }

    def header(self) -> str:
        """The `Link` field: first, and prev, next and last where there are such pages."""
        last = self._last()
        pages = {"first": 1}
        if self._page > 1:
            # From past the end, back to where the entries are.
            pages["prev"] = max(1, min(self._page - 1, last))
        if self._page < last:
            pages["next"] = self._page + 1
        pages["last"] = last
        return ", ".join(f'<{self._link(page)}>; rel="{rel}"' for rel, page in pages.items())

    def _last(self) -> int:
        return max(1, -(-self._total // self._limit))

    def _link(self, page: int) -> str:
        kept = {
            name: value
            for name, value in self._request.args.items()
            if name not in ("page", "limit")
        }
        return f"{self._request.path}?{urlencode({**kept, 'page': page, 'limit': self._limit})}"
