"""Cancel, reprocess, delete, and what can be read before and after."""

import json
from typing import Any
from uuid import UUID

import pytest

from adapters.memory.direct_downloads import FollowedLink, MemoryDirectDownloads
from application.errors import (
    ContentChangedError,
    ContentNotFoundError,
    UnknownFileError,
    UnknownResultError,
)
from application.ports.file_repository import FileFilter
from application.use_cases.cancel_file import CancelFile
from application.use_cases.delete_file import DeleteFile
from application.use_cases.get_file import GetFile
from application.use_cases.get_history import GetHistory
from application.use_cases.list_files import ListFiles
from application.use_cases.open_content import OpenContent, OpenResult
from application.use_cases.open_spreadsheet import OpenSpreadsheet
from application.use_cases.reprocess_file import ReprocessFile
from domain.errors import FileErasedError, IllegalTransitionError
from domain.events import FileEventName
from domain.file_status import FileStatus, Outcome
from tests.application.conftest import TENANT, Story
from tests.contracts.steps import put

NOWHERE = UUID("01900000-0000-7000-8000-000000000000")
READERS = (GetFile, GetHistory, OpenContent)
VERBS = (CancelFile, DeleteFile, ReprocessFile)


@pytest.mark.parametrize("use_case", [*READERS, *VERBS])
def test_an_unknown_file_is_unknown_to_everything(story: Story, use_case: type) -> None:
    with pytest.raises(UnknownFileError):
        story.service.get(use_case)(TENANT, NOWHERE)


@pytest.mark.parametrize("use_case", [*READERS, *VERBS])
def test_another_tenants_file_is_as_unknown_as_none(story: Story, use_case: type) -> None:
    file = story.upload()

    with pytest.raises(UnknownFileError):
        story.service.get(use_case)("another tenant", file.id)

    assert story.file(file) == file


def test_a_list_shows_only_the_tenants_own_files(story: Story) -> None:
    file = story.upload()
    list_files = story.service.get(ListFiles)

    assert list_files(TENANT, FileFilter(), page=1, limit=20).items == (file,)
    assert list_files("another tenant", FileFilter(), page=1, limit=20).total == 0


def test_pages_follow_each_other_and_end(story: Story) -> None:
    files = [story.upload() for _ in range(5)]
    list_files = story.service.get(ListFiles)

    pages = [list_files(TENANT, FileFilter(), page=page, limit=2) for page in range(1, 5)]

    assert [file for page in pages for file in page.items] == files[::-1]
    assert [len(page.items) for page in pages] == [2, 2, 1, 0]
    assert {page.total for page in pages} == {5}


def test_a_waiting_file_is_cancelled_and_never_worked_on(story: Story) -> None:
    file = story.upload()
    story.relay()

    cancelled = story.service.get(CancelFile)(TENANT, file.id)

    assert (cancelled.status, cancelled.outcome) == (FileStatus.FAILED, Outcome.CANCELLED)
    assert story.process().reason == "finished"
    assert story.queue_is_empty()


def test_cancelling_twice_is_cancelling_once(story: Story) -> None:
    file = story.upload()
    cancel = story.service.get(CancelFile)

    assert cancel(TENANT, file.id) == cancel(TENANT, file.id)

    story.relay()
    assert len(story.service.publisher.published) == 1


def test_a_finished_file_cannot_be_cancelled(story: Story) -> None:
    file = story.finish(story.upload())

    with pytest.raises(IllegalTransitionError):
        story.service.get(CancelFile)(TENANT, file.id)


def test_reprocessing_makes_new_results_and_serves_only_those(story: Story) -> None:
    file = story.finish(story.upload())

    again = story.service.get(ReprocessFile)(TENANT, file.id)
    with pytest.raises(UnknownResultError):
        story.service.get(OpenResult)(TENANT, file.id, "clean.csv")
    finished = story.finish(again)

    assert finished.generation == 2
    assert all("/2/2/" in result.key for result in finished.results)
    names = [event.name for event in story.service.get(GetHistory)(TENANT, file.id)]
    assert names.count(FileEventName.COMPLETED) == 2


def test_an_unfinished_file_cannot_be_reprocessed(story: Story) -> None:
    file = story.upload()

    with pytest.raises(IllegalTransitionError):
        story.service.get(ReprocessFile)(TENANT, file.id)


def test_a_deleted_file_leaves_no_bytes_and_no_name(story: Story) -> None:
    file = story.finish(story.upload())

    story.service.get(DeleteFile)(TENANT, file.id)

    assert story.service.storage.keys == set()
    assert story.service.get(ListFiles)(TENANT, FileFilter(), page=1, limit=20).total == 0


@pytest.mark.parametrize("use_case", [*READERS, CancelFile, ReprocessFile])
def test_a_deleted_file_says_so(story: Story, use_case: type) -> None:
    file = story.upload()
    story.service.get(DeleteFile)(TENANT, file.id)

    with pytest.raises(FileErasedError):
        story.service.get(use_case)(TENANT, file.id)


def test_deleting_twice_is_deleting_once(story: Story) -> None:
    file = story.upload()
    delete = story.service.get(DeleteFile)

    delete(TENANT, file.id)
    delete(TENANT, file.id)

    story.relay()
    [event] = story.service.publisher.published
    assert json.loads(event.body)["outcome"] == "cancelled"


def test_the_original_content_comes_back_whole_or_in_part(story: Story) -> None:
    file = story.upload(b"id\n1\n")

    content = story.service.get(OpenContent)(TENANT, file.id)

    assert b"".join(content.open()) == b"id\n1\n"
    assert b"".join(content.open(start=1, length=2)) == b"d\n"
    assert (content.name, content.media_type) == ("people.csv", "text/csv")


def test_a_result_that_does_not_exist_is_unknown(story: Story) -> None:
    file = story.finish(story.upload())

    with pytest.raises(UnknownResultError, match=r"clean\.parquet"):
        story.service.get(OpenResult)(TENANT, file.id, "clean.parquet")


def test_without_links_the_content_is_only_streamed(story: Story) -> None:
    file = story.upload()

    assert story.service.get(OpenContent)(TENANT, file.id).link() is None


def _linked(story: Story, use_case: type[Any]) -> tuple[Any, MemoryDirectDownloads]:
    service = story.service
    downloads = MemoryDirectDownloads(service.storage, service.clock)
    opened = use_case(
        units_of_work=service.units_of_work, storage=service.storage, direct_downloads=downloads
    )
    return opened, downloads


def test_a_storage_that_makes_links_makes_them_for_content_and_results(story: Story) -> None:
    file = story.finish(story.upload(b"id\n1\n", name="people.csv"))
    open_content, downloads = _linked(story, OpenContent)
    open_result, _ = _linked(story, OpenResult)

    content = downloads.follow(open_content(TENANT, file.id).link())
    result = downloads.follow(open_result(TENANT, file.id, "clean.csv").link())

    assert content == FollowedLink(
        content=b"id\n1\n", file_name="people.csv", media_type="text/csv"
    )
    assert result is not None
    assert result.file_name == "clean.csv"


def test_a_result_for_spreadsheets_is_guarded_and_has_the_length_that_is_told(
    story: Story,
) -> None:
    file = story.finish(story.upload(b"id\r\n=1+1\r\n"))

    spreadsheet = story.service.get(OpenSpreadsheet)(TENANT, file.id, "clean.csv")

    content = b"".join(spreadsheet.open())
    assert content == b"\xef\xbb\xbfid\r\n'=1+1\r\n"
    assert spreadsheet.measure() == len(content)


def test_no_link_leads_to_content_that_is_lost_or_another(story: Story) -> None:
    lost, changed = story.upload(), story.upload()
    story.service.storage.delete(lost.key)
    put(story.service.storage, changed.key, b"other")
    open_content, _ = _linked(story, OpenContent)

    with pytest.raises(ContentNotFoundError):
        open_content(TENANT, lost.id).link()
    with pytest.raises(ContentChangedError):
        open_content(TENANT, changed.id).link()
