"""Who sent the request, and whether that caller may (RFC 6750)."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from flask import Flask, g, request

from application.access_errors import InvalidCredentialError, MissingCredentialError
from application.ports.authenticator import Authenticator
from domain.access import Principal, Scope
from entrypoints.http.problems import RequestError

View = TypeVar("View", bound=Callable[..., Any])
Scopes = frozenset[Scope]

PUBLIC_BLUEPRINTS = frozenset({"api-docs", "docs", "health", "problems"})
"""What says nothing of anybody's files: the description of the API, and how the process does."""

REALM = 'Bearer realm="gristmill"'

_NEEDED = "needed_scopes"
_KEY_LIKE = re.compile(r"gm_[0-9A-Za-z]{8}_")
_KEY_NAMES = frozenset({"access_token", "api_key", "apikey", "api-key", "authorization"})


def mark_scopes(view: View, scopes: Scopes) -> View:
    """The view, for which callers need one of `scopes`."""
    setattr(view, _NEEDED, scopes)
    return view


def identify_callers(app: Flask, authenticator: Authenticator) -> None:
    """Lets those requests through whose caller is known and has a scope of the route.

    For when all routes are there: raises LookupError for one that says neither which scope it
    needs nor that it is public.
    """
    needed = {
        rule.endpoint: _needed_scopes(app, rule.endpoint) for rule in app.url_map.iter_rules()
    }

    @app.before_request
    def identify_caller() -> None:
        scopes = needed.get(request.endpoint or "")
        if scopes is None:
            # Public, or nowhere: which the address itself will be told.
            return
        _refuse_key_in_query()
        principal = _known(authenticator)
        structlog.contextvars.bind_contextvars(tenant=principal.tenant, key_id=principal.key_id)
        _check_scopes(principal, scopes)
        g.caller = principal


def caller() -> Principal:
    """Who sent the present request, to a route that is not public."""
    principal: Principal = g.caller
    return principal


def _needed_scopes(app: Flask, endpoint: str) -> Scopes | None:
    if endpoint.partition(".")[0] in PUBLIC_BLUEPRINTS:
        return None
    scopes: Scopes | None = getattr(app.view_functions[endpoint], _NEEDED, None)
    if not scopes:
        raise LookupError(f"the route {endpoint} names no scope")
    return scopes


def _refuse_key_in_query() -> None:
    """A key in an address is in every log and history on its way: it has to be revoked."""
    if not request.query_string:
        return
    for name, values in request.args.lists():
        if name.lower() in _KEY_NAMES or any(map(_KEY_LIKE.search, (name, *values))):
            raise RequestError(
                "key_in_query",
                "an API key belongs into the header field Authorization: Bearer gm_..., never "
                "into an address, which proxies and browsers keep: revoke it if it was one",
                headers={"WWW-Authenticate": f'{REALM}, error="invalid_request"'},
            )


def _known(authenticator: Authenticator) -> Principal:
    try:
        return authenticator.authenticate(_bearer_token())
    except MissingCredentialError as error:
        raise _unknown(error.code, str(error), challenge=REALM) from error
    except InvalidCredentialError as error:
        challenge = f'{REALM}, error="invalid_token"'
        raise _unknown(error.code, str(error), challenge=challenge) from error


def _unknown(code: str, detail: str, *, challenge: str) -> RequestError:
    return RequestError(code, detail, headers={"WWW-Authenticate": challenge})


def _bearer_token() -> str | None:
    kind, _, token = request.environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    return token.strip(" ") if kind.lower() == "bearer" else None


def _check_scopes(principal: Principal, scopes: Scopes) -> None:
    if principal.scopes & scopes:
        return
    named = " ".join(sorted(scopes))
    raise RequestError(
        "insufficient_scope",
        f"this needs an API key with the scope {named}",
        headers={
            "WWW-Authenticate": f'{REALM}, error="insufficient_scope", scope="{named}"',
        },
    )
