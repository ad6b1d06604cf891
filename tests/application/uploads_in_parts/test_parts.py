"""What a part has to be, when they come to us, and how links to the storage end."""

from collections.abc import Iterator
from hashlib import sha256

import pytest

from application.errors import (
    DigestMismatchError,
)
from application.upload_errors import (
    PartsGoElsewhereError,
)
from application.use_cases.abort_upload import AbortUpload
from application.use_cases.link_parts import LINK_SECONDS, LinkParts
from domain.errors import (
    PartsMissingError,
    UnknownPartError,
    UploadEndedError,
    WrongPartSizeError,
)
from domain.upload_session import UploadStatus
from tests.application.conftest import TENANT
from tests.application.uploads_in_parts.uploading import (
    CONTENT,
    PARTS,
    Uploading,
)
from tests.in_memory_container import InMemoryService


def test_a_part_has_the_length_of_its_place(received: Uploading) -> None:
    upload_id = received.begin()

    for number, content in ((1, b"1234567"), (1, b"123456789"), (3, b"12345678")):
        with pytest.raises(WrongPartSizeError):
            received.accept(upload_id, number, content)
    with pytest.raises(WrongPartSizeError, match="part 1 has 5 bytes, not 8"):
        received.accept(upload_id, 1, b"12345", size_bytes=8)
    for number in (0, 4):
        with pytest.raises(UnknownPartError):
            received.accept(upload_id, number, PARTS[0])

    assert received.stored_keys == set()


def test_a_part_with_another_digest_leaves_the_former(received: Uploading) -> None:
    upload_id = received.begin()
    received.send_all(upload_id)

    with pytest.raises(DigestMismatchError):
        received.accept(upload_id, 1, b"x" * 8, sha256=sha256(PARTS[0]).hexdigest())

    assert received.content(received.complete(upload_id)) == CONTENT


def test_a_part_that_breaks_off_does_not_count(received: Uploading) -> None:
    upload_id = received.begin()

    def chunks() -> Iterator[bytes]:
        yield b"1234"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        received.accept(upload_id, 1, PARTS[0], chunks=chunks())

    assert received.arrived(upload_id) == []
    assert received.stored_keys == set()


def test_a_part_that_outlives_its_upload_is_removed(received: Uploading) -> None:
    upload_id = received.begin()

    def chunks() -> Iterator[bytes]:
        yield PARTS[0]
        received.service.get(AbortUpload)(TENANT, upload_id)

    with pytest.raises(UploadEndedError):
        received.accept(upload_id, 1, PARTS[0], chunks=chunks())

    assert received.stored_keys == set()


def test_a_part_that_is_damaged_in_storage_is_missing_and_can_be_sent_again(
    received: Uploading,
) -> None:
    upload_id = received.begin()
    received.send_all(upload_id)
    [second] = [key for key in received.stored_keys if "/00002-" in key]
    received.service.storage.put(second, b"damaged!", "text/csv")

    with pytest.raises(PartsMissingError) as caught:
        received.complete(upload_id)
    assert caught.value.numbers == (2,)
    assert received.arrived(upload_id) == [1, 3]
    received.send(upload_id, 2, PARTS[1])

    assert received.content(received.complete(upload_id)) == CONTENT


def test_parts_that_go_to_the_storage_are_not_taken_here() -> None:
    direct = Uploading(InMemoryService(is_direct=True))
    upload_id = direct.begin()

    with pytest.raises(PartsGoElsewhereError):
        direct.accept(upload_id, 1, PARTS[0])


def test_a_link_ends_and_can_be_had_again() -> None:
    direct = Uploading(InMemoryService(is_direct=True))
    upload_id = direct.begin()
    digests = {1: sha256(PARTS[0]).hexdigest()}
    [old] = direct.service.get(LinkParts)(TENANT, upload_id, digests)
    direct.service.clock.advance(LINK_SECONDS)
    [new] = direct.service.get(LinkParts)(TENANT, upload_id, digests)

    assert old.link is not None
    assert new.link is not None
    assert not direct.service.direct_uploads.send(old.link, PARTS[0])
    assert direct.service.direct_uploads.send(new.link, PARTS[0])


def test_an_upload_that_the_storage_dropped_is_over() -> None:
    direct = Uploading(InMemoryService(is_direct=True))
    begun = direct.begun().upload
    direct.send_all(begun.id)
    assert begun.handle is not None
    direct.service.direct_uploads.abort(begun.key, begun.handle)

    with pytest.raises(UploadEndedError):
        direct.complete(begun.id)

    assert direct.status(begun.id) is UploadStatus.REFUSED
