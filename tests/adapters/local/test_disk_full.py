"""Running out of room, for real: on a tiny file system, and by the process's own limit.

Both happen in a process of their own, so that nothing of them is left in this one.
"""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import pathlib, sys
from adapters.local.disk_file_storage import DiskFileStorage
from application.errors import StorageFullError

root = pathlib.Path(sys.argv[1])
storage = DiskFileStorage(root)

def store(key, content, piece_bytes):
    with storage.create(key, media_type="text/csv") as writer:
        for start in range(0, len(content), piece_bytes):
            writer.write(content[start : start + piece_bytes])
        writer.commit()

def files():
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())

store("small", b"x" * 1000, 1000)
# Pieces that fill the disk on a write, and the last few that do so on the commit.
for piece_bytes in (1_000_000, 64_000, 7):
    try:
        store("large", b"x" * 1_000_000, piece_bytes)
    except StorageFullError as error:
        assert error.code == "storage_full" and error.retryable
        print("full")
    assert files() == ["small"], files()
store("after", b"y" * 1000, 1000)
assert b"".join(storage.open("after")) == b"y" * 1000
print("recovered")
"""
EXPECTED = "full\nfull\nfull\nrecovered\n"

LIMITED = f"""
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
{SCRIPT}
"""


def test_a_file_beyond_the_process_limit_is_refused_whole(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path)], capture_output=True, text=True, check=False
    )

    assert run.stderr == ""
    assert run.stdout == EXPECTED


def test_a_full_disk_refuses_the_object_whole_and_recovers(tmp_path: Path) -> None:
    mount = f"mount -t tmpfs -o size=200k tmpfs '{tmp_path}'"
    inside = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    try:
        subprocess.run([*inside, mount], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no small file system can be mounted here: {error}")

    run = subprocess.run(
        [*inside, f'{mount} && exec "$@"', "sh", sys.executable, "-c", SCRIPT, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.stderr == ""
    assert run.stdout == EXPECTED
