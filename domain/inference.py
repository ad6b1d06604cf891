"""A schema for the columns of a sample, which accepts every row of it."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from domain.inferred_field import InferredField, infer_from_json, infer_from_texts
from domain.inferred_schema import InferredSchema
from domain.key_index import encode_key
from domain.schema import FieldsMatch, FieldType
from domain.schema_descriptor import MAX_FIELDS
from domain.values.text import is_unicode

LEAST_KEY_ROWS: Final = 3
"""In fewer rows, nearly everything is there but once."""

_KEY_TYPES = frozenset({FieldType.INTEGER, FieldType.STRING})
_IDENTIFIER = re.compile(r"(?i:id|uuid|guid|key|.+[_ .-](?:id|uuid|key))|[a-z0-9].*I[dD]")


def infer_from_records(
    header: Sequence[str], records: Sequence[Sequence[str | None]]
) -> InferredSchema:
    """The schema of CSV records of as many cells as the header has; None is an empty one."""
    columns = [list(cells) for cells in zip(*records, strict=True)] or [[] for _ in header]
    named = {
        name: infer_from_texts(name, texts)
        for name, texts in zip(header, columns, strict=True)
        if _can_be_field(name, header)
    }
    return _schema(named, header, rows=len(records))


def infer_from_objects(objects: Sequence[Mapping[str, Any]]) -> InferredSchema:
    """The schema of JSON objects; numbers are int or Decimal."""
    names = list(dict.fromkeys(name for members in objects for name in members))
    named = {
        name: infer_from_json(name, [members.get(name) for members in objects])
        for name in names
        if _can_be_field(name, names)
    }
    return _schema(named, names, rows=len(objects))


def _can_be_field(name: str, names: Sequence[str]) -> bool:
    return bool(name.strip()) and "\0" not in name and is_unicode(name) and names.count(name) == 1


def _schema(
    named: Mapping[str, InferredField], names: Sequence[str], *, rows: int
) -> InferredSchema:
    fields = dict([*named.items()][:MAX_FIELDS])
    omitted = [name for name in names if name not in fields]
    candidates = [name for name, field in fields.items() if _is_key(field)]
    descriptor: dict[str, object] = {"fields": [field.descriptor for field in fields.values()]}
    if omitted:
        descriptor["fieldsMatch"] = [str(FieldsMatch.SUBSET)]
    key = _proposed(candidates, [*fields])
    if key is not None:
        descriptor["primaryKey"] = [key]
    return InferredSchema(
        descriptor=descriptor,
        rows=rows,
        fields=tuple(field.evidence for field in fields.values()),
        key_candidates=tuple(candidates),
        omitted=tuple(omitted),
    )


def _is_key(field: InferredField) -> bool:
    if field.type not in _KEY_TYPES or not field.has_all_values:
        return False
    keys = Counter(encode_key((value,)) for value in field.values)
    return len(field.values) >= LEAST_KEY_ROWS and max(keys.values()) == 1


def _proposed(candidates: Sequence[str], names: Sequence[str]) -> str | None:
    """The candidate that is called like a key, the first column rather than another one."""
    identifiers = [name for name in candidates if _IDENTIFIER.fullmatch(name)]
    if identifiers:
        return identifiers[0]
    return names[0] if candidates and candidates[0] == names[0] else None
