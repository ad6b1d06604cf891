"""Who sent the request, and whether that caller may."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, g, request

from application.ports.authenticator import Authenticator
from domain.access import Principal, Scope
from entrypoints.http.problems import RequestError

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC_BLUEPRINTS = frozenset({"api-docs", "docs", "health", "problems"})
"""What says nothing of anybody's files: the description of the API, and how the process does."""

_NEEDED = "needed_scope"


def mark_scope(view: View, scope: Scope) -> View:
    """The view, for which callers need `scope`."""
    setattr(view, _NEEDED, scope)
    return view


def identify_callers(app: Flask, authenticator: Authenticator) -> None:
    """Lets those requests through whose caller is known and has the scope of the route.

    For when all routes are there: raises LookupError for one that says neither which scope it
    needs nor that it is public.
    """
    needed = {rule.endpoint: _needed_scope(app, rule.endpoint) for rule in app.url_map.iter_rules()}

    @app.before_request
    def identify_caller() -> None:
        scope = needed.get(request.endpoint or "")
        if scope is None:
            # Public, or nowhere: which the address itself will be told.
            return
        g.caller = authenticator.authenticate(_bearer_token())
        if scope not in g.caller.scopes:
            raise RequestError("insufficient_scope", f"this needs the scope {scope}")


def caller() -> Principal:
    """Who sent the present request, to a route that is not public."""
    principal: Principal = g.caller
    return principal


def _needed_scope(app: Flask, endpoint: str) -> Scope | None:
    if endpoint.partition(".")[0] in PUBLIC_BLUEPRINTS:
        return None
    scope: Scope | None = getattr(app.view_functions[endpoint], _NEEDED, None)
    if scope is None:
        raise LookupError(f"the route {endpoint} names no scope")
    return scope


def _bearer_token() -> str | None:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else None
