"""`clean.ndjson`: an object a row, its values typed and exact to the digit."""

import json
from collections.abc import Sequence
from datetime import date, time

from adapters.tabular.outputs.clean_writer import CleanWriter
from adapters.tabular.outputs.unique_names import unique_names
from adapters.tabular.result_text import ResultText
from adapters.tabular.table import AcceptedRows
from application.ports.content_engine import CommittedResult, ResultSinks
from domain.layout import Column
from domain.schema import Field
from domain.values.base import Value
from domain.values.text import json_text


class CleanNdjson(CleanWriter):
    """Writes members in the order of the columns; a missing value is null."""

    name = "clean.ndjson"
    media_type = "application/x-ndjson"

    def __init__(self, sinks: ResultSinks, columns: Sequence[Column]) -> None:
        self._text = ResultText(sinks, self.name, media_type=self.media_type)
        self._fields = [column.field for column in columns]
        self._types = [field.type for field in self._fields]
        names = unique_names([column.name for column in columns])
        self._names = [json.dumps(name, ensure_ascii=False) for name in names]
        self._missing = [f"{name}:null" for name in self._names]

    def write(self, values: tuple[Value, ...]) -> None:
        members = [
            missing if value is None else f"{name}:{_json(field, value)}"
            for name, missing, field, value in zip(
                self._names, self._missing, self._fields, values, strict=True
            )
        ]
        self._text.write(f"{{{','.join(members)}}}\n")

    def write_table(self, rows: AcceptedRows) -> None:
        # Here, since it loads Polars: whoever has a table has loaded it.
        from adapters.tabular.outputs.json_lines import json_lines  # noqa: PLC0415

        self._text.write_encoded(json_lines(rows, types=self._types, names=self._names))

    def flush(self) -> None:
        self._text.flush()

    def commit(self, *, rows: int) -> CommittedResult:
        return self._text.commit(rows=rows)


def _json(field: Field, value: Value) -> str:
    if isinstance(value, date | time):
        return f'"{field.format(value)}"'
    return json_text(value)
