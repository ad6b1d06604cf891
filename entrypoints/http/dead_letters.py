"""Files that were given up: which they are, and how they get another chance."""

from dataclasses import replace
from typing import Any

from flask import Response, request

from application.ports.clock import Clock
from application.ports.dead_lettered_files import DeadLetterFilter
from application.use_cases.preview_redrive import RedrivePreview
from application.use_cases.redrive_dead_letters import FailedRedrive, RedriveReport
from domain.access import Scope
from domain.file_state import FileState
from entrypoints.dependency_log import log_dependency_error
from entrypoints.http.answers import json_answer, wire_time
from entrypoints.http.cursors import CursorLinks, cursor_of
from entrypoints.http.dead_letter_parameters import (
    MAX_IDS,
    DeadLetterQuery,
    RedriveRequest,
    dead_letter_filter,
    filter_members,
)
from entrypoints.http.documented_dead_letters import (
    DeadLetterList,
    RedrivePreviewResource,
    RedriveReportResource,
)
from entrypoints.http.documented_headers import LINK
from entrypoints.http.gate import Gate
from entrypoints.http.json_body import invalid_member, load_members, read_json
from entrypoints.http.parameters import StrictBlueprint, refuse_query
from entrypoints.http.problem_catalogue import PROBLEM_KINDS
from entrypoints.http.resources import file_link
from entrypoints.http.wiring import HttpUseCases

MAX_BODY_BYTES = 64 * 1024
REDRIVEN_AT_ONCE = MAX_IDS
"""Each has a transaction of its own, and the answer has to come while its caller waits."""

_BODY = {
    "required": True,
    "description": "Without `dryRun: false` nothing is changed.",
    "content": {"application/json": {"schema": RedriveRequest}},
}


def dead_letters_blueprint(use_cases: HttpUseCases, *, clock: Clock, gate: Gate) -> StrictBlueprint:
    """The routes under `/dead-letters`, which are an operator's: they span all tenants."""
    blueprint = StrictBlueprint(
        "dead-letters",
        __name__,
        url_prefix="/dead-letters",
        description="Files that were given up, of all tenants",
    )
    _add_list(blueprint, use_cases)
    _add_redrive(blueprint, use_cases, clock, gate)
    return blueprint


def _add_list(blueprint: StrictBlueprint, use_cases: HttpUseCases) -> None:
    @blueprint.route("")
    @blueprint.arguments(DeadLetterQuery, location="query")
    @blueprint.response(200, DeadLetterList, headers=LINK)
    @blueprint.problems(422, 503)
    @blueprint.needs(Scope.OPS)
    def list_dead_letters(query: dict[str, Any]) -> Response:
        """A page of dead letters, the last given up first."""
        limit = query["limit"]
        found = use_cases.list_dead_letters(
            dead_letter_filter(query), past=query.get("cursor"), limit=limit
        )
        links = CursorLinks(request, limit=limit, next_past=found.next_past)
        items = [_dead_letter(state) for state in found.items]
        return json_answer({"items": items, **links.members()}, headers={"Link": links.header()})


def _add_redrive(
    blueprint: StrictBlueprint, use_cases: HttpUseCases, clock: Clock, gate: Gate
) -> None:
    @blueprint.route("/redrive", methods=["POST"])
    @blueprint.response(200, RedrivePreviewResource, description="The dry run: nothing changed")
    @blueprint.alt_response(
        202, schema=RedriveReportResource, description="They are worked on once more"
    )
    @blueprint.problems(400, 413, 415, 422, 503)
    @blueprint.doc(requestBody=_BODY)
    @blueprint.needs(Scope.OPS)
    def redrive_dead_letters() -> Response:
        """Gives dead letters another chance; unless `dryRun` is false, tells which it would.

        Redriving twice is redriving once. At most 100 are redriven by one call; `next` is
        then the body that goes on, also where all that was tried has failed.
        """
        refuse_query()
        with gate.enter():
            value = read_json(request, max_bytes=MAX_BODY_BYTES, clock=clock, what="redrive")
        given = load_members(RedriveRequest(), value)
        _check_chosen(given)
        wanted = dead_letter_filter(given)
        if given["dryRun"]:
            return json_answer(_preview(use_cases.preview_redrive(wanted)))
        past = given.get("cursor")
        report = use_cases.redrive_dead_letters(wanted, past=past, limit=REDRIVEN_AT_ONCE)
        for failed in report.failed:
            log_dependency_error("redrive_failed", failed.error, file_id=str(failed.file_id))
        rest = _rest(report, wanted)
        # With more to come, an error would keep the caller from what is behind these.
        if report.failed and not report.redriven and rest is None:
            raise report.failed[0].error
        return json_answer(_report(report, rest), 202)


def _check_chosen(given: dict[str, Any]) -> None:
    criteria = given.keys() - {"all", "cursor", "dryRun"}
    if given.get("all") and criteria:
        raise invalid_member("/all", "all stands alone: with it, nothing else is named")
    if not given.get("all") and not criteria:
        raise invalid_member(
            "", "say which: by ids, code, tenant, deadLetteredAfter, deadLetteredBefore, or all"
        )


def _dead_letter(state: FileState) -> dict[str, object]:
    link = file_link(state)
    return {
        "id": str(state.id),
        "tenant": state.tenant,
        "originalName": state.original_name,
        "fileSize": state.size_bytes,
        "errorCode": state.error_code,
        "errorMessage": state.error_message,
        "failures": state.failures,
        "attempt": state.attempt,
        "generation": state.generation,
        "createdAt": wire_time(state.created_at),
        "deadLetteredAt": wire_time(state.processed_at),
        "links": {"self": link, "history": f"{link}/history"},
    }


def _preview(preview: RedrivePreview) -> dict[str, object]:
    return {
        "dryRun": True,
        "count": preview.count,
        "countIsExact": preview.is_exact,
        "first": [_dead_letter(state) for state in preview.first],
        "skipped": [str(file_id) for file_id in preview.unfit],
        "confirm": {**filter_members(preview.confirmed), "dryRun": False},
    }


def _rest(report: RedriveReport, wanted: DeadLetterFilter) -> dict[str, object] | None:
    """The body that goes on, None when there is nothing left."""
    if report.next_ids is not None:
        return {**filter_members(replace(wanted, ids=report.next_ids)), "dryRun": False}
    if report.next_past is None:
        return None
    members = filter_members(wanted) or {"all": True}
    return {**members, "cursor": cursor_of(report.next_past), "dryRun": False}


def _report(report: RedriveReport, rest: dict[str, object] | None) -> dict[str, object]:
    return {
        "dryRun": False,
        "redriven": [str(file_id) for file_id in report.redriven],
        "skipped": [str(file_id) for file_id in report.skipped],
        "failed": [_failed(failed) for failed in report.failed],
        "next": rest,
    }


def _failed(failed: FailedRedrive) -> dict[str, str]:
    code = failed.error.code
    # The error's own words are for the log.
    detail = PROBLEM_KINDS[code].detail or PROBLEM_KINDS[code].title
    return {"id": str(failed.file_id), "code": code, "detail": detail}
