"""`clean.csv` on its way to a spreadsheet."""

from collections.abc import Generator, Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.tabular.csv_writer import csv_record
from adapters.tabular.excel_profile import ExcelProfile
from adapters.tabular.spreadsheet import guard
from application.errors import StorageUnavailableError
from application.ports.spreadsheet_profile import SpreadsheetProfile

_CELLS = st.text(
    st.sampled_from("=+-@\uff1d\uff0b\uff0d\uff20\uff1e\t\r'\"\n,;1.eE é")
    | st.characters(codec="utf-8"),
    max_size=5,
)


@pytest.fixture
def profile() -> SpreadsheetProfile:
    return ExcelProfile()


def chunks_of(content: bytes, cuts: Sequence[int]) -> Generator[bytes]:
    bounds = [0, *sorted(cut % (len(content) + 1) for cut in cuts), len(content)]
    for start, end in pairwise(bounds):
        yield content[start:end]


@given(
    table=st.integers(1, 4).flatmap(
        lambda width: st.lists(st.lists(_CELLS, min_size=width, max_size=width), max_size=8)
    ),
    cuts=st.lists(st.integers(0, 10_000), max_size=8),
)
def test_every_cell_is_guarded_and_nothing_else_differs(
    table: list[list[str]], cuts: list[int]
) -> None:
    content = "".join(csv_record(row) for row in table).encode()

    guarded = b"".join(ExcelProfile().guarded(chunks_of(content, cuts)))

    expected = "".join(csv_record([*map(guard, row)]) for row in table)
    assert guarded == b"\xef\xbb\xbf" + expected.encode()


def test_formulas_are_guarded_and_plain_numbers_are_not(profile: SpreadsheetProfile) -> None:
    content = b'=a,b\r\n=1+1,-1.5\r\n"=SUM(""A1"",B2)",+x\r\n-1e3,2024-01-31\r\n'

    guarded = b"".join(profile.guarded(chunks_of(content, ())))

    assert guarded.decode("utf-8-sig") == (
        '\'=a,b\r\n\'=1+1,-1.5\r\n"\'=SUM(""A1"",B2)",\'+x\r\n-1e3,2024-01-31\r\n'
    )


def test_a_cell_is_held_whole_however_long_it_is(profile: SpreadsheetProfile) -> None:
    cell = b"=" + b'x""\n,' * 100_000
    content = b'a,"' + cell + b'"\r\n'

    guarded = b"".join(profile.guarded(chunks_of(content, range(0, len(content), 5000))))

    assert guarded == b"\xef\xbb\xbf" + content.replace(b'"=', b"\"'=")


def test_what_the_content_raises_comes_on_the_first_step(profile: SpreadsheetProfile) -> None:
    def broken() -> Generator[bytes]:
        for error in [StorageUnavailableError("away")]:
            raise error
        yield b""

    with pytest.raises(StorageUnavailableError):
        next(profile.guarded(broken()))


def test_the_content_is_closed_when_nobody_wants_the_rest(profile: SpreadsheetProfile) -> None:
    content = chunks_of(b"a\r\n1\r\n2\r\n", (3, 6))
    guarded = profile.guarded(content)
    next(guarded)

    guarded.close()

    assert list(content) == []
