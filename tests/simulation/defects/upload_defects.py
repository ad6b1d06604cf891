"""Defects around the upload and its idempotency key."""

from dataclasses import replace
from typing import TYPE_CHECKING

from application.errors import AmbiguousCommitError, DatabaseUnavailableError
from application.ports.idempotency_keys import IdempotencyKeys, IdempotencyRecord
from application.use_cases.upload_file import UploadFile
from tests.simulation.defects.changed import changed
from tests.simulation.ports import Ports
from tests.simulation.wiring import Wiring
from tests.wrapped_database import WrappedUnitOfWork, WrappedUnitsOfWork

if TYPE_CHECKING:
    from tests.simulation.process import Process


class NoIdempotencyLookUp(Wiring):
    """A key is neither looked up nor kept."""

    def ports(self, process: "Process") -> Ports:
        return _with_units(super().ports(process), _KeylessUnitOfWork)


class _KeylessUnitOfWork(WrappedUnitOfWork):
    @property
    def idempotency_keys(self) -> IdempotencyKeys:
        return changed(self.work.idempotency_keys, find=lambda *key: None, add=lambda record: None)


class KeyOutsideTheTransaction(Wiring):
    """The key is committed after the file."""

    def ports(self, process: "Process") -> Ports:
        ports = super().ports(process)
        units = ports.units_of_work

        class Later(WrappedUnitOfWork):
            kept: IdempotencyRecord | None = None

            @property
            def idempotency_keys(self) -> IdempotencyKeys:
                return changed(self.work.idempotency_keys, add=self._add)

            def _add(self, record: IdempotencyRecord) -> None:
                self.kept = record

            def commit(self) -> None:
                self.work.commit()
                if self.kept is not None:
                    with units.for_writing() as work:
                        work.idempotency_keys.add(self.kept)
                        work.commit()

        return _with_units(ports, Later)


class FingerprintIgnored(Wiring):
    """A key stands for its file, whatever is sent under it."""

    def ports(self, process: "Process") -> Ports:
        return _with_units(super().ports(process), _CarelessUnitOfWork)


class _CarelessUnitOfWork(WrappedUnitOfWork):
    @property
    def idempotency_keys(self) -> IdempotencyKeys:
        right = self.work.idempotency_keys

        def add(record: IdempotencyRecord) -> None:
            right.add(replace(record, fingerprint=""))

        def find(tenant: str, route: str, key: str) -> IdempotencyRecord | None:
            found = right.find(tenant, route, key)
            return None if found is None else replace(found, fingerprint=_ANY)

        return changed(right, add=add, find=find)


class _EqualToAll(str):
    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False


_ANY = _EqualToAll()


class AcceptedWithoutCommit(Wiring):
    """A commit without an answer counts as done."""

    def ports(self, process: "Process") -> Ports:
        return _with_units(super().ports(process), _HopefulUnitOfWork)


class _HopefulUnitOfWork(WrappedUnitOfWork):
    def commit(self) -> None:
        try:
            self.work.commit()
        except AmbiguousCommitError:
            return


class RolledBackCountsAsDone(Wiring):
    """A commit that fails counts as done."""

    def ports(self, process: "Process") -> Ports:
        return _with_units(super().ports(process), _CarefreeUnitOfWork)


class _CarefreeUnitOfWork(WrappedUnitOfWork):
    def commit(self) -> None:
        try:
            self.work.commit()
        except AmbiguousCommitError:
            raise
        except DatabaseUnavailableError:
            return


class ContentForgottenTooSoon(Wiring):
    """A commit without an answer counts as failed, and the content is removed."""

    def upload_file(self, process: "Process") -> UploadFile:
        ports = _with_units(process.ports, _HopelessUnitOfWork)
        return UploadFile(
            storage=ports.storage,
            units_of_work=ports.units_of_work,
            ids=process.world.ids,
            clock=ports.clock,
            policy=self.upload_policy,
        )


class _HopelessUnitOfWork(WrappedUnitOfWork):
    def commit(self) -> None:
        try:
            self.work.commit()
        except AmbiguousCommitError as error:
            raise DatabaseUnavailableError("connection lost") from error


def _with_units(ports: Ports, wrap: type[WrappedUnitOfWork]) -> Ports:
    return replace(ports, units_of_work=WrappedUnitsOfWork(ports.units_of_work, wrap))
