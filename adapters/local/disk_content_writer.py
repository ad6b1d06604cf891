"""One object on its way to the disk."""

import os
import re
import tempfile
from contextlib import suppress
from pathlib import Path

from adapters.local.content_etag import ContentDigest
from adapters.local.errors import translated
from adapters.local.folders import make_folders, sync_folders
from application.ports.file_storage import ContentWriter

_RENAME_TRIES = 10
_PREFIX = "gristmill-"
# A random part as `tempfile` draws it, and the suffix of what came before at the key.
_PARTIAL_NAME = re.compile(rf"{_PREFIX}[a-z0-9_]{{8}}(\.former)?")


class DiskContentWriter(ContentWriter):
    """Writes to a partial file, which a commit makes durable and renames to its place."""

    def __init__(self, root: Path, *, partials: Path, target: Path) -> None:
        self._root = root
        self._target = target
        self._digest = ContentDigest()
        with translated():
            partials.mkdir(exist_ok=True)
            descriptor, name = tempfile.mkstemp(prefix=_PREFIX, dir=partials)
        self._partial = Path(name)
        self._former = Path(f"{name}.former")
        self._file = os.fdopen(descriptor, "wb")
        self._status = os.fstat(descriptor)

    @staticmethod
    def is_partial(path: Path) -> bool:
        """True for what a writer leaves among the partial files when it is killed."""
        is_ours = _PARTIAL_NAME.fullmatch(path.name) is not None
        return is_ours and path.is_file() and not path.is_symlink()

    def write(self, chunk: bytes) -> None:
        self._digest.update(chunk)
        with translated():
            self._file.write(chunk)

    def commit(self) -> str:
        with translated():
            self._file.flush()
            os.fsync(self._file.fileno())
            self._status = os.fstat(self._file.fileno())
            etag = self._digest.etag(self._status)
            self._file.close()
            self._keep_former()
            self._rename()
            self._sync_names()
        return etag

    def abort(self) -> None:
        # Closing flushes, and so may run out of room once more.
        with suppress(OSError):
            self._file.close()
        for leftover in (self._partial, self._former):
            with suppress(OSError):
                leftover.unlink(missing_ok=True)

    def _keep_former(self) -> None:
        """Gives what is at the key a second name, in case it has to come back."""
        with suppress(FileNotFoundError, NotADirectoryError):
            os.link(self._target, self._former)

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
            with suppress(OSError):
                self._undo()
            raise
        with suppress(OSError):
            self._former.unlink(missing_ok=True)

    def _undo(self) -> None:
        """A caller who is told of a failure must find nothing new at the key."""
        if not self._is_ours():
            return
        try:
            self._former.replace(self._target)
        except FileNotFoundError:
            self._target.unlink()

    def _is_ours(self) -> bool:
        """False when another writer has replaced it since."""
        return os.path.samestat(self._target.stat(), self._status)
