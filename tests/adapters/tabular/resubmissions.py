"""What tests of rejected rows on their way back share."""

from tests.adapters.tabular.mill import schema_of

AMOUNTS = schema_of(
    {"name": "id", "type": "integer", "constraints": {"required": True, "unique": True}},
    {"name": "amount", "type": "number"},
)
