"""Memory does not grow with the file."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.service import Service

MEGABYTE = 1_000_000
FILE_BYTES = 200 * MEGABYTE
MOST_RESIDENT_BYTES = 200 * MEGABYTE
HEAD = (
    b"--cut\r\n"
    b'Content-Disposition: form-data; name="file"; filename="large.csv"\r\n\r\n'
    b"id,text,more\n"
)
TAIL = b"\r\n--cut--\r\n"
LINE = b"%09d," + b"lorem ipsum " * 80 + b',"quoted, and long"\n'
LINES = FILE_BYTES // len(LINE % 0)


def body() -> Iterator[bytes]:
    yield HEAD
    for start in range(0, LINES, 1000):
        yield b"".join(LINE % number for number in range(start, min(LINES, start + 1000)))
    yield TAIL


def peak_resident_bytes(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads the peaks in /proc")
def test_a_large_file_needs_no_more_memory_than_a_small_one(tmp_path: Path) -> None:
    with Service(tmp_path, GRISTMILL_MAX_UPLOAD_BYTES=str(300 * MEGABYTE)) as service:
        answer = service.http.post(
            f"{service.url}/files/upload",
            data=body(),
            headers={"Content-Type": "multipart/form-data; boundary=cut"},
            timeout=300,
        )
        assert answer.status_code == 202, answer.text

        file = service.finished(answer.json()["id"], seconds=600)

        assert file["fileSize"] > 0.99 * FILE_BYTES
        assert file["rows"]["accepted"] == LINES
        peaks = {one: peak_resident_bytes(one.pid) for one in service.processes()}
        assert len(peaks) >= 4
        assert max(peaks.values()) < MOST_RESIDENT_BYTES, peaks
