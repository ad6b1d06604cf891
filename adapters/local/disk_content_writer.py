"""One object on its way to the disk."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from adapters.local.content_etag import ContentDigest
from adapters.local.errors import translated
from adapters.local.folders import make_folders, sync_folders
from application.ports.file_storage import ContentWriter

_RENAME_TRIES = 10


class DiskContentWriter(ContentWriter):
    """Writes to a partial file, which a commit makes durable and renames to its place."""

    def __init__(self, root: Path, *, partials: Path, target: Path) -> None:
        self._root = root
        self._target = target
        self._digest = ContentDigest()
        with translated():
            partials.mkdir(exist_ok=True)
            descriptor, name = tempfile.mkstemp(dir=partials)
        self._partial = Path(name)
        self._file = os.fdopen(descriptor, "wb")

    def write(self, chunk: bytes) -> None:
        self._digest.update(chunk)
        with translated():
            self._file.write(chunk)

    def commit(self) -> str:
        with translated():
            self._file.flush()
            os.fsync(self._file.fileno())
            etag = self._digest.etag(os.fstat(self._file.fileno()))
            self._file.close()
            self._rename()
            self._sync_names()
        return etag

    def abort(self) -> None:
        # Closing flushes, and so may run out of room once more.
        with suppress(OSError):
            self._file.close()
        with suppress(OSError):
            self._partial.unlink(missing_ok=True)

    def _rename(self) -> None:
        # A delete may prune a folder just after it was made or found: then once more. Where
        # `mkdir` finds it and it is gone a moment later, that shows as FileExistsError.
        for tries_left in reversed(range(_RENAME_TRIES)):
            try:
                make_folders(self._root, self._target.parent)
                self._partial.replace(self._target)
            except (FileNotFoundError, FileExistsError):
                if not tries_left:
                    raise
            else:
                return

    def _sync_names(self) -> None:
        try:
            sync_folders(self._root, self._target.parent)
        except OSError:
            # A caller who is told of a failure must find nothing.
            with suppress(OSError):
                self._target.unlink()
            raise
