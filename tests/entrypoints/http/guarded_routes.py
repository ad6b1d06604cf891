"""The routes that want to know their caller, as the OpenAPI document has them."""

from dataclasses import dataclass
from typing import Any

from tests.entrypoints.http.service import HttpService


@dataclass(frozen=True, slots=True)
class GuardedRoute:
    """One operation, and the scopes of which a caller needs one."""

    method: str
    path: str
    scopes: frozenset[str]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def guarded_routes() -> list[GuardedRoute]:
    """Each of them, in the order of the document."""
    document: dict[str, Any] = HttpService().app().test_client().get("/openapi.json").get_json()
    return [
        GuardedRoute(method, path, frozenset(scope for it in security for scope in it["apiKey"]))
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method != "parameters" and (security := operation.get("security"))
    ]
