"""What the profile of one machine leaves alone."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from entrypoints.profiles.embedded import migrate
from entrypoints.settings import Settings

PROBE = """
import sys
from pathlib import Path
from dataclasses import replace

from entrypoints.cli.api import http_use_cases
from entrypoints.cli.composition import compose, migrate
from entrypoints.cli.worker import worker_use_cases
from entrypoints.settings import Settings

settings = replace(Settings.from_environment(), data_dir=Path(sys.argv[1]))
migrate(settings)
container = compose(settings, threads=1)
http_use_cases(container), worker_use_cases(container)
print(sorted({name.partition(".")[0] for name in sys.modules} & {"boto3", "botocore", "psycopg"}))
"""


def test_what_only_amazon_or_a_server_needs_is_not_even_imported(tmp_path: Path) -> None:
    probed = subprocess.run(
        [sys.executable, "-c", PROBE, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
    )

    assert probed.stdout.splitlines()[-1] == "[]"


def test_a_folder_with_things_of_its_own_can_be_the_data_directory(tmp_path: Path) -> None:
    theirs = [tmp_path / "scratch/thesis.txt", tmp_path / "objects/.partial~/notes.txt"]
    for path in theirs:
        path.parent.mkdir(parents=True)
        path.write_text("years of work")

    for _ in range(2):
        migrate(replace(Settings.from_environment(), data_dir=tmp_path))

    assert [path.read_text() for path in theirs] == ["years of work"] * 2


def test_a_start_removes_what_a_killed_worker_was_reading_with(tmp_path: Path) -> None:
    left = tmp_path / "scratch" / "gristmill-job-abcdefgh" / "spilled"
    left.parent.mkdir(parents=True)
    left.write_text("keys")

    migrate(replace(Settings.from_environment(), data_dir=tmp_path))

    assert list((tmp_path / "scratch").iterdir()) == []
