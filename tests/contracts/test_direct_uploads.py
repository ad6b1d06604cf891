from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

import pytest
import requests

from adapters.aws.s3_direct_uploads import S3DirectUploads
from adapters.memory.direct_uploads import MemoryDirectUploads
from adapters.memory.file_storage import MemoryFileStorage
from adapters.memory.manual_clock import ManualClock
from application.errors import ContentNotFoundError
from application.ports.direct_uploads import ArrivedPart, DirectUploads, PartLink
from application.ports.file_storage import FileStorage
from application.upload_errors import UploadIsOverError
from domain.part_plan import PART_BYTES
from tests.contracts.aws_world import aws_storage
from tests.contracts.steps import read
from tests.emulated_aws import EmulatedAws

KEY = "uploads/1/people.csv"
FIRST, LAST = b"a" * PART_BYTES, b"b,c\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """A storage, the uploads to it, and how somebody sends a part by its link."""

    storage: FileStorage
    uploads: DirectUploads
    send: Callable[[PartLink, bytes], bool]

    def link(self, handle: str, number: int, content: bytes) -> PartLink:
        return self.uploads.link(
            KEY,
            handle,
            number=number,
            size_bytes=len(content),
            sha256=sha256(content).hexdigest(),
            expires_in_seconds=900,
        )

    def send_part(self, handle: str, number: int, content: bytes) -> None:
        assert self.send(self.link(handle, number, content), content)

    def begin(self) -> str:
        return self.uploads.begin(KEY, media_type="text/csv")

    def sizes(self, handle: str) -> list[tuple[int, int]]:
        return [(part.number, part.size_bytes) for part in self.uploads.arrived(KEY, handle)]


def _memory() -> Sending:
    storage = MemoryFileStorage()
    uploads = MemoryDirectUploads(storage, ManualClock())
    return Sending(storage=storage, uploads=uploads, send=uploads.send)


def _s3(emulator: EmulatedAws) -> Sending:
    storage = aws_storage(emulator.shared_clients)
    uploads = S3DirectUploads(emulator.shared_clients, storage.bucket)
    return Sending(storage=storage, uploads=uploads, send=_put)


def _put(link: PartLink, content: bytes) -> bool:
    return requests.put(link.url, data=content, headers=link.headers, timeout=10).ok


@pytest.fixture(params=["memory", "s3"])
def sending(request: pytest.FixtureRequest) -> Sending:
    if request.param == "memory":
        return _memory()
    return _s3(request.getfixturevalue("emulated_aws"))


class TestDirectUploads:
    def test_parts_in_any_order_become_one_object(self, sending: Sending) -> None:
        handle = sending.begin()
        sending.send_part(handle, 2, LAST)
        sending.send_part(handle, 1, FIRST)

        etag = sending.uploads.complete(KEY, handle)

        assert read(sending.storage, KEY, etag=etag) == FIRST + LAST

    def test_what_has_arrived_is_told_by_number(self, sending: Sending) -> None:
        handle = sending.begin()
        assert sending.sizes(handle) == []

        sending.send_part(handle, 3, LAST)
        sending.send_part(handle, 1, FIRST)

        assert sending.sizes(handle) == [(1, PART_BYTES), (3, len(LAST))]

    def test_a_part_replaces_the_one_of_its_number(self, sending: Sending) -> None:
        handle = sending.begin()
        sending.send_part(handle, 1, b"something else")
        sending.send_part(handle, 1, LAST)

        etag = sending.uploads.complete(KEY, handle)

        assert read(sending.storage, KEY, etag=etag) == LAST

    def test_nothing_is_at_the_key_before_completion(self, sending: Sending) -> None:
        sending.send_part(sending.begin(), 1, LAST)

        with pytest.raises(ContentNotFoundError):
            read(sending.storage, KEY)

    def test_completing_again_gives_the_same_object(self, sending: Sending) -> None:
        handle = sending.begin()
        sending.send_part(handle, 1, LAST)
        etag = sending.uploads.complete(KEY, handle)

        assert sending.uploads.complete(KEY, handle) == etag
        assert read(sending.storage, KEY, etag=etag) == LAST

    def test_an_upload_that_is_complete_is_over(self, sending: Sending) -> None:
        handle = sending.begin()
        sending.send_part(handle, 1, LAST)
        link = sending.link(handle, 1, b"late")
        sending.uploads.complete(KEY, handle)

        assert not sending.send(link, b"late")
        with pytest.raises(UploadIsOverError):
            sending.uploads.arrived(KEY, handle)
        assert read(sending.storage, KEY) == LAST

    def test_aborting_removes_what_has_arrived(self, sending: Sending) -> None:
        handle = sending.begin()
        sending.send_part(handle, 1, LAST)

        sending.uploads.abort(KEY, handle)
        sending.uploads.abort(KEY, handle)

        with pytest.raises(UploadIsOverError):
            sending.uploads.arrived(KEY, handle)
        with pytest.raises(ContentNotFoundError):
            sending.uploads.complete(KEY, handle)

    def test_aborting_what_is_complete_leaves_the_object(self, sending: Sending) -> None:
        handle = sending.begin()
        sending.send_part(handle, 1, LAST)
        sending.uploads.complete(KEY, handle)

        sending.uploads.abort(KEY, handle)

        assert read(sending.storage, KEY) == LAST

    def test_two_uploads_at_one_key_know_nothing_of_each_other(self, sending: Sending) -> None:
        one, other = sending.begin(), sending.begin()
        sending.send_part(one, 1, LAST)

        assert sending.sizes(other) == []

    @pytest.mark.parametrize("key", ["../secret", "", "/a", "a b"])
    def test_what_is_not_a_key_takes_no_upload(self, sending: Sending, key: str) -> None:
        with pytest.raises(ValueError, match="key"):
            sending.uploads.begin(key, media_type="text/csv")


def test_a_part_in_memory_has_the_digest_and_the_length_of_its_link() -> None:
    sending = _memory()
    handle = sending.begin()
    link = sending.link(handle, 1, LAST)

    assert not sending.send(link, b"b,d\n")
    assert not sending.send(link, LAST + b"e")
    assert sending.uploads.arrived(KEY, handle) == []
    assert sending.send(link, LAST)
    assert sending.uploads.arrived(KEY, handle) == [
        ArrivedPart(number=1, size_bytes=len(LAST), sha256=sha256(LAST).hexdigest())
    ]
