"""`gristmill up`: whatever dies, stalls or is away, every file comes to its true end, once."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.end_to_end.crash_steps import messages_left
from tests.end_to_end.kills.chronicle import Chronicle
from tests.end_to_end.kills.embedded_troubles import SETTINGS, EmbeddedTroubles
from tests.end_to_end.kills.extent import extent
from tests.end_to_end.kills.troubles import make_trouble
from tests.end_to_end.kills.uploaders import Uploaders
from tests.end_to_end.kills.verdict import (
    EMPTY_SECONDS,
    check_bytes,
    check_files,
    check_nobody_is_left,
    check_replays,
)
from tests.end_to_end.service import Service, wait_until
from tests.end_to_end.storage_check import StoredObjects

EXTENT = extent()


@pytest.mark.parametrize("run", range(EXTENT.runs))
def test_whatever_happens_to_the_service_every_file_it_took_ends_truly_and_once(
    tmp_path: Path, run: int
) -> None:
    with (
        Service(tmp_path, arguments=["--workers", "2"], **SETTINGS) as service,
        Chronicle(service) as chronicle,
        Uploaders(service) as uploaders,
    ):
        make_trouble(
            EmbeddedTroubles(service).all(), EXTENT, uploaders=uploaders, chronicle=chronicle
        )
        chronicle.note("the last trouble is over")
        uploaders.finish()

        check_files(service, uploaders.acknowledged)
        chronicle.note(f"{len(uploaders.acknowledged)} files are done")
        check_bytes(service, uploaders, StoredObjects.of(service), troubles=EXTENT.troubles)
        check_replays(uploaders)
        chronicle.note("what is stored is right")
        wait_until(
            lambda: unsent(service) == messages_left(service) == 0,
            seconds=EMPTY_SECONDS,
            what="empty queues",
        )
        chronicle.note("the queues are empty")
        assert service.stop() == 0
        check_nobody_is_left(service)


def unsent(service: Service) -> int:
    with closing(sqlite3.connect(service.data_dir / "gristmill.db", timeout=60)) as connection:
        statement = "SELECT count(*) FROM outbox WHERE sent_at IS NULL"
        count: int = connection.execute(statement).fetchone()[0]
        return count
