"""The ports of a process that dies before or after any call that it makes of them."""

from collections.abc import Generator, Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Self
from uuid import UUID

from adapters.memory.seeded_ids import SequentialIds
from application.ports.direct_uploads import ArrivedPart, DirectUploads, PartLink
from application.ports.file_storage import ContentWriter, FileStorage, StoredObject
from application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from application.use_cases.abort_upload import AbortUpload
from application.use_cases.accept_part import AcceptPart
from application.use_cases.begin_upload import BeginUpload
from application.use_cases.complete_upload import CompleteUpload
from application.use_cases.upload_file import UploadDetails
from domain.upload_session import UploadSessionPolicy
from tests.application.conftest import TENANT
from tests.application.uploads_in_parts.uploading import PARTS
from tests.in_memory_container import InMemoryService
from tests.wrapped_database import WrappedUnitOfWork


class DiedError(BaseException):
    """The process is no more; nothing may catch this."""


class Life:
    """Of a process that makes so many half calls and then none any more."""

    def __init__(self, length: int) -> None:
        self._left = length

    def go_on(self) -> None:
        """Raises DiedError when it is over, and ever after."""
        self._left -= 1
        if self._left < 0:
            raise DiedError


class MortalStorage(FileStorage):
    """The calls that a mortal process makes of its storage."""

    def __init__(self, storage: FileStorage, life: Life) -> None:
        self._storage = storage
        self._life = life

    @property
    def bucket(self) -> str:
        return self._storage.bucket

    def create(self, key: str, *, media_type: str) -> ContentWriter:
        return MortalWriter(self._storage.create(key, media_type=media_type), self._life)

    def open(
        self, key: str, *, etag: str | None = None, start: int = 0, length: int | None = None
    ) -> Generator[bytes]:
        self._life.go_on()
        return self._storage.open(key, etag=etag, start=start, length=length)

    def delete(self, key: str) -> None:
        self._life.go_on()
        self._storage.delete(key)
        self._life.go_on()

    def delete_below(self, folder: str) -> None:
        self._life.go_on()
        self._storage.delete_below(folder)
        self._life.go_on()

    def list_below(self, folder: str, *, after: str | None = None) -> Generator[StoredObject]:
        self._life.go_on()
        return self._storage.list_below(folder, after=after)

    def delete_all(self, keys: Sequence[str]) -> None:
        self._life.go_on()
        self._storage.delete_all(keys)
        self._life.go_on()

    def remove_abandoned(self, *, older_than: timedelta) -> int:
        return self._storage.remove_abandoned(older_than=older_than)


class MortalWriter(ContentWriter):
    def __init__(self, writer: ContentWriter, life: Life) -> None:
        self._writer = writer
        self._life = life

    def write(self, chunk: bytes) -> None:
        self._life.go_on()
        self._writer.write(chunk)

    def commit(self) -> str:
        self._life.go_on()
        etag = self._writer.commit()
        self._life.go_on()
        return etag

    def abort(self) -> None:
        self._writer.abort()


class MortalUploads(DirectUploads):
    def __init__(self, uploads: DirectUploads, life: Life) -> None:
        self._uploads = uploads
        self._life = life

    def begin(self, key: str, *, media_type: str) -> str:
        self._life.go_on()
        handle = self._uploads.begin(key, media_type=media_type)
        self._life.go_on()
        return handle

    def link(
        self,
        key: str,
        handle: str,
        *,
        number: int,
        size_bytes: int,
        sha256: str,
        expires_in_seconds: int,
    ) -> PartLink:
        return self._uploads.link(
            key,
            handle,
            number=number,
            size_bytes=size_bytes,
            sha256=sha256,
            expires_in_seconds=expires_in_seconds,
        )

    def arrived(self, key: str, handle: str) -> Sequence[ArrivedPart]:
        self._life.go_on()
        return self._uploads.arrived(key, handle)

    def complete(self, key: str, handle: str) -> str:
        self._life.go_on()
        etag = self._uploads.complete(key, handle)
        self._life.go_on()
        return etag

    def abort(self, key: str, handle: str) -> None:
        self._life.go_on()
        self._uploads.abort(key, handle)
        self._life.go_on()


class MortalUnitsOfWork(UnitOfWorkFactory):
    def __init__(self, units: UnitOfWorkFactory, life: Life) -> None:
        self._units = units
        self._life = life

    def for_writing(self) -> UnitOfWork:
        return MortalUnitOfWork(self._units.for_writing(), self._life)

    def for_reading(self) -> UnitOfWork:
        return MortalUnitOfWork(self._units.for_reading(), self._life)


class MortalUnitOfWork(WrappedUnitOfWork):
    def __init__(self, work: UnitOfWork, life: Life) -> None:
        super().__init__(work)
        self._life = life

    def __enter__(self) -> Self:
        self._life.go_on()
        return super().__enter__()

    def commit(self) -> None:
        self._life.go_on()
        super().commit()
        self._life.go_on()


class Mortal:
    """The use cases of a process with a life of that length."""

    def __init__(self, service: InMemoryService, length: int) -> None:
        life = Life(length)
        self._units = MortalUnitsOfWork(service.units_of_work, life)
        self._storage = MortalStorage(service.storage, life)
        uploads = MortalUploads(service.direct_uploads, life)
        self._uploads = uploads if service.is_direct else None
        # No two processes make the same ids.
        self._ids = SequentialIds(seed=1000 + length)

    def begin(self, key: str) -> None:
        begin = BeginUpload(
            units_of_work=self._units,
            ids=self._ids,
            policy=UploadSessionPolicy(part_bytes=8),
            direct_uploads=self._uploads,
        )
        details = UploadDetails(idempotency_key=key)
        begin(TENANT, name="people.csv", size_bytes=20, details=details)

    def accept(self, upload_id: UUID, number: int) -> None:
        content = PARTS[number - 1]
        AcceptPart(units_of_work=self._units, storage=self._storage)(
            TENANT,
            upload_id,
            number,
            size_bytes=len(content),
            sha256=sha256(content).hexdigest(),
            chunks=[content[:3], content[3:]],
        )

    def complete(self, upload_id: UUID) -> None:
        CompleteUpload(
            units_of_work=self._units,
            storage=self._storage,
            ids=self._ids,
            direct_uploads=self._uploads,
        )(TENANT, upload_id)

    def abort(self, upload_id: UUID) -> None:
        AbortUpload(units_of_work=self._units, storage=self._storage, direct_uploads=self._uploads)(
            TENANT, upload_id
        )
