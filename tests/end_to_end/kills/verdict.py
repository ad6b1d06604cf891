"""What must be true when all is over, whatever happened before."""

from collections.abc import Mapping

from tests.end_to_end.crash_steps import check_history
from tests.end_to_end.kills.living import living_in
from tests.end_to_end.kills.submissions import Submission
from tests.end_to_end.kills.uploaders import UPLOADERS, Uploaders
from tests.end_to_end.service import Service, wait_until
from tests.end_to_end.storage_check import StoredObjects, check_storage

FINISHED_SECONDS = 300
REPLAYS = 20
# A dead letter is hidden for a minute when its file is at work.
EMPTY_SECONDS = 120


def check_files(service: Service, acknowledged: Mapping[int, str]) -> None:
    """Every file that was taken has come to its true end, once, and there is no other."""
    for number, file_id in acknowledged.items():
        file = service.finished(file_id, seconds=FINISHED_SECONDS)
        assert file["status"] == "COMPLETED", (file, service.get(f"/files/{file_id}/history"))
        assert file["rows"] == Submission.of(number).rows, file
        check_history(service, file_id)
    assert service.get("/files?limit=1")["total"] == len(acknowledged)


def check_bytes(
    service: Service, uploaders: Uploaders, stored: StoredObjects, *, troubles: int
) -> None:
    """What is stored is what files name, but for what a trouble has cut off.

    Each uploader may have been between its object and its row when one began.
    """
    check_storage(
        service,
        uploaders.acknowledged.values(),
        kills=troubles * UPLOADERS,
        stored=stored,
        had_outages=True,
    )


def check_replays(uploaders: Uploaders) -> None:
    """An upload that is sent again under its key is the file that it was."""
    for number, file_id in list(uploaders.acknowledged.items())[:REPLAYS]:
        assert uploaders.send(Submission.of(number)) == file_id


def check_nobody_is_left(service: Service) -> None:
    """Nothing lives on that was started in the service's folder."""
    wait_until(
        lambda: not living_in(service.folder), what=f"the end of {living_in(service.folder)}"
    )
