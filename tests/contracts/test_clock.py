from collections.abc import Callable
from datetime import timedelta

import pytest

from adapters.memory.manual_clock import ManualClock
from adapters.system.system_clock import SystemClock
from application.ports.clock import Clock


@pytest.fixture(params=[ManualClock, SystemClock])
def clock(request: pytest.FixtureRequest) -> Clock:
    make: Callable[[], Clock] = request.param
    return make()


class TestClock:
    def test_the_time_of_day_is_aware_and_in_utc(self, clock: Clock) -> None:
        assert clock.now().utcoffset() == timedelta(0)

    def test_the_monotonic_reading_never_goes_back(self, clock: Clock) -> None:
        readings = [clock.monotonic() for _ in range(100)]

        assert readings == sorted(readings)

    def test_sleeping_lasts_at_least_as_long_as_asked(self, clock: Clock) -> None:
        before = clock.monotonic()

        clock.sleep(0.01)

        assert clock.monotonic() - before >= 0.01

    def test_sleeping_no_time_returns(self, clock: Clock) -> None:
        clock.sleep(0)
