"""`rejected.json` and `rejected.ndjson`: rejected records, to be repaired and submitted again."""

import json
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from adapters.tabular.resubmission import RESERVED, reason
from adapters.tabular.result_text import ResultText
from adapters.tabular.table import TableRow
from application.ports.content_engine import CommittedResult, ResultSinks
from domain.file_type import FileType
from domain.row_error import RowError
from domain.values.text import json_text

# Decimals, which it does not know, are in members alone.
_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_BEYOND_ASCII = re.compile("[^\x00-\x7f]+")


class _Frame(NamedTuple):
    """What stands around the records; `empty` where there is none."""

    start: str
    between: str
    end: str
    empty: str


_FRAMES: Mapping[FileType, _Frame] = MappingProxyType(
    {
        FileType.JSON: _Frame(start="[\n", between=",\n", end="\n]\n", empty="[]\n"),
        FileType.NDJSON: _Frame(start="", between="\n", end="\n", empty=""),
    }
)


class RejectedJson:
    """Writes objects, of JSON in an array and of NDJSON each on its line.

    Place and errors come first, then the record's own members. The values keep their types,
    which in cells they would lose, so that a text that is no number does not come back as one.
    `ascii_only` escapes all other characters: then a file that was declared to be in an 8-bit
    encoding can be submitted again under the same one.
    """

    def __init__(self, sinks: ResultSinks, *, file_type: FileType, ascii_only: bool) -> None:
        self.name = f"rejected.{file_type}"
        self.media_type = file_type.media_type
        self._text = ResultText(sinks, self.name, media_type=self.media_type)
        self._ascii_only = ascii_only
        self._frame = _FRAMES[file_type]
        self._before = self._frame.start

    def write(self, row: TableRow, errors: tuple[RowError, ...]) -> None:
        """Adds a record; one that is no object by itself is there as the text in `_raw`."""
        raw, members = row.raw or None, row.members
        # What has no members, or ours among them, would not be read as it was.
        if members is not None and (not members or not members.keys().isdisjoint(RESERVED)):
            raw, members = json_text(members), None
        head = (row.row, row.line, [reason(error) for error in errors], raw)
        text = _to_json(dict(zip(RESERVED, head, strict=True)))
        if members:
            text = f"{text[:-1]},{json_text(members)[1:]}"
        self._text.write(self._before + (_escaped(text) if self._ascii_only else text))
        self._before = self._frame.between

    def flush(self) -> None:
        """Hands over what was written so far."""
        self._text.flush()

    def commit(self, *, rows: int) -> CommittedResult:
        """Keeps what was written."""
        self._text.write(self._frame.end if rows else self._frame.empty)
        return self._text.commit(rows=rows)


def _escaped(text: str) -> str:
    # Beyond ASCII there is nothing in JSON but what stands in strings.
    return _BEYOND_ASCII.sub(lambda found: json.dumps(found[0])[1:-1], text)
