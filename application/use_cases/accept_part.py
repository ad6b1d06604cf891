"""Takes one part of an upload, where the parts are sent to us."""

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from uuid import UUID

from application.errors import DependencyError, DigestMismatchError
from application.ports.direct_uploads import ArrivedPart
from application.ports.file_storage import ContentWriter, FileStorage
from application.ports.unit_of_work import UnitOfWorkFactory
from application.upload_errors import PartsGoElsewhereError
from application.use_cases.arrived_parts import keys_of_part, part_key
from domain.errors import DomainError, WrongPartSizeError
from domain.upload_session import UploadSessionState


class AcceptPart:
    """Streams a part to storage; it counts once it is there whole, and replaces the former.

    When it raises, nothing of it counts, and the former part does.
    """

    def __init__(self, *, units_of_work: UnitOfWorkFactory, storage: FileStorage) -> None:
        self._units_of_work = units_of_work
        self._storage = storage

    def __call__(
        self,
        tenant: str,
        upload_id: UUID,
        number: int,
        *,
        size_bytes: int,
        sha256: str,
        chunks: Iterable[bytes],
    ) -> ArrivedPart:
        """The part, durable; `size_bytes` and `sha256` are what the caller says it has.

        Reads nothing of `chunks` before all else is right. Raises UnknownUploadError,
        UploadEndedError, UploadCompletedError, PartsGoElsewhereError, UnknownPartError,
        WrongPartSizeError, DigestMismatchError, and errors of storage and database.
        """
        state = self._open(tenant, upload_id, number)
        expected_bytes = state.plan.bytes_of(number)
        _check_size(number, expected_bytes, actual_bytes=size_bytes)
        key = part_key(upload_id, number, sha256)
        replaced = set(keys_of_part(self._storage, upload_id, number)) - {key}
        with self._storage.create(key, media_type="application/octet-stream") as writer:
            arrived_bytes, digest = _write(writer, chunks)
            _check_size(number, expected_bytes, actual_bytes=arrived_bytes)
            if digest != sha256:
                raise DigestMismatchError(expected=sha256, actual=digest)
            writer.commit()
        self._settle(tenant, upload_id, key, replaced)
        return ArrivedPart(number=number, size_bytes=arrived_bytes, sha256=sha256)

    def _open(self, tenant: str, upload_id: UUID, number: int) -> UploadSessionState:
        with self._units_of_work.for_reading() as work:
            session = work.upload_sessions.get(tenant, upload_id)
            session.check_takes(at=work.now())
        if session.state.handle is not None:
            raise PartsGoElsewhereError(upload_id)
        session.check_part(number)
        return session.state

    def _settle(self, tenant: str, upload_id: UUID, key: str, replaced: Iterable[str]) -> None:
        """Removes what the part has replaced; or the part, when the upload ended meanwhile."""
        with self._units_of_work.for_reading() as work:
            session = work.upload_sessions.get(tenant, upload_id)
        try:
            session.check_open()
        except DomainError:
            with suppress(DependencyError):
                self._storage.delete(key)
            raise
        # One that stays does no harm: of two of a number, the one sent last counts.
        with suppress(DependencyError):
            self._storage.delete_all(sorted(replaced))


def _write(writer: ContentWriter, chunks: Iterable[bytes]) -> tuple[int, str]:
    size_bytes, digest = 0, hashlib.sha256()
    for chunk in chunks:
        size_bytes += len(chunk)
        digest.update(chunk)
        writer.write(chunk)
    return size_bytes, digest.hexdigest()


def _check_size(number: int, expected_bytes: int, *, actual_bytes: int) -> None:
    if actual_bytes != expected_bytes:
        raise WrongPartSizeError(number, expected_bytes=expected_bytes, actual_bytes=actual_bytes)
