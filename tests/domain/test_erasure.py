"""The bytes of an erased file are removed until no late writer can be left."""

from datetime import timedelta

import pytest

from domain.erasure import LATE_WRITERS_GONE_AFTER, next_removal
from tests.builders import START

MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize("age", [timedelta(0), LATE_WRITERS_GONE_AFTER - MOMENT])
def test_a_removal_while_late_writers_may_be_left_is_not_the_last(age: timedelta) -> None:
    assert next_removal(START, began_at=START + age) == START + LATE_WRITERS_GONE_AFTER


@pytest.mark.parametrize("age", [LATE_WRITERS_GONE_AFTER, timedelta(days=400)])
def test_a_removal_when_none_can_be_left_is_the_last(age: timedelta) -> None:
    assert next_removal(START, began_at=START + age) is None
