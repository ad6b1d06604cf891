"""What the repository holds besides code keeps its promises too."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.architecture.project import PACKAGES, ROOT

HOME = re.compile(rb"(?<![\w.~-])/(?:home/\w|Users/\w|root/\w)")


def tracked_files() -> list[Path]:
    """Every file that git knows of, as far as it is still there."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.is_file()]


def test_no_tracked_file_names_a_developers_home() -> None:
    offenders = [
        str(path.relative_to(ROOT)) for path in tracked_files() if HOME.search(path.read_bytes())
    ]

    assert offenders == []


@pytest.mark.parametrize("path", ["/home" + "/ada/x", " /Users" + "/ada", '"/root' + '/x"'])
def test_a_developers_home_is_recognised(path: str) -> None:
    assert HOME.search(path.encode())


@pytest.mark.parametrize("path", ["https://example.org/home/x", "~/x", "tests/home/x", "/rooted"])
def test_other_paths_are_not_taken_for_a_home(path: str) -> None:
    assert not HOME.search(path.encode())


def test_the_wheel_ships_the_five_packages_and_no_test(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )

    (wheel,) = tmp_path.glob("*.whl")
    shipped = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}

    assert {name for name in shipped if not name.endswith(".dist-info")} == set(PACKAGES)
