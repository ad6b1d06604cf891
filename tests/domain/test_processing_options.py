"""What submitters may ask for."""

import pytest

from domain.errors import InvalidOptionError
from domain.processing_options import MaxErrors


@pytest.mark.parametrize(
    ("text", "count", "percent"),
    [
        ("0", 0, None),
        ("250", 250, None),
        ("5%", None, 5.0),
        ("0.5%", None, 0.5),
        ("100%", None, 100),
    ],
)
def test_a_count_or_a_percentage_is_read(
    text: str, count: int | None, percent: float | None
) -> None:
    assert MaxErrors.parse(text) == MaxErrors(count=count, percent=percent)
    assert str(MaxErrors.parse(text)) == text


@pytest.mark.parametrize(
    "text", ["", "-1", "+5", "5 %", "101%", "1_0", "٣", "1e2", "%", ".%", "1.5"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InvalidOptionError, match="maxErrors"):
        MaxErrors.parse(text)


@pytest.mark.parametrize(
    ("limit", "rejected", "read", "exceeded"),
    [
        ("2", 2, 10, False),
        ("2", 3, 10, True),
        ("20%", 2, 10, False),
        ("20%", 3, 10, True),
        ("0%", 0, 0, False),
    ],
)
def test_the_limit_itself_is_still_tolerated(
    limit: str, rejected: int, read: int, exceeded: bool
) -> None:
    assert MaxErrors.parse(limit).is_exceeded(rejected=rejected, read=read) is exceeded
