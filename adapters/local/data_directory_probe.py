"""Whether what is written into the data directory stays there."""

import os
import tempfile
from pathlib import Path

from adapters.local.errors import translated
from adapters.local.folders import sync_folders
from application.errors import StorageUnavailableError
from application.ports.probe import DependencyProbe, ProbeResult, ProbeStatus

_CONTENT = b"gristmill doctor\n"
_PREFIX = ".doctor~"


class DataDirectoryProbe(DependencyProbe):
    """Writes a file into each of the folders that are there, syncs it, reads and removes it.

    `root` may be missing, then whoever starts the service first has to be able to make it.
    """

    name = "data directory"

    def __init__(self, root: Path, *folders: Path) -> None:
        self._root = root
        self._folders = folders

    def check(self) -> ProbeResult:
        existing = nearest_existing(self._root)
        if not existing.is_dir():
            return _wrong(f"{existing} is a file, and stands where a folder has to be")
        if existing != self._root:
            if not os.access(existing, os.W_OK | os.X_OK):
                return _wrong(f"{self._root} cannot be made: {existing} may not be written to")
            return ProbeResult(
                status=ProbeStatus.SKIPPED,
                finding=f"there is no {self._root} yet",
                hint="`gristmill up` makes it",
            )
        return self._write()

    def _write(self) -> ProbeResult:
        for folder in (self._root, *self._folders):
            try:
                with translated():
                    _write_and_read(folder)
            except StorageUnavailableError as error:
                return _wrong(f"{folder} does not keep what is written to it: {error.reason}")
        return ProbeResult(
            status=ProbeStatus.OK, finding=f"{self._root.resolve()} keeps what is written to it"
        )


def nearest_existing(path: Path) -> Path:
    """`path`, or what there is of the way to it."""
    return next(it for it in (path, *path.absolute().parents) if os.path.lexists(it))


def _write_and_read(folder: Path) -> None:
    with tempfile.NamedTemporaryFile(dir=folder, prefix=_PREFIX) as file:
        file.write(_CONTENT)
        file.flush()
        os.fsync(file.fileno())
        sync_folders(folder, folder)
        if Path(file.name).read_bytes() != _CONTENT:
            raise StorageUnavailableError("what is read is not what was written")


def _wrong(finding: str) -> ProbeResult:
    return ProbeResult(
        status=ProbeStatus.WRONG,
        finding=finding,
        hint="mend the folder or its rights, or choose another with GRISTMILL_DATA_DIR",
    )
