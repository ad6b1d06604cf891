"""Every problem that the API answers with: its code, its status, and what it means.

The one table from code to status. Each domain and application error bears its code; those
that only HTTP knows are RequestErrors. `/problems`, the OpenAPI document and the tests read it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemKind:
    """One code. `detail` replaces the error's own words where those are not for callers.

    `retry_after_seconds` is set where the same request may succeed later.
    """

    code: str
    status: int
    title: str
    detail: str | None = None
    retry_after_seconds: int | None = None


def _kind(
    code: str, status: int, title: str, *, detail: str | None = None, retry: int | None = None
) -> ProblemKind:
    return ProblemKind(
        code=code, status=status, title=title, detail=detail, retry_after_seconds=retry
    )


# Of what was done before it failed this says nothing: a deletion has erased the record by then.
_LATER = "a part of the service is not available; try again later"

PROBLEM_KINDS: Mapping[str, ProblemKind] = MappingProxyType(
    {
        kind.code: kind
        for kind in (
            _kind("bad_request", 400, "The request cannot be understood"),
            _kind("malformed_multipart", 400, "The multipart body is broken or cut short"),
            _kind("malformed_json", 400, "The body is not valid JSON"),
            _kind("malformed_digest", 400, "The Content-Digest field is malformed"),
            _kind("malformed_idempotency_key", 400, "The Idempotency-Key field is malformed"),
            _kind("digest_required", 400, "A part needs a Content-Digest with its sha-256"),
            _kind("digest_mismatch", 400, "The bytes that arrived are not those that were meant"),
            _kind("incomplete_body", 400, "Less of the body arrived than was announced"),
            _kind("key_in_query", 400, "An API key stood in the address"),
            _kind("missing_api_key", 401, "An API key is needed"),
            _kind("invalid_api_key", 401, "The API key is not valid"),
            _kind("insufficient_scope", 403, "The API key does not allow that"),
            _kind("not_found", 404, "There is nothing at this address"),
            _kind("file_not_found", 404, "There is no such file"),
            _kind("upload_not_found", 404, "There is no such upload"),
            _kind("result_not_found", 404, "The file has no such result, or none yet"),
            _kind("schema_not_found", 404, "There is no such schema"),
            _kind(
                "input_missing",
                404,
                "The stored content is gone",
                detail="the stored content of this file is gone",
            ),
            _kind("method_not_allowed", 405, "The method is not allowed here"),
            _kind("body_too_slow", 408, "The body arrives too slowly", retry=1),
            _kind("upload_too_slow", 408, "The upload took too long"),
            _kind("file_not_done", 409, "The file is not done yet", retry=1),
            _kind("rows_not_checked", 409, "The file ended before its rows were checked"),
            _kind("parts_missing", 409, "Parts of the upload have not arrived"),
            _kind("part_changed", 409, "A part was sent again at the same moment", retry=1),
            _kind("parts_go_elsewhere", 409, "The parts of the upload go to the storage"),
            _kind("upload_completed", 409, "The upload is a file already"),
            _kind("too_many_open_uploads", 409, "As many uploads are open as there may be"),
            _kind("illegal_transition", 409, "The file's status does not allow that"),
            _kind(
                "concurrent_update",
                409,
                "Somebody else changed it at the same moment",
                detail="the file was changed at the same moment; try again",
                retry=1,
            ),
            _kind("idempotency_key_taken", 409, "The same request is being carried out", retry=1),
            _kind(
                "conflicting_schema_version",
                409,
                "The schema was registered at the same moment",
                retry=1,
            ),
            _kind(
                "input_changed",
                409,
                "The stored content has changed",
                detail="the stored content of this file is not what was uploaded",
            ),
            _kind("file_deleted", 410, "The file was deleted"),
            _kind("upload_ended", 410, "The upload was aborted, refused, or has expired"),
            _kind("length_required", 411, "The length of the body has to be known"),
            _kind("precondition_failed", 412, "It is not in the state that the request is for"),
            _kind("file_too_large", 413, "The file is larger than allowed"),
            _kind("body_too_large", 413, "The body is larger than allowed"),
            _kind("not_multipart", 415, "The body must be multipart/form-data"),
            _kind("not_json", 415, "The body must be application/json"),
            _kind("unsupported_file_type", 415, "The file is neither CSV nor JSON"),
            _kind("file_type_mismatch", 415, "The file's name and content disagree"),
            _kind("unsupported_media_type", 415, "The media type is not supported"),
            _kind("range_not_satisfiable", 416, "The range lies outside the content"),
            _kind("empty_file", 422, "The file is empty"),
            _kind("invalid_file_name", 422, "The file's name cannot be used"),
            _kind("format_not_supported", 422, "The format cannot be processed yet"),
            _kind("file_missing", 422, "There is no file in the form"),
            _kind("file_repeated", 422, "There is more than one file in the form"),
            _kind("too_many_parts", 422, "The form has too many parts"),
            _kind("part_headers_too_large", 422, "A part of the form has too many headers"),
            _kind("unknown_field", 422, "The form has a field that is not known"),
            _kind("repeated_field", 422, "The form has a field twice"),
            _kind("invalid_field", 422, "A field of the form is not valid"),
            _kind("invalid_option", 422, "A processing option is not valid"),
            _kind("unknown_part", 422, "The upload has no part of that number"),
            _kind("wrong_part_size", 422, "The part has not the length of its place"),
            _kind("unknown_schema", 422, "The named schema does not exist"),
            _kind("parent_not_found", 422, "The named parent file does not exist"),
            _kind("idempotency_key_reused", 422, "The key was used for another request"),
            _kind("invalid_member", 422, "A member of the body is not valid"),
            _kind("invalid_parameter", 422, "A query parameter is not valid"),
            _kind("page_too_deep", 422, "The page lies too deep in the list"),
            _kind("invalid_schema", 422, "The schema is not valid"),
            _kind("invalid_pattern", 422, "A pattern of the schema cannot be used"),
            _kind("invalid_schema_name", 422, "The schema's name is not valid"),
            _kind("unreadable_sample", 422, "No schema can be made of the sample"),
            _kind("resource_limit", 422, "The sample takes more than one sample may have"),
            _kind("rate_limited", 429, "Too many requests", retry=1),
            _kind("internal_error", 500, "Something went wrong on our side"),
            _kind("too_many_uploads", 503, "Too many uploads at this moment", retry=1),
            _kind("too_many_samples", 503, "Too many samples at this moment", retry=1),
            _kind("content_too_old", 503, "The upload stood still for too long", retry=1),
            _kind("shutting_down", 503, "This process is about to end", retry=1),
            *(
                _kind(code, 503, "Temporarily unavailable", detail=_LATER, retry=5)
                for code in (
                    "dependency_unavailable",
                    "storage_unavailable",
                    "database_unavailable",
                    "queue_unavailable",
                    "engine_unavailable",
                    "configuration_error",
                )
            ),
            *(
                _kind(
                    code,
                    507,
                    "No room left",
                    detail="there is no room left; nothing was kept",
                    retry=60,
                )
                for code in ("storage_full", "database_full")
            ),
        )
    }
)
"""All kinds by code, in the order of their statuses."""

OF_HTTP_STATUS: Mapping[int, str] = MappingProxyType(
    {
        404: "not_found",
        405: "method_not_allowed",
        411: "length_required",
        413: "body_too_large",
        415: "unsupported_media_type",
        416: "range_not_satisfiable",
    }
)
"""The codes of what Flask and Werkzeug refuse by themselves; others are `bad_request`."""
