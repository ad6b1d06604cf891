"""Which version of a schema a caller means."""

import re

from application.errors import UnknownSchemaError
from application.ports.unit_of_work import UnitOfWork
from domain.file_state import SchemaReference

_REFERENCE = re.compile(r"([^@]+)(?:@([1-9][0-9]{0,8}))?")


def resolve_schema(work: UnitOfWork, tenant: str, text: str) -> SchemaReference:
    """The version that `name@version` names, or the latest for a bare `name`.

    Raises UnknownSchemaError.
    """
    name, version = parse_schema_reference(text)
    stored = work.schemas.get(tenant, name, version)
    return SchemaReference(name=stored.name, version=stored.version)


def parse_schema_reference(text: str) -> tuple[str, int | None]:
    """The name and the version of `name@version`, None for a bare `name`.

    Raises UnknownSchemaError for what cannot be either.
    """
    match = _REFERENCE.fullmatch(text)
    if match is None:
        raise UnknownSchemaError(text)
    name, version = match.groups()
    return name, int(version) if version else None
