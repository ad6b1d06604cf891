"""Whether there is room for what is to come."""

import shutil
from pathlib import Path

from adapters.local.data_directory_probe import nearest_existing
from adapters.local.errors import translated
from application.errors import StorageUnavailableError
from application.ports.probe import DependencyProbe, ProbeResult, ProbeStatus

_GIB = 1024**3


class DiskSpaceProbe(DependencyProbe):
    """Compares the room that is free where `root` is, or will be, with `least_bytes`."""

    name = "disk space"

    def __init__(self, root: Path, *, least_bytes: int) -> None:
        self._root = root
        self._least_bytes = least_bytes

    def check(self) -> ProbeResult:
        try:
            with translated():
                usage = shutil.disk_usage(nearest_existing(self._root))
        except StorageUnavailableError as error:
            return ProbeResult(
                status=ProbeStatus.WRONG,
                finding=f"the disk of {self._root} cannot be asked: {error.reason}",
                hint="mend the disk",
            )
        finding = f"{usage.free / _GIB:.2f} of {usage.total / _GIB:.2f} GiB are free"
        if usage.free < self._least_bytes:
            return ProbeResult(
                status=ProbeStatus.WRONG,
                finding=f"{finding}, fewer than the {self._least_bytes / _GIB:.2f} GiB to be at ease",
                hint="make room, or choose another disk with GRISTMILL_DATA_DIR",
            )
        return ProbeResult(status=ProbeStatus.OK, finding=finding)
