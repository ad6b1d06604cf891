"""What the OpenAPI document says of calls that answer with stored bytes."""

from collections.abc import Callable
from typing import Any

from domain.file_type import FileType
from entrypoints.http.documented_headers import CONTENT_RANGE, DIRECT_LINK, DOWNLOAD, Headers
from entrypoints.http.parameters import StrictBlueprint, View

SUBMITTED_TYPES = (*(file_type.media_type for file_type in FileType), "application/gzip")
RESULT_TYPES = (
    "text/csv",
    "application/json",
    "application/x-ndjson",
    "application/vnd.apache.parquet",
)

A_TAG = '"5f2c8a0e9b7d4c1f3a6e8d0b"'
"""An example of an ETag."""

_BYTES = {"type": "string", "format": "binary"}


def documents_download(
    blueprint: StrictBlueprint, media_types: tuple[str, ...], *, headers: Headers = DOWNLOAD
) -> Callable[[View], View]:
    """Documents a view that answers with `download`, in one of these media types."""

    def document(view: View) -> View:
        for media_type in media_types:
            view = _documents_bytes(blueprint, media_type, headers)(view)
        view = blueprint.alt_response(
            304,
            description="The caller has it already",
            headers={name: headers[name] for name in ("ETag", "Repr-Digest")},
        )(view)
        view = blueprint.alt_response(
            307, description="It is to be had from the storage itself", headers=DIRECT_LINK
        )(view)
        view = blueprint.problems(404, 409, 410, 416, 422, 503)(view)
        fields = (("Range", "bytes=0-999"), ("If-Range", A_TAG), ("If-None-Match", A_TAG))
        parameters = [header(name, example) for name, example in fields]
        documented: View = blueprint.doc(parameters=parameters)(view)
        return documented

    return document


def header(name: str, example: str) -> dict[str, object]:
    """A header field of a request."""
    return {"in": "header", "name": name, "schema": {"type": "string"}, "example": example}


def _documents_bytes(
    blueprint: StrictBlueprint, media_type: str, headers: Headers
) -> Callable[[Any], Any]:
    def document(view: Any) -> Any:
        whole = blueprint.response(200, _BYTES, content_type=media_type, headers=headers)
        part = blueprint.alt_response(
            206,
            schema=_BYTES,
            content_type=media_type,
            description="The range that was asked for",
            headers={**DOWNLOAD, **CONTENT_RANGE},
        )
        return whole(part(view))

    return document
