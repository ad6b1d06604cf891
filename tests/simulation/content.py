"""What clients submit, and what has to become of it: a function of its bytes and nothing else.

What is expected is reckoned from the nature of the content; what the engine finds it reads from
the bytes. So each can show a defect in the other, and both one in what lies between them.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property

from domain.file_status import Outcome
from domain.processing_report import ProcessingReport, RowCounts
from domain.schema import Schema
from tests.builders import build_report


class Nature(StrEnum):
    """What is special about a file's content."""

    GOOD = "every row is good"
    MIXED = "some rows are good"
    BAD = "no row is good"
    POISON = "the service has a defect that shows on it"
    DEADLY = "the worker's process dies of it"
    ENDLESS = "the work on it takes longer than an attempt may"


DEFECTIVE = (Nature.POISON, Nature.DEADLY, Nature.ENDLESS)
"""What a release of the service can mend; all their rows are good."""

SCHEMA = "people"
FIELDS = {"acme": "surname", "globex": "family_name"}
"""The tenants, each with a schema of that name, whose one field bears a name of its own."""


@dataclass(frozen=True)
class Content:
    """One file's bytes. `number` makes them like no others of the run."""

    number: int
    nature: Nature = Nature.GOOD
    work_seconds: int = 1

    @property
    def name(self) -> str:
        """The name that its client gives it."""
        return f"people-{self.number}.csv"

    @cached_property
    def data(self) -> bytes:
        """The bytes: instructions that ObedientChunks follows, and then the rows."""
        head = f"{self.number},{self.nature.name},{self.work_seconds}"
        rows = self.rows
        good = [f"good {number}" for number in range(rows.accepted)]
        bad = [f"bad {number}" for number in range(rows.rejected)]
        return "\n".join([head, *good, *[""] * rows.skipped, *bad, ""]).encode()

    @cached_property
    def sha256(self) -> str:
        """By which a row is recognised as this content's."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def is_defective(self) -> bool:
        """True when only a release that mends the service brings it to a good end."""
        return self.nature in DEFECTIVE

    @cached_property
    def rows(self) -> RowCounts:
        """How many of its rows are good, bad and blank."""
        good = 0 if self.nature is Nature.BAD else 1 + self.number % 3
        bad = 1 + self.number % 2 if self.nature in (Nature.MIXED, Nature.BAD) else 0
        blank = self.number % 2
        return RowCounts(read=good + bad + blank, accepted=good, rejected=bad, skipped=blank)

    @property
    def outcome(self) -> Outcome:
        """The verdict over its rows, once the service can read them."""
        match self.nature:
            case Nature.MIXED:
                return Outcome.PARTIAL
            case Nature.BAD:
                return Outcome.REJECTED
            case _:
                return Outcome.CLEAN

    def results(self, *, field: str | None) -> Mapping[str, bytes]:
        """What every attempt that comes to an end has to write, by name.

        `field` is the one of the schema that the file is judged by.
        """
        return _results(self, field)


@cache
def _results(content: Content, field: str | None) -> Mapping[str, bytes]:
    rows = content.rows
    good = [f"good {number}" for number in range(rows.accepted)]
    bad = [f"bad {number}" for number in range(rows.rejected)]
    return {
        name: data
        for name, data in (
            ("clean.csv", lines_of(good) if content.outcome is not Outcome.REJECTED else b""),
            ("rejected.csv", lines_of(bad)),
            ("report.json", report_bytes(build_report(content.outcome, rows=rows), field)),
        )
        if data
    }


def lines_of(rows: list[str]) -> bytes:
    """The rows, a line each."""
    return "".join(f"{row}\n" for row in rows).encode()


def report_bytes(report: ProcessingReport, field: str | None) -> bytes:
    """The content of report.json."""
    return json.dumps({"field": field, **report.to_json()}, sort_keys=True).encode()


def field_of(schema: Schema | None) -> str | None:
    """The name of the schema's one field, by which it is told whose schema it is."""
    return None if schema is None else schema.fields[0].name
