"""What tests do with an upload in parts, in their words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from adapters.memory.seeded_ids import SequentialIds
from application.errors import (
    AmbiguousCommitError,
    DatabaseUnavailableError,
)
from application.ports.direct_uploads import ArrivedPart
from application.use_cases.accept_part import AcceptPart
from application.use_cases.begin_upload import BeginUpload, BegunUpload
from application.use_cases.collect_garbage import CollectGarbage
from application.use_cases.complete_upload import CompleteUpload
from application.use_cases.get_upload import GetUpload
from application.use_cases.link_parts import LinkParts
from application.use_cases.upload_file import UploadDetails
from domain.file_state import FileState
from domain.upload_session import UploadStatus
from tests.application.conftest import TENANT, Story
from tests.wrapped_database import WrappedUnitOfWork, WrappedUnitsOfWork

CONTENT = b"id,name\n1,Ada\n2,Bob\n"
PARTS = [CONTENT[:8], CONTENT[8:16], CONTENT[16:]]


@dataclass(frozen=True, slots=True)
class Uploading(Story):
    """What a test does with an upload in parts."""

    @property
    def stored_keys(self) -> frozenset[str]:
        """What the storage has of uploads and files."""
        return frozenset(
            key for key in self.service.storage.keys if not key.startswith("installations/")
        )

    def begin(self, **changes: Any) -> UUID:
        return self.begun(**changes).upload.id

    def begun(self, *, name: str = "people.csv", size: int = 20, **details: Any) -> BegunUpload:
        return self.service.get(BeginUpload)(
            TENANT, name=name, size_bytes=size, details=UploadDetails(**details)
        )

    def send(self, upload_id: UUID, number: int, content: bytes) -> None:
        """By the link that is handed out, to whom it names."""
        digest = sha256(content).hexdigest()
        [address] = self.service.get(LinkParts)(TENANT, upload_id, {number: digest})
        if address.link is not None:
            assert self.service.direct_uploads.send(address.link, content)
        else:
            self.accept(upload_id, number, content)

    def accept(self, upload_id: UUID, number: int, content: bytes, **changes: Any) -> None:
        said: dict[str, Any] = {
            "size_bytes": len(content),
            "sha256": sha256(content).hexdigest(),
            "chunks": [content[:3], content[3:]],
        }
        self.service.get(AcceptPart)(TENANT, upload_id, number, **(said | changes))

    def send_all(self, upload_id: UUID, content: bytes = CONTENT) -> None:
        for number, start in enumerate(range(0, len(content), 8), start=1):
            self.send(upload_id, number, content[start : start + 8])

    def complete(self, upload_id: UUID) -> FileState:
        return self.service.get(CompleteUpload)(TENANT, upload_id)

    def arrived(self, upload_id: UUID) -> list[int]:
        return [part.number for part in self.parts(upload_id)]

    def parts(self, upload_id: UUID) -> Sequence[ArrivedPart]:
        return self.service.get(GetUpload)(TENANT, upload_id).parts

    def status(self, upload_id: UUID) -> UploadStatus:
        return self.service.get(GetUpload)(TENANT, upload_id).upload.status

    def content(self, file: FileState) -> bytes:
        return b"".join(self.service.storage.open(file.key, etag=file.etag))

    def with_commits(self, wrap: type[WrappedUnitOfWork]) -> CompleteUpload:
        """The completion over a database that a test changes."""
        service = self.service
        return CompleteUpload(
            units_of_work=WrappedUnitsOfWork(service.units_of_work, wrap),
            storage=service.storage,
            ids=SequentialIds(seed=99),
            direct_uploads=service.direct_uploads if service.is_direct else None,
        )


class LostCommit(WrappedUnitOfWork):
    """Nothing is committed: the process dies, say, or the database is away."""

    def commit(self) -> None:
        raise DatabaseUnavailableError("gone")


class UnansweredCommit(WrappedUnitOfWork):
    """It is committed, and nobody hears of it."""

    def commit(self) -> None:
        self.work.commit()
        raise AmbiguousCommitError("no answer")


def collect_after(story: Uploading, age: timedelta) -> None:
    story.service.get(CollectGarbage)()
    story.service.clock.advance(age.total_seconds())
    assert story.service.get(CollectGarbage)().failure is None
