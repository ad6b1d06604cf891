"""How often somebody may do something."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.token_bucket import Bucket, Quota

QUOTA = Quota(count=6, seconds=60)


def test_a_bucket_gives_its_quota_at_once_and_then_evenly() -> None:
    bucket = Bucket.full(QUOTA, at=0)
    for _ in range(6):
        bucket = bucket.taken()

    assert bucket.whole_tokens == 0
    assert bucket.seconds_to_next(QUOTA) == pytest.approx(10)
    assert bucket.filled(QUOTA, at=9.99).whole_tokens == 0
    assert bucket.filled(QUOTA, at=10.01).whole_tokens == 1


def test_it_never_holds_more_than_the_quota() -> None:
    bucket = Bucket.full(QUOTA, at=0).taken().filled(QUOTA, at=1e9)

    assert bucket.whole_tokens == 6
    assert bucket.seconds_to_next(QUOTA) == 0


def test_a_moment_before_the_last_one_takes_nothing_away() -> None:
    assert Bucket.full(QUOTA, at=5).taken().filled(QUOTA, at=4).whole_tokens == 5


@given(pauses=st.lists(st.floats(0, 30), max_size=60))
def test_no_pauses_let_more_through_than_the_quota_and_what_time_brings(
    pauses: list[float],
) -> None:
    bucket, now, granted = Bucket.full(QUOTA, at=0), 0.0, 0
    for pause in pauses:
        now += pause
        bucket = bucket.filled(QUOTA, at=now)
        if bucket.whole_tokens:
            bucket, granted = bucket.taken(), granted + 1

    assert granted <= QUOTA.count + now * QUOTA.count / QUOTA.seconds + 1e-6
