"""Pages of schemas, and the links between them (RFC 8288)."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from flask import Request, Response

from application.ports.schema_repository import SchemaVersion
from entrypoints.http.answers import json_answer
from entrypoints.http.resources import schema_resource


def schema_page(
    found: Sequence[SchemaVersion],
    request: Request,
    *,
    limit: int,
    next_page: Mapping[str, object] | None,
) -> Response:
    """The answer; `next_page` is the parameter that the next page begins by, if there is one."""
    links = {"first": _link(request, limit=limit)}
    if next_page is not None:
        links["next"] = _link(request, **next_page, limit=limit)
    body = {
        "items": [schema_resource(schema) for schema in found],
        "limit": limit,
        "next": links.get("next"),
    }
    field = ", ".join(f'<{link}>; rel="{rel}"' for rel, link in links.items())
    return json_answer(body, headers={"Link": field})


def _link(request: Request, **parameters: object) -> str:
    return f"{request.path}?{urlencode(parameters)}"
