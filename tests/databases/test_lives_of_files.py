"""Whatever happens between two transactions, on a real database every promise is kept."""

from collections import Counter
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import Engine

from adapters.sql.engine import by_process_time, create_engine
from tests.databases.effort import by_effort
from tests.databases.machine import Files

EXAMPLES = by_effort(20, ci=100, soak=2_000)
STEPS = by_effort(40, ci=50, soak=80)


@pytest.fixture
def engine(place: str | Path) -> Iterator[Engine]:
    """The database, whose time is moved by hand."""
    engine = by_process_time(create_engine(place))
    yield engine
    engine.dispose()


def test_no_order_of_events_breaks_a_promise(engine: Engine, tmp_path: Path) -> None:
    seen: Counter[str] = Counter()
    numbers = count()

    class Lives(Files):
        def __init__(self) -> None:
            super().__init__(engine, tmp_path / f"example-{next(numbers)}", seen)

    run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            suppress_health_check=[HealthCheck.too_slow],
            report_multiple_bugs=False,
        ),
    )

    assert seen["file_received"] > 0
    assert seen["file_started"] > 0
