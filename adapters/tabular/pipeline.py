"""The stages of one job beside each other: read ahead, write behind, everything in its order."""

from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from types import TracebackType
from typing import Final, Generic, Protocol, Self, TypeVar

T = TypeVar("T")
_Item = TypeVar("_Item")

_END: Final = object()
_SECONDS_BETWEEN_LOOKS: Final = 0.2


class Ahead(Protocol):
    """Makes the next items while one is worked on."""

    def __call__(self, items: Generator[T]) -> Iterator[T]:
        """The same items in the same order."""


def in_turn(items: Generator[T]) -> Iterator[T]:
    """Makes no item before it is asked for: an Ahead that needs no thread."""
    return items


class Pipeline:
    """Runs generators and writers in threads of their own, until the `with` block is left.

    Threads pay here because NumPy, Polars and pyarrow let others run while they work. None of
    them is left when the block is, whatever happened in it: that waits for the step that each
    is at, and for no other. `look` is called while the caller has to wait, a few times a
    second; what it raises is raised to the caller.
    """

    def __init__(self, *, look: Callable[[], None]) -> None:
        self._look = look
        self._threads = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._threads.close()

    def ahead(self, items: Generator[T]) -> Iterator[T]:
        """The items, of which the next is made while the caller works on one.

        It is made in a thread of its own. What making it raises is raised in its turn.
        """
        self._threads.callback(items.close)
        thread = self._new_thread()
        pending = thread.submit(next, items, _END)
        while (item := self._awaited(pending)) is not _END:
            pending = thread.submit(next, items, _END)
            yield item  # type: ignore[misc] # what is not the end is an item

    def behind(self, work: Callable[[_Item], None]) -> "Behind[_Item]":
        """A thread of its own in which that work is done, item by item."""
        return Behind(work, thread=self._new_thread(), awaited=self._awaited)

    def _new_thread(self) -> ThreadPoolExecutor:
        thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="content-engine")
        self._threads.callback(thread.shutdown, wait=True, cancel_futures=True)
        return thread

    def _awaited(self, future: "Future[T]") -> T:
        while not wait([future], timeout=_SECONDS_BETWEEN_LOOKS).done:
            self._look()
        return future.result()


class _Awaited(Protocol):
    def __call__(self, future: "Future[T]") -> T: ...


class Behind(Generic[_Item]):
    """Does work in a thread, in the order in which it is put, one item behind the caller."""

    def __init__(
        self, work: Callable[[_Item], None], *, thread: ThreadPoolExecutor, awaited: _Awaited
    ) -> None:
        self._work = work
        self._thread = thread
        self._awaited = awaited
        self._pending: Future[None] | None = None

    def put(self, item: _Item) -> None:
        """Leaves the item to the thread, after that is done with the one before.

        Raises what the work on that one raised.
        """
        self.finish()
        self._pending = self._thread.submit(self._work, item)

    def finish(self) -> None:
        """Waits until all of it is done; raises what the work raised."""
        pending, self._pending = self._pending, None
        if pending is not None:
            self._awaited(pending)
