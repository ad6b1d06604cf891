"""An upload in parts becomes one file, or none; whether its parts come to us or to the storage."""

from hashlib import sha256
from typing import Any

import pytest

from application.errors import (
    DigestMismatchError,
    UnknownFileError,
)
from application.use_cases.delete_file import DeleteFile
from application.use_cases.get_file import GetFile
from application.use_cases.get_upload import GetUpload
from application.use_cases.register_schema import RegisterSchema
from domain.errors import (
    EmptyFileError,
    FileErasedError,
    FileTypeMismatchError,
    PartsMissingError,
    UploadEndedError,
)
from domain.file_state import SchemaReference
from domain.file_status import FileStatus
from domain.processing_options import ProcessingOptions
from domain.upload_session import UploadStatus
from tests.application.conftest import TENANT
from tests.application.uploads_in_parts.uploading import CONTENT, PARTS, Uploading


def test_parts_in_any_order_become_a_file_that_is_on_its_way(story: Uploading) -> None:
    upload_id = story.begin(sha256=sha256(CONTENT).hexdigest(), metadata={"from": "till 7"})
    for number in (3, 1, 2):
        story.send(upload_id, number, PARTS[number - 1])

    file = story.complete(upload_id)

    assert (file.id, file.status, file.original_name) == (
        upload_id,
        FileStatus.PENDING,
        "people.csv",
    )
    assert (file.size_bytes, file.sha256) == (20, sha256(CONTENT).hexdigest())
    assert file.metadata == {"from": "till 7"}
    assert file.key.startswith(f"uploads/{upload_id}/")
    assert story.content(file) == CONTENT
    assert story.stored_keys == {file.key}
    assert story.relay() == 1


def test_an_unfinished_upload_is_no_file(story: Uploading) -> None:
    upload_id = story.begin()
    story.send(upload_id, 1, PARTS[0])

    with pytest.raises(UnknownFileError):
        story.service.get(GetFile)(TENANT, upload_id)
    assert story.relay() == 0


def test_only_the_missing_parts_are_sent_after_a_cut(story: Uploading) -> None:
    upload_id = story.begin()
    story.send(upload_id, 1, PARTS[0])
    story.send(upload_id, 3, PARTS[2])

    assert story.arrived(upload_id) == [1, 3]
    with pytest.raises(PartsMissingError) as caught:
        story.complete(upload_id)
    assert caught.value.numbers == (2,)
    story.send(upload_id, 2, PARTS[1])

    assert story.content(story.complete(upload_id)) == CONTENT


def test_a_part_that_is_sent_again_replaces_the_former(story: Uploading) -> None:
    upload_id = story.begin()
    story.send_all(upload_id, b"x" * 20)
    story.send_all(upload_id)

    assert story.arrived(upload_id) == [1, 2, 3]
    assert story.content(story.complete(upload_id)) == CONTENT


def test_completing_twice_gives_the_same_file_as_it_is_by_then(story: Uploading) -> None:
    upload_id = story.begin()
    story.send_all(upload_id)
    file = story.complete(upload_id)
    story.finish(file)

    again = story.complete(upload_id)

    assert (again.id, again.status) == (file.id, FileStatus.COMPLETED)
    assert story.relay() == 1, "the event of its end, and no more work"


def test_the_file_of_an_upload_can_be_deleted_with_all_that_names_it(story: Uploading) -> None:
    upload_id = story.begin(metadata={"secret": "x"})
    story.send_all(upload_id)
    story.complete(upload_id)

    story.service.get(DeleteFile)(TENANT, upload_id)

    assert story.stored_keys == set()
    with pytest.raises(FileErasedError):
        story.complete(upload_id)
    upload = story.service.get(GetUpload)(TENANT, upload_id).upload
    assert (upload.original_name, upload.metadata) == ("", {})


@pytest.mark.parametrize(
    ("content", "details", "error"),
    [
        (b"[" + b" " * 18 + b"]", {}, FileTypeMismatchError),
        (b" " * 20, {}, EmptyFileError),
        (CONTENT, {"sha256": "ab" * 32}, DigestMismatchError),
    ],
)
def test_content_that_is_refused_ends_the_upload_and_leaves_nothing(
    story: Uploading, content: bytes, details: dict[str, Any], error: type[Exception]
) -> None:
    upload_id = story.begin(**details)
    story.send_all(upload_id, content)

    with pytest.raises(error):
        story.complete(upload_id)

    assert story.status(upload_id) is UploadStatus.REFUSED
    assert story.stored_keys == set()
    assert story.relay() == 0
    with pytest.raises(UploadEndedError):
        story.complete(upload_id)


def test_a_declared_encoding_decides_what_the_content_is(story: Uploading) -> None:
    content = "id,name\n1,Ü".encode("utf-16-le")
    upload_id = story.begin(size=len(content), options=ProcessingOptions(encoding="utf-16-le"))
    story.send_all(upload_id, content)

    assert story.complete(upload_id).options.encoding == "utf-16-le"


def test_the_schema_is_the_version_of_the_beginning(story: Uploading) -> None:
    register = story.service.get(RegisterSchema)
    register(TENANT, "people", {"fields": [{"name": "id"}]})
    upload_id = story.begin(schema="people")
    register(TENANT, "people", {"fields": [{"name": "id"}, {"name": "name"}]})
    story.send_all(upload_id)

    assert story.complete(upload_id).schema == SchemaReference(name="people", version=1)
