"""Registers schemas."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from application.errors import (
    ConflictingSchemaVersionError,
    SchemaPreconditionError,
    UnknownSchemaError,
)
from application.ports.schema_repository import SchemaVersion
from application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from domain.patterns import PatternMatcher
from domain.schema_descriptor import parse_schema


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaRegistration:
    """The registered version; `is_new` unless it equals the latest one."""

    schema: SchemaVersion
    is_new: bool


Condition = Callable[[SchemaVersion | None], bool]
"""What the caller wants the latest version to be like, None when there is no schema yet."""


def _always(_: SchemaVersion | None) -> bool:
    return True


class RegisterSchema:
    """Keeps schemas in immutable versions, so that a file's rules never change under it."""

    def __init__(self, *, units_of_work: UnitOfWorkFactory, patterns: PatternMatcher) -> None:
        self._units_of_work = units_of_work
        self._patterns = patterns

    def __call__(
        self,
        tenant: str,
        name: str,
        descriptor: Mapping[str, object],
        *,
        condition: Condition = _always,
    ) -> SchemaRegistration:
        """The version that holds `descriptor`: a new one when it differs from the latest.

        Raises InvalidSchemaError, which names every fault, and SchemaPreconditionError unless
        the latest version meets `condition`; between the two looks nobody can register another.
        """
        canonical = parse_schema(descriptor, patterns=self._patterns).descriptor
        try:
            return self._register(tenant, name, canonical, condition)
        except ConflictingSchemaVersionError:
            # Somebody registered the same number meanwhile: compare with theirs.
            return self._register(tenant, name, canonical, condition)

    def _register(
        self, tenant: str, name: str, descriptor: Mapping[str, object], condition: Condition
    ) -> SchemaRegistration:
        with self._units_of_work.for_writing() as work:
            latest = _latest(work, tenant, name)
            if not condition(latest):
                raise SchemaPreconditionError(name)
            if latest is not None and latest.descriptor == descriptor:
                return SchemaRegistration(schema=latest, is_new=False)
            schema = SchemaVersion(
                tenant=tenant,
                name=name,
                version=latest.version + 1 if latest else 1,
                descriptor=descriptor,
                created_at=work.now(),
            )
            work.schemas.add(schema)
            work.commit()
        return SchemaRegistration(schema=schema, is_new=True)


def _latest(work: UnitOfWork, tenant: str, name: str) -> SchemaVersion | None:
    try:
        return work.schemas.get(tenant, name)
    except UnknownSchemaError:
        return None
