"""What the operating system's errors mean for storage."""

import errno
from collections.abc import Generator
from contextlib import contextmanager

from application.errors import StorageFullError, StorageUnavailableError

# EFBIG is the limit of the file system or of the process for one file.
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def translated() -> Generator[None]:
    """Raises StorageFullError or StorageUnavailableError for any OSError of its block.

    The reason is the system's own words without a path: it may reach whoever uploads.
    """
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        if error.errno in _NO_ROOM:
            raise StorageFullError(reason) from error
        raise StorageUnavailableError(reason) from error
