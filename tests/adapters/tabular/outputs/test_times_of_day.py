"""Times of whole seconds are read all at once."""

from datetime import time

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.tabular.outputs.times_of_day import times_of_day

TIMES = st.lists(st.none() | st.times().map(lambda moment: moment.replace(microsecond=0)))


@given(times=TIMES, before=st.integers(0, 3))
def test_each_is_the_time_that_was_written(times: list[time | None], before: int) -> None:
    texts = [None if moment is None else moment.isoformat() for moment in times]
    # As a slice, too, whose texts begin in the middle of a buffer.
    array = pa.array(["00:00:01"] * before + texts, pa.string()).slice(before)

    assert times_of_day(array).to_pylist() == times


@pytest.mark.parametrize("text", ["1a:00:00", "12:00:0/"])
def test_what_is_no_such_time_is_never_read_as_one(text: str) -> None:
    with pytest.raises(ValueError, match="hh:mm:ss"):
        times_of_day(pa.array(["12:00:00", text], pa.string()))
