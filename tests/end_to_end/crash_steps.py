"""What every test of a crash asks for: leases that outlive the dead, and one end to each story."""

import sqlite3
from contextlib import closing
from typing import Any

from tests.end_to_end.service import Service

# What dies holds its files for ten minutes, unless somebody sees that it is dead.
LONG_LEASES = {"GRISTMILL_LEASE_SECONDS": "600", "GRISTMILL_VISIBILITY_SECONDS": "900"}
TERMINAL = {"COMPLETED", "FAILED"}
STARTS = {"file_started", "file_taken_over"}


def terminal_events(service: Service, file_id: str) -> list[dict[str, Any]]:
    return [
        event
        for event in service.get(f"/files/{file_id}/history")["items"]
        if event["toStatus"] in TERMINAL and event["fromStatus"] not in TERMINAL
    ]


def check_history(service: Service, file_id: str) -> None:
    """One end in each generation, and no attempt twice."""
    events = service.get(f"/files/{file_id}/history")["items"]
    ended = [event["generation"] for event in terminal_events(service, file_id)]
    assert ended == list(range(1, service.get(f"/files/{file_id}")["generation"] + 1)), events
    started = [event["attempt"] for event in events if event["event"] in STARTS]
    assert started == sorted(set(started)), events


def messages_left(service: Service) -> int:
    """How many messages there are in any queue, dead letters among them."""
    with closing(sqlite3.connect(service.data_dir / "gristmill.db")) as connection:
        count: int = connection.execute("SELECT count(*) FROM queue_messages").fetchone()[0]
        return count
