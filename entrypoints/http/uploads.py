"""The upload: one body, a form or the file itself, streamed to storage while it arrives."""

from collections.abc import Iterator, Mapping

from flask import Request, Response, request

from application.errors import (
    ApplicationError,
    DigestMismatchError,
    IdempotencyKeyReusedError,
    UnknownParentError,
    UnknownSchemaError,
)
from application.ports.clock import Clock
from application.use_cases.upload_file import UploadDetails, UploadReceipt
from domain.access import Scope
from domain.errors import FileErasedError
from entrypoints.http.answers import json_answer
from entrypoints.http.callers import caller
from entrypoints.http.documented import FileResource
from entrypoints.http.documented_headers import LOCATION, PREFERENCE_APPLIED, REPLAYED
from entrypoints.http.gate import Gate
from entrypoints.http.multipart_form import MAX_HEADER_BYTES, MAX_PARTS, MultipartForm
from entrypoints.http.parameters import StrictBlueprint, refuse_query
from entrypoints.http.problems import RequestError
from entrypoints.http.raw_upload import RAW_MEDIA_TYPES, RawUpload
from entrypoints.http.request_body import RequestBody
from entrypoints.http.resources import file_link, file_resource
from entrypoints.http.upload_documentation import UPLOAD_BODY, UPLOAD_PARAMETERS
from entrypoints.http.upload_fields import (
    FIELD_BYTES,
    in_parameters,
    parse_idempotency_key,
    parse_trace_parent,
    upload_details,
)
from entrypoints.http.waiting import Awaited, FileWaiter
from entrypoints.http.wiring import HttpSettings, HttpUseCases

ENVELOPE_BYTES = MAX_PARTS * (2 * MAX_HEADER_BYTES) + sum(FIELD_BYTES.values()) + 64 * 1024
"""What a form may hold beside its file: headers, fields, delimiters."""


def uploads_blueprint(
    use_cases: HttpUseCases, settings: HttpSettings, *, clock: Clock, waiter: FileWaiter, gate: Gate
) -> StrictBlueprint:
    """The route `POST /files/upload`."""
    blueprint = StrictBlueprint("upload", __name__, url_prefix="/files", description="Uploads")

    @blueprint.route("/upload", methods=["POST"])
    @blueprint.response(202, FileResource, headers={**LOCATION, **REPLAYED, **PREFERENCE_APPLIED})
    @blueprint.problems(400, 408, 410, 411, 413, 415, 422, 503, 507)
    @blueprint.doc(requestBody=UPLOAD_BODY, parameters=UPLOAD_PARAMETERS)
    @blueprint.needs(Scope.FILES_WRITE)
    def upload_file() -> Response:
        """Takes in a CSV or JSON file: once this is answered, it is safe and will be processed."""
        with gate.enter():
            receipt = _receive(use_cases, settings, request, clock=clock)
        awaited = _await(waiter, receipt, request.headers.get("Prefer"))
        resource = file_resource(awaited.file, now=clock.now())
        return json_answer(resource, 202, headers=_headers(receipt, awaited))

    return blueprint


def _receive(
    use_cases: HttpUseCases, settings: HttpSettings, request: Request, *, clock: Clock
) -> UploadReceipt:
    max_bytes = settings.max_upload_bytes + ENVELOPE_BYTES
    body = RequestBody(request, max_bytes=max_bytes, clock=clock)
    is_raw = request.mimetype in RAW_MEDIA_TYPES
    try:
        submission = RawUpload(body, request) if is_raw else _FormUpload(body, request)
        return use_cases.upload_file(
            caller().tenant,
            name=submission.seek_file(),
            chunks=submission.file_chunks(),
            details=submission.details,
        )
    except (ApplicationError, FileErasedError) as error:
        found = placed(error)
        if is_raw and isinstance(found, RequestError):
            found = in_parameters(found)
        raise found from error
    finally:
        body.drain()


def placed(error: ApplicationError | FileErasedError) -> Exception:
    """The error with the field or header that it is about, where it is about one."""
    match error:
        case UnknownSchemaError():
            return RequestError.in_field("unknown_schema", "schema", str(error))
        case UnknownParentError():
            return RequestError.in_field(error.code, "parentId", str(error))
        case DigestMismatchError():
            return RequestError.in_field(error.code, "sha256", str(error))
        case IdempotencyKeyReusedError():
            return RequestError.in_header(error.code, "Idempotency-Key", str(error))
        case FileErasedError():
            detail = (
                f"the Idempotency-Key stands for file {error.file_id}, which was deleted; "
                "send another key"
            )
            return RequestError.in_header(error.code, "Idempotency-Key", detail)
    return error


class _FormUpload:
    """A form and its headers; the headers are checked before the body is read."""

    def __init__(self, body: RequestBody, request: Request) -> None:
        refuse_query()
        self._body = body
        self._idempotency_key = parse_idempotency_key(request.headers.get("Idempotency-Key"))
        self._trace_parent = parse_trace_parent(request.headers.get("traceparent"))
        self._form = MultipartForm(
            body, request.headers.get("Content-Type", ""), field_bytes=FIELD_BYTES
        )

    def seek_file(self) -> str:
        """The file's name, as it was sent, once its content comes next."""
        return self._form.seek_file()

    def file_chunks(self) -> Iterator[bytes]:
        """Yields the file's content; raises RequestError when it is cut short."""
        return self._form.file_chunks()

    def details(self) -> UploadDetails:
        """What the fields say, once the form was whole and the one that was sent."""
        fields = self._form.finish()
        self._body.check_digest()
        return upload_details(
            fields, idempotency_key=self._idempotency_key, trace_parent=self._trace_parent
        )


def _await(waiter: FileWaiter, receipt: UploadReceipt, prefer: str | None) -> Awaited:
    try:
        return waiter.wait(receipt.file, prefer)
    except FileErasedError:
        # Accepted and deleted again while we waited: the upload itself has succeeded.
        return Awaited(file=receipt.file, applied=None)


def _headers(receipt: UploadReceipt, awaited: Awaited) -> Mapping[str, str]:
    headers = {"Location": file_link(receipt.file)}
    if receipt.is_replay:
        headers["Idempotency-Replayed"] = "true"
    if awaited.applied is not None:
        headers["Preference-Applied"] = awaited.applied
    return headers
