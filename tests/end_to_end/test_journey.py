"""From upload to results, with real files."""

import csv
import hashlib
import json
import re
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.real_files import REAL_FILES, RealFile
from tests.end_to_end.service import Service, run_gristmill, wait_until


def check_results(service: Service, file: dict[str, Any]) -> dict[str, bytes]:
    """The file's results by name, each of which is what its digest says."""
    contents = {}
    for result in service.get(file["links"]["results"])["items"]:
        content = service.download(result["link"])
        assert len(content) == result["bytes"]
        assert hashlib.sha256(content).hexdigest() == result["sha256"]
        contents[result["name"]] = content
    return contents


def count_csv_rows(content: bytes) -> int:
    return len(list(csv.DictReader(content.decode("utf-8-sig").splitlines(keepends=True))))


def test_real_files_are_processed_with_and_without_a_schema(service: Service) -> None:
    plain = {real: service.accepted(real.name, real.content) for real in REAL_FILES}
    ruled: dict[RealFile, str] = {}
    for real in REAL_FILES:
        service.put_schema(real.schema_name, real.schema)
        ruled[real] = service.accepted(real.name, real.content, schema=real.schema_name)

    for real, file_id in plain.items():
        file = service.finished(file_id)
        total = len(real.rows())
        assert (file["status"], file["outcome"]) == ("COMPLETED", "clean"), file
        assert file["rows"] == {"read": total, "accepted": total, "rejected": 0, "skipped": 0}
        assert file["sha256"] == hashlib.sha256(real.content).hexdigest()
        assert count_csv_rows(check_results(service, file)["clean.csv"]) == total
        assert service.download(file["links"]["content"]) == real.content

    for real, file_id in ruled.items():
        file = service.finished(file_id)
        total, good = len(real.rows()), sum(map(real.is_good, real.rows()))
        assert (file["status"], file["outcome"]) == ("COMPLETED", "partial"), file
        assert file["rows"] == {
            "read": total,
            "accepted": good,
            "rejected": total - good,
            "skipped": 0,
        }
        results = check_results(service, file)
        assert count_csv_rows(results["clean.csv"]) == good
        assert _count_rejected(results) == total - good

    listed = service.get("/files?limit=100")
    assert listed["total"] == 6
    assert {file["id"] for file in listed["items"]} == {*plain.values(), *ruled.values()}


def _count_rejected(results: Mapping[str, bytes]) -> int:
    if "rejected.json" in results:
        return len(json.loads(results["rejected.json"]))
    return count_csv_rows(results["rejected.csv"])


def test_the_examples_are_uploaded_once_however_often_the_service_starts(tmp_path: Path) -> None:
    with Service(tmp_path, arguments=["--with-examples"]) as service:
        wait_until(lambda: service.get("/files")["total"] == 2)
        first = {file["id"] for file in service.get("/files")["items"]}
        for file_id in first:
            assert service.finished(file_id)["outcome"] == "partial"
        assert service.stop() == 0

        service.start()
        wait_until(lambda: service.output.count("Stop it with Ctrl-C.") == 2)

        assert {file["id"] for file in service.get("/files")["items"]} == first
        assert "could not be uploaded" not in service.output


def test_the_demo_shows_both_examples_and_keeps_their_results(tmp_path: Path) -> None:
    demo = run_gristmill("demo", cwd=tmp_path)

    assert demo.returncode == 0, demo.stderr
    assert "bakery-orders.csv: COMPLETED, partial (20 read" in demo.stdout
    assert "beehive-readings.json: COMPLETED, partial (14 read" in demo.stdout
    assert 'column "quantity"' in demo.stdout
    shown = re.findall(r"^    (\S+)  \((\d+) bytes\)$", demo.stdout, re.MULTILINE)
    assert {Path(path).name for path, _ in shown} >= {"clean.csv", "rejected.csv", "report.json"}
    assert [(tmp_path / path).stat().st_size for path, _ in shown] == [
        int(size) for _, size in shown
    ]
    assert str(tmp_path / "gristmill-demo") in demo.stdout


def test_the_demo_may_be_run_again_and_names_a_command_that_there_is(tmp_path: Path) -> None:
    arguments = ("demo", "--data-dir", str(tmp_path / "kept"), "--out", str(tmp_path / "results"))
    first = run_gristmill(*arguments, cwd=tmp_path)
    again = run_gristmill(*arguments, cwd=tmp_path)

    assert (first.returncode, again.returncode) == (0, 0), again.stderr
    assert again.stdout == first.stdout
    command = shlex.split(again.stdout.splitlines()[-1])
    assert command[-2:] == ["--data-dir", str(tmp_path / "kept")]
    assert (tmp_path / "kept").is_dir()
    helped = subprocess.run(
        [*command, "--help"], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert helped.returncode == 0, helped.stderr


@pytest.mark.parametrize("name", ["report.exe", "cars.csv"])
def test_what_is_refused_leaves_nothing_behind(service: Service, name: str) -> None:
    answer = service.upload(name, b'[{"a": 1}]')

    assert answer.status_code == 415
    assert service.get("/files")["total"] == 0
    assert not [path for path in service.data_dir.rglob("uploads/**/*") if path.is_file()]
