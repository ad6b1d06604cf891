"""An upload in parts is begun within limits, and ends by itself when nobody completes it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from application.errors import (
    IdempotencyKeyReusedError,
    UnknownParentError,
    UnknownSchemaError,
)
from application.upload_errors import (
    TooManyOpenUploadsError,
    UnknownUploadError,
)
from application.use_cases.abort_upload import AbortUpload
from application.use_cases.complete_upload import CompleteUpload
from application.use_cases.get_upload import GetUpload
from application.use_cases.link_parts import LinkParts
from application.use_cases.reconcile import Reconcile
from domain.errors import (
    EmptyFileError,
    FileTooLargeError,
    UnsupportedFileTypeError,
    UploadCompletedError,
    UploadEndedError,
)
from domain.upload_session import LIFETIME, SWEPT_AFTER, UploadStatus
from tests.application.conftest import TENANT
from tests.application.uploads_in_parts.uploading import CONTENT, PARTS, Uploading


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"size": 0}, EmptyFileError),
        ({"size": 1001}, FileTooLargeError),
        ({"name": "run.exe"}, UnsupportedFileTypeError),
        ({"schema": "nope"}, UnknownSchemaError),
        ({"parent_id": UUID(int=9)}, UnknownParentError),
    ],
)
def test_what_can_be_refused_before_a_byte_is_sent_is(
    story: Uploading, changes: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        story.begin(**changes)

    with story.service.units_of_work.for_reading() as work:
        assert work.upload_sessions.count_open(TENANT) == 0


def test_a_tenant_has_so_many_uploads_open_and_no_more(story: Uploading) -> None:
    first, *_ = [story.begin() for _ in range(3)]

    with pytest.raises(TooManyOpenUploadsError, match="3 uploads are open"):
        story.begin()
    story.service.get(AbortUpload)(TENANT, first)

    story.begin()


def test_a_key_begins_one_upload(story: Uploading) -> None:
    first = story.begun(idempotency_key="k")
    again = story.begun(idempotency_key="k")

    assert (again.upload.id, again.is_replay, first.is_replay) == (first.upload.id, True, False)
    with pytest.raises(IdempotencyKeyReusedError):
        story.begin(idempotency_key="k", size=21)
    assert story.begin(idempotency_key="other") != first.upload.id


def test_a_key_gives_its_upload_although_no_more_may_be_begun(story: Uploading) -> None:
    first = story.begin(idempotency_key="k")
    for _ in range(2):
        story.begin()

    assert story.begin(idempotency_key="k") == first


def test_another_tenants_upload_is_unknown(story: Uploading) -> None:
    upload_id = story.begin()
    service = story.service

    asks: tuple[Callable[[], object], ...] = (
        lambda: service.get(GetUpload)("other", upload_id),
        lambda: service.get(LinkParts)("other", upload_id, {1: "ab" * 32}),
        lambda: service.get(CompleteUpload)("other", upload_id),
        lambda: service.get(AbortUpload)("other", upload_id),
    )
    for ask in asks:
        with pytest.raises(UnknownUploadError):
            ask()
    assert story.status(upload_id) is UploadStatus.OPEN


def test_an_aborted_upload_is_gone_with_its_parts(story: Uploading) -> None:
    upload_id = story.begin()
    story.send_all(upload_id)

    for _ in range(2):
        story.service.get(AbortUpload)(TENANT, upload_id)

    assert story.stored_keys == set()
    assert story.status(upload_id) is UploadStatus.ABORTED
    with pytest.raises(UploadEndedError):
        story.send(upload_id, 1, PARTS[0])
    with pytest.raises(UploadEndedError):
        story.complete(upload_id)


def test_a_completed_upload_is_not_aborted_and_takes_no_parts(story: Uploading) -> None:
    upload_id = story.begin()
    story.send_all(upload_id)
    file = story.complete(upload_id)

    with pytest.raises(UploadCompletedError):
        story.service.get(AbortUpload)(TENANT, upload_id)
    with pytest.raises(UploadCompletedError):
        story.send(upload_id, 1, PARTS[0])
    assert story.content(file) == CONTENT


def test_after_a_day_nothing_is_taken_and_an_hour_later_nothing_is_left(story: Uploading) -> None:
    upload_id = story.begin()
    story.send_all(upload_id)

    story.service.clock.advance(LIFETIME.total_seconds())
    with pytest.raises(UploadEndedError):
        story.send(upload_id, 1, PARTS[0])
    with pytest.raises(UploadEndedError):
        story.complete(upload_id)
    assert story.service.get(Reconcile)().expired_uploads == 0
    story.service.clock.advance(SWEPT_AFTER.total_seconds() + 1)
    assert story.service.get(Reconcile)().expired_uploads == 1

    assert story.status(upload_id) is UploadStatus.EXPIRED
    assert story.stored_keys == set()


def test_an_upload_is_forgotten_with_its_key(story: Uploading) -> None:
    upload_id = story.begin(idempotency_key="k")
    story.send_all(upload_id)
    story.complete(upload_id)

    story.service.clock.advance(timedelta(days=6).total_seconds())
    story.service.get(Reconcile)()
    assert story.begin(idempotency_key="k") == upload_id
    story.service.clock.advance(timedelta(days=2).total_seconds())
    story.service.get(Reconcile)()

    with pytest.raises(UnknownUploadError):
        story.status(upload_id)
    assert story.begin(idempotency_key="k") != upload_id
