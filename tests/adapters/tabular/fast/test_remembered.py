"""What is remembered is not asked again, and takes bounded memory."""

from adapters.tabular.fast.remembered import Remembered


class Asked:
    """Knows what it was asked about."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def __call__(self, text: str) -> str:
        self.texts.append(text)
        return text.upper()


def test_a_text_is_asked_about_once() -> None:
    asked = Asked()
    remembered = Remembered(asked, most=2)

    assert [remembered(text) for text in ("a", "b", "a", "b")] == ["A", "B", "A", "B"]
    assert asked.texts == ["a", "b"]


def test_no_more_than_so_many_and_no_long_ones_are_kept() -> None:
    asked = Asked()
    remembered = Remembered(asked, most=2)
    long = "x" * 101

    for text in ("a", "b", "c", "c", "a", long, long):
        remembered(text)

    assert asked.texts == ["a", "b", "c", "a", long, long]
