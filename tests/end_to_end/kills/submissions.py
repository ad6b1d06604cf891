"""The files that are submitted while processes die."""

from dataclasses import dataclass

from tests.end_to_end.slow_content import slow_csv

SLOW_EVERY = 8
SLOW_ROWS = 40_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A file that differs from number to number, and what must become of it."""

    number: int
    name: str
    content: bytes
    good: int
    bad: int

    @classmethod
    def of(cls, number: int) -> "Submission":
        """Mostly a small file, of which some have bad rows; now and then one that takes a while."""
        bad = number % 4
        if number % SLOW_EVERY == SLOW_EVERY - 1:
            good = SLOW_ROWS + number
            content = slow_csv(good=good, bad=bad)
        else:
            good = 50 + number
            lines = ["id,amount", *(f"{row},{row}" for row in range(good)), *(["x"] * bad)]
            content = ("\n".join(lines) + "\n").encode()
        return cls(number=number, name=f"{number}.csv", content=content, good=good, bad=bad)

    @property
    def rows(self) -> dict[str, int]:
        """The counts that its end has to show."""
        return {
            "read": self.good + self.bad,
            "accepted": self.good,
            "rejected": self.bad,
            "skipped": 0,
        }
