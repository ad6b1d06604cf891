"""Uploads in parts: begun, sent piece by piece, resumed after a cut, completed or aborted."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from flask import Response, request

from application.errors import ApplicationError
from application.ports.clock import Clock
from application.use_cases.get_upload import UploadView
from domain.access import Scope
from domain.errors import FileErasedError
from domain.part_plan import MOST_PARTS
from entrypoints.http.answers import json_answer
from entrypoints.http.callers import caller
from entrypoints.http.documented import FileResource
from entrypoints.http.documented_downloads import header
from entrypoints.http.documented_headers import LOCATION, PREFERENCE_APPLIED, REPLAYED
from entrypoints.http.documented_uploads import PartAddressList, UploadPart, UploadResource
from entrypoints.http.gate import Gate
from entrypoints.http.parameters import StrictBlueprint, refuse_query
from entrypoints.http.request_body import RequestBody
from entrypoints.http.resources import file_link, file_resource
from entrypoints.http.upload_documentation import UPLOAD_PARAMETERS
from entrypoints.http.upload_fields import (
    parse_idempotency_key,
    parse_trace_parent,
    upload_details,
)
from entrypoints.http.upload_resources import (
    address_resource,
    part_resource,
    upload_link,
    upload_resource,
)
from entrypoints.http.upload_session_requests import (
    PartsRequest,
    UploadRequest,
    form_fields,
    part_sha256,
    part_size,
    read_part_digests,
    read_upload,
)
from entrypoints.http.uploads import placed
from entrypoints.http.waiting import Awaited, FileWaiter
from entrypoints.http.wiring import HttpSettings, HttpUseCases

_AN_UPLOAD = {
    "name": "orders.csv",
    "size": 5_000_000_000,
    "schema": "orders@2",
    "outputs": "csv,parquet",
    "metadata": {"from": "till 7"},
}
_SOME_PARTS = {"parts": [{"number": 1, "sha256": "ab" * 32}, {"number": 2, "sha256": "cd" * 32}]}
_PART_DIGEST = {
    **header("Content-Digest", f"sha-256=:{'q' * 43}=:"),
    "schema": {"type": "string", "pattern": "^sha-256=:[A-Za-z0-9+/]{43}=:$"},
    "required": True,
}
_PART_BODY = {
    "required": True,
    "description": "The bytes of the part.",
    "content": {
        "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
    },
}


def upload_sessions_blueprint(
    use_cases: HttpUseCases, settings: HttpSettings, *, clock: Clock, waiter: FileWaiter, gate: Gate
) -> StrictBlueprint:
    """The routes under `/uploads`."""
    blueprint = StrictBlueprint(
        "uploads", __name__, url_prefix="/uploads", description="Uploads in parts"
    )
    _add_beginning(blueprint, use_cases, clock=clock, gate=gate)
    _add_looking(blueprint, use_cases)
    _add_parts(blueprint, use_cases, clock=clock, gate=gate)
    _add_end(blueprint, use_cases, clock=clock, waiter=waiter, gate=gate)
    return blueprint


def _add_beginning(
    blueprint: StrictBlueprint, use_cases: HttpUseCases, *, clock: Clock, gate: Gate
) -> None:
    @blueprint.route("", methods=["POST"])
    @blueprint.response(201, UploadResource, headers={**LOCATION, **REPLAYED})
    @blueprint.problems(400, 409, 413, 415, 422, 503)
    @blueprint.doc(
        requestBody=_json_body(UploadRequest, example=_AN_UPLOAD),
        parameters=_headers_of_beginning(),
    )
    @blueprint.needs(Scope.FILES_WRITE)
    def begin_upload() -> Response:
        """Begins an upload of one file in parts; open for 24 hours."""
        refuse_query()
        key = parse_idempotency_key(request.headers.get("Idempotency-Key"))
        with gate.enter():
            members = read_upload(request, clock)
        details = upload_details(
            form_fields(members),
            idempotency_key=key,
            trace_parent=parse_trace_parent(request.headers.get("traceparent")),
        )
        try:
            begun = use_cases.begin_upload(
                caller().tenant, name=members["name"], size_bytes=members["size"], details=details
            )
        except (ApplicationError, FileErasedError) as error:
            raise placed(error) from error
        view = UploadView(upload=begun.upload, parts=())
        if begun.is_replay:
            view = use_cases.get_upload(caller().tenant, begun.upload.id)
        headers = {"Location": upload_link(begun.upload)}
        if begun.is_replay:
            headers["Idempotency-Replayed"] = "true"
        return json_answer(upload_resource(view), 201, headers=headers)


def _add_looking(blueprint: StrictBlueprint, use_cases: HttpUseCases) -> None:
    @blueprint.route("/<upload_id:upload_id>")
    @blueprint.response(200, UploadResource)
    @blueprint.problems(404, 422, 503)
    @blueprint.needs(Scope.FILES_READ)
    def get_upload(upload_id: UUID) -> Response:
        """How an upload stands, and which of its parts have arrived."""
        refuse_query()
        return json_answer(upload_resource(use_cases.get_upload(caller().tenant, upload_id)))


def _add_parts(
    blueprint: StrictBlueprint, use_cases: HttpUseCases, *, clock: Clock, gate: Gate
) -> None:
    @blueprint.route("/<upload_id:upload_id>/parts", methods=["POST"])
    @blueprint.response(200, PartAddressList)
    @blueprint.problems(400, 404, 409, 410, 413, 415, 422, 503)
    @blueprint.doc(requestBody=_json_body(PartsRequest, example=_SOME_PARTS))
    @blueprint.needs(Scope.FILES_WRITE)
    def link_parts(upload_id: UUID) -> Response:
        """Where parts are to be sent, each by a PUT; ask again when a link has expired."""
        refuse_query()
        with gate.enter():
            digests = read_part_digests(request, clock)
        addresses = use_cases.link_parts(caller().tenant, upload_id, digests)
        items = [address_resource(upload_id, address) for address in addresses]
        # A link needs no further permission: nobody may keep it.
        return json_answer({"items": items}, headers={"Cache-Control": "no-store"})

    @blueprint.route(
        f"/<upload_id:upload_id>/parts/<int(min=0, max={MOST_PARTS}):number>", methods=["PUT"]
    )
    @blueprint.response(200, UploadPart)
    @blueprint.problems(400, 404, 409, 410, 411, 422, 503, 507)
    @blueprint.doc(
        requestBody=_PART_BODY,
        parameters=[_PART_DIGEST],
    )
    @blueprint.needs(Scope.FILES_WRITE)
    def accept_part(upload_id: UUID, number: int) -> Response:
        """Takes one part, where parts are sent to us; one of the same number is replaced."""
        refuse_query()
        with gate.enter():
            body = RequestBody(request, max_bytes=request.content_length or 0, clock=clock)
            try:
                part = use_cases.accept_part(
                    caller().tenant,
                    upload_id,
                    number,
                    size_bytes=part_size(request),
                    sha256=part_sha256(request),
                    chunks=body,
                )
            finally:
                body.drain()
        return json_answer(part_resource(part))


def _add_end(
    blueprint: StrictBlueprint,
    use_cases: HttpUseCases,
    *,
    clock: Clock,
    waiter: FileWaiter,
    gate: Gate,
) -> None:
    @blueprint.route("/<upload_id:upload_id>/complete", methods=["POST"])
    @blueprint.response(202, FileResource, headers={**LOCATION, **PREFERENCE_APPLIED})
    @blueprint.problems(400, 404, 409, 410, 415, 422, 503, 507)
    @blueprint.doc(parameters=[header("Prefer", "wait=20")])
    @blueprint.needs(Scope.FILES_WRITE)
    def complete_upload(upload_id: UUID) -> Response:
        """Makes the file, as an upload does; completing twice gives the same file.

        Takes as long as reading the whole content once. When the connection breaks meanwhile,
        complete again.
        """
        refuse_query()
        with gate.enter():
            file = use_cases.complete_upload(caller().tenant, upload_id)
        try:
            awaited = waiter.wait(file, request.headers.get("Prefer"))
        except FileErasedError:
            # Deleted while we waited: the completion itself has succeeded.
            awaited = Awaited(file=file, applied=None)
        headers = {"Location": file_link(file)}
        if awaited.applied is not None:
            headers["Preference-Applied"] = awaited.applied
        return json_answer(file_resource(awaited.file, now=clock.now()), 202, headers=headers)

    @blueprint.route("/<upload_id:upload_id>", methods=["DELETE"])
    @blueprint.response(204)
    @blueprint.problems(404, 409, 422, 503)
    @blueprint.needs(Scope.FILES_WRITE)
    def abort_upload(upload_id: UUID) -> Response:
        """Aborts an upload and removes its parts; aborting twice is aborting once."""
        refuse_query()
        use_cases.abort_upload(caller().tenant, upload_id)
        return Response(status=204)


def _json_body(schema: type, *, example: object) -> dict[str, object]:
    content = {"application/json": {"schema": schema, "example": example}}
    return {"required": True, "content": content}


def _headers_of_beginning() -> Sequence[Mapping[str, object]]:
    wanted = ("Idempotency-Key", "traceparent")
    return [parameter for parameter in UPLOAD_PARAMETERS if parameter["name"] in wanted]
