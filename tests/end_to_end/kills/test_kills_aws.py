"""An API and workers over PostgreSQL and an emulated Amazon: whatever dies, stalls or is away."""

from pathlib import Path

import pytest

from tests.end_to_end.kills.chronicle import Chronicle
from tests.end_to_end.kills.cloud_troubles import SETTINGS, CloudTroubles
from tests.end_to_end.kills.cloud_world import CloudWorld, cloud_world
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
from tests.end_to_end.service import wait_until
from tests.end_to_end.storage_check import StoredObjects
from tests.postgres import PostgresServer

EXTENT = extent()


@pytest.mark.parametrize("run", range(EXTENT.runs))
def test_whatever_happens_to_the_processes_every_file_that_was_taken_ends_truly_and_once(
    tmp_path: Path, postgres_server: PostgresServer, run: int
) -> None:
    with (
        cloud_world(tmp_path, postgres_server, **SETTINGS) as world,
        Chronicle(world.service) as chronicle,
        Uploaders(world.service) as uploaders,
    ):
        make_trouble(CloudTroubles(world).all(), EXTENT, uploaders=uploaders, chronicle=chronicle)
        chronicle.note("the last trouble is over")
        uploaders.finish()

        check_files(world.service, uploaders.acknowledged)
        chronicle.note(f"{len(uploaders.acknowledged)} files are done")
        stored = StoredObjects.of_keys(world.keys())
        check_bytes(world.service, uploaders, stored, troubles=EXTENT.troubles)
        check_replays(uploaders)
        chronicle.note("what is stored is right")
        wait_until(
            lambda: unsent(world) == 0 and world.queued() == [0, 0],
            seconds=EMPTY_SECONDS,
            what="empty queues",
        )
        chronicle.note("the queues are empty")
        codes = [it.stop() for it in world.service.processes_by_name.values()]
        assert codes == [0] * len(codes), codes
        check_nobody_is_left(world.service)


def unsent(world: CloudWorld) -> int:
    [(count,)] = world.sql("SELECT count(*) FROM outbox WHERE sent_at IS NULL")
    return int(count)
