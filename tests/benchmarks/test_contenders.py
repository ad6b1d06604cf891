"""Whoever is measured does the work: all of them accept the same rows."""

from pathlib import Path

import pytest

from tests.benchmarks.aims import memory_aims
from tests.benchmarks.contender import CONTENDERS, CSV, JSON, WITH_PARQUET, Contender
from tests.benchmarks.measurement import Measurement
from tests.benchmarks.orders_file import Orders, write_orders
from tests.benchmarks.round_robin import Standings, in_turns

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


@pytest.mark.parametrize(
    ("seconds", "megabytes", "reason"),
    [
        (30.0, 100.0, "30 s for a file of 100 MB"),
        (1.0, 1e6, "1000000 MB of memory for 100 MB"),
    ],
)
def test_whoever_would_need_too_much_for_a_larger_file_is_left_out_by_name(
    seconds: float, megabytes: float, reason: str, tmp_path: Path
) -> None:
    small, large = (_sparse(tmp_path / name, size) for name, size in (("a", 10**8), ("b", 10**9)))
    measurement = Measurement(seconds=seconds, processor_seconds=seconds, peak_megabytes=megabytes)
    before = Standings(small, {WITH_PARQUET: measurement})

    standings = in_turns([WITH_PARQUET], large, warm_up=tmp_path, before=before)

    assert standings.left_out == {WITH_PARQUET: reason}
    assert standings.measurements == {}


def _sparse(path: Path, size_bytes: int) -> Orders:
    with path.open("wb") as file:
        file.truncate(size_bytes)
    return Orders(path, 1, size_bytes=size_bytes)


@pytest.mark.parametrize(("megabytes", "is_reached"), [(300.0, True), (300.5, False)])
def test_too_much_memory_is_an_aim_that_was_missed(
    megabytes: float, *, is_reached: bool, tmp_path: Path
) -> None:
    measurement = Measurement(seconds=1, processor_seconds=1, peak_megabytes=megabytes)
    standings = Standings(Orders(tmp_path, 1, size_bytes=1), {WITH_PARQUET: measurement})

    (aim,) = memory_aims({(CSV, 10**9): standings})

    assert aim.is_reached is is_reached
