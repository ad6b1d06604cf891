"""Uploads in parts over real sockets: resumed after a cut, completed in spite of a death."""

import base64
import hashlib
import socket
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

import pytest
import requests

from tests.end_to_end.service import Service, wait_until
from tests.end_to_end.test_memory import peak_resident_bytes
from tests.end_to_end.upload_client import PartedUpload

MIB = 1024 * 1024
PART = 8 * MIB
HEAD = b"id,text\n"
LINE = b"%09d," + b"lorem ipsum " * 80 + b"\n"
LINES_A_PART = PART // len(LINE % 0)
MOST_GROWTH = 32 * MIB


def part(number: int, *, size: int) -> bytes:
    """The part of that number, of a CSV of `size` bytes: its lines end where its parts do."""
    start = (number - 1) * PART
    length = min(PART, size - start)
    head = HEAD if number == 1 else b""
    lines = b"".join(
        LINE % (number * LINES_A_PART + line)
        for line in range((length - len(head)) // len(LINE % 0) - 1)
    )
    rest = length - len(head) - len(lines) - len(b"1,\n")
    return head + lines + b"1," + b"x" * rest + b"\n"


def begin(service: Service, size: int) -> PartedUpload:
    return PartedUpload.begin(
        service.url,
        lambda number: part(number, size=size),
        http=service.http,
        name="large.csv",
        size=size,
    )


def whole_sha256(upload: PartedUpload) -> str:
    digest = hashlib.sha256()
    for number in upload.numbers:
        digest.update(upload.content(number))
    return digest.hexdigest()


def send_half_and_cut(service: Service, upload: PartedUpload, number: int) -> None:
    """Sends half a part and closes the connection."""
    content = upload.content(number)
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
    head = (
        f"PUT {upload.upload['links']['self']}/parts/{number} HTTP/1.1\r\nHost: x\r\n"
        f"Content-Length: {len(content)}\r\nContent-Digest: sha-256=:{digest}:\r\n\r\n"
    )
    with closing(socket.create_connection(("127.0.0.1", service.port), timeout=30)) as connection:
        connection.sendall(head.encode() + content[: len(content) // 2])


def test_an_upload_goes_on_after_a_cut_where_it_was(service: Service) -> None:
    upload = begin(service, size=3 * PART + 1000)
    upload.send_parts([1, 4])
    send_half_and_cut(service, upload, 2)
    wait_until(lambda: not list(_partials(service)), what="the end of the cut part")

    assert upload.arrived() == [1, 4]
    missing = upload.complete()
    assert (missing.status_code, missing.json()["code"]) == (409, "parts_missing")
    upload.send_parts([3, 2])
    answer = upload.complete()

    assert answer.status_code == 202
    file = service.finished(answer.json()["id"])
    assert (file["outcome"], file["sha256"]) == ("clean", whole_sha256(upload))
    content = service.download(file["links"]["content"])
    assert content == b"".join(map(upload.content, upload.numbers))
    assert not (service.data_dir / "objects" / "parts").exists()


def test_one_file_comes_of_completions_at_the_same_time(service: Service) -> None:
    upload = begin(service, size=2 * PART)
    upload.send_parts(upload.numbers)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: upload.complete(), range(4)))

    assert {answer.status_code for answer in answers} == {202}
    assert {answer.json()["s3Key"] for answer in answers} == {answers[0].json()["s3Key"]}
    assert service.get("/files")["total"] == 1
    file = service.finished(answers[0].json()["id"])
    assert file["attempt"] == 1
    kept = service.data_dir / "objects" / "uploads" / file["id"]
    assert len(list(kept.iterdir())) == 1


def test_a_completion_that_is_killed_can_be_repeated(service: Service) -> None:
    upload = begin(service, size=14 * PART)
    upload.send_parts(upload.numbers)
    completion = threading.Thread(target=_complete_in_vain, args=(upload,))

    completion.start()
    while not any(partial.stat().st_size > MIB for partial in _partials(service)):
        assert completion.is_alive()
    service.kill()
    completion.join()
    service.start()

    assert upload.arrived() == list(upload.numbers)
    assert service.get(upload.upload["links"]["self"])["status"] == "open"
    assert not list(_partials(service))
    answer = upload.complete()
    assert answer.status_code == 202, answer.text
    file = service.finished(answer.json()["id"])
    assert (file["outcome"], file["sha256"]) == ("clean", whole_sha256(upload))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads the peaks in /proc")
def test_memory_does_not_grow_with_an_upload_in_parts(service: Service) -> None:
    small, large = begin(service, size=2 * PART), begin(service, size=24 * PART)
    small.send_parts(small.numbers)
    assert small.complete().status_code == 202
    before = _peaks(service)

    large.send_parts(large.numbers)
    assert large.complete().status_code == 202

    grown = {pid: peak - before[pid] for pid, peak in _peaks(service).items() if pid in before}
    assert len(grown) >= 2
    assert max(grown.values()) < MOST_GROWTH, grown


def _peaks(service: Service) -> dict[int, int]:
    """The peaks of those processes that take part in an upload: all of the API's."""
    [api] = service.children("api")
    pids = [api.pid, *(one.pid for one in service.processes() if one.parent_pid == api.pid)]
    return {pid: peak_resident_bytes(pid) for pid in pids}


def _partials(service: Service) -> list[Path]:
    return list((service.data_dir / "objects" / ".partial~").glob("gristmill-*"))


def _complete_in_vain(upload: PartedUpload) -> None:
    with suppress(requests.RequestException):
        upload.complete()
