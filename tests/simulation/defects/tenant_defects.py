"""Defects that mix up whose files they are."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from application.ports.file_repository import FileRepository
from application.ports.idempotency_keys import IdempotencyKeys, IdempotencyRecord
from application.ports.outbox import Outbox, OutgoingMessage
from application.ports.schema_repository import SchemaRepository, SchemaVersion
from domain.file import File
from tests.simulation.content import FIELDS
from tests.simulation.defects.changed import changed
from tests.simulation.ports import Ports
from tests.simulation.wiring import Wiring
from tests.wrapped_database import WrappedUnitOfWork, WrappedUnitsOfWork

if TYPE_CHECKING:
    from tests.simulation.process import Process

FIRST_TENANT = next(iter(FIELDS))


class _OtherDatabase(Wiring):
    """A database that is otherwise in one place."""

    unit_of_work: type[WrappedUnitOfWork]

    def ports(self, process: "Process") -> Ports:
        ports = super().ports(process)
        units = WrappedUnitsOfWork(ports.units_of_work, self.unit_of_work)
        return replace(ports, units_of_work=units)


class _OpenUnitOfWork(WrappedUnitOfWork):
    @property
    def files(self) -> FileRepository:
        right = self.work.files

        def find(tenant: str, file_id: UUID) -> File:
            found = right.find_all([file_id])
            return File(found[0]) if found else right.get(tenant, file_id)

        return changed(right, lock=find, get=find)


class AnybodyMayAsk(_OtherDatabase):
    """Whoever knows a file's id may do with it what he likes."""

    unit_of_work = _OpenUnitOfWork


class _MixedUnitOfWork(_OpenUnitOfWork):
    @property
    def idempotency_keys(self) -> IdempotencyKeys:
        right = self.work.idempotency_keys

        def find(tenant: str, route: str, key: str) -> IdempotencyRecord | None:
            found = (right.find(any_tenant, route, key) for any_tenant in FIELDS)
            return next((record for record in found if record is not None), None)

        return changed(right, find=find)


class KeysOfAllTenants(_OtherDatabase):
    """One tenant's idempotency key stands for another's file."""

    unit_of_work = _MixedUnitOfWork


class _CarelessOutbox(WrappedUnitOfWork):
    @property
    def outbox(self) -> Outbox:
        right = self.work.outbox

        def add(message: OutgoingMessage) -> None:
            attributes: Mapping[str, str] = {**dict(message.attributes), "tenant": FIRST_TENANT}
            right.add(replace(message, attributes=tuple(attributes.items())))

        return changed(right, add=add)


class EventsOfTheFirstTenant(_OtherDatabase):
    """All messages bear the tenant whom the service began with."""

    unit_of_work = _CarelessOutbox


class _CarelessSchemas(WrappedUnitOfWork):
    @property
    def schemas(self) -> SchemaRepository:
        right = self.work.schemas

        def get(tenant: str, name: str, version: int | None = None) -> SchemaVersion:
            return right.get(FIRST_TENANT, name, version)

        return changed(right, get=get)


class SchemasOfTheFirstTenant(_OtherDatabase):
    """Files are judged by another tenant's schema of that name."""

    unit_of_work = _CarelessSchemas
