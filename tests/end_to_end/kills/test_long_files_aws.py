"""One long file over PostgreSQL and an emulated Amazon: through deploys, and a death unseen."""

from pathlib import Path

import pytest

from tests.end_to_end.crash_steps import check_history
from tests.end_to_end.kills.cloud_troubles import SETTINGS
from tests.end_to_end.kills.cloud_world import CloudWorld, cloud_world
from tests.end_to_end.kills.extent import is_soak
from tests.end_to_end.kills.verdict import EMPTY_SECONDS
from tests.end_to_end.service import wait_until
from tests.postgres import PostgresServer

DEPLOYS = 10
ROWS = 3_000
# At so many bytes a second, what is asked for at once comes in eight seconds, and for so long
# nobody who waits for it gives its file back: longer than a worker has to stop.
SLOW = 32_000
LARGE = {"GRISTMILL_MAX_UPLOAD_BYTES": "50000000"}
# At the profile's own timings a message shows up after five minutes: that is for a soak.
DEFAULTS: dict[str, str] = {}
TAKEOVERS = [(SETTINGS, 60), *([(DEFAULTS, 360)] if is_soak() else [])]


def test_a_file_outlives_ten_deploys_and_its_message_is_no_dead_letter(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    with cloud_world(tmp_path, postgres_server, **{**SETTINGS, **LARGE}) as world:
        file_id = begin_long_file(world)
        for _ in range(DEPLOYS):
            owner = owner_of(world, file_id)
            assert world.service.processes_by_name[owner].stop() == 0
            world.service.run_again(owner)
        world.networks["S3"].mend()

        file = world.service.finished(file_id)
        assert (file["status"], file["rows"]["accepted"]) == ("COMPLETED", ROWS)
        events = world.service.event_names(file_id)
        assert events.count("file_released") == DEPLOYS, events
        check_history(world.service, file_id)
        wait_until(lambda: world.queued() == [0, 0], seconds=EMPTY_SECONDS, what="empty queues")


@pytest.mark.parametrize(("settings", "promised_seconds"), TAKEOVERS)
def test_a_worker_beside_a_dead_one_takes_its_file_within_the_promised_time(
    tmp_path: Path,
    postgres_server: PostgresServer,
    settings: dict[str, str],
    promised_seconds: float,
) -> None:
    with cloud_world(tmp_path, postgres_server, **{**settings, **LARGE}) as world:
        file_id = begin_long_file(world)
        owner = owner_of(world, file_id)

        world.service.processes_by_name[owner].kill()
        world.networks["S3"].mend()

        wait_until(
            lambda: "file_taken_over" in world.service.event_names(file_id),
            seconds=promised_seconds,
            what="the takeover",
        )
        assert world.service.finished(file_id)["attempt"] == 2
        check_history(world.service, file_id)


def begin_long_file(world: CloudWorld) -> str:
    """A file that nobody can finish before the way to S3 is mended."""
    cell = b"x" * 1000
    content = b"id,text\n" + b"".join(b"%d,%s\n" % (row, cell) for row in range(ROWS))
    world.networks["SNS"].refuse()
    file_id = world.service.accepted("long.csv", content)
    world.networks["S3"].slow_down(bytes_per_second=SLOW)
    world.networks["SNS"].mend()
    return file_id


def owner_of(world: CloudWorld, file_id: str) -> str:
    """The worker that is at work on the file, once there is one."""
    wait_until(
        lambda: world.service.get(f"/files/{file_id}")["status"] == "PROCESSING",
        seconds=60,
        what="a worker for the file",
    )
    return str(world.service.events(file_id)[-1]["details"]["leaseOwner"])
