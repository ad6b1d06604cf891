"""What running workers remove by themselves, and what not."""

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from tests.end_to_end.service import Service, wait_until

DAY_SECONDS = 24 * 3600
LONG_AGO = "2020-01-01 00:00:00.000000"


def change(service: Service, statement: str) -> None:
    """Changes the records of a service that does not run."""
    with closing(sqlite3.connect(service.data_dir / "gristmill.db")) as connection:
        changed = connection.execute(statement).rowcount
        connection.commit()
    assert changed == 1


def make_everything_old(objects: Path) -> None:
    long_ago = time.time() - 2 * DAY_SECONDS
    for path in objects.rglob("*"):
        os.utime(path, (long_ago, long_ago))


def test_what_no_record_names_goes_and_files_stay(tmp_path: Path) -> None:
    with Service(tmp_path) as service:
        file_id = service.accepted("people.csv", b"id,name\n1,Ada\n")
        service.finished(file_id)
        assert service.stop() == 0
        objects = service.data_dir / "objects"
        left = objects / "uploads" / "019c0000-0000-7000-8000-00000000000f" / "people.csv"
        left.parent.mkdir()
        left.write_bytes(b"left by an upload that died")
        make_everything_old(objects)
        change(service, f"UPDATE garbage_collection SET began_at = '{LONG_AGO}'")

        service.start()

        wait_until(lambda: not left.exists(), what="the collection")
        assert service.download(f"/files/{file_id}/content") == b"id,name\n1,Ada\n"
        assert b"Ada" in service.download(f"/files/{file_id}/results/clean.csv")


def test_files_whose_time_is_over_are_gone_as_if_deleted(tmp_path: Path) -> None:
    with Service(tmp_path, GRISTMILL_RETENTION_DAYS="30") as service:
        old = service.accepted("old.csv", b"id,name\n1,Ada\n")
        service.finished(old)
        kept = service.accepted("kept.csv", b"id,name\n2,Bob\n")
        service.finished(kept)
        assert service.stop() == 0
        change(
            service,
            f"UPDATE files SET processed_at = '{LONG_AGO}' WHERE original_name = 'old.csv'",
        )

        service.start()

        answer = f"{service.url}/files/{old}"
        wait_until(lambda: service.http.get(answer, timeout=30).status_code == 410)
        wait_until(lambda: not list(service.data_dir.rglob(f"*/{old}")), what="the removal")
        assert service.get(f"/files/{kept}")["done"]
