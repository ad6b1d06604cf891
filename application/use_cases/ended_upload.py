"""Removes what storage has of an upload that ended without a file."""

from contextlib import suppress

from application.errors import DependencyError
from application.ports.direct_uploads import DirectUploads
from application.ports.file_storage import FileStorage
from application.use_cases.stored_bytes import content_folder, parts_folder
from domain.upload_session import UploadSessionState


def remove_upload(
    state: UploadSessionState, *, storage: FileStorage, direct_uploads: DirectUploads | None
) -> None:
    """Removes parts and content; `state` is the one before it ended.

    Whoever ends it does not depend on this: what cannot be removed now is gone within two days,
    by the collector or by the storage itself.
    """
    if state.handle is not None and direct_uploads is not None:
        with suppress(DependencyError):
            direct_uploads.abort(state.key, state.handle)
    with suppress(DependencyError):
        storage.delete_below(parts_folder(state.id))
    with suppress(DependencyError):
        storage.delete_below(content_folder(state.id))
