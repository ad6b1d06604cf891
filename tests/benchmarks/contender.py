"""Who is measured on which files."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Final

CSV: Final = "csv"
JSON: Final = "json"
_BOTH: Final = (CSV, JSON)

Work = Callable[[Path, Path], int | None]
"""Reads the file, may leave results in the folder, and returns how many rows it accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """A function by the name of its module, so that only whoever runs it loads its libraries."""

    name: str
    module: str
    function: str
    forms: Sequence[str] = _BOTH

    @property
    def is_ours(self) -> bool:
        """True for the engine as it is used; its exact path alone is there to compare."""
        return self.module == "gristmill" and self.function != "exactly"

    def work(self, form: str) -> Work:
        """What it does with files of that form."""
        module = import_module(f"tests.benchmarks.contenders.{self.module}")
        work: Work = getattr(module, self.function.format(form=form))
        return work


VALIDATE_ONLY = Contender(
    name="Gristmill, validate only", module="gristmill", function="validate_only"
)
WITH_CSV = Contender(name="Gristmill, with clean CSV", module="gristmill", function="with_csv")
WITH_PARQUET = Contender(
    name="Gristmill, with clean Parquet", module="gristmill", function="with_parquet"
)
DUCKDB = Contender(
    name="DuckDB, to Parquet", module="with_duckdb", function="check_{form}"
)  # fmt: skip
PANDERA = Contender(
    name="pandera + Polars, to Parquet", module="with_pandera", function="check_{form}"
)
FRICTIONLESS = Contender(
    name="frictionless, validate only", module="with_frictionless", function="check_{form}"
)

CONTENDERS = (
    WITH_PARQUET,
    WITH_CSV,
    VALIDATE_ONLY,
    Contender(
        name="Gristmill, with Parquet and a primary key", module="gristmill", function="with_key"
    ),
    Contender(
        name="Gristmill's exact path alone, with clean CSV", module="gristmill", function="exactly"
    ),
    DUCKDB,
    PANDERA,
    FRICTIONLESS,
    Contender(
        name="csv module and checks by hand, to CSV",
        module="by_hand",
        function="check_csv",
        forms=(CSV,),
    ),
    Contender(
        name="json module and checks by hand, to JSON",
        module="by_hand",
        function="check_json",
        forms=(JSON,),
    ),
    Contender(name="counting newlines", module="by_hand", function="count_newlines"),
)
