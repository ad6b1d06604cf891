"""Whoever is measured does the work: all of them accept the same rows."""

from pathlib import Path

import pytest

from tests.benchmarks.aims import memory_aims
from tests.benchmarks.contender import CONTENDERS, CSV, JSON, WITH_PARQUET, Contender
from tests.benchmarks.measurement import Measurement
from tests.benchmarks.orders_file import Orders, write_orders
from tests.benchmarks.round_robin import Standings

FORMS = (CSV, JSON)


@pytest.mark.parametrize(
    ("form", "contender"),
    [pytest.param(form, it, id=f"{it.name}, {form}") for it in CONTENDERS for form in it.forms],
)
def test_every_contender_accepts_the_good_orders(
    form: str, contender: Contender, tmp_path: Path
) -> None:
    orders = write_orders(tmp_path / f"orders.{form}", size_bytes=300_000)

    accepted = contender.work(form)(orders.path, tmp_path)

    assert accepted in (None, orders.good_rows)
    assert (accepted is None) == (contender.function == "count_newlines")


@pytest.mark.parametrize("form", FORMS)
def test_orders_take_as_many_bytes_as_asked_for(form: str, tmp_path: Path) -> None:
    orders = write_orders(tmp_path / f"orders.{form}", size_bytes=1_000_000)

    assert 1_000_000 - 400 < orders.size_bytes <= 1_000_000


@pytest.mark.parametrize(("megabytes", "is_reached"), [(300.0, True), (300.5, False)])
def test_too_much_memory_is_an_aim_that_was_missed(
    megabytes: float, *, is_reached: bool, tmp_path: Path
) -> None:
    measurement = Measurement(seconds=1, processor_seconds=1, peak_megabytes=megabytes)
    standings = Standings(Orders(tmp_path, 1), {WITH_PARQUET: measurement})

    (aim,) = memory_aims({(CSV, 10**9): standings})

    assert aim.is_reached is is_reached
