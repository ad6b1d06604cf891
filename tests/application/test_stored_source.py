from collections.abc import Generator
from contextlib import closing

import pytest

from adapters.memory.file_storage import MemoryFileStorage
from application.errors import ContentChangedError, StorageUnavailableError
from application.use_cases import stored_source as module
from application.use_cases.stored_source import StoredSource
from tests.builders import build_file_state
from tests.contracts.steps import put

CONTENT = b"0123456789abcdefghij"


class CountedStorage(MemoryFileStorage):
    """Hands content over in threes, remembers from where it was asked, and can break off."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[int] = []
        self.is_broken = False
        self.open_now = 0

    def open(
        self, key: str, *, etag: str | None = None, start: int = 0, length: int | None = None
    ) -> Generator[bytes]:
        self.asked.append(start)
        self.open_now += 1
        try:
            content = b"".join(super().open(key, etag=etag, start=start, length=length))
            for at in range(0, len(content), 3):
                if self.is_broken:
                    raise StorageUnavailableError("the connection broke")
                yield content[at : at + 3]
        finally:
            self.open_now -= 1


@pytest.fixture
def storage() -> CountedStorage:
    return CountedStorage()


@pytest.fixture
def source(storage: CountedStorage, monkeypatch: pytest.MonkeyPatch) -> StoredSource:
    """A source of 20 bytes, of which it remembers a little more than half."""
    monkeypatch.setattr(module, "REMEMBERED_BYTES", 12)
    etag = put(storage, "uploads/1/a.csv", CONTENT)
    return StoredSource(storage, build_file_state(key="uploads/1/a.csv", etag=etag))


def test_nothing_is_asked_before_the_first_step(
    source: StoredSource, storage: CountedStorage
) -> None:
    source.open()

    assert storage.asked == []


def test_a_look_ahead_costs_nothing(source: StoredSource, storage: CountedStorage) -> None:
    main = source.open()
    first = next(main)
    with closing(source.open()) as ahead:
        seen = next(ahead) + next(ahead)

    assert first + b"".join(main) == CONTENT
    assert seen == CONTENT[:6]
    assert storage.asked == [0]


def test_content_that_is_remembered_whole_is_fetched_once(
    source: StoredSource, storage: CountedStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "REMEMBERED_BYTES", 1000)

    readings = [b"".join(source.open()) for _ in range(3)]

    assert readings == [CONTENT] * 3
    assert storage.asked == [0]


def test_who_goes_on_second_asks_from_there(source: StoredSource, storage: CountedStorage) -> None:
    assert b"".join(source.open()) == CONTENT
    assert b"".join(source.open()) == CONTENT

    assert storage.asked == [0, 12]


def test_readings_side_by_side_do_not_disturb_each_other(source: StoredSource) -> None:
    pairs = list(zip(source.open(), source.open(), strict=True))

    assert b"".join(one for one, _ in pairs) == CONTENT
    assert b"".join(other for _, other in pairs) == CONTENT


def test_a_reading_that_broke_off_is_not_the_end(
    source: StoredSource, storage: CountedStorage
) -> None:
    chunks = source.open()
    next(chunks)
    storage.is_broken = True
    with pytest.raises(StorageUnavailableError):
        next(chunks)

    storage.is_broken = False

    assert b"".join(source.open()) == CONTENT
    assert storage.asked == [0, 3]


def test_content_that_has_changed_is_noticed(storage: CountedStorage) -> None:
    put(storage, "uploads/1/a.csv", CONTENT)
    source = StoredSource(storage, build_file_state(key="uploads/1/a.csv", etag="another"))

    with pytest.raises(ContentChangedError):
        next(source.open())


def test_leaving_closes_what_is_still_open(source: StoredSource, storage: CountedStorage) -> None:
    with source:
        next(source.open())
        assert storage.open_now == 1

    assert storage.open_now == 0
