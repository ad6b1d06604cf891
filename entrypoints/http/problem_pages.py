"""Every kind of problem, at the addresses that a problem's `type` names."""

from flask import Response

from entrypoints.http.answers import json_answer
from entrypoints.http.documented import ProblemKindList, ProblemKindResource
from entrypoints.http.parameters import StrictBlueprint, refuse_query
from entrypoints.http.problem_catalogue import PROBLEM_KINDS, ProblemKind
from entrypoints.http.problems import RequestError


def problems_blueprint() -> StrictBlueprint:
    """The routes under `/problems`."""
    blueprint = StrictBlueprint(
        "problems", __name__, url_prefix="/problems", description="What can go wrong"
    )

    @blueprint.route("")
    @blueprint.response(200, ProblemKindList)
    @blueprint.problems(422)
    def list_problems() -> Response:
        """Every code that an error may have."""
        refuse_query()
        return json_answer({"items": [_described(kind) for kind in PROBLEM_KINDS.values()]})

    @blueprint.route("/<code>")
    @blueprint.response(200, ProblemKindResource)
    @blueprint.problems(404, 422)
    def get_problem(code: str) -> Response:
        """One of them."""
        refuse_query()
        if code not in PROBLEM_KINDS:
            raise RequestError("not_found", f'there is no problem "{code[:100]}"')
        return json_answer(_described(PROBLEM_KINDS[code]))

    return blueprint


def _described(kind: ProblemKind) -> dict[str, object]:
    return {
        "type": f"/problems/{kind.code}",
        "code": kind.code,
        "status": kind.status,
        "title": kind.title,
        "retryable": kind.retry_after_seconds is not None,
    }
