"""The HTTP edge: uploads beside Werkzeug's parser, how often a status is told, and memory.

`python -m tests.benchmarks.edge [MEGABYTES]`; so large is the upload whose memory is watched.
Compare the ratios, of processor time above all: client and server share the machine.
"""

import json
import socket
import sys
import threading
import time
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.edge.contender import Server, ours, werkzeug

MEGABYTE = 1_000_000
CLIENTS = 4
ROUNDS = 3
UPLOADS = 40
STATUSES = 400
HEAD = b'--cut\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\na,b\n'
TAIL = b"\r\n--cut--\r\n"
TYPE = {"Content-Type": "multipart/form-data; boundary=cut"}
FORM = HEAD + b"12345,7890\n" * (MEGABYTE // 11) + TAIL


def main() -> None:
    """Measures and prints."""
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    with TemporaryDirectory() as folder:
        with ours(Path(folder) / "ours") as one, werkzeug(Path(folder) / "werkzeug") as other:
            _compare_uploads({"gristmill": one, "werkzeug, gunicorn gthread": other})
            _tell_statuses(one)
        with ours(Path(folder) / "large", most_bytes=2 * megabytes * MEGABYTE) as server:
            _watch_memory(server, megabytes)


def _compare_uploads(servers: dict[str, Server]) -> None:
    for server in servers.values():
        _in_parallel(lambda at=server: _upload(at, 5))  # type: ignore[misc]
    for _ in range(ROUNDS):
        for name, server in servers.items():
            rate, cost = _measured(server, UPLOADS, _upload)
            print(f"{name}: {rate:.0f} uploads of 1 MB a second, {cost * 1000:.1f} ms of processor")


def _tell_statuses(server: Server) -> None:
    link = _upload(server, 1)
    for _ in range(ROUNDS):
        rate, cost = _measured(server, STATUSES, lambda at, times: _ask(at, link, times))
        print(f"gristmill: {rate:.0f} GET /files/{{id}} a second, {cost * 1e6:.0f} µs of processor")


def _measured(
    server: Server, times: int, ask: Callable[[Server, int], object]
) -> tuple[float, float]:
    """Requests a second, and processor seconds of the server for one."""
    used, began = server.processor_seconds(), time.perf_counter()
    _in_parallel(lambda: ask(server, times))
    seconds, count = time.perf_counter() - began, CLIENTS * times
    return count / seconds, (server.processor_seconds() - used) / count


def _in_parallel(work: Callable[[], object]) -> None:
    clients = [threading.Thread(target=work) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()


def _upload(server: Server, times: int) -> str:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
    file: dict[str, dict[str, str]] = {}
    for _ in range(times):
        connection.request("POST", "/files/upload", FORM, TYPE)
        answer = connection.getresponse()
        file = json.loads(answer.read())
        assert answer.status == 202, file
    connection.close()
    return file["links"]["self"]


def _ask(server: Server, link: str, times: int) -> None:
    """By bare sockets, since a client of the library costs more than the server."""
    request = f"GET {link} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(times):
            connection.sendall(request)
            received = b""
            while not received.endswith(b"}"):
                received += connection.recv(65536)
            assert received.startswith(b"HTTP/1.1 200")


def _watch_memory(server: Server, megabytes: int) -> None:
    _upload(server, 20)
    before, most = server.resident_bytes(), 0
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        piece = b"12345,7890\n" * (MEGABYTE // 11)
        length = len(HEAD) + megabytes * len(piece) + len(TAIL)
        fields = f"Host: x\r\nContent-Type: {TYPE['Content-Type']}\r\nContent-Length: {length}"
        connection.sendall(f"POST /files/upload HTTP/1.1\r\n{fields}\r\n\r\n".encode() + HEAD)
        for _ in range(megabytes):
            connection.sendall(piece)
            most = max(most, server.resident_bytes())
        connection.sendall(TAIL)
        assert connection.recv(65536).startswith(b"HTTP/1.1 202")
    print(f"an upload of {megabytes} MB: {(most - before) / MEGABYTE:.0f} MB more memory")


if __name__ == "__main__":
    main()
