"""Schemathesis finds nothing: what is answered is what the OpenAPI document says.

Each operation is asked with what the document allows and with what it does not.
"""

import os
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import load_all_checks
from schemathesis.config import GenerationConfig, ProjectConfig, ProjectsConfig, SchemathesisConfig

from tests.entrypoints.http.service import HttpService

EXAMPLES = 50 if os.environ.get("CI") else 5

load_all_checks()
for media_type in ("application/x-ndjson", "text/tab-separated-values"):
    schemathesis.serializer.alias(media_type, "text/plain")
schemathesis.serializer.alias("application/gzip", "application/octet-stream")

POSITIVE = "positive_data_acceptance"
NEGATIVE = "negative_data_rejection"
ALLOW = "allow_header_conformance"
OPEN = "ignored_auth"
"""Of every operation: this service is open, as on a laptop. The scope matrix asks with keys."""

EXCLUDED: dict[str, tuple[str, ...]] = {
    # A file is judged by what it holds, and a text is any CSV: no JSON Schema says which.
    "POST /files/upload": (POSITIVE,),
    "POST /schemas/infer": (POSITIVE, NEGATIVE, ALLOW),
    "POST /schemas/{name}/check": (POSITIVE, NEGATIVE),
    # How large it may be and how many may be open is a setting; which schemas there are, a state.
    "POST /uploads": (POSITIVE,),
    # Which numbers an upload has is told by the upload; no number may be there twice.
    "POST /uploads/{upload_id}/parts": (POSITIVE,),
    # A part is never empty, and an empty body goes without a length.
    "PUT /uploads/{upload_id}/parts/{number}": (POSITIVE,),
    # A Table Schema has rules of its own; a condition is met or not, whatever it looks like.
    "PUT /schemas/{name}": (POSITIVE,),
    # A cursor is one that was given out, and a page too deep is refused by name.
    "GET /files": (POSITIVE,),
    "GET /files/{file_id}/errors": (POSITIVE,),
    "GET /dead-letters": (POSITIVE,),
    # Ids, a filter, or all: which go together is told in words.
    "POST /dead-letters/redrive": (POSITIVE,),
}
"""The checks that an operation cannot pass, each with its reason.

`infer` is the name of a schema, too: at that address `Allow` names its methods beside POST.
"""


def api() -> schemathesis.BaseSchema:
    """The API over a service in memory that knows a schema."""
    app = HttpService().app()
    app.test_client().put("/schemas/people", json={"fields": [{"name": "a", "type": "string"}]})
    generation = GenerationConfig(with_security_parameters=False)
    projects = ProjectsConfig(default=ProjectConfig(generation=generation))
    return schemathesis.openapi.from_wsgi(
        "/openapi.json", app, config=SchemathesisConfig(projects=projects)
    )


API = api()


@API.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_the_answers_are_those_that_are_documented(case: schemathesis.Case[Any]) -> None:
    names = (OPEN, *EXCLUDED.get(case.operation.label, ()))
    excluded: list[Any] = [schemathesis.checks.CHECKS.get_one(name) for name in names]

    case.call_and_validate(excluded_checks=excluded)


def test_each_exclusion_is_of_an_operation_there_is() -> None:
    operations = {
        f"{method.upper()} {path}"
        for path, item in API.raw_schema["paths"].items()
        for method in item
    }

    assert set(EXCLUDED) <= operations
