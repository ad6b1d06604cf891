"""Memory does not grow with the file."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.end_to_end.service import Service

MEGABYTE = 1_000_000
FILE_BYTES = 200 * MEGABYTE
MOST_RESIDENT_BYTES = 200 * MEGABYTE
HEAD = (
    b"--cut\r\n"
    b'Content-Disposition: form-data; name="schema"\r\n\r\n'
    b"%s\r\n--cut\r\n"
    b'Content-Disposition: form-data; name="file"; filename="large.csv"\r\n\r\n'
    b"id,text,more\n"
)
TAIL = b"\r\n--cut--\r\n"
LONG_LINE = b"%09d," + b"lorem ipsum " * 80 + b',"quoted, and long"\n'
SHORT_LINE = b"%09d,lorem ipsum dolor sit amet,consetetur\n"
FIELDS = [{"name": "id", "type": "string"}, {"name": "text"}, {"name": "more"}]
SCHEMAS: Mapping[str, Mapping[str, object]] = {
    "plain": {"fields": FIELDS},
    "keyed": {"fields": FIELDS, "primaryKey": "id"},
}


def body(schema: str, *, line: bytes, count: int) -> Iterator[bytes]:
    yield HEAD % schema.encode()
    for start in range(0, count, 1000):
        yield b"".join(line % number for number in range(start, min(count, start + 1000)))
    yield TAIL


def peak_resident_bytes(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads the peaks in /proc")
@pytest.mark.parametrize(
    ("schema", "line"),
    [("plain", LONG_LINE), ("keyed", SHORT_LINE)],
    ids=["long rows", "millions of keys"],
)
def test_a_large_file_needs_no_more_memory_than_a_small_one(
    tmp_path: Path, schema: str, line: bytes
) -> None:
    count = FILE_BYTES // len(line % 0)
    with Service(tmp_path, GRISTMILL_MAX_UPLOAD_BYTES=str(300 * MEGABYTE)) as service:
        service.put_schema(schema, SCHEMAS[schema])
        answer = service.http.post(
            f"{service.url}/files/upload",
            data=body(schema, line=line, count=count),
            headers={"Content-Type": "multipart/form-data; boundary=cut"},
            timeout=300,
        )
        assert answer.status_code == 202, answer.text

        file = service.finished(answer.json()["id"], seconds=600)

        assert file["fileSize"] > 0.99 * FILE_BYTES
        assert file["rows"]["accepted"] == count
        peaks = {one: peak_resident_bytes(one.pid) for one in service.processes()}
        assert len(peaks) >= 4
        assert max(peaks.values()) < MOST_RESIDENT_BYTES, peaks
