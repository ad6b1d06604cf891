"""A request for each documented status of what operators ask, and for each way not to be let in."""

import re
from collections.abc import Iterator
from uuid import UUID

from tests.entrypoints.http.documented_api import (
    Case,
    ask_for,
)
from tests.entrypoints.http.service import (
    HttpService,
)


def operations_cases() -> Iterator[Case]:
    """At least one for each."""
    yield from _dead_letter_cases()
    yield from _stats_cases()
    yield from _metrics_cases()
    yield from _health_cases()
    yield from _problem_cases()
    yield from _access_cases()
    for path in ("/limits", "/limits?x=1"):
        yield Case("get", "/limits", 422 if "?" in path else 200, ask_for("get", path))


def _access_cases() -> Iterator[Case]:
    for method, route in _guarded_routes():
        numbered = re.sub(r"\{(version|number)\}", "1", route)
        path = re.sub(r"\{[^}]+\}", str(UUID(int=7)), numbered)
        yield Case(method, route, 400, ask_for(method, f"{path}?access_token=x", at="locked"))
        yield Case(method, route, 401, ask_for(method, path, at="locked"))
        yield Case(
            method, route, 403, ask_for(method, path, at="locked", Authorization="Bearer nobody")
        )
        yield Case(method, route, 429, ask_for(method, path, at="exhausted"))


def _guarded_routes() -> Iterator[tuple[str, str]]:
    document = HttpService().app().test_client().get("/openapi.json").get_json()
    for route, item in document["paths"].items():
        for method, operation in item.items():
            if method != "parameters" and "security" in operation:
                yield method, route


def _dead_letter_cases() -> Iterator[Case]:
    yield Case("get", "/dead-letters", 200, ask_for("get", "/dead-letters"))
    yield Case("get", "/dead-letters", 422, ask_for("get", "/dead-letters?x=1"))
    yield Case("get", "/dead-letters", 503, ask_for("get", "/dead-letters", at="down"))
    path = "/dead-letters/redrive"
    for status, ask in (
        (200, ask_for("post", path, json={"all": True})),
        (202, ask_for("post", path, json={"all": True, "dryRun": False})),
        (400, ask_for("post", path, Content_Type="application/json")),
        (413, ask_for("post", path, json={"code": "x" * 70_000})),
        (415, ask_for("post", path)),
        (422, ask_for("post", path, json={})),
        (503, ask_for("post", path, json={"all": True}, at="down")),
    ):
        yield Case("post", path, status, ask)


def _stats_cases() -> Iterator[Case]:
    yield Case("get", "/stats", 200, ask_for("get", "/stats"))
    yield Case("get", "/stats", 422, ask_for("get", "/stats?x=1"))
    yield Case("get", "/stats", 503, ask_for("get", "/stats", at="down"))


def _problem_cases() -> Iterator[Case]:
    yield Case("get", "/problems", 200, ask_for("get", "/problems"))
    yield Case("get", "/problems", 422, ask_for("get", "/problems?x=1"))
    yield Case("get", "/problems/{code}", 200, ask_for("get", "/problems/file_deleted"))
    yield Case("get", "/problems/{code}", 404, ask_for("get", "/problems/nope"))
    yield Case("get", "/problems/{code}", 422, ask_for("get", "/problems/file_deleted?x=1"))


def _metrics_cases() -> Iterator[Case]:
    yield Case("get", "/metrics", 200, ask_for("get", "/metrics"))
    yield Case("get", "/metrics", 422, ask_for("get", "/metrics?x=1"))


def _health_cases() -> Iterator[Case]:
    for path in ("/health/live", "/health/ready"):
        yield Case("get", path, 200, ask_for("get", path))
        yield Case("get", path, 422, ask_for("get", f"{path}?x=1"))
    yield Case("get", "/health/ready", 503, ask_for("get", "/health/ready", at="down"))
