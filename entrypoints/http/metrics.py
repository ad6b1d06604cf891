"""`GET /metrics`: what this process has answered, and how the service does, for Prometheus."""

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Gauge, Histogram
from prometheus_client.exposition import choose_encoder

from application.ports.clock import Clock
from application.use_cases.get_stats import GetStats
from domain.access import Scope
from entrypoints.http.parameters import StrictBlueprint, refuse_query
from entrypoints.http.record_metrics import RecordMetrics

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"})
_OTHER = "other"
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)

# Not JSON, so that nobody looks for its members.
_TEXT = {"type": "string", "format": "binary"}


def metrics_blueprint(app: Flask, get_stats: GetStats, clock: Clock) -> StrictBlueprint:
    """The route that tells; from now on every request of the application is measured."""
    # One for each application: two may live in a process.
    registry = CollectorRegistry()
    _measure_requests(app, registry, clock)
    registry.register(RecordMetrics(get_stats, clock))
    blueprint = StrictBlueprint("metrics", __name__, description="For Prometheus")

    @blueprint.route("/metrics")
    @blueprint.response(200, _TEXT, content_type="application/openmetrics-text")
    @blueprint.response(200, _TEXT, content_type="text/plain")
    @blueprint.problems(422)
    @blueprint.needs(Scope.OPS)
    def get_metrics() -> Response:
        """Measurements in Prometheus's text format, or in OpenMetrics's for who accepts that."""
        refuse_query()
        encode, media_type = choose_encoder(request.headers.get("Accept", ""))
        headers = {"Content-Type": media_type, "Cache-Control": "no-store"}
        return Response(encode(registry), headers=headers)

    return blueprint


def _measure_requests(app: Flask, registry: CollectorRegistry, clock: Clock) -> None:
    durations = Histogram(
        "gristmill_http_request_duration_seconds",
        "From a request's head to the head of its answer.",
        ("method", "route", "status"),
        buckets=_BUCKETS,
        registry=registry,
    )
    in_progress = Gauge(
        "gristmill_http_requests_in_progress",
        "Requests that have no answer yet, those that wait for a file included.",
        registry=registry,
    )

    @app.before_request
    def begin() -> None:
        g.began_at = clock.monotonic()
        in_progress.inc()

    @app.after_request
    def observe(answer: Response) -> Response:
        # The route's pattern and known methods: what a caller makes up becomes no series.
        method = request.method if request.method in _METHODS else _OTHER
        route = request.url_rule.rule if request.url_rule else _OTHER
        seconds = clock.monotonic() - g.began_at
        durations.labels(method, route, str(answer.status_code)).observe(seconds)
        return answer

    @app.teardown_request
    def end(_error: BaseException | None) -> None:
        if "began_at" in g:
            in_progress.dec()
