"""Files: how they stand, what came of them, and what can be done to them."""

from typing import Any
from uuid import UUID

from flask import Response, request

from application.ports.clock import Clock
from application.ports.file_repository import FileFilter
from domain.access import Scope
from entrypoints.http.answers import json_answer, validated_answer
from entrypoints.http.callers import caller
from entrypoints.http.documented import FileList, FileResource, History, ResultList, RowErrorList
from entrypoints.http.documented_downloads import (
    A_TAG,
    RESULT_TYPES,
    SUBMITTED_TYPES,
    documents_download,
    header,
)
from entrypoints.http.documented_headers import (
    ETAG,
    LINK,
    LOCATION,
    PREFERENCE_APPLIED,
    RESULT_DOWNLOAD,
)
from entrypoints.http.downloads import download
from entrypoints.http.file_pages import FileCursors, FileLinks
from entrypoints.http.pages import PageLinks, check_depth
from entrypoints.http.parameters import (
    FileQuery,
    ResultQuery,
    RowErrorQuery,
    StrictBlueprint,
    refuse_parameter,
    refuse_query,
)
from entrypoints.http.resources import (
    event_resource,
    file_link,
    file_resource,
    result_resource,
    row_errors_resource,
)
from entrypoints.http.spreadsheet_downloads import spreadsheet_download
from entrypoints.http.waiting import FileWaiter
from entrypoints.http.wiring import HttpUseCases


def files_blueprint(
    use_cases: HttpUseCases, *, clock: Clock, waiter: FileWaiter
) -> StrictBlueprint:
    """The routes under `/files`, the upload itself apart."""
    blueprint = StrictBlueprint(
        "files", __name__, url_prefix="/files", description="Submitted files"
    )
    _add_reading(blueprint, use_cases, clock, waiter)
    _add_downloads(blueprint, use_cases)
    _add_reports(blueprint, use_cases)
    _add_verbs(blueprint, use_cases, clock)
    return blueprint


def _add_reading(
    blueprint: StrictBlueprint,
    use_cases: HttpUseCases,
    clock: Clock,
    waiter: FileWaiter,
) -> None:
    @blueprint.route("")
    @blueprint.arguments(FileQuery, location="query")
    @blueprint.response(200, FileList, headers=LINK)
    @blueprint.problems(422, 503)
    @blueprint.needs(Scope.FILES_READ)
    def list_files(query: dict[str, Any]) -> Response:
        """A page of files, newest first.

        Going by `next` shows every file that is there all the while once, whatever arrives.
        """
        tenant, wanted, limit = caller().tenant, _file_filter(query), query["limit"]
        cursors = FileCursors(tenant, wanted)
        past, page = cursors.decode(query.get("cursor")), query.get("page")
        if past is not None and page is not None:
            refuse_parameter("page", "page and cursor exclude each other: a cursor is a place")
        page = page if past else page or 1
        check_depth(page=page or 1, limit=limit)
        found = use_cases.list_files(tenant, wanted, page=page or 1, limit=limit, past=past)
        links = FileLinks(request, cursors, page=page, limit=limit)
        now = clock.now()
        body = {"items": [file_resource(file, now=now) for file in found.items]}
        headers = {"Link": links.header(found)}
        return json_answer({**body, **links.members(found)}, headers=headers)

    @blueprint.route("/<file_id:file_id>")
    @blueprint.response(200, FileResource, headers={**ETAG, **PREFERENCE_APPLIED})
    @blueprint.alt_response(304, headers={**ETAG, **PREFERENCE_APPLIED})
    @blueprint.problems(404, 410, 422, 503)
    @blueprint.doc(parameters=[header("Prefer", "wait=20"), header("If-None-Match", A_TAG)])
    @blueprint.needs(Scope.FILES_READ)
    def get_file(file_id: UUID) -> Response:
        """How a file stands; with `Prefer: wait=N`, once it is done or N seconds are over."""
        refuse_query()
        awaited = waiter.wait(
            use_cases.get_file(caller().tenant, file_id), request.headers.get("Prefer")
        )
        applied = {"Preference-Applied": awaited.applied} if awaited.applied else {}
        resource = file_resource(awaited.file, now=clock.now())
        return validated_answer(resource, request, headers=applied)


def _add_downloads(blueprint: StrictBlueprint, use_cases: HttpUseCases) -> None:
    @blueprint.route("/<file_id:file_id>/content")
    @documents_download(blueprint, SUBMITTED_TYPES)
    @blueprint.needs(Scope.FILES_READ)
    def get_content(file_id: UUID) -> Response:
        """The submitted bytes."""
        refuse_query()
        return download(use_cases.open_content(caller().tenant, file_id), request)

    @blueprint.route("/<file_id:file_id>/results/<name>")
    @blueprint.arguments(ResultQuery, location="query")
    @documents_download(blueprint, RESULT_TYPES, headers=RESULT_DOWNLOAD)
    @blueprint.needs(Scope.FILES_READ)
    def get_result(query: dict[str, Any], file_id: UUID, name: str) -> Response:
        """One result file; with `profile=excel`, a CSV as spreadsheets take it."""
        if "profile" not in query:
            return download(use_cases.open_result(caller().tenant, file_id, name), request)
        if not name.endswith(".csv"):
            refuse_parameter("profile", "profile is for results that are CSV")
        return spreadsheet_download(
            use_cases.open_spreadsheet(caller().tenant, file_id, name), request
        )


def _add_reports(blueprint: StrictBlueprint, use_cases: HttpUseCases) -> None:
    @blueprint.route("/<file_id:file_id>/results")
    @blueprint.response(200, ResultList)
    @blueprint.problems(404, 410, 422, 503)
    @blueprint.needs(Scope.FILES_READ)
    def list_results(file_id: UUID) -> Response:
        """The result files of the present generation; none before the file is done."""
        refuse_query()
        file = use_cases.get_file(caller().tenant, file_id)
        return json_answer({"items": [result_resource(file, result) for result in file.results]})

    @blueprint.route("/<file_id:file_id>/errors")
    @blueprint.arguments(RowErrorQuery, location="query")
    @blueprint.response(200, RowErrorList, headers=LINK)
    @blueprint.problems(404, 409, 410, 422, 503)
    @blueprint.needs(Scope.FILES_READ)
    def list_errors(query: dict[str, Any], file_id: UUID) -> Response:
        """A page of the rejected rows' errors, with exact totals by code and column.

        Known once the file is done: before, the answer is 409, and so it is for a file that
        ended before its rows were checked.
        """
        found = use_cases.list_row_errors(caller().tenant, file_id, **query)
        links = PageLinks(request, page=query["page"], limit=query["limit"], total=found.total)
        body = {**row_errors_resource(found), **links.members()}
        return json_answer(body, headers={"Link": links.header()})

    @blueprint.route("/<file_id:file_id>/history")
    @blueprint.response(200, History)
    @blueprint.problems(404, 410, 422, 503)
    @blueprint.needs(Scope.FILES_READ)
    def get_history(file_id: UUID) -> Response:
        """Every change of status and every attempt, oldest first."""
        refuse_query()
        events = use_cases.get_history(caller().tenant, file_id)
        return json_answer({"items": [event_resource(event) for event in events]})


def _add_verbs(blueprint: StrictBlueprint, use_cases: HttpUseCases, clock: Clock) -> None:
    @blueprint.route("/<file_id:file_id>/reprocess", methods=["POST"])
    @blueprint.response(202, FileResource, headers=LOCATION)
    @blueprint.problems(404, 409, 410, 422, 503)
    @blueprint.needs(Scope.FILES_WRITE)
    def reprocess_file(file_id: UUID) -> Response:
        """Everything once more: a finished file becomes PENDING again."""
        refuse_query()
        file = use_cases.reprocess_file(caller().tenant, file_id)
        headers = {"Location": file_link(file)}
        return json_answer(file_resource(file, now=clock.now()), 202, headers=headers)

    @blueprint.route("/<file_id:file_id>/cancel", methods=["POST"])
    @blueprint.response(202, FileResource)
    @blueprint.problems(404, 409, 410, 422, 503)
    @blueprint.needs(Scope.FILES_WRITE)
    def cancel_file(file_id: UUID) -> Response:
        """Ends the processing; cancelling twice is cancelling once."""
        refuse_query()
        file = use_cases.cancel_file(caller().tenant, file_id)
        return json_answer(file_resource(file, now=clock.now()), 202)

    @blueprint.route("/<file_id:file_id>", methods=["DELETE"])
    @blueprint.response(204)
    @blueprint.problems(404, 422, 503)
    @blueprint.needs(Scope.FILES_WRITE)
    def delete_file(file_id: UUID) -> Response:
        """Removes content, results and name for good; deleting twice is deleting once.

        After a 503 the file may be gone for its readers while bytes of it are left: repeat it.
        """
        refuse_query()
        use_cases.delete_file(caller().tenant, file_id)
        return Response(status=204)


def _file_filter(query: dict[str, Any]) -> FileFilter:
    schema_name, schema_version = query.get("schema", (None, None))
    return FileFilter(
        status=query.get("status"),
        outcome=query.get("outcome"),
        file_type=query.get("type"),
        schema_name=schema_name,
        schema_version=schema_version,
        name_prefix=query.get("q"),
        created_after=query.get("createdAfter"),
        created_before=query.get("createdBefore"),
    )
