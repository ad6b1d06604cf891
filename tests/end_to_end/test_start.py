"""What a start by hand meets."""

from pathlib import Path

import pytest

from tests.end_to_end.service import Service, run_gristmill


@pytest.mark.parametrize("command", ["worker", "api"])
def test_a_process_on_a_folder_without_tables_says_what_to_do(command: str, tmp_path: Path) -> None:
    (tmp_path / "gristmill-data").mkdir()

    ended = run_gristmill(command, cwd=tmp_path, GRISTMILL_PORT="0")

    assert ended.returncode == 1
    assert "run gristmill migrate first" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_host_may_be_named(tmp_path: Path) -> None:
    with Service(tmp_path, arguments=("--host", "localhost")) as service:
        assert service.is_ready()


@pytest.mark.parametrize("command", ["worker", "api", "migrate"])
def test_a_database_that_is_down_is_told_in_a_line(command: str, tmp_path: Path) -> None:
    ended = run_gristmill(
        command,
        cwd=tmp_path,
        GRISTMILL_PROFILE="aws",
        GRISTMILL_DATABASE_URL=f"postgresql://app:hidden@/gristmill?host={tmp_path}",
        GRISTMILL_S3_BUCKET="gristmill",
        GRISTMILL_PORT="0",
    )

    assert ended.returncode == 1
    [line] = [it for it in ended.stderr.splitlines() if it.startswith("Error: ")]
    assert "database: connection" in line
    assert "Traceback" not in ended.stderr
    assert "hidden" not in ended.stderr
