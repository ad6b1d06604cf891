"""Reads a Table Schema descriptor: Data Package v2, and the spellings of v1.

What is not supported is refused by name. https://datapackage.org/standard/table-schema/
"""

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from domain.field_descriptor import read_field
from domain.missing_values import read_missing_values
from domain.patterns import PatternMatcher
from domain.schema import Field, FieldsMatch, Schema
from domain.schema_faults import InvalidSchemaError, SchemaFault, Section, is_array
from domain.transform_descriptor import KEY, refuse_clashes
from domain.values.text import is_unicode

MAX_FIELDS = 2_000

_DESCRIPTIVE = frozenset(
    {"$schema", "name", "title", "description", "homepage", "keywords", "version", "examples"}
)
_KEYWORDS = _DESCRIPTIVE | {"fields", "fieldsMatch", "missingValues", "primaryKey", "uniqueKeys"}
_FIELDS_MATCH_SHOWN = ", ".join(FieldsMatch)


def parse_schema(descriptor: object, *, patterns: PatternMatcher) -> Schema:
    """The schema that a descriptor of JSON values describes.

    Raises InvalidSchemaError with every fault found, never with the first alone.
    """
    if not isinstance(descriptor, Mapping):
        fault = SchemaFault(pointer="", code="wrong_type", detail="a schema must be an object")
        raise InvalidSchemaError((fault,))
    faults: list[SchemaFault] = []
    section = Section(descriptor, pointer="", faults=faults)
    _refuse_own_key(section)
    section.refuse_others({*_KEYWORDS, KEY}, code="unsupported_keyword", where="in a schema")
    fields = _read_fields(section, patterns)
    names = {field.name for field in fields.values()}
    primary_key = _read_primary_key(section, names)
    unique_keys = _read_unique_keys(section, names)
    refuse_clashes(section, fields, {primary_key, *unique_keys})
    schema = Schema(
        fields=tuple(fields.values()),
        primary_key=primary_key,
        unique_keys=unique_keys,
        fields_match=_read_fields_match(section),
        descriptor=_canonical(descriptor),
    )
    if not is_unicode(canonical_json(descriptor)):
        section.fault("invalid_value", "half of a surrogate pair stands in the schema")
    if faults:
        raise InvalidSchemaError(tuple(faults))
    return schema


def canonical_json(descriptor: Mapping[str, object]) -> str:
    """One text for each canonical descriptor, whatever the order of its members."""
    return json.dumps(descriptor, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _refuse_own_key(section: Section) -> None:
    if KEY in section.members:
        detail = f'"{KEY}" belongs into a field; rules over whole rows come later'
        section.fault("unsupported_keyword", detail, KEY)


def _read_fields(section: Section, patterns: PatternMatcher) -> dict[int, Field]:
    """The fields by their positions among all that is listed."""
    missing_values = read_missing_values(section, default=("",))
    if "fields" not in section.members:
        section.fault("missing_keyword", 'a schema must have "fields"')
        return {}
    listed = section.array("fields", ())
    if is_array(section.members["fields"]) and not 1 <= len(listed) <= MAX_FIELDS:
        detail = f"there are {len(listed)} fields, 1 to {MAX_FIELDS} are allowed"
        section.fault("invalid_value", detail, "fields")
    fields: dict[int, Field] = {}
    for at, members in enumerate(listed[:MAX_FIELDS]):
        if isinstance(members, Mapping):
            child = section.child("fields", at, members=members)
            fields[at] = read_field(child, patterns=patterns, missing_values=missing_values)
        else:
            section.fault("wrong_type", "a field must be an object", "fields", at)
    _refuse_duplicates(section, listed)
    return fields


def _refuse_duplicates(section: Section, listed: Sequence[object]) -> None:
    seen: set[object] = set()
    for at, members in enumerate(listed):
        name = members.get("name") if isinstance(members, Mapping) else None
        if isinstance(name, str) and name in seen:
            detail = f'there are two fields "{name}"'
            section.fault("duplicate_field", detail, "fields", at, "name")
        elif isinstance(name, str):
            seen.add(name)


def _read_primary_key(section: Section, names: Collection[str]) -> tuple[str, ...]:
    if "primaryKey" not in section.members:
        return ()
    return _read_key(section, section.members["primaryKey"], names, "primaryKey")


def _read_unique_keys(section: Section, names: Collection[str]) -> tuple[tuple[str, ...], ...]:
    return tuple(
        _read_key(section, key, names, "uniqueKeys", at)
        for at, key in enumerate(section.array("uniqueKeys", ()))
    )


def _read_key(
    section: Section, key: object, names: Collection[str], *path: str | int
) -> tuple[str, ...]:
    parts = _as_array(key)
    if not parts or not all(isinstance(part, str) for part in parts):
        section.fault("wrong_type", "a key must be a field's name or an array of names", *path)
        return ()
    key_names = tuple(str(part) for part in parts)
    for name, times in Counter(key_names).items():
        if name not in names:
            section.fault("unknown_field", f'there is no field "{name}"', *path)
        if times > 1:
            section.fault("invalid_value", f'the key names "{name}" more than once', *path)
    return key_names


def _read_fields_match(section: Section) -> FieldsMatch:
    if "fieldsMatch" not in section.members:
        return FieldsMatch.EXACT
    words = _as_array(section.members["fieldsMatch"])
    if len(words) == 1 and words[0] in list(FieldsMatch):
        return FieldsMatch(str(words[0]))
    detail = f'"fieldsMatch" must be one of {_FIELDS_MATCH_SHOWN}'
    section.fault("invalid_value", detail, "fieldsMatch")
    return FieldsMatch.EXACT


def _canonical(descriptor: Mapping[str, object]) -> dict[str, object]:
    """The descriptor with v1 spellings rewritten; what it leaves open stays open."""
    canonical = dict(descriptor)
    for name in ("primaryKey", "fieldsMatch"):
        if name in canonical:
            canonical[name] = list(_as_array(canonical[name]))
    if is_array(canonical.get("uniqueKeys")):
        canonical["uniqueKeys"] = [
            list(_as_array(key)) for key in _as_array(canonical["uniqueKeys"])
        ]
    return canonical


def _as_array(value: object) -> Sequence[object]:
    """The value itself, or the one-element array it abbreviates."""
    return value if isinstance(value, Sequence) and not isinstance(value, str) else (value,)
