"""What the next start finds: after a kill, after an outage, and deploy after deploy."""

import os
import signal
import socket
from pathlib import Path

from tests.end_to_end.crash_steps import (
    LONG_LEASES,
    check_history,
    messages_left,
    terminal_events,
)
from tests.end_to_end.service import Service, wait_until
from tests.end_to_end.slow_content import slow_csv
from tests.end_to_end.storage_check import check_storage

DEPLOYS = 10
FILES_KEPT = 6
RESULTS = 3  # that are being written while a file is processed
HALF_AN_UPLOAD = (
    b"POST /files/upload HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n"
    b"Content-Type: multipart/form-data; boundary=cut\r\n\r\n--cut\r\n"
    b'Content-Disposition: form-data; name="file"; filename="half.csv"\r\n\r\na,b\r\n'
    + b"1,2\r\n"
    * 50_000
)
UNIQUE = {"fields": [{"name": "id", "type": "string", "constraints": {"unique": True}}]}


def test_a_database_that_was_away_for_a_while_comes_back_with_all_its_commits(
    tmp_path: Path,
) -> None:
    with Service(tmp_path, arguments=["--workers", "2"], **LONG_LEASES) as service:
        ids = [service.accepted(f"{number}.csv", b"a\n1\n") for number in range(FILES_KEPT)]
        for file_id in ids:
            service.finished(file_id)
        database = service.data_dir / "gristmill.db"
        moved = database.rename(service.data_dir / "moved.db")

        # More often than any pool of connections is deep.
        answers = [service.http.get(f"{service.url}/files") for _ in range(40)]
        assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {
            (503, "database_unavailable")
        }
        assert not database.exists()
        moved.rename(database)
        wait_until(service.answers)
        assert service.get("/files")["total"] == FILES_KEPT
        service.kill()
        service.start()

        assert service.get("/files")["total"] == FILES_KEPT


def test_what_the_killed_had_not_finished_is_swept_at_the_next_start(tmp_path: Path) -> None:
    settings = {**LONG_LEASES, "GRISTMILL_MAX_UPLOAD_BYTES": "100000000"}
    with Service(tmp_path, arguments=["--workers", "1"], **settings) as service:
        partials, scratch = service.data_dir / "objects/.partial~", service.data_dir / "scratch"
        service.put_schema("unique", UNIQUE)
        # More keys than are held in memory.
        content = b"id\n" + b"".join(b"%0100d\n" % row for row in range(500_000))
        file_id = service.accepted("keys.csv", content, schema="unique")
        with socket.create_connection(("127.0.0.1", service.port)) as stalled:
            stalled.sendall(HALF_AN_UPLOAD)
            wait_until(lambda: len(list(partials.iterdir())) > RESULTS, what="a partial upload")
            wait_until(lambda: list(scratch.iterdir()), what="a folder of keys")

            service.kill()

        left = {*partials.iterdir(), *scratch.iterdir()}
        assert len(left) > RESULTS + 1
        service.start()

        # The file is begun again, so there may be others.
        assert left.isdisjoint({*partials.iterdir(), *scratch.iterdir()})
        service.cancel(file_id)
        wait_until(lambda: [*partials.iterdir(), *scratch.iterdir()] == [])


def test_a_file_outlives_more_deploys_than_its_message_may_be_received(tmp_path: Path) -> None:
    with Service(tmp_path, GRISTMILL_DRAIN_SECONDS="1", GRISTMILL_MAX_RECEIVES="2") as service:
        rows = 100_000
        file_id = service.accepted("big.csv", slow_csv(good=rows), key="big")
        for _ in range(DEPLOYS):
            stall_the_engine(service)
            assert service.get(f"/files/{file_id}")["status"] == "PROCESSING"
            assert service.stop() == 0
            service.start()

        file = service.finished(file_id)

        assert file["rows"]["accepted"] == rows
        assert len(terminal_events(service, file_id)) == 1
        events = [event["event"] for event in service.get(f"/files/{file_id}/history")["items"]]
        assert events.count("file_released") == DEPLOYS
        assert "file_taken_over" not in events
        check_history(service, file_id)
        check_storage(service, [file_id], kills=0)
        wait_until(lambda: messages_left(service) == 0)


def stall_the_engine(service: Service) -> None:
    """Lets the file last until the service stops: nobody is waited for who only reads."""
    wait_until(service.engines, what="an engine at work")
    for engine in service.engines():
        os.kill(engine.pid, signal.SIGSTOP)
