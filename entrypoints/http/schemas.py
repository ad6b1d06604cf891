"""Schemas: registered in immutable versions."""

import re
from typing import Any

from flask import Request, Response, request

from application.ports.clock import Clock
from application.ports.schema_repository import SchemaVersion
from domain.access import Scope
from entrypoints.http.answers import json_answer, tag_of, validated_answer
from entrypoints.http.callers import caller
from entrypoints.http.documented import SchemaList, SchemaResource
from entrypoints.http.documented_downloads import A_TAG, header
from entrypoints.http.documented_headers import ETAG, LINK, LOCATION
from entrypoints.http.gate import Gate
from entrypoints.http.json_body import read_json
from entrypoints.http.parameters import MAX_PAGE, StrictBlueprint, refuse_query
from entrypoints.http.problems import InputFault, RequestError
from entrypoints.http.resources import schema_link, schema_resource
from entrypoints.http.sample_parameters import (
    SchemaListQuery,
    SchemaVersionListQuery,
    TemplateQuery,
)
from entrypoints.http.schema_pages import schema_page
from entrypoints.http.template_downloads import documents_template, template_download
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
    _add_lists(blueprint, use_cases)
    _add_reading(blueprint, use_cases)
    return blueprint


def _add_registration(
    blueprint: StrictBlueprint, use_cases: HttpUseCases, *, clock: Clock, gate: Gate
) -> None:
    @blueprint.route("/<name>", methods=["PUT"])
    @blueprint.response(
        200,
        SchemaResource,
        description="Equal to the latest version",
        headers={**LOCATION, **ETAG},
    )
    @blueprint.alt_response(
        201, schema=SchemaResource, description="A new version", headers={**LOCATION, **ETAG}
    )
    @blueprint.problems(400, 409, 412, 413, 415, 422, 503)
    @blueprint.doc(
        requestBody=_BODY,
        parameters=[header("If-Match", A_TAG), header("If-None-Match", "*")],
    )
    @blueprint.needs(Scope.SCHEMAS_WRITE)
    def register_schema(name: str) -> Response:
        """Registers a new version, unless the latest says the same.

        With `If-None-Match: *` only where there is no schema of that name yet, with `If-Match`
        only where the latest version is the one with that ETag.
        """
        refuse_query()
        _check_name(name)
        with gate.enter():
            descriptor = _read_descriptor(request, clock)
        registration = use_cases.register_schema(
            caller().tenant,
            name,
            descriptor,
            condition=lambda latest: _is_asked_for(latest, request),
        )
        schema = registration.schema
        resource = schema_resource(schema)
        headers = {
            "Location": schema_link(schema.name, schema.version),
            "ETag": f'"{tag_of(resource)}"',
        }
        return json_answer(resource, 201 if registration.is_new else 200, headers=headers)


def _add_reading(blueprint: StrictBlueprint, use_cases: HttpUseCases) -> None:
    @blueprint.route("/<name>")
    @blueprint.response(200, SchemaResource, headers=ETAG)
    @blueprint.alt_response(304, headers=ETAG)
    @blueprint.problems(404, 422, 503)
    @blueprint.doc(parameters=[header("If-None-Match", A_TAG)])
    @blueprint.needs(Scope.FILES_READ)
    def get_schema(name: str) -> Response:
        """The latest version."""
        refuse_query()
        return validated_answer(
            schema_resource(use_cases.get_schema(caller().tenant, name)), request
        )

    @blueprint.route(f"/<name>/versions/<int(max={MAX_PAGE}):version>")
    @blueprint.response(200, SchemaResource, headers=ETAG)
    @blueprint.alt_response(304, headers=ETAG)
    @blueprint.problems(404, 422, 503)
    @blueprint.doc(parameters=[header("If-None-Match", A_TAG)])
    @blueprint.needs(Scope.FILES_READ)
    def get_schema_version(name: str, version: int) -> Response:
        """One version, which never changes."""
        refuse_query()
        schema = use_cases.get_schema(caller().tenant, name, version)
        return validated_answer(schema_resource(schema), request)

    @blueprint.route("/<name>/template.csv")
    @blueprint.arguments(TemplateQuery, location="query")
    @documents_template(blueprint)
    @blueprint.needs(Scope.FILES_READ)
    def get_template(query: dict[str, Any], name: str) -> Response:
        """A CSV of the header alone, safe to open in a spreadsheet, for people to fill in."""
        schema, content = use_cases.make_template(caller().tenant, name, query.get("version"))
        return template_download(schema, content, request)


def _add_lists(blueprint: StrictBlueprint, use_cases: HttpUseCases) -> None:
    @blueprint.route("")
    @blueprint.arguments(SchemaListQuery, location="query")
    @blueprint.response(200, SchemaList, headers=LINK)
    @blueprint.problems(422, 503)
    @blueprint.needs(Scope.FILES_READ)
    def list_schemas(query: dict[str, Any]) -> Response:
        """A page of schemas, the latest version of each, by name."""
        limit = query["limit"]
        found, goes_on = use_cases.list_schemas(
            caller().tenant, after=query.get("after"), limit=limit
        )
        last = {"after": found[-1].name} if goes_on else None
        return schema_page(found, request, limit=limit, next_page=last)

    @blueprint.route("/<name>/versions")
    @blueprint.arguments(SchemaVersionListQuery, location="query")
    @blueprint.response(200, SchemaList, headers=LINK)
    @blueprint.problems(404, 422, 503)
    @blueprint.needs(Scope.FILES_READ)
    def list_schema_versions(query: dict[str, Any], name: str) -> Response:
        """A page of a schema's versions, the newest first."""
        limit, before = query["limit"], query.get("before")
        found, goes_on = use_cases.list_schema_versions(
            caller().tenant, name, before=before, limit=limit
        )
        last = {"before": found[-1].version} if goes_on else None
        return schema_page(found, request, limit=limit, next_page=last)


def _is_asked_for(latest: SchemaVersion | None, request: Request) -> bool:
    """Whether the latest version is what If-Match and If-None-Match say, as far as they do."""
    tag = None if latest is None else tag_of(schema_resource(latest))
    if "If-Match" in request.headers and (tag is None or not request.if_match.contains(tag)):
        return False
    return tag is None or not request.if_none_match.contains_weak(tag)


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
