"""Whether the process lives, and whether it can serve."""

import threading

from flask import Response

from application.ports.clock import Clock
from application.use_cases.check_readiness import CheckReadiness
from entrypoints.http.answers import json_answer
from entrypoints.http.documented import HealthResource
from entrypoints.http.parameters import StrictBlueprint, refuse_query
from entrypoints.http.problems import RequestError
from entrypoints.http.wiring import HttpSettings, HttpUseCases

CACHE_SECONDS = 2.0


def health_blueprint(
    use_cases: HttpUseCases, settings: HttpSettings, *, clock: Clock
) -> StrictBlueprint:
    """The routes under `/health`."""
    blueprint = StrictBlueprint("health", __name__, url_prefix="/health", description="Health")
    readiness = CachedReadiness(use_cases.check_readiness, clock)

    @blueprint.route("/live")
    @blueprint.response(200, HealthResource)
    @blueprint.problems(422)
    def live() -> Response:
        """The process answers."""
        refuse_query()
        return json_answer({"status": "live"}, headers={"Cache-Control": "no-store"})

    @blueprint.route("/ready")
    @blueprint.response(200, HealthResource)
    @blueprint.problems(422, 503)
    def ready() -> Response:
        """The database answers, as of at most two seconds ago."""
        refuse_query()
        if settings.is_draining():
            raise RequestError("shutting_down", "this process is about to end")
        readiness.check()
        return json_answer({"status": "ready"}, headers={"Cache-Control": "no-store"})

    return blueprint


class CachedReadiness:
    """Spares the database those who ask often; a failure is not remembered."""

    def __init__(self, check_readiness: CheckReadiness, clock: Clock) -> None:
        self._check_readiness = check_readiness
        self._clock = clock
        self._lock = threading.Lock()
        self._good_until = float("-inf")

    def check(self) -> None:
        """Raises what the database's own check raises."""
        now = self._clock.monotonic()
        with self._lock:
            if now < self._good_until:
                return
        self._check_readiness()
        with self._lock:
            self._good_until = now + CACHE_SECONDS
