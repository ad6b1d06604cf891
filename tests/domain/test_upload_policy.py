"""Names are cleaned and sizes are counted."""

import re
import unicodedata
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.collection_policy import LONGEST_UNRECORDED
from domain.errors import FileTooLargeError, InvalidFileNameError, UploadTooSlowError
from domain.upload_policy import (
    LONGEST_UPLOAD,
    MAX_NAME_BYTES,
    UploadPolicy,
    clean_file_name,
    key_name,
)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("people.csv", "people.csv"),
        ("../../etc/people.csv", "people.csv"),
        ("C:\\Users\\ada\\people.csv", "people.csv"),
        ("invoice\u202evsc.exe.csv", "invoicevsc.exe.csv"),
        ("li\nne\t.csv", "line.csv"),
        ("  people.csv  ", "people.csv"),
        ("Zoe\u0308.csv", "Zoë.csv"),
        ("数据.csv", "数据.csv"),
    ],
)
def test_a_name_is_cleaned_for_display(raw: str, shown: str) -> None:
    assert clean_file_name(raw) == shown


@pytest.mark.parametrize("raw", ["a\x00.csv", "", "..", "folder/", "\u202e", "/"])
def test_a_name_of_which_nothing_is_left_is_refused(raw: str) -> None:
    with pytest.raises(InvalidFileNameError):
        clean_file_name(raw)


def test_a_very_long_name_keeps_its_beginning_and_its_extension() -> None:
    shown = clean_file_name("ä" * 5000 + ".csv")

    assert len(shown.encode()) <= MAX_NAME_BYTES
    assert shown.startswith("ä" * 100)
    assert shown.endswith(".csv")


@given(st.text())
def test_every_cleaned_name_is_safe_to_show_and_every_key_safe_to_store(raw: str) -> None:
    try:
        shown = clean_file_name(raw)
    except InvalidFileNameError:
        return

    assert 0 < len(shown.encode()) <= MAX_NAME_BYTES
    assert not any(unicodedata.category(character).startswith("C") for character in shown)
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", key_name(shown))


@given(st.text())
def test_cleaning_a_clean_name_changes_nothing(raw: str) -> None:
    try:
        shown = clean_file_name(raw)
    except InvalidFileNameError:
        return

    assert clean_file_name(shown) == shown


def test_the_last_allowed_byte_passes_and_the_next_does_not() -> None:
    policy = UploadPolicy(max_bytes=10)

    policy.check_size(10)

    with pytest.raises(FileTooLargeError, match="10 bytes"):
        policy.check_size(11)


def test_an_upload_may_take_as_long_as_is_allowed_and_no_longer() -> None:
    policy = UploadPolicy(max_duration=timedelta(seconds=10))

    policy.check_duration(timedelta(seconds=10))

    with pytest.raises(UploadTooSlowError, match="10 seconds"):
        policy.check_duration(timedelta(seconds=10.001))


def test_no_upload_may_take_longer_than_its_content_can_wait_for_its_record() -> None:
    UploadPolicy(max_duration=LONGEST_UPLOAD)
    assert LONGEST_UPLOAD < LONGEST_UNRECORDED

    with pytest.raises(ValueError, match="at most"):
        UploadPolicy(max_duration=LONGEST_UPLOAD + timedelta(seconds=1))
