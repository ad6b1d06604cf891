"""A disk that is full, a database that is locked, a storage that is gone: and back again."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import requests

from tests.end_to_end.service import Service, wait_until

CONTENT = b"a,b\n1,2\n"
LARGE = b"a,b\n" + (b"x" * 100 + b",2\n") * 40_000


def check_problem(answer: requests.Response, status: int, code: str) -> None:
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code), problem
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert int(answer.headers["Retry-After"]) >= 1


def events_of(service: Service, file_id: str) -> list[str]:
    return [event["event"] for event in service.get(f"/files/{file_id}/history")["items"]]


def stored(service: Service) -> list[Path]:
    """Every file that has to do with an upload, half-made ones included."""
    found = (service.data_dir / "objects").rglob("*")
    return [path for path in found if path.is_file() and path.parent.name != "installations"]


def test_a_locked_database_is_a_503_until_it_is_free(service: Service) -> None:
    # Done, so that no worker writes a result while the stored files are counted.
    service.finished(service.accepted("before.csv", CONTENT))
    with closing(sqlite3.connect(service.data_dir / "gristmill.db", timeout=30)) as other:
        other.isolation_level = None
        other.execute("BEGIN IMMEDIATE")
        before = len(stored(service))

        refused = service.upload("meanwhile.csv", CONTENT)

        check_problem(refused, 503, "database_unavailable")
        assert len(stored(service)) == before
        assert service.get("/files")["total"] == 1  # reading goes on
        other.execute("ROLLBACK")
    file_id = service.accepted("after.csv", CONTENT)
    assert service.finished(file_id)["outcome"] == "clean"
    assert service.get("/files")["total"] == 2


def test_a_storage_that_is_gone_is_a_503_until_it_is_back(service: Service) -> None:
    objects, away = service.data_dir / "objects", service.data_dir / "away"
    first = service.accepted("before.csv", CONTENT)
    service.finished(first)
    objects.rename(away)

    refused = service.upload("meanwhile.csv", CONTENT)

    check_problem(refused, 503, "storage_unavailable")
    assert not objects.exists()
    away.rename(objects)
    assert service.download(f"/files/{first}/content") == CONTENT
    assert service.finished(service.accepted("after.csv", CONTENT))["outcome"] == "clean"
    assert service.get("/files")["total"] == 2


def test_a_deletion_while_the_storage_is_gone_is_a_503_and_finished_by_the_next(
    service: Service,
) -> None:
    objects, away = service.data_dir / "objects", service.data_dir / "away"
    file_id = service.accepted("wages.csv", CONTENT)
    service.finished(file_id)
    objects.rename(away)

    refused = service.http.delete(f"{service.url}/files/{file_id}", timeout=30)

    check_problem(refused, 503, "storage_unavailable")
    assert "nothing" not in refused.json()["detail"]
    assert service.http.get(f"{service.url}/files/{file_id}", timeout=30).status_code == 410
    away.rename(objects)
    again = service.http.delete(f"{service.url}/files/{file_id}", timeout=30)
    assert again.status_code == 204, again.text
    assert stored(service) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of a few megabytes, where this machine lets us mount one."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=10m", "tmpfs", str(folder)]
    can_mount = sys.platform == "linux" and os.geteuid() == 0
    if not can_mount or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small file system takes root on Linux")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_is_a_507_that_keeps_nothing_until_there_is_room(
    tmp_path: Path, small_disk: Path
) -> None:
    with Service(tmp_path, arguments=["--data-dir", str(small_disk)]) as service:
        service.data_dir = small_disk
        ballast = small_disk / "ballast"
        ballast.write_bytes(bytes(7_500_000))

        refused = service.upload("large.csv", LARGE)

        check_problem(refused, 507, "storage_full")
        assert stored(service) == []
        ballast.unlink()
        assert service.finished(service.accepted("small.csv", CONTENT))["outcome"] == "clean"
        assert service.get("/files")["total"] == 1


def test_results_without_room_are_written_when_there_is_some(
    tmp_path: Path, small_disk: Path
) -> None:
    arguments = ["--data-dir", str(small_disk)]
    with Service(tmp_path, arguments=arguments, GRISTMILL_BACKOFF_CAP_SECONDS="1") as service:
        ballast = small_disk / "ballast"
        ballast.write_bytes(bytes(4_000_000))
        file_id = service.accepted("large.csv", LARGE)
        wait_until(
            lambda: "file_retry_scheduled" in events_of(service, file_id), what="a failed attempt"
        )

        ballast.unlink()

        assert service.finished(file_id)["outcome"] == "clean"


def test_a_disk_that_is_full_to_the_last_byte_refuses_and_recovers(
    tmp_path: Path, small_disk: Path
) -> None:
    with Service(tmp_path, arguments=["--data-dir", str(small_disk)]) as service:
        service.data_dir = small_disk
        ballast = small_disk / "ballast"
        fill(ballast)

        refused = service.upload("small.csv", CONTENT * 10_000)

        assert refused.status_code == 507, refused.text
        assert stored(service) == []
        ballast.unlink()
        wait_until(lambda: service.upload("small.csv", CONTENT).status_code == 202)
        for file in service.get("/files")["items"]:
            assert service.finished(file["id"])["outcome"] == "clean"


def fill(path: Path) -> None:
    """Takes all the room there is."""
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return
