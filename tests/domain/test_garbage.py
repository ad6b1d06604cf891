"""What its record says of an object that was found in the storage."""

from datetime import timedelta
from typing import Any

import pytest

from domain.collection_policy import (
    LEAST_AGE,
    LONGEST_UNRECORDED,
    CollectionPolicy,
    check_recordable,
)
from domain.errors import ContentTooOldError
from domain.file_state import FileState
from domain.file_status import FileStatus, Outcome
from domain.garbage import ContentPlace, Garbage, ResultPlace, why_garbage
from tests.builders import START, build_file_state, build_id, build_lease
from tests.contracts.full_state import build_result

FILE_ID = build_id()
KEY = f"uploads/{FILE_ID}/people.csv"
RESULT_KEY = f"results/{FILE_ID}/2/5/clean.csv"
DAY = timedelta(days=1)
MOMENT = timedelta(microseconds=1)


def state(**facts: Any) -> FileState:
    """The file in its second generation, whose fifth attempt completed it at START."""
    defaults = {
        "id": FILE_ID,
        "key": KEY,
        "generation": 2,
        "attempt": 5,
        "status": FileStatus.COMPLETED,
        "outcome": Outcome.CLEAN,
        "processed_at": START,
        "results": (build_result(key=RESULT_KEY),),
    }
    return build_file_state(**(defaults | facts))


def unfinished(**facts: Any) -> FileState:
    return state(
        **(
            {"status": FileStatus.PENDING, "outcome": None, "processed_at": None, "results": ()}
            | facts
        )
    )


WORKING = unfinished(status=FileStatus.PROCESSING, lease=build_lease())
ERASED = state(key="", results=(), erased_at=START)


def result(generation: int, attempt: int) -> ResultPlace:
    key = f"results/{FILE_ID}/{generation}/{attempt}/clean.csv"
    return ResultPlace(key=key, file_id=FILE_ID, generation=generation, attempt=attempt)


CONTENT = ContentPlace(key=KEY, file_id=FILE_ID)
OTHER_CONTENT = ContentPlace(key=f"uploads/{FILE_ID}/other.csv", file_id=FILE_ID)


@pytest.mark.parametrize(
    ("place", "record", "reason"),
    [
        (CONTENT, None, Garbage.UNKNOWN_FILE),
        (result(1, 1), None, Garbage.UNKNOWN_FILE),
        (CONTENT, ERASED, Garbage.ERASED_FILE),
        (result(2, 5), ERASED, Garbage.ERASED_FILE),
        (CONTENT, state(), None),
        (CONTENT, unfinished(), None),
        (CONTENT, WORKING, None),
        (OTHER_CONTENT, state(), Garbage.UNKNOWN_FILE),
        (result(2, 5), state(), None),
        (result(2, 4), state(), Garbage.DEAD_ATTEMPT),
        (result(2, 5), state(results=()), Garbage.DEAD_ATTEMPT),
        (result(2, 5), WORKING, None),
        (result(2, 4), WORKING, Garbage.DEAD_ATTEMPT),
        (result(2, 5), unfinished(), Garbage.DEAD_ATTEMPT),
        (result(1, 3), unfinished(), None),
        (result(1, 3), WORKING, None),
        (result(3, 6), state(), None),
        (result(2, 6), unfinished(), None),
    ],
)
def test_an_object_is_garbage_when_its_record_has_no_use_for_it(
    place: ContentPlace | ResultPlace, record: FileState | None, reason: Garbage | None
) -> None:
    assert why_garbage(place, record, at=START + 1000 * DAY, replaced_stay=DAY) == reason


def test_what_a_newer_generation_replaced_stays_for_a_while_after_its_end() -> None:
    def reason(age: timedelta) -> Garbage | None:
        return why_garbage(result(1, 3), state(), at=START + age, replaced_stay=DAY)

    assert reason(DAY - MOMENT) is None
    assert reason(DAY) is Garbage.OLD_GENERATION


def test_a_collection_that_could_meet_a_writer_is_refused() -> None:
    CollectionPolicy(min_age=LEAST_AGE)

    with pytest.raises(ValueError, match="younger"):
        CollectionPolicy(min_age=LEAST_AGE - MOMENT)


def test_what_is_recorded_is_never_near_the_age_at_which_it_is_collected() -> None:
    check_recordable(begun_at=START, at=START + LONGEST_UNRECORDED)

    assert LONGEST_UNRECORDED <= LEAST_AGE / 2
    with pytest.raises(ContentTooOldError):
        check_recordable(begun_at=START, at=START + LONGEST_UNRECORDED + MOMENT)
