"""The probes of the data directory find what is wrong with a real one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.local.data_directory_probe import DataDirectoryProbe
from adapters.local.disk_space_probe import DiskSpaceProbe
from application.ports.probe import ProbeStatus

UNPRIVILEGED = 65534
WITHOUT_ROOM = """
import resource, sys
from pathlib import Path
from adapters.local.data_directory_probe import DataDirectoryProbe

resource.setrlimit(resource.RLIMIT_FSIZE, (3, 3))
found = DataDirectoryProbe(Path(sys.argv[1])).check()
print(found.status, found.finding)
"""


class TestDataDirectory:
    def test_a_folder_that_keeps_what_it_is_given_is_right(self, tmp_path: Path) -> None:
        found = DataDirectoryProbe(tmp_path, tmp_path).check()

        assert found.status is ProbeStatus.OK
        assert list(tmp_path.iterdir()) == []

    def test_before_the_first_start_there_is_none_and_none_is_made(self, tmp_path: Path) -> None:
        root = tmp_path / "some" / "where"

        found = DataDirectoryProbe(root).check()

        assert (found.status, found.hint) == (ProbeStatus.SKIPPED, "`gristmill up` makes it")
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("below", [".", "data", "data/deeper"])
    def test_a_file_in_the_way_is_told(self, tmp_path: Path, below: str) -> None:
        (tmp_path / "file").write_bytes(b"")

        found = DataDirectoryProbe(tmp_path / "file" / below).check()

        assert found.status is ProbeStatus.WRONG
        assert "file is a file, and stands where a folder has to be" in found.finding

    def test_a_link_to_nowhere_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "data").symlink_to(tmp_path / "unmounted")

        found = DataDirectoryProbe(tmp_path / "data").check()

        assert found.status is ProbeStatus.WRONG

    def test_a_folder_within_that_is_gone_is_told(self, tmp_path: Path) -> None:
        found = DataDirectoryProbe(tmp_path, tmp_path / "objects").check()

        assert found.status is ProbeStatus.WRONG
        assert f"{tmp_path / 'objects'} does not keep" in found.finding

    def test_a_disk_that_takes_no_more_is_told(self, tmp_path: Path) -> None:
        asked = subprocess.run(
            [sys.executable, "-c", WITHOUT_ROOM, tmp_path],
            capture_output=True,
            text=True,
            check=True,
        )

        assert asked.stdout.startswith("wrong ")
        assert "File too large" in asked.stdout
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("folder", ["closed", "closed/new"])
    def test_a_folder_that_may_not_be_written_to_is_told(self, tmp_path: Path, folder: str) -> None:
        (tmp_path / "closed").mkdir(mode=0o555)
        script = f"""
import os
from pathlib import Path
from adapters.local.data_directory_probe import DataDirectoryProbe

if os.geteuid() == 0:
    os.setuid({UNPRIVILEGED})
found = DataDirectoryProbe(Path({folder!r})).check()
print(found.status, found.finding)
"""
        asked = subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            check=True,
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
        )

        assert asked.stdout.startswith("wrong "), asked.stdout


class TestDiskSpace:
    def test_what_is_free_is_told(self, tmp_path: Path) -> None:
        found = DiskSpaceProbe(tmp_path / "not" / "yet", least_bytes=1).check()

        assert found.status is ProbeStatus.OK
        assert found.finding.endswith("GiB are free")

    def test_less_than_wanted_is_told(self, tmp_path: Path) -> None:
        found = DiskSpaceProbe(tmp_path, least_bytes=2**80).check()

        assert found.status is ProbeStatus.WRONG
        assert found.hint.startswith("make room")
