"""How the service does, for operators and their monitors."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from flask import Response

from application.ports.statistics import Happening
from application.use_cases.get_stats import COUNTED_UP_TO, REPAIRS, Stats
from domain.access import Scope
from domain.file_status import FileStatus, Outcome
from entrypoints.dependency_log import log_dependency_error
from entrypoints.http.answers import json_answer, wire_time
from entrypoints.http.documented_stats import StatsResource
from entrypoints.http.parameters import StrictBlueprint, refuse_query
from entrypoints.http.wiring import HttpUseCases

Name = TypeVar("Name", bound=StrEnum)

_COMPLETED = (Outcome.CLEAN, Outcome.PARTIAL)


def stats_blueprint(use_cases: HttpUseCases) -> StrictBlueprint:
    """The route `/stats`, which is an operator's: it spans all tenants."""
    blueprint = StrictBlueprint(
        "stats", __name__, url_prefix="/stats", description="The service as a whole"
    )

    @blueprint.route("")
    @blueprint.response(200, StatsResource)
    @blueprint.problems(422, 503)
    @blueprint.needs(Scope.OPS)
    def get_stats() -> Response:
        """How many files there are, how old what waits is, and what happened lately."""
        refuse_query()
        stats = use_cases.get_stats()
        if stats.queue_failure is not None:
            log_dependency_error("queue_not_counted", stats.queue_failure)
        return json_answer(_resource(stats), headers={"Cache-Control": "no-store"})

    return blueprint


def _resource(stats: Stats) -> dict[str, object]:
    done, queues = stats.work_done, stats.queues
    return {
        "at": wire_time(stats.at),
        "countedUpTo": COUNTED_UP_TO,
        "files": _by_status(stats),
        "outcomes": _named(stats.ended),
        "oldestUnfinished": _oldest_unfinished(stats),
        "lastHour": {
            "files": _named(done.ended),
            "rows": {"accepted": done.rows_accepted, "rejected": done.rows_rejected},
            "bytes": done.size_bytes,
        },
        "lastDay": {
            "moves": _named(stats.moves),
            "fenced": stats.happenings[Happening.FENCED],
            "repaired": {it.value: stats.happenings[it] for it in REPAIRS},
        },
        "outbox": {
            "unsent": stats.outbox.unsent,
            "oldestSeconds": _age(stats.outbox.oldest_at, stats.at),
        },
        "queue": {
            "messages": None if queues is None else queues.work,
            "deadLetters": None if queues is None else queues.dead_letters,
        },
        "deadLetters": [
            {
                "code": total.error_code,
                "count": total.count,
                "firstAt": wire_time(total.first_at),
                "lastAt": wire_time(total.last_at),
            }
            for total in stats.dead_letters
        ],
    }


def _by_status(stats: Stats) -> dict[str, int]:
    completed = sum(stats.ended[outcome] for outcome in _COMPLETED)
    failed = sum(stats.ended.values()) - completed
    return {
        **_named(stats.unfinished),
        FileStatus.COMPLETED.value: min(completed, COUNTED_UP_TO),
        FileStatus.FAILED.value: min(failed, COUNTED_UP_TO),
    }


def _oldest_unfinished(stats: Stats) -> dict[str, object] | None:
    oldest = stats.oldest_unfinished
    if oldest is None:
        return None
    return {
        "id": str(oldest.id),
        "tenant": oldest.tenant,
        "status": oldest.status,
        "errorCode": oldest.error_code,
        "since": wire_time(oldest.generation_started_at),
        "ageSeconds": _age(oldest.generation_started_at, stats.at),
    }


def _named(counts: Mapping[Name, int]) -> dict[str, int]:
    return {name.value: count for name, count in counts.items()}


def _age(moment: datetime | None, now: datetime) -> float | None:
    # A clock may have been set back meanwhile.
    return None if moment is None else round(max(0.0, (now - moment).total_seconds()), 3)
