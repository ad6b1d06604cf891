"""Reads what stands under the key `gristmill` of a field."""

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from domain.constraint_descriptor import read_value
from domain.error_catalogue import message_of
from domain.rejected_columns import REJECTED_COLUMNS
from domain.row_error import quoted
from domain.schema import Field
from domain.schema_faults import Section
from domain.transform import Case, Transform
from domain.values.base import Value

KEY: Final = "gristmill"
_KEYWORDS = frozenset({"trim", "case", "default", "aliases", "rename", "drop"})
_LATER = ("derive", "rules")
_WITH_LETTERS = ("string", "any")


def read_transform(section: Section, field: Field) -> Transform:
    """The rules of the field that is `field` but for them; what is not known is refused."""
    members = section.members.get(KEY, {})
    if not isinstance(members, Mapping):
        section.fault("wrong_type", f'"{KEY}" must be an object', KEY)
        return Transform()
    own = section.child(KEY, members=members)
    for name in _LATER:
        if name in members:
            own.fault("unsupported_keyword", f'"{name}" is not supported yet: it comes later', name)
    own.refuse_others({*_KEYWORDS, *_LATER}, code="unsupported_keyword", where=f'in "{KEY}"')
    transform = Transform(
        trim=own.flag("trim", default=False),
        case=_read_case(own, field),
        default=_read_default(own, field),
        aliases=tuple(_read_aliases(own)),
        rename=_read_rename(own),
        drop=own.flag("drop", default=False),
    )
    _refuse_contradictions(own, transform, field)
    _refuse_lost_enum(section, transform, field)
    return transform


def refuse_clashes(
    section: Section, fields: Mapping[int, Field], keys: Collection[tuple[str, ...]]
) -> None:
    """Notes what does not fit together among the fields of the schema, by their positions."""
    _refuse_taken_aliases(section, fields)
    _refuse_taken_outputs(section, fields)
    if fields and all(field.transform.drop for field in fields.values()):
        section.fault("contradiction", "every field is dropped, and none is written", "fields")
    for at, field in fields.items():
        is_alone = field.constraints.unique or (field.name,) in keys
        if field.transform.default is not None and is_alone:
            detail = f'"{field.name}" is unique, so no second row could have the default'
            section.fault("contradiction", detail, "fields", at, KEY, "default")


def _read_case(own: Section, field: Field) -> Case | None:
    if "case" not in own.members:
        return None
    if field.type not in _WITH_LETTERS:
        detail = f'"case" is not supported for the type {field.type}'
        own.fault("unsupported_keyword", detail, "case")
        return None
    word = own.text("case", Case.LOWER)
    if word in list(Case):
        return Case(word)
    own.fault("invalid_value", f'"case" must be one of {", ".join(Case)}', "case")
    return None


def _read_default(own: Section, field: Field) -> Value:
    if "default" not in own.members:
        return None
    types = (field.type, field.value_type)
    value = read_value(own, own.members["default"], types, "default")
    if value is None:
        return None
    text = field.value_type.format(value)
    for check in field.checks:
        if found := check(value):
            detail = message_of(found.code, value=quoted(text), **found.facts)
            own.fault("invalid_value", detail, "default")
    if text in field.missing_values or (field.missing_marks and field.missing_marks.include(value)):
        own.fault("contradiction", f"{quoted(text)} is itself a missing value", "default")
    return value


def _read_aliases(own: Section) -> Iterator[str]:
    for at, alias in enumerate(own.texts("aliases", ())):
        if _is_name(own, alias, "aliases", at):
            yield alias


def _read_rename(own: Section) -> str | None:
    if "rename" not in own.members:
        return None
    name = own.text("rename", KEY)
    if name in REJECTED_COLUMNS:
        own.fault("invalid_value", f'"{name}" is the name of a column of rejected rows', "rename")
        return None
    return name if _is_name(own, name, "rename") else None


def _is_name(own: Section, name: str, *path: str | int) -> bool:
    if name.strip() and "\x00" not in name:
        return True
    own.fault("invalid_value", "a name must not be blank, nor hold a NUL", *path)
    return False


def _refuse_contradictions(own: Section, transform: Transform, field: Field) -> None:
    if transform.drop and transform.rename is not None:
        own.fault("contradiction", "a field that is dropped has no name in the outputs", "rename")
    default = transform.default
    if isinstance(default, str) and transform.of_text(default) != default:
        becomes = quoted(transform.of_text(default))
        own.fault("contradiction", f"{quoted(default)} would become {becomes}", "default")


def _refuse_lost_enum(section: Section, transform: Transform, field: Field) -> None:
    for value in field.constraints.enum:
        if isinstance(value, str) and transform.of_text(value) != value:
            becomes = quoted(transform.of_text(value))
            detail = f'{quoted(value)} can never be there: "{KEY}" makes it {becomes}'
            section.fault("contradiction", detail, "constraints", "enum")


def _refuse_taken_aliases(section: Section, fields: Mapping[int, Field]) -> None:
    owner_of = {field.name: field.name for field in fields.values()}
    for at, field in fields.items():
        for place, alias in enumerate(field.transform.aliases):
            owner = owner_of.setdefault(alias, field.name)
            # An alias that is there twice is as little of use as another field's.
            if owner != field.name or alias in field.names[: place + 1]:
                detail = f'"{alias}" is a name of the field "{owner}" already'
                section.fault("contradiction", detail, "fields", at, KEY, "aliases", place)


def _refuse_taken_outputs(section: Section, fields: Mapping[int, Field]) -> None:
    written = {at: field for at, field in fields.items() if not field.transform.drop}
    taken = {field.name for field in written.values() if field.transform.rename is None}
    for at, field in written.items():
        name = field.transform.rename
        if name is None:
            continue
        if name in taken:
            detail = f'"{name}" is the name of another column of the outputs'
            section.fault("contradiction", detail, "fields", at, KEY, "rename")
        taken.add(name)
