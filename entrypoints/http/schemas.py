"""Schemas: registered in immutable versions."""

import re

from flask import Request, Response, request

from application.ports.clock import Clock
from domain.access import Scope
from entrypoints.http.answers import json_answer
from entrypoints.http.callers import caller
from entrypoints.http.documented import SchemaList, SchemaResource
from entrypoints.http.documented_headers import LOCATION
from entrypoints.http.gate import Gate
from entrypoints.http.json_body import read_json
from entrypoints.http.parameters import MAX_PAGE, StrictBlueprint, refuse_query
from entrypoints.http.problems import InputFault, RequestError
from entrypoints.http.resources import schema_link, schema_resource
from entrypoints.http.wiring import HttpUseCases

MAX_SCHEMA_BYTES = 1024 * 1024

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")

_BODY = {
    "required": True,
    "description": "A Table Schema (Data Package v2).",
    "content": {"application/json": {"schema": {"type": "object"}}},
}


def schemas_blueprint(use_cases: HttpUseCases, *, clock: Clock, gate: Gate) -> StrictBlueprint:
    """The routes under `/schemas`."""
    blueprint = StrictBlueprint("schemas", __name__, url_prefix="/schemas", description="Schemas")
    _add_registration(blueprint, use_cases, clock=clock, gate=gate)
    _add_reading(blueprint, use_cases)
    return blueprint


def _add_registration(
    blueprint: StrictBlueprint, use_cases: HttpUseCases, *, clock: Clock, gate: Gate
) -> None:
    @blueprint.route("/<name>", methods=["PUT"])
    @blueprint.response(
        200, SchemaResource, description="Equal to the latest version", headers=LOCATION
    )
    @blueprint.alt_response(
        201, schema=SchemaResource, description="A new version", headers=LOCATION
    )
    @blueprint.problems(400, 413, 415, 422, 503)
    @blueprint.doc(requestBody=_BODY)
    @blueprint.needs(Scope.SCHEMAS_WRITE)
    @blueprint.needs(Scope.SCHEMAS_WRITE)
    def register_schema(name: str) -> Response:
        """Registers a new version, unless the latest says the same."""
        refuse_query()
        _check_name(name)
        with gate.enter():
            descriptor = _read_descriptor(request, clock)
        registration = use_cases.register_schema(caller().tenant, name, descriptor)
        schema = registration.schema
        headers = {"Location": schema_link(schema.name, schema.version)}
        status = 201 if registration.is_new else 200
        return json_answer(schema_resource(schema), status, headers=headers)


def _add_reading(blueprint: StrictBlueprint, use_cases: HttpUseCases) -> None:
    @blueprint.route("")
    @blueprint.response(200, SchemaList)
    @blueprint.problems(422, 503)
    @blueprint.needs(Scope.FILES_READ)
    @blueprint.needs(Scope.FILES_READ)
    def list_schemas() -> Response:
        """The latest version of each schema, by name."""
        refuse_query()
        schemas = use_cases.list_schemas(caller().tenant)
        return json_answer({"items": [schema_resource(schema) for schema in schemas]})

    @blueprint.route("/<name>")
    @blueprint.response(200, SchemaResource)
    @blueprint.problems(404, 422, 503)
    @blueprint.needs(Scope.FILES_READ)
    @blueprint.needs(Scope.FILES_READ)
    def get_schema(name: str) -> Response:
        """The latest version."""
        refuse_query()
        return json_answer(schema_resource(use_cases.get_schema(caller().tenant, name)))

    @blueprint.route(f"/<name>/versions/<int(max={MAX_PAGE}):version>")
    @blueprint.response(200, SchemaResource)
    @blueprint.problems(404, 422, 503)
    @blueprint.needs(Scope.FILES_READ)
    @blueprint.needs(Scope.FILES_READ)
    def get_schema_version(name: str, version: int) -> Response:
        """One version, which never changes."""
        refuse_query()
        return json_answer(schema_resource(use_cases.get_schema(caller().tenant, name, version)))


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        detail = (
            "a schema's name has 1 to 100 of the characters A-Z a-z 0-9 . _ - and no sign first"
        )
        fault = InputFault(code="invalid_schema_name", detail=detail, parameter="name")
        raise RequestError("invalid_schema_name", detail, faults=[fault])


def _read_descriptor(request: Request, clock: Clock) -> dict[str, object]:
    descriptor = read_json(request, max_bytes=MAX_SCHEMA_BYTES, clock=clock, what="schema")
    if not isinstance(descriptor, dict):
        fault = InputFault(code="not_an_object", detail="a schema is a JSON object", pointer="")
        raise RequestError("invalid_schema", "a schema is a JSON object", faults=[fault])
    return descriptor
