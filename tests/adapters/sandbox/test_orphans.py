"""kill -9 of the worker: its children end with it, and the next start removes what they left."""

import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from adapters.sandbox.abandoned_scratch import remove_abandoned_scratch
from application.errors import StorageUnavailableError

PARENT = """
import sys
from pathlib import Path
from tests.adapters.sandbox.sandboxes import sandbox

def look(*_):
    print(made.record.started[0], flush=True)

with sandbox(Path(sys.argv[1])) as made:
    if sys.argv[2] == "idle":
        made.process(b"a\\n")
        look()
        sys.stdin.read()
    made.process(sys.argv[2].encode(), progress=look)
"""
ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("content", ["idle", "hangs", "spins"])
def test_no_process_outlives_its_worker(content: str, tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path), content],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    ) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))

        parent.send_signal(signal.SIGKILL)

        child.wait(20)


def test_what_a_killed_worker_left_is_removed(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path), "hangs"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    ) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        parent.send_signal(signal.SIGKILL)
        child.wait(20)
    [folder] = tmp_path.iterdir()
    (folder / "gristmill-keys-abcdefgh").mkdir()
    (folder / "gristmill-keys-abcdefgh" / "1.sqlite3").write_text("keys")

    remove_abandoned_scratch(tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_what_no_job_made_is_left_alone(tmp_path: Path) -> None:
    scratch, elsewhere = tmp_path / "scratch", tmp_path / "elsewhere"
    for folder in (scratch / "thesis", scratch / "gristmill-job-of-my-house", elsewhere):
        folder.mkdir(parents=True)
        (folder / "notes.txt").write_text("mine")
    (scratch / "gristmill-job-abcdefgh").write_text("a file of that name")
    (scratch / "gristmill-job-abcdefg1").symlink_to(elsewhere)
    (scratch / "gristmill-job-abcdefg2").mkdir()
    (scratch / "gristmill-job-abcdefg2" / "link").symlink_to(elsewhere)

    remove_abandoned_scratch(scratch)

    assert sorted(path.name for path in scratch.iterdir()) == [
        "gristmill-job-abcdefg1",
        "gristmill-job-abcdefgh",
        "gristmill-job-of-my-house",
        "thesis",
    ]
    assert (elsewhere / "notes.txt").read_text() == "mine"


def test_a_folder_that_cannot_be_looked_at_is_told_by_name(tmp_path: Path) -> None:
    with pytest.raises(StorageUnavailableError, match="gone"):
        remove_abandoned_scratch(tmp_path / "gone")
