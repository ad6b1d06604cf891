"""When two descriptors are one version of a schema."""

import json

from domain.schema_descriptor import canonical_json, parse_schema
from tests.domain.schemas import BacktrackingPatterns, schema_of


def test_two_spellings_of_one_schema_have_one_canonical_form() -> None:
    v1 = schema_of("a", primaryKey="a", uniqueKeys=["a"], fieldsMatch="equal")
    v2 = schema_of("a", fieldsMatch=["equal"], uniqueKeys=[["a"]], primaryKey=["a"])

    assert v1.descriptor == v2.descriptor
    assert canonical_json(v1.descriptor) == canonical_json(v2.descriptor)


def test_a_changed_description_is_another_version() -> None:
    assert schema_of("a", title="A").descriptor != schema_of("a", title="B").descriptor


def test_a_canonical_descriptor_is_read_as_the_same_schema() -> None:
    schema = schema_of({"name": "a", "type": "date"}, primaryKey="a", fieldsMatch="subset")

    again = parse_schema(
        json.loads(canonical_json(schema.descriptor)), patterns=BacktrackingPatterns()
    )

    assert again == schema
