"""An upload in parts ends once, in one way."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta

import pytest

from domain.errors import (
    EmptyFileError,
    FileTooLargeError,
    UnknownPartError,
    UploadCompletedError,
    UploadEndedError,
)
from domain.upload_session import (
    LIFETIME,
    SWEPT_AFTER,
    UploadSession,
    UploadSessionPolicy,
    UploadStatus,
)
from tests.builders import START, build_upload

END = START + LIFETIME
VERBS: dict[UploadStatus, Callable[[UploadSession], None]] = {
    UploadStatus.COMPLETED: lambda upload: upload.complete(at=START),
    UploadStatus.ABORTED: lambda upload: upload.abort(at=START),
    UploadStatus.REFUSED: lambda upload: upload.refuse("empty_file", at=START),
    UploadStatus.EXPIRED: lambda upload: upload.expire(at=END + SWEPT_AFTER),
}


def ended(status: UploadStatus) -> UploadSession:
    upload = build_upload()
    VERBS[status](upload)
    assert upload.state.status is status
    return upload


@pytest.mark.parametrize("status", VERBS)
@pytest.mark.parametrize("verb", VERBS)
def test_what_has_ended_stays_as_it_ended(status: UploadStatus, verb: UploadStatus) -> None:
    upload = ended(status)
    before = upload.state
    is_nothing = verb is UploadStatus.EXPIRED or (
        verb is UploadStatus.ABORTED and status is not UploadStatus.COMPLETED
    )
    is_complete = status is UploadStatus.COMPLETED
    refusal = UploadCompletedError if is_complete else UploadEndedError

    with nullcontext() if is_nothing else pytest.raises(refusal):
        VERBS[verb](upload)

    assert upload.state is before


def test_a_completed_upload_cannot_be_aborted() -> None:
    with pytest.raises(UploadCompletedError):
        ended(UploadStatus.COMPLETED).abort(at=START)


@pytest.mark.parametrize("status", VERBS)
def test_an_ended_upload_keeps_ids_sizes_and_times_alone(status: UploadStatus) -> None:
    state = ended(status).state

    assert (state.original_name, state.key, state.handle) == ("", "", None)
    assert (state.sha256, state.metadata) == (None, {})
    assert state.size_bytes == 12
    assert state.ended_at is not None


def test_an_upload_takes_nothing_new_once_its_day_is_over() -> None:
    upload = build_upload()

    upload.check_takes(at=END - timedelta(microseconds=1))
    with pytest.raises(UploadEndedError) as caught:
        upload.check_takes(at=END)

    assert caught.value.how == "expired"


def test_what_was_begun_in_time_may_be_completed_for_another_hour() -> None:
    upload = build_upload()

    upload.expire(at=END + SWEPT_AFTER - timedelta(microseconds=1))
    assert upload.state.is_open
    upload.complete(at=END + SWEPT_AFTER)

    assert upload.state.status is UploadStatus.COMPLETED


@pytest.mark.parametrize("number", [0, 3, -1])
def test_a_part_has_a_number_of_the_plan(number: int) -> None:
    with pytest.raises(UnknownPartError, match="parts 1 to 2"):
        build_upload().check_part(number)


def test_an_upload_is_neither_empty_nor_larger_than_allowed() -> None:
    policy = UploadSessionPolicy(max_bytes=100)

    assert policy.plan(100).size_bytes == 100
    with pytest.raises(EmptyFileError):
        policy.plan(0)
    with pytest.raises(FileTooLargeError, match="100"):
        policy.plan(101)
