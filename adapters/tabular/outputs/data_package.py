"""`datapackage.json`: what the results are, for programs that know none of ours.

A Data Package, version 2 (https://datapackage.org). Only the clean rows are tables there:
rejected rows are as ragged as they were, and whoever checks a package would find fault with
them. `rowCount` is a property of ours.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from adapters.tabular.outputs.indented_json import indented_json
from adapters.tabular.outputs.unique_names import unique_names
from application.ports.content_engine import CommittedResult
from domain.layout import Column
from domain.schema import Field

DATA_PACKAGE_NAME: Final = "datapackage.json"

_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_BINARY = ("parquet",)
# What is no table has a format that no reader takes for one.
_NO_TABLE: Final = "text"


class DataPackage:
    """Collects what was committed. Its text depends on nothing else."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = columns
        self._resources: list[Mapping[str, object]] = []

    def add_clean(
        self, name: str, *, media_type: str, committed: CommittedResult, rows: int
    ) -> None:
        """Adds clean rows, a table unless there is no column."""
        if not self._columns:
            self.add_file(name, media_type=media_type, committed=committed, rows=rows)
            return
        kind = _suffix(name)
        is_csv = kind == "csv"
        self._resources.append(
            {
                **_head(name, format_name=kind, media_type=media_type),
                "type": "table",
                **_amount(committed, rows),
                **(_dialect(",") if is_csv else {}),
                "schema": _schema(self._columns, is_csv=is_csv),
            }
        )

    def add_file(
        self,
        name: str,
        *,
        media_type: str,
        committed: CommittedResult,
        rows: int,
        delimiter: str | None = None,
    ) -> None:
        """Adds a result that is no table, though it may be CSV."""
        self._resources.append(
            {
                **_head(name, format_name=_NO_TABLE, media_type=media_type),
                **_amount(committed, rows),
                **({} if delimiter is None else _dialect(delimiter)),
            }
        )

    def to_json(self) -> str:
        """The content of `datapackage.json`."""
        package = {"$schema": _PROFILE, "resources": self._resources}
        return indented_json(package)


def _head(name: str, *, format_name: str, media_type: str) -> dict[str, object]:
    encoding = {} if _suffix(name) in _BINARY else {"encoding": "utf-8"}
    return {
        "name": name.replace(".", "-"),
        "path": name,
        "format": format_name,
        "mediatype": media_type.partition(";")[0],
        **encoding,
    }


def _amount(committed: CommittedResult, rows: int) -> dict[str, object]:
    return {
        "bytes": committed.size_bytes,
        "hash": f"sha256:{committed.sha256}",
        "rowCount": rows,
    }


def _dialect(delimiter: str) -> dict[str, object]:
    quoting = {"quoteChar": '"', "doubleQuote": True}
    return {
        "dialect": {"delimiter": delimiter, "lineTerminator": "\r\n", **quoting, "header": True}
    }


def _schema(columns: Sequence[Column], *, is_csv: bool) -> dict[str, object]:
    names = unique_names([column.name for column in columns])
    fields = [
        {"name": name, "type": str(column.field.type), **_missing(column.field, is_csv=is_csv)}
        for name, column in zip(names, columns, strict=True)
    ]
    # JSON and Parquet have null.
    return {"fields": fields, "missingValues": [""] if is_csv else []}


def _missing(field: Field, *, is_csv: bool) -> dict[str, object]:
    """What stands for a missing value in `clean.csv`, where it is not the empty cell."""
    if not is_csv or "" in field.missing_values:
        return {}
    if not field.missing_values and not field.type.is_textual:
        # JSON has null whatever the schema says, and in a cell nothing is all that shows it.
        return {}
    return {"missingValues": list(field.missing_values[:1])}


def _suffix(name: str) -> str:
    return name.rpartition(".")[2]
