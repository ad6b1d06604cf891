"""An API and workers that were started one by one, and `gristmill up` beside them."""

import os
import sqlite3
from pathlib import Path

from entrypoints.cli.data_directory import DataDirectoryLock
from tests.end_to_end.lone_process import LoneProcess
from tests.end_to_end.service import Service, run_gristmill, wait_until


def migrated(folder: Path) -> Service:
    """A service that is not started: its data directory is ready for lone processes."""
    migrated = run_gristmill("migrate", cwd=folder)
    assert migrated.returncode == 0, migrated.stderr
    return Service(folder)


def test_an_api_and_two_workers_are_a_service_beside_which_none_can_be_started(
    tmp_path: Path,
) -> None:
    service = migrated(tmp_path)
    with (
        LoneProcess(tmp_path, "api", "--port", str(service.port)) as api,
        LoneProcess(tmp_path, "worker") as first,
        LoneProcess(tmp_path, "worker") as second,
    ):
        wait_until(lambda: service.answers() and first.output.count("worker_started") == 2)

        file_id = service.accepted("a.csv", b"a,b\n1,2\n")
        refused = run_gristmill("up", "--port", "0", cwd=tmp_path)
        migration = run_gristmill("migrate", cwd=tmp_path)

        assert service.finished(file_id)["outcome"] == "clean"
        assert refused.returncode == 1
        assert str(service.data_dir.name) in refused.stderr
        assert "Traceback" not in refused.stderr
        for name, process in (("api", api), ("worker", first), ("worker", second)):
            assert f"gristmill {name} (process {process.pid})" in refused.stderr
        # There is nothing to do, and whoever is started next may ask for it first.
        assert migration.returncode == 0, migration.stderr
        assert [process.stop() for process in (api, first, second)] == [0, 0, 0]

    with service:
        assert service.finished(file_id)["outcome"] == "clean"


def test_the_directory_is_not_free_before_the_last_process_of_a_killed_api_is_gone(
    tmp_path: Path,
) -> None:
    service = migrated(tmp_path)
    with LoneProcess(tmp_path, "api", "--port", str(service.port)) as api:
        wait_until(service.answers)
        api.process.kill()
        api.process.wait()

        # It waits for the process that answers requests, which ends with its parent.
        with service:
            service.accepted("a.csv", b"a,b\n1,2\n")


def test_no_process_can_be_started_alone_beside_a_service(service: Service) -> None:
    for command in (["worker"], ["api", "--port", "0"], ["migrate"]):
        refused = run_gristmill(*command, cwd=service.folder)

        assert refused.returncode == 1
        assert f"gristmill up (process {service.process.pid})" in refused.stderr
        assert "Traceback" not in refused.stderr
    assert service.is_ready()


def test_no_table_is_changed_while_anybody_is_at_work(tmp_path: Path) -> None:
    data_dir = tmp_path / "gristmill-data"
    data_dir.mkdir()
    with DataDirectoryLock(data_dir, "worker", patience_seconds=0, is_shared=True):
        refused = run_gristmill("migrate", cwd=tmp_path)

    assert refused.returncode == 1
    assert f"gristmill worker (process {os.getpid()})" in refused.stderr
    with sqlite3.connect(data_dir / "gristmill.db") as database:
        assert database.execute("SELECT name FROM sqlite_master").fetchall() == []
    database.close()
