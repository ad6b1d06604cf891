"""`errors.ndjson`, one error a line, and the index of it where there are many."""

import json
from json.encoder import encode_basestring

from adapters.tabular.result_text import ResultText
from application.ports.content_engine import (
    ERRORS_INDEX_NAME,
    ERRORS_NAME,
    CommittedResult,
    ResultSinks,
)
from domain.error_index import ErrorIndexBuilder
from domain.row_error import RowError

_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class ErrorLines:
    """Writes errors as they come."""

    name = ERRORS_NAME
    media_type = "application/x-ndjson"

    def __init__(self, sinks: ResultSinks) -> None:
        self._sinks = sinks
        self._text = ResultText(sinks, self.name, media_type=self.media_type)
        self._index = ErrorIndexBuilder()
        self._count = 0

    def write(self, error: RowError) -> None:
        """Adds one error."""
        line = _error_line(error)
        self._text.write(line)
        self._index.add((error.code, error.column), size=len(line.encode()))
        self._count += 1

    def flush(self) -> None:
        """Hands over what was written so far."""
        self._text.flush()

    def commit(self) -> CommittedResult:
        """Keeps the errors, and where they stand; what the errors amount to."""
        committed = self._text.commit(rows=self._count)
        index = self._index.build()
        if index is not None:
            text = ResultText(self._sinks, ERRORS_INDEX_NAME, media_type="application/json")
            text.write(_to_json(index.to_json()) + "\n")
            text.commit(rows=None)
        return committed


def _error_line(error: RowError) -> str:
    # Put together here, since an encoder is set up anew for each object: that takes ten times
    # as long, and a file may have millions of errors.
    return (
        f'{{"row":{error.row},"line":{error.line},"column":{_text(error.column)}'
        f',"code":{_text(error.code)},"value":{_text(error.value)}'
        f',"message":{_text(error.message)}}}\n'
    )


def _text(text: str | None) -> str:
    return "null" if text is None else encode_basestring(text)
