"""Schemas from samples, and samples held against schemas: nothing of them is kept."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from flask import Response, request

from application.ports.clock import Clock
from domain.access import Scope
from entrypoints.http.answers import json_answer
from entrypoints.http.callers import caller
from entrypoints.http.documented_samples import CheckResource, InferenceResource
from entrypoints.http.gate import Gate
from entrypoints.http.parameters import StrictBlueprint
from entrypoints.http.sample_parameters import (
    CHECK_FIELDS,
    READING_FIELDS,
    CheckQuery,
    InferenceQuery,
    sample_body,
)
from entrypoints.http.sample_request import SampleRequest
from entrypoints.http.sample_resources import inference_resource, verdict_resource
from entrypoints.http.wiring import HttpSettings, HttpUseCases


class SampleGate:
    """Lets samples in: few at a time, since each has a process of its own to be looked at in."""

    def __init__(self, uploads: Gate, settings: HttpSettings, clock: Clock) -> None:
        self._uploads = uploads
        self._samples = Gate(
            settings.max_concurrent_samples,
            code="too_many_samples",
            detail="as many samples as allowed are being looked at; try again soon",
        )
        self._settings = settings
        self._clock = clock

    @contextmanager
    def enter(
        self, options: Mapping[str, str], *, fields: tuple[str, ...]
    ) -> Iterator[SampleRequest]:
        """The sample of the present request, whose body is read to its end in any case.

        Raises RequestError, for a lack of places before the body is read.
        """
        with self._samples.enter(), self._uploads.enter():
            sample = SampleRequest(
                request, options, fields=fields, settings=self._settings, clock=self._clock
            )
            try:
                yield sample
            finally:
                sample.drain()


def samples_blueprint(use_cases: HttpUseCases, *, gate: SampleGate) -> StrictBlueprint:
    """The routes under `/schemas` that take samples."""
    blueprint = StrictBlueprint(
        "samples", __name__, url_prefix="/schemas", description="Samples of files to come"
    )

    @blueprint.route("/infer", methods=["POST"])
    @blueprint.arguments(InferenceQuery, location="query")
    @blueprint.response(200, InferenceResource)
    @blueprint.problems(400, 408, 411, 413, 415, 422, 503)
    @blueprint.doc(requestBody=sample_body(READING_FIELDS))
    @blueprint.needs(Scope.FILES_WRITE, Scope.SCHEMAS_WRITE)
    def infer_schema(query: dict[str, Any]) -> Response:
        """Makes a schema of a sample, with the evidence for each of its fields."""
        with gate.enter(query, fields=READING_FIELDS) as sample:
            inference = use_cases.infer_schema(
                name=sample.name(), chunks=sample.chunks(), options=sample.options
            )
        return json_answer(inference_resource(inference))

    @blueprint.route("/<name>/check", methods=["POST"])
    @blueprint.arguments(CheckQuery, location="query")
    @blueprint.response(200, CheckResource)
    @blueprint.problems(400, 404, 408, 411, 413, 415, 422, 503)
    @blueprint.doc(requestBody=sample_body(CHECK_FIELDS))
    @blueprint.needs(Scope.FILES_WRITE, Scope.SCHEMAS_WRITE)
    def check_sample(query: dict[str, Any], name: str) -> Response:
        """Tells what would become of such a file: the verdict, the counts, the first errors."""
        version = query.pop("version", None)
        with gate.enter(query, fields=CHECK_FIELDS) as sample:
            verdict = use_cases.check_sample(
                caller().tenant,
                name,
                version,
                name=sample.name(),
                chunks=sample.chunks(),
                options=sample.options,
            )
        return json_answer(verdict_resource(verdict))

    return blueprint
