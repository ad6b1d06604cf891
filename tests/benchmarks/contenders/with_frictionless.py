"""frictionless-py, which knows the same schemas; it writes nothing out."""

import json
from pathlib import Path

from frictionless import Report, Schema
from frictionless.resources import TableResource

from tests.benchmarks.orders import SCHEMA

# Its own default is to stop a table after a thousand.
_ALL = 10**9


def check_csv(path: Path, _: Path) -> int:
    """The number of good rows."""
    # It trusts no path that is absolute.
    orders = TableResource(path=path.name, basepath=str(path.parent), schema=_schema())
    return _good_rows(orders.validate(limit_errors=_ALL))


def check_json(path: Path, _: Path) -> int:
    """The same of objects that the json module has read, so without a parser of its own."""
    with path.open("rb") as file:
        orders = json.load(file)
    return _good_rows(TableResource(data=orders, schema=_schema()).validate(limit_errors=_ALL))


def _schema() -> Schema:
    return Schema.from_descriptor(SCHEMA)


def _good_rows(report: Report) -> int:
    (task,) = report.tasks
    bad = {number for (number,) in task.flatten(["rowNumber"])}
    return int(task.stats["rows"]) - len(bad)
