"""A secret that is made once, and kept beside the data that it belongs to."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from application.errors import StorageUnavailableError
from application.ports.secret_generator import SecretGenerator

SIZE_BYTES = 32


def read_or_make_pepper(path: Path, secrets: SecretGenerator) -> bytes:
    """What the file holds; when there is none it is made, for its owner's eyes alone.

    Several processes may come at once: one of them makes it, and all read the same. Raises
    StorageUnavailableError, naming the file.
    """
    try:
        if not path.exists():
            _make(path, secrets.new_secret(SIZE_BYTES).hex())
        pepper = bytes.fromhex(path.read_text("ascii").strip())
    except (OSError, ValueError) as error:
        raise StorageUnavailableError(f"{path}: {error}") from error
    if len(pepper) != SIZE_BYTES:
        raise StorageUnavailableError(f"{path}: it does not hold {SIZE_BYTES} bytes")
    return pepper


def _make(path: Path, text: str) -> None:
    # It gets its name when it is whole: a key made under half of a secret would be lost.
    descriptor, name = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(name, path)
    finally:
        Path(name).unlink()
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
