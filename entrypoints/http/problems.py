"""Answers errors with problem+json (RFC 9457)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

import structlog
from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from application.errors import (
    ApplicationError,
    ContentChangedError,
    ContentNotFoundError,
    DependencyError,
)
from domain.errors import DomainError, InvalidOptionError
from domain.schema_faults import InvalidSchemaError
from entrypoints.dependency_log import log_dependency_error
from entrypoints.http.file_ids import UnusableFileIdError
from entrypoints.http.problem_catalogue import OF_HTTP_STATUS, PROBLEM_KINDS

MEDIA_TYPE = "application/problem+json"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class InputFault:
    """One thing wrong with the input: a parameter, or the place a JSON pointer names."""

    code: str
    detail: str
    parameter: str | None = None
    pointer: str | None = None

    def to_wire(self) -> dict[str, str]:
        """The fault as a member of a problem's `errors`."""
        place = {"pointer": self.pointer, "parameter": self.parameter}
        shown = {name: value for name, value in place.items() if value is not None}
        return {**shown, "detail": self.detail, "code": self.code}


class RequestError(Exception):
    """A request that no use case ever sees; `code` is in the catalogue of problems."""

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        faults: Sequence[InputFault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.faults = tuple(faults)
        self.headers = dict(headers or {})

    @classmethod
    def in_field(cls, code: str, name: str, detail: str) -> "RequestError":
        """The fault of one form field."""
        fault = InputFault(code=code, detail=detail, pointer=f"/{name}")
        return cls(code, detail, faults=[fault])

    @classmethod
    def in_header(cls, code: str, name: str, detail: str) -> "RequestError":
        """The fault of one header field."""
        return cls(code, detail, faults=[InputFault(code=code, detail=detail, parameter=name)])


def answer_problems(app: Flask) -> None:
    """Makes `app` answer every error with a problem."""
    app.register_error_handler(RequestError, _answer_request_error)
    app.register_error_handler(DomainError, _answer_domain_error)
    app.register_error_handler(ApplicationError, _answer_application_error)
    app.register_error_handler(HTTPException, _answer_http_exception)
    app.register_error_handler(Exception, _answer_bug)


def _answer_request_error(error: RequestError) -> Response:
    return problem(error.code, str(error), faults=error.faults, headers=error.headers)


def _answer_domain_error(error: DomainError) -> Response:
    if error.code not in PROBLEM_KINDS:
        return _answer_bug(error)
    return problem(error.code, str(error), faults=_faults_of(error))


def _faults_of(error: DomainError) -> tuple[InputFault, ...]:
    match error:
        case InvalidSchemaError():
            return tuple(
                InputFault(code=fault.code, detail=fault.detail, pointer=fault.pointer)
                for fault in error.faults
            )
        case InvalidOptionError():
            place = f"/{error.option}"
            return (InputFault(code=error.code, detail=str(error), pointer=place),)
    return ()


def _answer_application_error(error: ApplicationError) -> Response:
    if error.code not in PROBLEM_KINDS:
        return _answer_bug(error)
    if isinstance(error, DependencyError):
        log_dependency_error("dependency_failed", error)
    if isinstance(error, ContentNotFoundError | ContentChangedError):
        # The record promises these bytes: somebody has to look.
        log.error("stored_content_lost", code=error.code, reason=str(error))
    return problem(error.code, str(error))


def _answer_http_exception(error: HTTPException) -> Response:
    if error.code is None or error.code >= 500:
        return _answer_bug(error)
    if isinstance(error, UnusableFileIdError):
        return problem("file_not_found", error.description or error.name)
    code = OF_HTTP_STATUS.get(error.code, "bad_request")
    # Flask's own headers hold what the status demands, `Allow` for one.
    headers = {name: value for name, value in error.get_headers() if name != "Content-Type"}
    return problem(code, f"{request.method} {request.path[:200]}: {error.name}", headers=headers)


def _answer_bug(error: Exception) -> Response:
    log.error("request_failed", exc_info=error, path=request.path, method=request.method)
    return problem("internal_error", "the request could not be carried out; the log says why")


def problem(
    code: str,
    detail: str,
    *,
    faults: Sequence[InputFault] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer for `code`; `detail` gives way to the catalogue's where that has one."""
    kind = PROBLEM_KINDS[code]
    body: dict[str, object] = {
        "type": f"/problems/{code}",
        "title": kind.title,
        "status": kind.status,
        "detail": kind.detail or detail,
        "instance": request.path,
        "code": code,
        "requestId": g.get("request_id"),
    }
    if faults:
        body["errors"] = [fault.to_wire() for fault in faults]
    answer = Response(
        json.dumps(body), HTTPStatus(kind.status), headers=dict(headers or {}), mimetype=MEDIA_TYPE
    )
    if kind.retry_after_seconds is not None:
        answer.headers.setdefault("Retry-After", str(kind.retry_after_seconds))
    answer.headers["Cache-Control"] = "no-store"
    return answer
