"""A completion that was interrupted or overtaken, and what the collector leaves alone."""

from datetime import timedelta

import pytest

from application.errors import (
    DatabaseUnavailableError,
)
from application.ports.unit_of_work import UnitOfWork
from domain.file_state import FileState
from domain.upload_session import LIFETIME, SWEPT_AFTER, UploadStatus
from tests.application.conftest import TENANT
from tests.application.uploads_in_parts.uploading import (
    CONTENT,
    LostCommit,
    UnansweredCommit,
    Uploading,
    collect_after,
)
from tests.wrapped_database import WrappedUnitOfWork


def test_a_completion_that_was_not_recorded_can_be_repeated(story: Uploading) -> None:
    upload_id = story.begin()
    story.send_all(upload_id)
    with pytest.raises(DatabaseUnavailableError):
        story.with_commits(LostCommit)(TENANT, upload_id)

    assert story.arrived(upload_id) == [1, 2, 3]
    file = story.complete(upload_id)

    assert story.content(file) == CONTENT
    assert story.stored_keys == {file.key}


def test_a_completion_without_an_answer_is_looked_up(story: Uploading) -> None:
    upload_id = story.begin()
    story.send_all(upload_id)

    file = story.with_commits(UnansweredCommit)(TENANT, upload_id)

    assert story.content(file) == CONTENT
    assert story.complete(upload_id).key == file.key


def test_of_two_completions_one_makes_the_file_and_the_other_gives_it(story: Uploading) -> None:
    upload_id = story.begin()
    story.send_all(upload_id)

    class Overtaken(WrappedUnitOfWork):
        """Another process completes it after the content was assembled here."""

        def __init__(self, work: UnitOfWork) -> None:
            if not winners and entered:
                winners.append(story.complete(upload_id))
            entered.append(True)
            super().__init__(work)

    entered: list[bool] = []
    winners: list[FileState] = []
    file = story.with_commits(Overtaken)(TENANT, upload_id)

    assert [winner.key for winner in winners] == [file.key]
    assert story.content(file) == CONTENT
    assert story.stored_keys == {file.key}
    assert story.relay() == 1


def test_the_collector_spares_an_open_upload_of_any_age(story: Uploading) -> None:
    upload_id = story.begin()
    story.send_all(upload_id)
    with pytest.raises(DatabaseUnavailableError):
        # At the storage it has become one object, which no file has yet.
        story.with_commits(LostCommit)(TENANT, upload_id)

    before = story.stored_keys

    collect_after(story, LIFETIME + SWEPT_AFTER / 2)

    assert story.status(upload_id) is UploadStatus.OPEN
    assert before <= story.stored_keys


def test_the_collector_takes_the_parts_of_an_upload_that_ended(received: Uploading) -> None:
    upload_id = received.begin()
    received.send_all(upload_id)
    with received.service.units_of_work.for_writing() as work:
        session = work.upload_sessions.lock(TENANT, upload_id)
        # As when the process died before it could remove them.
        session.abort(at=work.now())
        work.upload_sessions.save(session)
        work.commit()
    assert len(received.stored_keys) == 3

    collect_after(received, timedelta(hours=25))

    assert received.stored_keys == set()
