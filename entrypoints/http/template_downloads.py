"""Templates as answers."""

from collections.abc import Callable

from flask import Request, Response

from application.ports.schema_repository import SchemaVersion
from entrypoints.http.answers import bytes_tag, not_modified
from entrypoints.http.documented_downloads import A_TAG, header
from entrypoints.http.documented_headers import DOWNLOAD, ETAG, Headers
from entrypoints.http.downloads import attachment
from entrypoints.http.parameters import StrictBlueprint, View

_MEDIA_TYPE = "text/csv"
_HEADERS: Headers = {**ETAG, "Content-Disposition": DOWNLOAD["Content-Disposition"]}


def documents_template(blueprint: StrictBlueprint) -> Callable[[View], View]:
    """Documents the answers of a route that gives a template."""

    def document(view: View) -> View:
        csv = {"type": "string", "format": "binary"}
        view = blueprint.response(200, csv, content_type=_MEDIA_TYPE, headers=_HEADERS)(view)
        view = blueprint.alt_response(304, headers=ETAG)(view)
        view = blueprint.problems(404, 422, 503)(view)
        documented: View = blueprint.doc(parameters=[header("If-None-Match", A_TAG)])(view)
        return documented

    return document


def template_download(schema: SchemaVersion, content: bytes, request: Request) -> Response:
    """The template as an attachment, or 304 for a caller that has it already."""
    tag = bytes_tag(content)
    name = f"{schema.name}-v{schema.version}.csv"
    answer = Response(
        content, headers={"Content-Disposition": attachment(name)}, mimetype=_MEDIA_TYPE
    )
    answer.set_etag(tag)
    return not_modified(answer) if request.if_none_match.contains_weak(tag) else answer
