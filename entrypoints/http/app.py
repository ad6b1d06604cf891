"""The WSGI application."""

from http import HTTPStatus
from importlib.metadata import version
from typing import Any

from flask import Flask
from flask_smorest import Api

from application.ports.authenticator import Authenticator
from application.ports.clock import Clock
from application.ports.id_generator import IdGenerator
from domain.access import Scope
from domain.token_bucket import Quota
from entrypoints.http.callers import identify_callers
from entrypoints.http.dead_letters import dead_letters_blueprint
from entrypoints.http.docs import docs_blueprint
from entrypoints.http.documented import ProblemResource
from entrypoints.http.documented_headers import EVERY_ANSWER, OF_PROBLEM_STATUS, RETRY_AFTER
from entrypoints.http.file_ids import FileIdConverter, UploadIdConverter
from entrypoints.http.files import files_blueprint
from entrypoints.http.gate import Gate
from entrypoints.http.health import health_blueprint
from entrypoints.http.limits import limits_blueprint
from entrypoints.http.metrics import metrics_blueprint
from entrypoints.http.parameters import API_KEY_SCHEME
from entrypoints.http.problem_catalogue import PROBLEM_KINDS
from entrypoints.http.problem_pages import problems_blueprint
from entrypoints.http.problems import MEDIA_TYPE, answer_problems
from entrypoints.http.rate_limits import WINDOW_SECONDS, RateLimiter, limit_rates
from entrypoints.http.request_scope import frame_requests
from entrypoints.http.schema_samples import SampleGate, samples_blueprint
from entrypoints.http.schemas import schemas_blueprint
from entrypoints.http.stats import stats_blueprint
from entrypoints.http.upload_sessions import upload_sessions_blueprint
from entrypoints.http.uploads import uploads_blueprint
from entrypoints.http.waiting import FileWaiter
from entrypoints.http.well_formed import refuse_malformed
from entrypoints.http.wiring import HttpSettings, HttpUseCases


def create_app(
    use_cases: HttpUseCases,
    settings: HttpSettings,
    *,
    authenticator: Authenticator,
    clock: Clock,
    ids: IdGenerator,
) -> Flask:
    """A new application over these use cases; any number of them may live in one process."""
    app = Flask("gristmill", static_folder=None)
    app.url_map.converters["file_id"] = FileIdConverter
    app.url_map.converters["upload_id"] = UploadIdConverter
    # `//files` is not `/files`, and a redirect would turn an upload into a GET.
    app.url_map.merge_slashes = False
    app.config["OPENAPI_URL_PREFIX"] = "/"
    # First, so that it measures what is refused before a view is reached, too.
    metrics = metrics_blueprint(app, use_cases.get_stats, clock)
    frame_requests(app, ids)
    refuse_malformed(app)
    app.register_blueprint(docs_blueprint())
    _add_api(app, use_cases, settings, clock).register_blueprint(metrics)
    identify_callers(app, authenticator)
    if settings.requests_per_minute:
        quota = Quota(count=settings.requests_per_minute, seconds=WINDOW_SECONDS)
        limit_rates(app, RateLimiter(quota, clock))
    answer_problems(app)
    return app


def _add_api(app: Flask, use_cases: HttpUseCases, settings: HttpSettings, clock: Clock) -> Api:
    api = ProblemApi(
        app,
        spec_kwargs={
            "title": "Gristmill",
            "version": version("gristmill"),
            "openapi_version": "3.1.0",
        },
    )
    api.spec.components.security_scheme(API_KEY_SCHEME, _API_KEY)
    api.register_converter(FileIdConverter, _id_schema)
    api.register_converter(UploadIdConverter, _id_schema)
    gate = Gate(settings.max_concurrent_uploads)
    waiter = FileWaiter(use_cases.get_file, clock, settings)
    for blueprint in (
        uploads_blueprint(use_cases, settings, clock=clock, waiter=waiter, gate=gate),
        upload_sessions_blueprint(use_cases, settings, clock=clock, waiter=waiter, gate=gate),
        files_blueprint(use_cases, clock=clock, waiter=waiter),
        schemas_blueprint(use_cases, clock=clock, gate=gate),
        samples_blueprint(use_cases, gate=SampleGate(gate, settings, clock)),
        dead_letters_blueprint(use_cases, clock=clock, gate=gate),
        stats_blueprint(use_cases),
        limits_blueprint(settings),
        health_blueprint(use_cases, settings, clock=clock),
        problems_blueprint(),
    ):
        api.register_blueprint(blueprint)
    return api


_API_KEY = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "gm_<id>_<secret>_<checksum>",
    "description": "An API key, which `gristmill keys create` makes. What an operation needs is "
    "one of the scopes that it names: "
    + ", ".join(f"`{scope}`" for scope in Scope)
    + ". A service that is open takes everybody without a key.",
}


class ProblemApi(Api):
    """Documents every error as a problem; who answers them is `answer_problems`."""

    ERROR_SCHEMA = ProblemResource

    def _register_error_handlers(self) -> None:
        """Leaves errors alone: flask-smorest's own handler drops `Allow` and knows no codes."""

    def _register_pagination_header(self) -> None:
        """Leaves out flask-smorest's own pages: ours are linked by RFC 8288."""

    def _register_responses(self) -> None:
        for status in HTTPStatus:
            if status >= HTTPStatus.BAD_REQUEST:
                described = self._problem(_codes(status) or status.phrase, status)
                self.spec.components.response(status.name, described, lazy=True)
        described = self._problem("Any other problem", None)
        self.spec.components.response("DEFAULT_ERROR", described, lazy=True)

    def _problem(self, description: str, status: int | None) -> dict[str, Any]:
        own_headers = OF_PROBLEM_STATUS.get(status, {}) if status else {}
        return {
            "description": description,
            "headers": {**EVERY_ANSWER, **RETRY_AFTER, **own_headers},
            "content": {MEDIA_TYPE: {"schema": self.ERROR_SCHEMA}},
        }


def _codes(status: int) -> str:
    return ", ".join(f"`{kind.code}`" for kind in PROBLEM_KINDS.values() if kind.status == status)


def _id_schema(_converter: FileIdConverter | UploadIdConverter) -> dict[str, str]:
    return {"type": "string", "format": "uuid"}
