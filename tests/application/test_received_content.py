"""What content is, is told while it arrives, and finally when its fields are known."""

import gzip
from collections.abc import Iterator

import pytest

from adapters.memory.seeded_ids import SequentialIds
from application.use_cases.upload_file import UploadDetails, UploadFile
from domain.errors import EmptyFileError, FileTypeMismatchError, UnsupportedFileTypeError
from domain.file_head import HEAD_BYTES
from domain.file_state import FileState
from domain.file_type import FileType
from domain.processing_options import ProcessingOptions
from domain.upload_policy import UploadPolicy
from tests.application.conftest import TENANT, Story

CONTENT = b"id,name\n1,Ada\n"
# In the story's service a file may have 1,000 bytes; here blanks fill more than one head.
ROOMY = UploadPolicy(max_bytes=1_000_000)
MANY = 200_000


def _upload_in_pieces(
    story: Story, content: bytes, *, name: str, encoding: str | None = None, size: int = 1000
) -> FileState:
    upload = UploadFile(
        storage=story.service.storage,
        units_of_work=story.service.units_of_work,
        ids=SequentialIds(),
        clock=story.service.clock,
        policy=ROOMY,
    )
    pieces = (content[at : at + size] for at in range(0, len(content), size))
    details = UploadDetails(options=ProcessingOptions(encoding=encoding))
    return upload(TENANT, name=name, chunks=pieces, details=lambda: details).file


@pytest.mark.parametrize("size", [999, 64 * 1024, 1_000_000])
@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (b" " * MANY, None),
        (b"\xef\xbb\xbf" + b"\r\n" * MANY, None),
        (("\ufeff" + " \n" * MANY).encode("utf-16-le"), None),
        (("\n" * MANY).encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_blanks_are_an_empty_file_however_many(
    story: Story, content: bytes, encoding: str | None, size: int
) -> None:
    with pytest.raises(EmptyFileError):
        _upload_in_pieces(story, content, name="blank.csv", encoding=encoding, size=size)

    assert story.service.storage.keys == set()


@pytest.mark.parametrize(
    ("name", "content"),
    [("late.csv", b"\n" * MANY + b"id\n1\n"), ("late.json", b" " * MANY + b'[{"id": 1}]')],
)
def test_what_comes_after_many_blanks_is_a_file(story: Story, name: str, content: bytes) -> None:
    assert _upload_in_pieces(story, content, name=name).size_bytes == len(content)


def test_a_declared_encoding_is_heeded_although_it_comes_after_the_file(story: Story) -> None:
    content = "id,name\n1,Zoë\n".encode("utf-32-le")

    file = _upload_in_pieces(story, content, name="people.csv", encoding="utf-32-le")

    assert file.file_type is FileType.CSV
    with pytest.raises(FileTypeMismatchError):
        _upload_in_pieces(story, content, name="people.csv")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b'[{"a": 1}, ' + b" " * MANY),
        ("a.json", b"a," * MANY),
        ("a.ndjson", b"a," * MANY),
        ("a.csv", b"PK\x03\x04" + b"\0" * MANY),
        ("a.json.gz", gzip.compress(b"a," * MANY, 0)),
        ("a.csv", gzip.compress(gzip.compress(b"a," * MANY, 0), 0)),
    ],
)
def test_a_long_body_of_the_wrong_type_is_refused_before_its_end(
    story: Story, name: str, content: bytes
) -> None:
    taken = 0

    def chunks() -> Iterator[bytes]:
        nonlocal taken
        for at in range(0, len(content), 1000):
            taken += 1000
            yield content[at : at + 1000]

    upload = UploadFile(
        storage=story.service.storage,
        units_of_work=story.service.units_of_work,
        ids=SequentialIds(),
        clock=story.service.clock,
        policy=ROOMY,
    )
    with pytest.raises(FileTypeMismatchError):
        upload(TENANT, name=name, chunks=chunks(), details=UploadDetails)

    assert taken < HEAD_BYTES + 2000


def test_json_in_two_bytes_a_letter_is_not_taken_for_several_values(story: Story) -> None:
    # Read as single bytes, the letter's backslash takes the quote after it for text, and the
    # brace in the next name for the end of the object.
    text = '{"a": "表","}{": "' + "x" * HEAD_BYTES + '"}'

    file = _upload_in_pieces(
        story, text.encode("shift_jis"), name="a.json", encoding="shift_jis", size=HEAD_BYTES
    )

    assert file.file_type is FileType.JSON


def test_a_file_of_no_accepted_extension_is_refused_unread(story: Story) -> None:
    chunks = iter([CONTENT])

    with pytest.raises(UnsupportedFileTypeError):
        story.service.get(UploadFile)(TENANT, name="run.exe", chunks=chunks, details=UploadDetails)

    assert list(chunks) == [CONTENT]


def test_nothing_is_committed_before_the_fields_are_known(story: Story) -> None:
    seen: list[frozenset[str]] = []

    def details() -> UploadDetails:
        seen.append(story.service.storage.keys)
        return UploadDetails()

    story.service.get(UploadFile)(TENANT, name="a.csv", chunks=[CONTENT], details=details)

    assert seen == [frozenset()]
