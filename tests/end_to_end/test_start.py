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


def test_a_host_may_be_named(tmp_path: Path) -> None:
    with Service(tmp_path, arguments=("--host", "localhost")) as service:
        assert service.is_ready()
