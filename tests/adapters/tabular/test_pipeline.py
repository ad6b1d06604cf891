"""Stages beside each other: in order, bounded, and gone when their block is left."""

import threading
from collections.abc import Generator

import pytest

from adapters.tabular.pipeline import Pipeline
from application.errors import ProcessingStoppedError


def seen_by_nobody() -> None:
    """A look that finds nothing."""


def engine_threads() -> list[str]:
    names = [thread.name for thread in threading.enumerate()]
    return [name for name in names if name.startswith("content-engine")]


class Source:
    """Numbers that are made one by one, and counted."""

    def __init__(self, count: int, *, error: Exception | None = None) -> None:
        self.made = 0
        self.is_closed = False
        self._count = count
        self._error = error

    def numbers(self) -> Generator[int]:
        try:
            while self.made < self._count:
                self.made += 1
                yield self.made
            if self._error is not None:
                raise self._error
        finally:
            self.is_closed = True


def test_items_are_made_ahead_and_come_in_their_order() -> None:
    with Pipeline(look=seen_by_nobody) as pipeline:
        assert list(pipeline.ahead(Source(100).numbers())) == list(range(1, 101))


def test_a_next_item_is_made_while_one_is_worked_on() -> None:
    is_made = threading.Event()

    def items() -> Generator[int]:
        yield 1
        is_made.set()
        yield 2

    with Pipeline(look=seen_by_nobody) as pipeline:
        ahead = pipeline.ahead(items())
        assert next(ahead) == 1

        assert is_made.wait(timeout=30)


def test_no_more_than_one_item_is_made_ahead() -> None:
    source = Source(100)

    with Pipeline(look=seen_by_nobody) as pipeline:
        ahead = pipeline.ahead(source.numbers())
        taken = [next(ahead) for _ in range(10)]

    assert taken == list(range(1, 11))
    assert source.made <= 11


def test_what_making_an_item_raises_comes_in_its_turn() -> None:
    taken: list[int] = []

    with (
        Pipeline(look=seen_by_nobody) as pipeline,
        pytest.raises(OSError, match="the source is gone"),
    ):
        taken.extend(pipeline.ahead(Source(5, error=OSError("the source is gone")).numbers()))

    assert taken == [1, 2, 3, 4, 5]


def test_no_thread_and_no_open_generator_is_left_when_the_taker_stops_early() -> None:
    source = Source(100)

    def take_one(pipeline: Pipeline) -> None:
        next(pipeline.ahead(source.numbers()))
        assert engine_threads()
        raise ProcessingStoppedError("told to stop")

    with pytest.raises(ProcessingStoppedError), Pipeline(look=seen_by_nobody) as pipeline:
        take_one(pipeline)

    assert source.is_closed
    assert engine_threads() == []


def test_whoever_waits_for_an_item_goes_on_looking() -> None:
    looks: list[int] = []
    go_on = threading.Event()

    def slow() -> Generator[int]:
        go_on.wait(timeout=30)
        yield 1

    def look() -> None:
        looks.append(len(looks))
        if len(looks) == 3:
            go_on.set()

    with Pipeline(look=look) as pipeline:
        assert list(pipeline.ahead(slow())) == [1]

    assert len(looks) >= 3


def test_a_look_that_raises_ends_the_wait() -> None:
    go_on = threading.Event()

    def never() -> Generator[int]:
        go_on.wait(timeout=30)
        yield 1

    def look() -> None:
        go_on.set()
        raise ProcessingStoppedError("told to stop")

    with pytest.raises(ProcessingStoppedError), Pipeline(look=look) as pipeline:
        list(pipeline.ahead(never()))

    assert engine_threads() == []


def test_work_behind_is_done_in_its_order_and_to_the_end() -> None:
    done: list[int] = []

    with Pipeline(look=seen_by_nobody) as pipeline:
        behind = pipeline.behind(done.append)
        for number in range(100):
            behind.put(number)
        behind.finish()

        assert done == list(range(100))


def test_no_more_than_one_item_is_left_to_be_done() -> None:
    go_on = threading.Event()
    looks: list[int] = []

    def look() -> None:
        looks.append(1)
        go_on.set()

    def work(number: int) -> None:
        go_on.wait(timeout=30)

    with Pipeline(look=look) as pipeline:
        behind = pipeline.behind(work)
        behind.put(1)
        behind.put(2)
        assert looks
        behind.finish()


def test_work_after_a_failure_is_not_done_and_the_failure_is_told() -> None:
    done: list[int] = []

    def work(number: int) -> None:
        if number == 1:
            raise OSError("the disk is full")
        done.append(number)

    def put_all(pipeline: Pipeline) -> None:
        behind = pipeline.behind(work)
        for number in range(10):
            behind.put(number)
        behind.finish()

    with Pipeline(look=seen_by_nobody) as pipeline, pytest.raises(OSError, match="is full"):
        put_all(pipeline)

    assert done == [0]
    assert engine_threads() == []
