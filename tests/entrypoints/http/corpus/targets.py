"""Methods, paths and queries."""

from collections.abc import Iterator

from tests.entrypoints.http.bad_uploads import UNKNOWN
from tests.entrypoints.http.corpus.bad_request import BadRequest
from tests.entrypoints.http.test_bad_input import BAD_QUERIES

FILE = f"/files/{UNKNOWN}"
METHODS_OF_ROUTES = {
    "/files": "GET",
    "/files/upload": "POST",
    FILE: "GET DELETE",
    f"{FILE}/content": "GET",
    f"{FILE}/results": "GET",
    f"{FILE}/results/clean.csv": "GET",
    f"{FILE}/errors": "GET",
    f"{FILE}/history": "GET",
    f"{FILE}/reprocess": "POST",
    f"{FILE}/cancel": "POST",
    "/schemas": "GET",
    "/schemas/people": "GET PUT",
    "/schemas/people/versions/1": "GET",
    "/dead-letters": "GET",
    "/dead-letters/redrive": "POST",
    "/stats": "GET",
    "/health/live": "GET",
    "/health/ready": "GET",
    "/problems": "GET",
    "/problems/not_found": "GET",
    "/openapi.json": "GET",
    "/docs": "GET",
}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "PURGE")

NOWHERE = (
    "/",
    "/file",
    "/files/",
    "/Files",
    "/files/upload/",
    f"{FILE}/",
    f"{FILE}/nope",
    f"{FILE}/results/",
    "/schemas/",
    "/schemas/people/versions/one",
    "/schemas/people/versions/-1",
    "/schemas/people/versions/99999999999",
    "/admin",
    "/.env",
    "/files/../stats",
    "/files/./upload",
    "/files;v=1",
    "/files/..%2f..%2fgristmill.db",
    "//files",
    "//other.example/files",
    "///",
    "/docs/assets/nope.js",
    "/docs/assets/..%2f..%2fapp.py",
    "/%2ffiles",
    "/files%00",
    "/%e2%80%ae",
    "/files%5cx",
    "/a" * 2000,
)
NO_FILE = ("17", "%00", "%ff", "%F0%9F%92%A9", str(UNKNOWN), "'--", "%25")


def bad_targets() -> Iterator[tuple[str, BadRequest]]:
    """Each with its name."""
    for route, allowed in METHODS_OF_ROUTES.items():
        shown = route.replace(str(UNKNOWN), "{id}")
        for method in METHODS:
            if method not in _with_head(allowed):
                bad = BadRequest(method=method, target=route, status=405, code="method_not_allowed")
                yield f"{method} {shown}", bad
    for path in NOWHERE[1:]:
        yield f"nothing at {path[:60]}", BadRequest(target=path, status=404, code="not_found")
    for file_id in NO_FILE:
        for end in ("", "/content", "/errors"):
            bad = BadRequest(target=f"/files/{file_id}{end}", status=404, code="file_not_found")
            yield f"no file {file_id}{end}".replace("%", "pct"), bad
    for query in (*BAD_QUERIES, "page=1;limit=2", "=", "=x", "page[]=1", "q=" + "x" * 256):
        bad = BadRequest(target=f"/files?{query}", status=422, code="invalid_parameter")
        yield f"query {query[:60]}".replace("%", "pct"), bad
    for name, query in {"byte": "q=%ff", "cut": "q=%e2%82", "surrogate": "q=%ed%a0%80"}.items():
        bad = BadRequest(target=f"/files?{query}", status=400, code="bad_request")
        yield f"query of no UTF-8: {name}", bad
    for route in ("/stats", "/health/live", "/health/ready", "/problems", "/schemas", FILE):
        bad = BadRequest(target=f"{route}?x=1", status=422, code="invalid_parameter")
        yield f"query where none is known: {route}".replace(str(UNKNOWN), "{id}"), bad
    yield (
        "a page too deep",
        BadRequest(target="/files?page=101&limit=100", status=422, code="page_too_deep"),
    )


def _with_head(allowed: str) -> set[str]:
    methods = set(allowed.split())
    return methods | {"HEAD"} if "GET" in methods else methods
