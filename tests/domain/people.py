"""A schema with a field of most kinds, which the tests of rows share."""

from tests.domain.schemas import schema_of

PEOPLE = schema_of(
    {"name": "id", "type": "integer"},
    {"name": "email", "type": "string", "format": "email", "constraints": {"required": True}},
    {"name": "born", "type": "date"},
    {"name": "score", "type": "number"},
    primaryKey="id",
)
HEADER = ["id", "email", "born", "score"]
