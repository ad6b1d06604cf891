"""How the sizes of what is judged at once, and of what is read exactly, follow the doubts."""

from adapters.tabular.fast.json_pace import JsonPace

WHOLE = 512 * 1024


def test_a_doubt_after_records_enough_costs_one_record() -> None:
    pace = JsonPace(WHOLE)

    for _ in range(10):
        pace.doubted()
        pace.judged(6000, is_full=False)

    assert pace.exact_bytes == 1
    assert pace.chunk_bytes == WHOLE // 32


def test_doubt_after_doubt_leads_to_longer_stretches() -> None:
    pace = JsonPace(WHOLE)

    for _ in range(10):
        pace.doubted()
        pace.judged(1000, is_full=False)

    assert pace.exact_bytes == pace.chunk_bytes == WHOLE // 32


def test_without_doubts_chunks_are_whole_again() -> None:
    pace = JsonPace(WHOLE)
    for _ in range(10):
        pace.doubted()

    for _ in range(10):
        pace.judged(pace.chunk_bytes - 10, is_full=False)

    assert (pace.chunk_bytes, pace.exact_bytes) == (WHOLE, 1)


def test_of_many_short_records_no_more_is_looked_at_than_judged() -> None:
    pace = JsonPace(WHOLE)

    pace.judged(100_000, is_full=True)

    assert 100_000 < pace.chunk_bytes < 200_000


def test_a_tiny_chunk_stays_a_chunk() -> None:
    pace = JsonPace(37)

    for _ in range(10):
        pace.doubted()

    assert pace.chunk_bytes == 1
