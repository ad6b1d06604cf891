"""What a caller has to keep to, before it finds out."""

from flask import Response

from domain.access import Scope
from domain.upload_session import LIFETIME
from entrypoints.http.answers import json_answer
from entrypoints.http.documented_limits import LimitsResource
from entrypoints.http.multipart_form import MAX_HEADER_BYTES, MAX_PARTS
from entrypoints.http.pages import MAX_DEPTH
from entrypoints.http.parameters import DEFAULT_LIMIT, MAX_LIMIT, StrictBlueprint, refuse_query
from entrypoints.http.rate_limits import POLICY, WINDOW_SECONDS, allowance
from entrypoints.http.schemas import MAX_SCHEMA_BYTES
from entrypoints.http.waiting import MAX_WAIT_SECONDS
from entrypoints.http.wiring import HttpSettings


def limits_blueprint(settings: HttpSettings) -> StrictBlueprint:
    """The route `/limits`."""
    blueprint = StrictBlueprint(
        "limits", __name__, url_prefix="/limits", description="What a caller has to keep to"
    )

    @blueprint.route("")
    @blueprint.response(200, LimitsResource)
    @blueprint.problems(422)
    @blueprint.needs(*Scope)
    def get_limits() -> Response:
        """What holds for every caller, and what is left for this one."""
        refuse_query()
        return json_answer(_resource(settings), headers={"Cache-Control": "no-store"})

    return blueprint


def _resource(settings: HttpSettings) -> dict[str, object]:
    return {
        "upload": {
            "maxBytes": settings.max_upload_bytes,
            "maxParts": MAX_PARTS,
            "maxPartHeaderBytes": MAX_HEADER_BYTES,
        },
        "uploadInParts": {
            "maxBytes": settings.upload_sessions.max_bytes,
            "maxOpen": settings.upload_sessions.max_open,
            "openForSeconds": int(LIFETIME.total_seconds()),
        },
        "sample": {
            "maxBytes": settings.max_sample_bytes,
            "maxSeconds": settings.sample_seconds,
        },
        "schema": {"maxBytes": MAX_SCHEMA_BYTES},
        "page": {
            "defaultLimit": DEFAULT_LIMIT,
            "maxLimit": MAX_LIMIT,
            "deepestItem": MAX_DEPTH,
        },
        "wait": {"maxSeconds": MAX_WAIT_SECONDS},
        "concurrency": {
            "uploads": settings.max_concurrent_uploads,
            "samples": settings.max_concurrent_samples,
            "waiting": settings.max_waiters,
        },
        "rate": _rate(settings),
    }


def _rate(settings: HttpSettings) -> dict[str, object] | None:
    left = allowance()
    if left is None:
        return None
    return {
        "policy": POLICY,
        "requests": settings.requests_per_minute,
        "windowSeconds": WINDOW_SECONDS,
        "remaining": left.remaining,
        "nextInSeconds": left.seconds,
    }
