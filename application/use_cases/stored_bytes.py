"""Where a file's objects are: all of them in folders that bear its id."""

from datetime import datetime
from uuid import UUID

from application.ports.file_storage import FileStorage
from application.ports.unit_of_work import UnitOfWorkFactory
from domain.erasure import next_removal
from domain.file_state import FileState

CONTENT_FOLDER = "uploads"
RESULTS_FOLDER = "results"
PARTS_FOLDER = "parts"


def content_folder(file_id: UUID) -> str:
    """Where the submitted content is."""
    return f"{CONTENT_FOLDER}/{file_id}"


def results_folder(file_id: UUID) -> str:
    """Where the results of every generation and attempt are."""
    return f"{RESULTS_FOLDER}/{file_id}"


def parts_folder(upload_id: UUID) -> str:
    """Where the parts are that an upload has sent to us so far."""
    return f"{PARTS_FOLDER}/{upload_id}"


def remove_bytes(
    erased: FileState,
    *,
    began_at: datetime,
    storage: FileStorage,
    units_of_work: UnitOfWorkFactory,
) -> None:
    """Removes all that storage has of an erased file, and records what is left to do.

    By folder and not by the keys that were recorded: those of older generations are recorded
    no more. Raises DependencyError; the file is then still due.
    """
    storage.delete_below(content_folder(erased.id))
    storage.delete_below(results_folder(erased.id))
    due_at = next_removal(erased.erased_at or began_at, began_at=began_at)
    with units_of_work.for_writing() as work:
        work.files.plan_removal(erased.id, due_at=due_at)
        work.commit()
